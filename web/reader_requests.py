"""What readers ask of who runs the site: a file of JSON lines that only grows; a line asks, a later one answers.

    {"id": "…", "at": "…Z", "kind": "withhold", "page": "<key>", "url": "", "text": "…", "mail": "…"}
    {"id": "…", "at": "…Z", "state": "done", "answer": "…", "by": "mai"}

Nothing of it is public. Reports of figures read wrongly (figure_reports.jsonl) are told with them.
"""

import hashlib
import json
import os
import secrets
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock

from search.errors import BadRequest

FILE, LOCK = "reader_requests.jsonl", "reader_requests.lock"
FIGURES_FILE = "figure_reports.jsonl"
WITHHOLD, MISTAKE, HERE, FIGURE = "withhold", "mistake", "here", "figure"
KINDS = (WITHHOLD, MISTAKE, HERE)  # that a reader may choose
OPEN, DONE, REFUSED = STATES = ("open", "done", "refused")
MOST_BYTES = 10 << 20


@dataclass(frozen=True, slots=True)
class ReaderRequest:
    """at, answered: ISO 8601 in UTC, "" for not yet. page: key of an article; url: of a page that is missing here."""

    id: str
    at: str
    kind: str
    page: str = ""
    url: str = ""
    text: str = ""
    mail: str = ""
    state: str = OPEN
    answer: str = ""
    by: str = ""
    answered: str = ""


def ask(data_dir: Path, kind: str, *, page: str = "", url: str = "", text: str = "", mail: str = "") -> ReaderRequest:
    """Keep what a reader asks. Raises BadRequest while the file is full of what nobody has read."""
    asked = ReaderRequest(secrets.token_hex(6), _now(), kind, page, url, text, mail)
    file = data_dir / FILE
    if file.exists() and file.stat().st_size > MOST_BYTES:
        message = "the operator has not read the earlier requests yet: try again later"
        raise BadRequest(message, "text", code="too-many-reports")
    told = {name: value for name, value in asdict(asked).items() if value and name != "state"}
    _append(data_dir, told)
    return asked


def answer(data_dir: Path, identifier: str, state: str, text: str, by: str) -> None:
    """Note what became of a request. Raises BadRequest where there is none of this id."""
    if identifier not in {one.id for one in requests(data_dir)}:
        raise BadRequest("id: expected that of a request", "id", code="not-a-key", value=identifier[:40])
    _append(data_dir, {"id": identifier, "at": _now(), "state": state, "answer": text, "by": by})


def requests(data_dir: Path) -> list[ReaderRequest]:
    """Return what was asked, the newest first; a line that cannot be read is passed over."""
    found: dict[str, ReaderRequest] = {}
    for digest, told in _lines(data_dir / FIGURES_FILE):
        figure = told.get("figure") or {}
        text = f"{figure.get('sentence', '')} [{figure.get('indicator', '')}: {figure.get('value', '')}] "
        text += str(told.get("remark", ""))
        found[digest] = ReaderRequest(digest, str(told.get("at", "")), FIGURE, str(told.get("page", "")), text=text)
    for _, told in _lines(data_dir / FILE):
        identifier = str(told.get("id", ""))
        if "state" in told and identifier in found and told["state"] in STATES:
            said = {name: str(told.get(name, "")) for name in ("state", "answer", "by")}
            found[identifier] = replace(found[identifier], **said, answered=str(told.get("at", "")))
        elif "kind" in told:
            fields = ("id", "at", "kind", "page", "url", "text", "mail")
            found[identifier] = ReaderRequest(**{name: str(told.get(name, "")) for name in fields})
    return sorted(found.values(), key=lambda one: one.at, reverse=True)


def _lines(file: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    try:
        lines = file.read_bytes().splitlines()
    except OSError:
        return
    for line in lines:
        try:
            told = json.loads(line)
        except ValueError:
            continue
        if isinstance(told, dict):
            yield hashlib.sha256(line).hexdigest()[:12], told


def _append(data_dir: Path, told: dict[str, str]) -> None:
    """Add a line, under a lock, for several processes answer."""
    with FileLock(data_dir / LOCK):
        place = os.open(data_dir / FILE, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)  # mail addresses stand in it
        with open(place, "a", encoding="utf-8") as file:
            file.write(json.dumps(told, ensure_ascii=False) + "\n")


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
