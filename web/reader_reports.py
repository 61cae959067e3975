"""What readers tell the operator through a form: a line of JSON each in a file of the data directory, never public."""

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import request

from search.errors import BadRequest
from web.http.proxy import is_own_origin

LONGEST_REMARK = 1000  # characters
MOST_BYTES = 10 << 20  # of a file; then the operator has to read it first


def check_form(parameter: str) -> None:
    """Raise BadRequest where the form that was sent is not one of this site's pages; they need no session."""
    if not is_own_origin(request.headers.get("Origin", request.host_url.rstrip("/"))):
        raise BadRequest("Origin: expected a form of these pages", parameter, code="strange-form")


def keep_report(file: Path, told: dict[str, Any], parameter: str) -> None:
    """Append what a reader told, with the time, the remark of the form, and a short hash of the address.

    Raises BadRequest where the file is full.
    """
    if file.exists() and file.stat().st_size > MOST_BYTES:
        message = "the operator has not read the earlier reports yet: try again later"
        raise BadRequest(message, parameter, code="too-many-reports")
    line = {
        "at": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        **told,
        "remark": " ".join(request.form.get("remark", "").split())[:LONGEST_REMARK],
        "from": hashlib.sha256((request.remote_addr or "").encode()).hexdigest()[:8],
    }
    with file.open("a", encoding="utf-8") as reports:
        reports.write(json.dumps(line, ensure_ascii=False) + "\n")


def read_reports(file: Path) -> Iterator[dict[str, Any] | None]:
    """Yield what readers told, oldest first; None for each line that is damaged. Nothing where there is no file."""
    if not file.exists():
        return
    with file.open(encoding="utf-8", errors="replace") as lines:
        for line in lines:
            try:
                told = json.loads(line)
            except ValueError:
                told = None
            yield told if isinstance(told, dict) else None
