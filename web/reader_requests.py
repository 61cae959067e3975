"""What readers ask of who runs the site: a file of JSON lines that only grows; a line asks, a later one answers.

    {"id": "…", "at": "…Z", "kind": "withhold", "page": "<key>", "text": "…", "mail": "…"}
    {"id": "…", "at": "…Z", "state": "done", "answer": "…", "by": "mai"}

Nothing of it is public. Reports of figures read wrongly and pages named for missing meetings, each in a file of its own
(web/reader_files.py), are told with them, and answered here.
"""

import hashlib
import json
import secrets
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from search.domain.moments import iso_now
from search.errors import BadRequest
from web.missing_meetings import proposal_id
from web.reader_files import FIGURES, PROPOSALS, REQUESTS, append, read_lines

LONGEST_REMARK = 1000  # characters
MOST_WAITING = 5000  # of all three files; then the operator has to answer some first
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
    """Keep what a reader asks. Raises BadRequest while too many wait for an answer."""
    check_room(data_dir, "text")
    asked = ReaderRequest(secrets.token_hex(6), iso_now(), kind, page, text=text, mail=mail)
    told = {name: value for name, value in asdict(asked).items() if value and name != "state"}
    append(data_dir / REQUESTS, told)
    return asked


def report(data_dir: Path, file: str, told: dict[str, Any], parameter: str, *, remark: str, sender: str) -> None:
    """Keep what a reader told in one of the files FIGURES, PROPOSALS, with the time and a short hash of the address.

    Raises BadRequest while too many wait for an answer.
    """
    check_room(data_dir, parameter)
    remark, mark = " ".join(remark.split())[:LONGEST_REMARK], hashlib.sha256(sender.encode()).hexdigest()[:8]
    append(data_dir / file, {"at": iso_now(), **told, "remark": remark, "from": mark})


def check_room(data_dir: Path, parameter: str) -> None:
    """Raise BadRequest where as many wait for an answer as may."""
    if sum(one.state == OPEN for one in requests(data_dir)) >= MOST_WAITING:
        message = "the operator has not read the earlier requests yet: try again later"
        raise BadRequest(message, parameter, code="too-many-reports")


def answer(data_dir: Path, identifier: str, state: str, text: str, by: str) -> None:
    """Note what became of a request. Raises BadRequest where there is none of this id."""
    check_known(data_dir, identifier)
    append(data_dir / REQUESTS, {"id": identifier, "at": iso_now(), "state": state, "answer": text, "by": by})


def check_known(data_dir: Path, identifier: str) -> None:
    """Raise BadRequest where there is no request of this id."""
    if identifier not in {one.id for one in requests(data_dir)}:
        raise BadRequest("id: expected that of a request", "id", code="not-a-key", value=identifier[:40])


def requests(data_dir: Path) -> list[ReaderRequest]:
    """Return what was asked, the newest first; a line that cannot be read is passed over."""
    found: dict[str, ReaderRequest] = {}
    for file, read in ((FIGURES, _figure), (PROPOSALS, _proposal)):
        for told in filter(None, read_lines(data_dir / file)):
            one = read(told)
            found.setdefault(one.id, one)
    for told in filter(None, read_lines(data_dir / REQUESTS)):
        identifier = str(told.get("id", ""))
        if "state" in told and identifier in found and told["state"] in STATES:
            said = {name: str(told.get(name, "")) for name in ("state", "answer", "by")}
            found[identifier] = replace(found[identifier], **said, answered=str(told.get("at", "")))
        elif "kind" in told:
            fields = ("id", "at", "kind", "page", "text", "mail")
            found[identifier] = ReaderRequest(**{name: str(told.get(name, "")) for name in fields})
    return sorted(found.values(), key=lambda one: one.at, reverse=True)


def _figure(told: dict[str, Any]) -> ReaderRequest:
    figure = told.get("figure")
    figure = figure if isinstance(figure, dict) else {}
    text = f"{figure.get('sentence', '')} [{figure.get('indicator', '')}: {figure.get('value', '')}] "
    text += str(told.get("remark", ""))
    name = hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:12]  # such a line has no id
    return ReaderRequest(name, str(told.get("at", "")), FIGURE, str(told.get("page", "")), text=text)


def _proposal(told: dict[str, Any]) -> ReaderRequest:
    names = ("province", "kind", "term", "number", "remark")
    text = " · ".join(str(told[name]) for name in names if told.get(name))
    return ReaderRequest(proposal_id(told), str(told.get("at", "")), HERE, url=str(told.get("url", "")), text=text)
