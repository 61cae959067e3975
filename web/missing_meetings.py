"""Meetings that the archive lacks, as readers propose them: "here it is", with the address of a page.

A proposal is kept for the operator; no address is fetched because a reader named it.
"""

import hashlib
import ipaddress
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from search.domain.numbering import NumberedMeetings
from search.errors import BadRequest
from web.reader_files import PROPOSALS, read_lines

LONGEST_URL = 2000  # characters
_HOST = re.compile(r"(?=.{1,253}$)(?:[\w](?:[\w-]{0,61}[\w])?\.)+[a-z]{2,63}")


@dataclass(frozen=True, slots=True)
class Proposal:
    """A page that a reader names for a missing meeting. at: ISO 8601, UTC."""

    at: str
    province: str
    kind: str
    term: str
    number: int
    url: str
    remark: str

    @property
    def id(self) -> str:
        return proposal_id(asdict(self))

    def __str__(self) -> str:
        return "\t".join(
            (self.at, self.province, self.kind, f"khóa {self.term}", str(self.number), self.url, self.remark)
        )


FIELDS = {"at": str, "province": str, "kind": str, "term": str, "number": int, "url": str, "remark": str}


def proposals(data_dir: Path) -> tuple[list[Proposal], int]:
    """Return what readers proposed, oldest first, each page of a meeting once; and how many lines are damaged."""
    found: dict[str, Proposal] = {}
    damaged = 0
    for told in read_lines(data_dir / PROPOSALS):
        if told is None or any(not isinstance(told.get(name), known) for name, known in FIELDS.items()):
            damaged += 1
            continue
        found.setdefault(proposal_id(told), Proposal(**{name: told[name] for name in FIELDS}))
    return list(found.values()), damaged


def proposal_id(told: Mapping[str, Any]) -> str:
    """Return what a proposal is known by: the same for whoever names this page for this meeting, and whenever."""
    named = [told.get(name) for name in ("province", "kind", "term", "number", "url")]
    return hashlib.sha256(json.dumps(named).encode()).hexdigest()[:12]


def meeting_name(body: NumberedMeetings, number: int) -> str:
    """Return how a form names a missing meeting of a province: "bch.XV.12"."""
    return f"{body.kind}.{body.term}.{number}"


def missing_meeting(bodies: Sequence[NumberedMeetings], name: str) -> tuple[NumberedMeetings, int]:
    """Return the missing meeting that a form names. Raises BadRequest for one that is not missing."""
    for body in bodies:
        for number in body.missing:
            if meeting_name(body, number) == name:
                return body, number
    raise BadRequest("meeting: expected one of the missing meetings that the page lists", "meeting", code="not-missing")


def page_address(text: str) -> str:
    """Return the address of a page of the web as given. Raises BadRequest for what is none."""
    text = text.strip()
    shown = text if len(text) <= 80 else text[:79] + "…"
    if not text:
        raise BadRequest("url: expected the address of the page, https://…", "url", code="no-address")
    if len(text) > LONGEST_URL:
        message = "url: {count} characters; expected at most {most}"
        raise BadRequest(message, "url", code="address-too-long", count=len(text), most=LONGEST_URL)
    if not _is_address(text):
        message = (
            'url "{value}": expected the address of a page as the browser shows it, such as https://bao.vn/tin-1.html'
        )
        raise BadRequest(message, "url", code="not-an-address", value=shown)
    return text


def _is_address(text: str) -> bool:
    if not text.isprintable() or any(character.isspace() for character in text):
        return False
    try:
        parts = urlsplit(text)
        host, port = (parts.hostname or "").encode("idna").decode("ascii"), parts.port
    except ValueError:
        return False
    if parts.scheme not in ("http", "https") or parts.username is not None or port == 0:
        return False
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return bool(_HOST.fullmatch(host))
