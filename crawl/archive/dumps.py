"""Public dumps: a snapshot a month as WACZ and as JSON Lines, with a description of the fields; the last N are kept.

    hoinghi-2026-11.wacz, hoinghi-2026-11.jsonl.gz, README.md

What is withheld, or may not be shown, is in none of them: once an article is withheld, `drop_dumps` takes away those
that may hold it, and the next run makes that of this month anew. One that is being written just then may hold it, too:
a mark in the folder asks its writer to take it away again.
"""

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from filelock import FileLock, Timeout

from crawl.archive.database import DATABASE
from crawl.archive.export import export_jsonl
from crawl.archive.wacz import export_wacz
from crawl.errors import ArchiveError

NAME = re.compile(r"hoinghi-(?P<month>\d{4}-\d{2})\.(?:wacz|jsonl\.gz)")
LOCK = ".lock"
TO_DROP = ".drop"  # the mark: all dumps are to be taken away, and one that is being written when it is done
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
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / LOCK, thread_local=False):
            _drop_if_asked(folder)
            if wacz.exists() and lines.exists() and not anew:
                return DumpSummary()
            _write(data_dir, wacz, lines)
            while (folder / TO_DROP).exists():  # something was withheld meanwhile
                _drop_if_asked(folder)
                _write(data_dir, wacz, lines)
            months = sorted(set(_dumps(folder).values()))
            old = [path for path, its_month in _dumps(folder).items() if its_month in months[:-keep]]
            for path in old:
                path.unlink(missing_ok=True)
    except OSError as error:
        raise ArchiveError(f"cannot write dumps to {folder} ({error.strerror}): name another folder") from error
    return DumpSummary((wacz, lines), len(old))


def drop_dumps(folder: Path, wait_seconds: float = -1) -> int:
    """Take all dumps away: one of them may hold what must not be shown any more. Return how many files that were.

    wait_seconds: for one that is being written, -1 until it is; whoever writes it takes it away after that. Raises
    ArchiveError where the folder cannot be written to.
    """
    if not folder.is_dir():
        return 0
    try:
        (folder / TO_DROP).touch()
        dropped = _drop(folder)
        try:
            with FileLock(folder / LOCK, timeout=wait_seconds, thread_local=False):
                return dropped + _drop_if_asked(folder)
        except Timeout:
            return dropped
    except OSError as error:
        raise ArchiveError(
            f"cannot take the dumps in {folder} away ({error.strerror}): they may hold what was withheld; delete them"
        ) from error


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


def _write(data_dir: Path, wacz: Path, lines: Path) -> None:
    export_jsonl(data_dir, lines)
    export_wacz(data_dir, wacz)
    (wacz.parent / DICTIONARY).write_text(dictionary(), encoding="utf-8")


def _drop_if_asked(folder: Path) -> int:
    """Take all dumps away where the mark is set; return how many files that were. Called with the lock held."""
    if not (folder / TO_DROP).exists():
        return 0
    dropped = _drop(folder)
    (folder / TO_DROP).unlink(missing_ok=True)  # what was asked for meanwhile was withheld before: none holds it
    return dropped


def _drop(folder: Path) -> int:
    found = _dumps(folder)
    for path in found:
        path.unlink(missing_ok=True)
    return len(found)


def _dumps(folder: Path) -> dict[Path, str]:
    """Return the files of the dumps and the month of each."""
    named = {path: NAME.fullmatch(path.name) for path in sorted(folder.glob("hoinghi-*"))}
    return {path: match["month"] for path, match in named.items() if match}
