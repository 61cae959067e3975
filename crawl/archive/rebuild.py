"""archive.db made anew from the captures alone: what their journal says was done is done again, in order.

The old database is set aside under another name, never deleted. What is not in the captures and cannot come back: the
list of what is withheld, which is taken over from the old database where that can be read.
"""

import os
import shutil
import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from crawl import clock
from crawl.archive.archive import Archive
from crawl.archive.database import CAPTURES, DATABASE, INTERRUPTED, LOCK
from crawl.archive.journal import METADATA, event_of
from crawl.archive.runs import END_OF_RUN, NEW_ALARM, SAVE_SOURCE
from crawl.archive.scratch_folder import scratch_folder
from crawl.archive.warc import Location
from crawl.archive.warc_reader import CAPTURES as CAPTURE_KINDS
from crawl.archive.warc_reader import DamagedRecord, read_records
from crawl.article import Article
from crawl.capture import Capture
from crawl.errors import ArchiveError

_COLUMNS = (*(entry.name for entry in fields(Capture)), "etag", "last_modified", "payload_digest")
RECORDS_PER_COMMIT = 2_000
BESIDE = ".rebuild"  # where the new one is made, in the data directory


@dataclass(slots=True)
class RebuildSummary:
    """What was made anew. untold: captures without a journal, of before there was one. damaged: (where, why).

    set_aside: the old database. withheld: how many articles stay withheld; None where that cannot be read.
    """

    files: int = 0
    captures: int = 0
    articles: int = 0
    untold: int = 0
    withheld: int | None = 0
    set_aside: str = ""
    damaged: list[tuple[str, str]] = field(default_factory=list)

    @property
    def failed(self) -> int:
        return len(self.damaged) + self.untold + (self.withheld is None)

    def __str__(self) -> str:
        lines = [f"{DATABASE}: {self.captures:,} captures and {self.articles:,} articles from {self.files:,} files"]
        if self.set_aside:
            lines.append(f"the old one is now {self.set_aside}")
        if self.untold:
            lines.append(
                f"{self.untold:,} captures have no journal, as before version 0.3:"
                f' "hoinghi import" on {CAPTURES}/ reads what articles are in them'
            )
        if self.withheld is None:
            lines.append(
                "which articles were withheld, and how much of each source may be shown, cannot be read any more:"
                " withhold them again and permit again before serving"
            )
        lines += [f"  {place}: {why}" for place, why in self.damaged]
        return "\n".join(lines)


def rebuild(data_dir: Path) -> RebuildSummary:
    """Make archive.db of a data directory anew. Raises ArchiveError where there are no captures, or somebody writes."""
    files = sorted((data_dir / CAPTURES).glob("*.warc.gz"))
    if not files:
        raise ArchiveError(f"no captures in {data_dir / CAPTURES}: expected WARC files; name the directory with --data")
    lock = FileLock(data_dir / LOCK, timeout=1, thread_local=False)
    try:
        with lock, scratch_folder(data_dir / BESIDE) as folder:
            summary = RebuildSummary()
            with _Rebuilt(folder) as archive:
                archive.replay(files, summary)
                summary.withheld = archive.take_over_withheld(data_dir / DATABASE)
            _put_in_place(folder / DATABASE, data_dir, summary)
            return summary
    except Timeout:
        raise ArchiveError(f"another process is writing to {data_dir}: wait until it has ended") from None
    except OSError as error:
        raise ArchiveError(f"cannot write to {data_dir} ({error}): make room or mend the disk") from error


