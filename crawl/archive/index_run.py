"""How the last run of the indexer ended, kept beside the archive: for status, metrics and letters to the operator."""

import json
import os
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from crawl.archive.database import now

FILE = "index-run.json"


@dataclass(frozen=True, slots=True)
class IndexRun:
    """Times are ISO 8601 in UTC, "" for never. trouble: why the last run failed, "" where it did not."""

    ended: str = ""
    succeeded: str = ""
    failing_since: str = ""
    trouble: str = ""

    def __str__(self) -> str:
        if self.trouble:
            return f"chỉ mục: lập không được từ {self.failing_since}, lần cuối {self.ended}: {self.trouble}"
        return f"chỉ mục: lập xong {self.succeeded}"


def last_run(data_dir: Path) -> IndexRun | None:
    """Return how the last run ended; None where none was noted, or the note cannot be read."""
    try:
        return IndexRun(**json.loads((data_dir / FILE).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def note_run(data_dir: Path, trouble: str = "") -> IndexRun:
    """Note that a run has ended now. trouble: "" where it succeeded."""
    moment, before = now(), last_run(data_dir) or IndexRun()
    if trouble:
        found = replace(before, ended=moment, trouble=trouble[:500], failing_since=before.failing_since or moment)
    else:
        found = IndexRun(ended=moment, succeeded=moment)
    part = data_dir / f"{FILE}.part"
    part.write_text(json.dumps(asdict(found), ensure_ascii=False), encoding="utf-8")
    os.replace(part, data_dir / FILE)
    return found
