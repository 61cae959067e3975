"""Public dumps: a snapshot a month as WACZ and as JSON Lines, with a description of the fields; the last N are kept.

    hoinghi-2026-11.wacz, hoinghi-2026-11.jsonl.gz, README.md

What is withheld, or may not be shown, is in none of them: once an article is withheld, `drop_dumps` takes away those
that may hold it, and the next run makes that of this month anew.
"""

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from crawl.archive.database import DATABASE
from crawl.archive.export import export_jsonl
from crawl.archive.wacz import export_wacz
from crawl.errors import ArchiveError

NAME = re.compile(r"hoinghi-\d{4}-\d{2}\.(?:wacz|jsonl\.gz)")
DICTIONARY = "README.md"
FIELDS = {
    "id": "what names the article for good: its canonical address, or the name it was imported by",
    "url": "its address at the source",
    "title": "title, as printed",
    "lede": "the paragraph under the title, as printed",
    "text": "paragraphs as printed, separated by an empty line",
    "byline": "author or agency, as printed",
    "captions": "list of captions, as printed",
    "attachments": "list of addresses of attached files",
    "printed_date": "the line with the date of publication, as printed",
    "published": "date of publication that was given with an import, ISO 8601",
    "hints": "list of [where, date]: further dates that the page carries",
    "province": "slug of the province that the source speaks for",
    "source": "slug of the source",
    "fetched_at": "when this version was captured, ISO 8601 in UTC",
    "sha256": "SHA-256 (hex) of the captured bytes",
    "version": "number of this version of the article; older ones are in the WACZ file",
    "gone": "true: no longer at its source",
}


@dataclass(frozen=True, slots=True)
class DumpSummary:
    """made: the files that were written. dropped: how many were taken away, beyond those that are kept."""

    made: tuple[Path, ...] = ()
    dropped: int = 0
    failed: int = 0

    def __str__(self) -> str:
        if not self.made:
            return "dumps: that of this month is there"
        names = " and ".join(path.name for path in self.made)
        return f"dumps: {names} in {self.made[0].parent}; {self.dropped} older ones taken away"


def dump(data_dir: Path, folder: Path, *, keep: int, today: date, anew: bool = False) -> DumpSummary:
    """Write the dump of this month, unless it is there and not wanted anew; keep those of the last `keep` months.

    Raises ArchiveError where there is no archive or the folder cannot be written.
    """
    if not (data_dir / DATABASE).is_file():
        raise ArchiveError(f"no archive in {data_dir}: name the directory with --data")
    month = f"{today:%Y-%m}"
    wacz, lines = folder / f"hoinghi-{month}.wacz", folder / f"hoinghi-{month}.jsonl.gz"
    if wacz.exists() and lines.exists() and not anew:
        return DumpSummary()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        export_jsonl(data_dir, lines)
        export_wacz(data_dir, wacz)
        (folder / DICTIONARY).write_text(dictionary(), encoding="utf-8")
        months = sorted({path.name[8:15] for path in _dumps(folder)})
        old = [path for path in _dumps(folder) if path.name[8:15] in months[:-keep]]
        for path in old:
            path.unlink()
    except OSError as error:
        raise ArchiveError(f"cannot write dumps to {folder} ({error.strerror}): name another folder") from error
    return DumpSummary((wacz, lines), len(old))


def drop_dumps(folder: Path) -> int:
    """Take all dumps away: one of them may hold what must not be shown any more. Return how many files that were."""
    found = _dumps(folder)
    for path in found:
        path.unlink(missing_ok=True)
    return len(found)


def dictionary() -> str:
    """Return what the fields of a line of JSON mean, as Markdown."""
    rows = [f"| `{name}` | {meaning} |" for name, meaning in FIELDS.items()]
    return "\n".join(
        (
            "# Dumps of hoinghi",
            "",
            "One of each month. `.wacz`: every version and capture (WACZ 1.1.1), for replay tools and",
            "`hoinghi import`. `.jsonl.gz`: the current version of each article, a line of JSON each;",
            "fields that are empty are left out.",
            "",
            "| field | meaning |",
            "|---|---|",
            *rows,
            "",
        )
    )


def _dumps(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("hoinghi-*") if NAME.fullmatch(path.name))