class _Rebuilt(Archive):
    """An archive that does again what it is told, and writes no captures of its own."""

    def _journal(self, *_: object, **__: object) -> None:
        """Write nothing: what is done again stands in the journal already."""

    def replay(self, files: list[Path], summary: RebuildSummary) -> None:
        """Do again what the journals of the files tell."""
        waiting: dict[str, Location] = {}  # captures whose event has not come yet
        read = 0
        self._begin()
        for path in files:
            summary.files += 1
            for record in read_records(path, CAPTURE_KINDS | METADATA):
                if isinstance(record, DamagedRecord):
                    summary.damaged.append((path.name, str(record)))
                elif record.kind != "metadata":
                    waiting[record.record_id] = record.location
                elif event := event_of(record):
                    location = waiting.pop(record.concurrent_to, None) if event["event"] == "capture" else None
                    try:
                        with self._writing_within():
                            self._do_again(event, location)
                    except (KeyError, TypeError, ValueError, sqlite3.Error) as error:
                        where = f"{path.name} at byte {record.location.offset}"
                        summary.damaged.append((where, f"what it tells cannot be done again ({error})"))
                read += 1
                if read % RECORDS_PER_COMMIT == 0:
                    self._commit()
                    self._begin()
        self._db.execute("UPDATE runs SET error = ? WHERE finished_at IS NULL AND error = ''", (INTERRUPTED,))
        self._commit()
        summary.untold = len(waiting)
        summary.captures, summary.articles = self.capture_count(), self.count()

    def _writing_within(self) -> Any:
        """Write within the transaction of replay(), all of an event or nothing."""
        self._depth = 1
        return self._writing()

    def _do_again(self, event: dict[str, Any], location: Location | None) -> None:
        match event["event"]:
            case "capture" if location:
                row = event | {"warc_file": location.file, "warc_offset": location.offset}
                names, marks = ", ".join(_COLUMNS), ", ".join(f":{name}" for name in _COLUMNS)
                # a number that was given twice: what it first stood for was undone, and its record remained
                self._db.execute(f"INSERT OR REPLACE INTO captures ({names}) VALUES ({marks})", row)
            case "article":
                capture = self.capture(event["capture"]) if event["capture"] else None
                self.store_article(
                    Article.of(event["article"]),
                    capture,
                    seen_at=event["seen_at"],
                    moved=bool(event.get("moved")),
                    set_right=bool(event.get("set_right")),
                    may_come_back=bool(event.get("came_back")),
                )
            case "moved":
                self.note_address(event["id"], event["address"])
            case "seen":
                self.touch_article(event["id"], event["seen_at"])
            case "missing":
                self.note_missing(event["id"], event["status"], event["tried_at"])
            case "gone":
                self.set_gone(event["keys"])
            case "run":
                self._db.execute(
                    "INSERT OR REPLACE INTO runs (id, source, started_at) VALUES (:id, :source, :started_at)", event
                )
            case "run_ended":
                self._db.execute(END_OF_RUN, {"not_followed": 0} | event)  # unknown to earlier journals
            case "alarm":
                self._db.execute(NEW_ALARM, event)
            case "sources":
                unknown = {"many_provinces": False}  # to earlier journals
                self._db.executemany(SAVE_SOURCE, [unknown | source for source in event["sources"]])

    def take_over_withheld(self, old: Path) -> int | None:
        """Withhold what the old database withholds, and take over how much may be shown.

        Return how many are withheld, None where that cannot be read.
        """
        if not old.is_file():
            return None
        try:
            with closing(sqlite3.connect(f"{old.resolve().as_uri()}?mode=ro", uri=True)) as database:
                rows = database.execute("SELECT key, reason, since, until FROM withheld").fetchall()
                try:
                    given = database.execute("SELECT source, shown FROM permits").fetchall()
                except sqlite3.OperationalError:
                    given = []  # of a version that knew none
        except sqlite3.DatabaseError as error:
            return 0 if "no such table" in str(error) else None
        self._depth = 0
        with self._writing():
            self._db.executemany("INSERT INTO withheld (key, reason, since, until) VALUES (?, ?, ?, ?)", rows)
            self._db.executemany("INSERT INTO permits (source, shown) VALUES (?, ?)", given)
            self._db.executemany("UPDATE articles SET withheld = 1 WHERE key = ?", ((row[0],) for row in rows))
        return len(rows)


def _put_in_place(made: Path, data_dir: Path, summary: RebuildSummary) -> None:
    old = data_dir / DATABASE
    if old.exists():
        with suppress(sqlite3.DatabaseError), closing(sqlite3.connect(old)) as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        summary.set_aside = f"{DATABASE}.replaced-{clock.now():%Y%m%dT%H%M%SZ}"
        _keep_as(old, data_dir / summary.set_aside)  # under its own name until the new one takes that
    for name in ("-wal", "-shm"):
        (data_dir / (DATABASE + name)).unlink(missing_ok=True)
    made.replace(old)


def _keep_as(path: Path, name: Path) -> None:
    """Give a file a second name, under which it stays when another takes the first."""
    name.unlink(missing_ok=True)  # of the same second
    try:
        os.link(path, name)
    except OSError:  # a file system without links
        shutil.copy2(path, name)
