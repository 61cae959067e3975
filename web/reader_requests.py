"""What readers ask of who runs the site: a file of JSON lines that only grows; a line asks, a later one answers.

    {"id": "…", "at": "…Z", "kind": "withhold", "page": "<key>", "text": "…", "mail": "…"}
    {"id": "…", "at": "…Z", "state": "done", "answer": "…", "by": "mai"}

Nothing of it is public. Reports of figures read wrongly (figure_reports.jsonl) and pages named for missing meetings
(meeting_proposals.jsonl) are told with them, and answered here.
"""

import hashlib
import json
import os
import secrets
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock

from search.errors import BadRequest
from web import proposals
from web.reader_reports import MOST_BYTES, read_reports

FILE, LOCK = "reader_requests.jsonl", "reader_requests.lock"
FIGURES_FILE = "figure_reports.jsonl"
WITHHOLD, MISTAKE, HERE, FIGURE = "withhold", "mistake", "here", "figure"
KINDS = (WITHHOLD, MISTAKE)  # that a reader may choose on /yeu-cau
OPEN, DONE, REFUSED = STATES = ("open", "done", "refused")


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


def ask(data_dir: Path, kind: str, *, page: str = "", text: str = "", mail: str = "") -> ReaderRequest:
    """Keep what a reader asks. Raises BadRequest while the file is full of what nobody has read."""
    asked = ReaderRequest(secrets.token_hex(6), _now(), kind, page, text=text, mail=mail)
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
    told_otherwise = [
        *(_figure(told) for told in read_reports(data_dir / FIGURES_FILE) if told),
        *(_proposal(told) for told in read_reports(data_dir / proposals.FILE) if told),
    ]
    found = {one.id: one for one in told_otherwise}
    for told in filter(None, read_reports(data_dir / FILE)):
        identifier = str(told.get("id", ""))
        if "state" in told and identifier in found and told["state"] in STATES:
            said = {name: str(told.get(name, "")) for name in ("state", "answer", "by")}
            found[identifier] = replace(found[identifier], **said, answered=str(told.get("at", "")))
        elif "kind" in told:
            fields = ("id", "at", "kind", "page", "text", "mail")
            found[identifier] = ReaderRequest(**{name: str(told.get(name, "")) for name in fields})
    return sorted(found.values(), key=lambda one: one.at, reverse=True)


def _figure(told: dict[str, Any]) -> ReaderRequest:
    figure = told.get("figure") or {}
    text = f"{figure.get('sentence', '')} [{figure.get('indicator', '')}: {figure.get('value', '')}] "
    text += str(told.get("remark", ""))
    return ReaderRequest(_name(told), str(told.get("at", "")), FIGURE, str(told.get("page", "")), text=text)


def _proposal(told: dict[str, Any]) -> ReaderRequest:
    names = ("province", "kind", "term", "number", "remark")
    text = " · ".join(str(told[name]) for name in names if told.get(name))
    return ReaderRequest(_name(told), str(told.get("at", "")), HERE, url=str(told.get("url", "")), text=text)


def _name(told: dict[str, Any]) -> str:
    """Return what a line without an id is known by."""
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:12]


def _append(data_dir: Path, told: dict[str, str]) -> None:
    """Add a line, under a lock, for several processes answer."""
    with FileLock(data_dir / LOCK):
        place = os.open(data_dir / FILE, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)  # mail addresses stand in it
        with open(place, "a", encoding="utf-8") as file:
            file.write(json.dumps(told, ensure_ascii=False) + "\n")


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
