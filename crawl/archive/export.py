"""Gives the archive back: as one WARC file, or as JSON Lines that `hoinghi import` reads again."""

import gzip
import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from crawl.archive.archive import Archive, ArchivedArticle
from crawl.archive.database import CAPTURES, UNREADABLE
from crawl.archive.salvage import articles_past_damage
from crawl.errors import ArchiveError


def export_jsonl(data_dir: Path, target: Path, *, damaged: Callable[[str, Exception], None] | None = None) -> int:
    """Write the current version of each article as a line of JSON; return their number. A name in .gz is packed.

    damaged: told the id and the error of each article that cannot be read, which is then passed over.
    Raises ArchiveError where there is no archive, the target cannot be written, or, without `damaged`, for damage.
    """
    count = 0
    with _target(target) as stream:
        for archived in _readable(data_dir, damaged):
            stream.write(json.dumps(_line(archived), ensure_ascii=False).encode() + b"\n")
            count += 1
    return count


def _readable(data_dir: Path, damaged: Callable[[str, Exception], None] | None) -> Iterator[ArchivedArticle]:
    """Yield the articles in the order of their ids, as far as the database can be read so, and then what else can."""
    last = ""

    def passed_over(name: str, error: Exception) -> None:
        nonlocal last
        if damaged:
            last = name
            damaged(name, error)

    try:
        with Archive(data_dir, read_only=True) as archive:
            for archived in archive.articles(passed_over if damaged else None):
                yield archived
                last = archived.article.id
        return
    except (ArchiveError, sqlite3.DatabaseError) as error:
        if damaged is None or (isinstance(error, ArchiveError) and error.code != UNREADABLE):
            raise
    yield from articles_past_damage(data_dir, damaged, last)


def _line(archived: ArchivedArticle) -> dict[str, object]:
    article = archived.article
    published = dict(article.hints).get("import", "")
    line = {
        "id": article.id,
        "url": article.url,
        "title": article.title,
        "lede": article.lede,
        "text": article.body,
        "byline": article.byline,
        "captions": article.captions,
        "attachments": article.attachments,
        "printed_date": article.printed_date,
        "published": published,
        "hints": [hint for hint in article.hints if hint[0] != "import"],
        "province": article.province,
        "source": article.source,
        "fetched_at": archived.fetched_at,
        "sha256": archived.sha256,
        "version": archived.version,
        "gone": archived.gone,
    }
    return {name: value for name, value in line.items() if value or name in ("id", "title", "text")}


def export_warc(data_dir: Path, target: Path) -> int:
    """Write all captures into one WARC file; return how many files were put together.

    Each record is a gzip member of its own, so the files are simply put one behind the other. One that a crash cut off
    gives its whole records. A damaged archive.db does no harm unless it no longer tells what is withheld. Raises
    ArchiveError as export_jsonl does, and for a target not ending in .warc.gz.
    """
    if not target.name.endswith(".warc.gz"):
        raise ArchiveError(f"{target.name}: expected a name in .warc.gz; the records are packed as they lie")
    from crawl.archive.warc_reader import whole_length

    with Archive(data_dir, read_only=True) as archive, _target(target, packed=False) as stream:
        withheld = archive.withheld_urls()
        try:
            files = archive.capture_files()
        except ArchiveError:  # the files tell themselves which they are
            files = sorted(path.name for path in (archive.data_dir / CAPTURES).glob("*.warc.gz"))
        for name in files:
            path = archive.data_dir / CAPTURES / name
            try:
                with path.open("rb") as file:
                    for start, end in _shown(path, withheld) if withheld else [(0, whole_length(file))]:
                        _copy(file, stream, start, end)
            except OSError as error:
                raise ArchiveError(f'{path} cannot be read ({error.strerror}): see "hoinghi verify"') from None
    return len(files)


def _shown(path: Path, withheld: set[str]) -> list[tuple[int, int]]:
    """Return where the records of a file begin and end, without those of withheld addresses."""
    from warcio.archiveiterator import ArchiveIterator
    from warcio.exceptions import ArchiveLoadFailed

    spans = []
    with path.open("rb") as file, suppress(ArchiveLoadFailed, EOFError):  # a crash has cut it off
        records = ArchiveIterator(file)
        for record in records:
            records.read_to_end(record)
            if record.rec_headers.get_header("WARC-Target-URI") not in withheld:
                start = records.get_record_offset()
                spans.append((start, start + records.get_record_length()))
    return spans


def _copy(file: BinaryIO, stream: BinaryIO, start: int, end: int) -> None:
    file.seek(start)
    length = end - start
    while length > 0 and (chunk := file.read(min(length, 1 << 20))):
        stream.write(chunk)
        length -= len(chunk)


class _target:
    """The file to write: beside its name at first, in its place only when it is whole."""

    def __init__(self, path: Path, packed: bool | None = None) -> None:
        self._path = path
        self._part = path.with_name(path.name + ".part")
        self._packed = path.suffix == ".gz" if packed is None else packed

    def __enter__(self) -> BinaryIO:
        try:
            self._stream: BinaryIO = gzip.open(self._part, "wb") if self._packed else self._part.open("wb")  # type: ignore[assignment]
        except OSError as error:
            raise ArchiveError(f"cannot write {self._path} ({error.strerror}): name another file") from None
        return self._stream

    def __exit__(self, kind: type | None, error: object, trace: object) -> None:
        self._stream.close()
        if kind is None:
            shutil.move(self._part, self._path)
        else:
            self._part.unlink(missing_ok=True)
