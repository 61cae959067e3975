"""Letters to who runs the site: what is in trouble, told when it begins, then once a day, and when it is over."""

import json
import os
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from pathlib import Path

from crawl.archive.health import source_states
from crawl.archive.index_run import last_run
from crawl.errors import ArchiveError
from web.alerts.settings import Settings
from web.alerts.smtp import TIMEOUT_SECONDS, Mailer, MailServerDown, NotTaken, NotTakenNow

FILE = "operator-mail.json"  # trouble → when it was last told
AGAIN_AFTER = timedelta(days=1)
IN_TROUBLE = ("failing", "stale", "moved")


def troubles(data_dir: Path) -> dict[str, str]:
    """Return what is in trouble now: a name that stays the same → what it is, in words."""
    found = {}
    run = last_run(data_dir)
    if run is not None and run.trouble:
        found["index"] = str(run)
    try:
        states = source_states(data_dir)
    except ArchiveError as error:
        return {**found, "archive": str(error)}
    return found | {f"source {state.slug}": str(state) for state in states if state.state in IN_TROUBLE}


def tell_operator(data_dir: Path, settings: Settings, recipient: str, now: datetime | None = None) -> str:
    """Send a letter where one is due; return what was done, in words, "" for nothing.

    What is not taken by the mail server is tried again at the next call.
    """
    now = now or datetime.now(UTC)
    told = _told(data_dir)
    present = troubles(data_dir)
    over = sorted(told.keys() - present.keys())
    due = [name for name in present if name not in told or now - told[name] >= AGAIN_AFTER]
    if not due and not over:
        return ""
    if not recipient or settings.smtp is None:
        return ""
    subject = f"hoinghi: {len(present)} sự cố" if present else "hoinghi: đã hết sự cố"
    lines = [*present.values(), *(f"đã hết: {name}" for name in over), "", f"{settings.url}/tinh-trang"]
    if trouble := send_to_operator(settings, recipient, subject, lines):
        return f"the operator was not told of {len(present)} troubles: {trouble}"
    _note(data_dir, dict.fromkeys(present, now))
    return f"the operator was told of {len(present)} troubles, {len(over)} are over"


def send_to_operator(
    settings: Settings, recipient: str, subject: str, lines: Sequence[str], seconds: float = TIMEOUT_SECONDS
) -> str:
    """Send a letter to who runs the site; return why it was not taken, "" where it was."""
    if settings.smtp is None:
        return "no mail server is set"
    letter = EmailMessage()
    letter["Subject"] = subject
    letter["From"], letter["To"] = settings.sender, recipient
    letter["Date"], letter["Message-ID"] = format_datetime(datetime.now(UTC)), make_msgid(domain=settings.host)
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content("\n".join([*lines, ""]))
    try:
        with Mailer(settings.smtp, settings.sender, settings.host, seconds) as mailer:
            mailer.send(letter, recipient)
    except (MailServerDown, NotTaken, NotTakenNow) as error:
        return str(error)
    return ""


def _told(data_dir: Path) -> dict[str, datetime]:
    try:
        kept = json.loads((data_dir / FILE).read_text(encoding="utf-8"))
        return {name: datetime.fromisoformat(moment) for name, moment in kept.items()}
    except (OSError, ValueError, AttributeError, TypeError):
        return {}


def _note(data_dir: Path, told: dict[str, datetime]) -> None:
    part = data_dir / f"{FILE}.part"
    part.write_text(json.dumps({name: moment.isoformat() for name, moment in told.items()}), encoding="utf-8")
    os.replace(part, data_dir / FILE)
