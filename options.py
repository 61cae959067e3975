"""Options that several commands share, and what each of those commands does with them."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

DONE_IN_PART = 1
SOURCES_FILE = Path(__file__).parent / "crawl" / "registry" / "sources.toml"


def data_option(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option(
        "--data",
        "data_dir",
        envvar="HOINGHI_DATA",
        default="index_data",
        show_default=True,
        type=click.Path(path_type=Path, file_okay=False),
        help="The data directory (HOINGHI_DATA).",
    )(command)


def index_option(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option(
        "--index", "index_url", envvar="HOINGHI_INDEX", default=None, help="The index (default whoosh:<data>/whoosh)."
    )(command)


def sources_option(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option(
        "--sources",
        "sources_file",
        default=SOURCES_FILE,
        type=click.Path(path_type=Path, dir_okay=False),
        help="The registry of sources (default: the one that ships with the program).",
    )(command)


def contact_option(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option(
        "--contact",
        envvar="HOINGHI_CONTACT",
        default="",
        help="Mail address or URL that the user agent names, for the owners of the sites (HOINGHI_CONTACT).",
    )(command)


def open_index(index_url: str | None, data_dir: Path) -> Any:
    from search.engines import open_engine
    from search.engines.opensearch.address import from_environment

    return open_engine(from_environment(index_url or f"whoosh:{data_dir / 'whoosh'}", os.environ))


def report(summary: Any) -> None:
    """Print a summary and leave with exit code 1 where it says that something failed."""
    click.echo(str(summary))
    if summary.failed:
        sys.exit(DONE_IN_PART)
