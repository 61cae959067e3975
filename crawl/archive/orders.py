"""What operators ask of the scheduler: let a source rest, visit one now, index now. A small file beside the archive.

    {"paused": ["bao-mau"], "visit": ["cong-mau"], "index": true}

`paused` stands until it is lifted; the scheduler takes the others away when it does them.
"""

import json
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from filelock import FileLock

FILE, LOCK = "orders.json", "orders.lock"


@dataclass(frozen=True, slots=True)
class Orders:
    """paused, visit: slugs of sources, in order. index: bring the index in step at once."""

    paused: tuple[str, ...] = ()
    visit: tuple[str, ...] = ()
    index: bool = False


def read_orders(data_dir: Path) -> Orders:
    """Return what is asked for; nothing where nothing was, or where the file cannot be read."""
    try:
        told = json.loads((data_dir / FILE).read_text(encoding="utf-8"))
        return Orders(tuple(map(str, told["paused"])), tuple(map(str, told["visit"])), bool(told["index"]))
    except (OSError, ValueError, TypeError, KeyError):
        return Orders()


def pause(data_dir: Path, slug: str) -> None:
    _change(data_dir, lambda orders: replace(orders, paused=_with(orders.paused, slug)))


def resume(data_dir: Path, slug: str) -> None:
    _change(data_dir, lambda orders: replace(orders, paused=tuple(one for one in orders.paused if one != slug)))


def visit_now(data_dir: Path, slug: str) -> None:
    """Ask for a visit, of a source that rests as well: once."""
    _change(data_dir, lambda orders: replace(orders, visit=_with(orders.visit, slug)))


def index_now(data_dir: Path) -> None:
    _change(data_dir, lambda orders: replace(orders, index=True))


def take_orders(data_dir: Path) -> Orders:
    """Return what is asked for, and leave of it in the file what stands until it is lifted."""
    orders = read_orders(data_dir)
    if orders.visit or orders.index:
        orders = _change(data_dir, lambda orders: Orders(paused=orders.paused))
    return orders


def _with(slugs: tuple[str, ...], slug: str) -> tuple[str, ...]:
    return tuple(sorted({*slugs, slug}))


def _change(data_dir: Path, change: Callable[[Orders], Orders]) -> Orders:
    """Change the file; return what stood there before."""
    with FileLock(data_dir / LOCK):
        before = read_orders(data_dir)
        part = data_dir / f"{FILE}.part"
        part.write_text(json.dumps(asdict(change(before))), encoding="utf-8")
        os.replace(part, data_dir / FILE)
    return before
