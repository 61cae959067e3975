"""What the archive did, read from the metadata records among its captures (written by Store._journal)."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from crawl.archive.warc import JOURNAL_FIELD, WARC_FIELDS
from crawl.archive.warc_reader import DamagedRecord, Record, read_records

METADATA = frozenset({"metadata"})


@dataclass(slots=True)
class Journal:
    """What the journal of one WARC file says of its captures.

    captures: by WARC-Record-ID what is known of a capture: id, source, page ("article", "list", …).
    articles: by the number of a capture the fields of each article that was read from it.
    """

    captures: dict[str, dict[str, Any]] = field(default_factory=dict)
    articles: dict[int, list[dict[str, Any]]] = field(default_factory=dict)


def event_of(record: Record) -> dict[str, Any] | None:
    """Return the event that a metadata record tells, None where it is another program's."""
    name, _, value = record.payload.partition(b":")
    if (
        record.kind != "metadata"
        or record.content_type != WARC_FIELDS
        or name.decode("ascii", "replace") != JOURNAL_FIELD
    ):
        return None
    try:
        told = json.loads(value)
    except ValueError:
        return None
    return told if isinstance(told, dict) and isinstance(told.get("event"), str) else None


def events_in(path: Path) -> Iterator[tuple[dict[str, Any], Record]]:
    """Yield the events in a WARC file with their records, in order; damage is passed over. Raises OSError."""
    for record in read_records(path, METADATA):
        if not isinstance(record, DamagedRecord) and (event := event_of(record)):
            yield event, record


def journal_of(path: Path) -> Journal:
    """Return what the journal of a WARC file says; nothing for a file of another program. Raises OSError."""
    journal = Journal()
    for event, record in events_in(path):
        if event["event"] == "capture" and record.concurrent_to:
            journal.captures[record.concurrent_to] = event
        elif event["event"] == "article" and event.get("capture"):
            journal.articles.setdefault(event["capture"], []).append(event["article"])
    return journal
