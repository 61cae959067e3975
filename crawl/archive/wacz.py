"""The whole archive as one WACZ file (Web Archive Collection Zipped 1.1.1), which replay tools open and `import` reads.

    archive/*.warc.gz        the captures as they lie, without those that are withheld or not shown in full
    indexes/index.cdx        where each lies, by its address
    pages/pages.jsonl        the articles, with the moment of their current version
    hoinghi/<table>.jsonl    the rows of archive.db: every version with its times and hashes
    datapackage.json         every file above with its SHA-256

Imported into an empty data directory it gives the same archive: the same numbers, versions, captures and hashes.
"""

import hashlib
import json
import shutil
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from crawl.archive.archive import Archive
from crawl.archive.database import CAPTURES, now
from crawl.archive.permits import FULL
from crawl.archive.schema import VERSION
from crawl.archive.verify import verify
from crawl.errors import ArchiveError

# in the order in which rows refer to each other
TABLES = ("sources", "captures", "articles", "versions", "misses", "addresses")
WACZ_VERSION = "1.1.1"
PACKAGE, PACKAGE_DIGEST = "datapackage.json", "datapackage-digest.json"
INDEXED = ("response", "revisit", "resource")
_CHUNK = 1 << 20
# what zipfile raises for damaged files: of its lists, of its marks (encrypted, packed otherwise), of what is packed
UNREADABLE = (zipfile.BadZipFile, RuntimeError, NotImplementedError, zlib.error, EOFError)


@dataclass(frozen=True, slots=True)
class WaczSummary:
    """What was written or read."""

    file: Path
    articles: int
    versions: int
    captures: int
    failed: int = 0

    def __str__(self) -> str:
        return f"{self.file}: {self.articles:,} articles in {self.versions:,} versions, {self.captures:,} captures"


def export_wacz(data_dir: Path, target: Path) -> WaczSummary:
    """Write all that may be handed out. Raises ArchiveError where there is no archive or it cannot be written."""
    part = target.with_name(f"{target.name}.part")
    try:
        with (
            Archive(data_dir, read_only=True) as archive,
            zipfile.ZipFile(part, "w") as package,
            archive.snapshot(),
        ):
            counts = _Package(package, archive).write()
        shutil.move(part, target)
    except OSError as error:
        raise ArchiveError(f"cannot write {target} ({error.strerror}): name another file") from error
    finally:
        part.unlink(missing_ok=True)
    return WaczSummary(target, counts["articles"], counts["versions"], counts["captures"])


class _Package:
    """The zip file while it is written, with what stands in it so far."""

    def __init__(self, package: zipfile.ZipFile, archive: Archive) -> None:
        self._package, self._archive = package, archive
        self._resources: list[dict[str, Any]] = []
        self._withheld = archive.withheld_urls()

    def write(self) -> dict[str, int]:
        """Write everything; return how many rows each table has."""
        offsets: dict[tuple[str, int], int] = {}  # (file, offset in the archive) → offset in the package
        index: list[str] = []
        for name in self._archive.capture_files():
            path = self._archive.data_dir / CAPTURES / name
            moved = 0
            with path.open("rb") as file, self._file(f"archive/{name}", packed=True) as out:
                for start, length, line in _records(path, self._withheld):
                    offsets[name, start] = moved
                    if line:
                        index.append(line(name, moved, length))
                    file.seek(start)
                    out.write(file.read(length))
                    moved += length
        self._lines("indexes/index.cdx", sorted(index))
        pages = ({"format": "json-pages-1.0", "id": "pages", "title": "All Pages"}, *self._pages())
        self._lines("pages/pages.jsonl", map(_json, pages))
        counts = {}
        for table in TABLES:
            rows = list(self._rows(table, offsets))
            counts[table] = len(rows)
            if rows:  # tools take an empty file for a broken table
                self._lines(f"hoinghi/{table}.jsonl", map(_json, rows))
        self._describe()
        return counts

    def _pages(self) -> Iterator[dict[str, str]]:
        for archived in self._archive.articles():
            article = archived.article
            if article.url and archived.shown == FULL:
                yield {"id": article.key, "url": article.url, "title": article.title, "ts": archived.fetched_at}

    def _rows(self, table: str, offsets: dict[tuple[str, int], int]) -> Iterator[dict[str, Any]]:
        for row in self._archive.rows(table):
            if table == "captures":
                offset = offsets.get((row["warc_file"], row["warc_offset"]))
                if offset is None:
                    continue  # of a withheld address
                row["warc_offset"] = offset
            yield row

    def _lines(self, name: str, lines: Iterable[str]) -> None:
        with self._file(name) as out:
            for line in lines:
                out.write(line.encode() + b"\n")

    def _file(self, name: str, *, packed: bool = False) -> "_Resource":
        return _Resource(self._package, self._resources, name, zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED)

    def _describe(self) -> None:
        described = {
            "profile": "data-package",
            "wacz_version": WACZ_VERSION,
            "software": "hoinghi",
            "created": now(),
            "title": "hoinghi",
            "hoinghi_schema": VERSION,
            "resources": list(self._resources),
        }
        text = json.dumps(described, ensure_ascii=False, indent=1)
        self._package.writestr(PACKAGE, text)
        digest = {"path": PACKAGE, "hash": f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"}
        self._package.writestr(PACKAGE_DIGEST, json.dumps(digest))


class _Resource:
    """One file of the package while it is written."""

    def __init__(self, package: zipfile.ZipFile, resources: list[dict[str, Any]], path: str, compression: int) -> None:
        self._resources, self._path = resources, path
        entry = zipfile.ZipInfo(path)
        entry.compress_type = compression
        self._stream = package.open(entry, "w", force_zip64=True)
        self._digest, self._bytes = hashlib.sha256(), 0

    def __enter__(self) -> "_Resource":
        return self

    def write(self, data: bytes) -> None:
        self._digest.update(data)
        self._bytes += len(data)
        self._stream.write(data)

    def __exit__(self, *_: object) -> None:
        self._stream.close()
        described = {"name": self._path.lower(), "path": self._path, "hash": f"sha256:{self._digest.hexdigest()}"}
        self._resources.append({**described, "bytes": self._bytes})


def _records(path: Path, withheld: set[str]) -> Iterator[tuple[int, int, Any]]:
    """Give offset and length of each record to hand out, and what makes its line of the index, None for none."""
    with path.open("rb") as file:
        records = ArchiveIterator(file)
        try:
            for record in records:
                url = record.rec_headers.get_header("WARC-Target-URI") or ""
                line = None
                if record.rec_type in INDEXED:
                    line = _index_line(url, record)
                records.read_to_end(record)
                if url not in withheld:
                    yield records.get_record_offset(), records.get_record_length(), line
        except (ArchiveLoadFailed, EOFError):
            return  # a crash has cut the file off


def _index_line(url: str, record: Any) -> Any:
    date = "".join(filter(str.isdigit, record.rec_headers.get_header("WARC-Date")))[:14]
    http = record.http_headers
    mime = (http.get_header("Content-Type") if http else record.rec_headers.get_header("Content-Type")) or ""
    told = {
        "url": url,
        "mime": "warc/revisit" if record.rec_type == "revisit" else mime.partition(";")[0].strip(),
        "status": http.get_statuscode() if http else "-",
        "digest": record.rec_headers.get_header("WARC-Payload-Digest") or "-",
    }

    def line(file: str, offset: int, length: int) -> str:
        location = {"length": str(length), "offset": str(offset), "filename": file}
        return f"{sort_key(url)} {date} {json.dumps(told | location, ensure_ascii=False)}"

    return line


def sort_key(url: str) -> str:
    """Return the address as indexes of web archives are sorted (SURT): "vn,bacgiang)/tin?id=1"."""
    parts = urlsplit(url.lower())
    if not parts.hostname:
        return url.lower()
    host = ",".join(reversed(parts.hostname.removeprefix("www.").split(".")))
    port = f":{parts.port}" if parts.port else ""
    return f"{host}{port}){parts.path or '/'}" + (f"?{'&'.join(sorted(parts.query.split('&')))}" if parts.query else "")


def import_wacz(file: Path, data_dir: Path) -> WaczSummary:
    """Make the archive of such a file, in a data directory without one. Raises ArchiveError.

    Every byte is compared with its hash before anything is stored, and the archive verified at the end.
    """
    try:
        with zipfile.ZipFile(file) as package:
            resources = _checked(package, file)
            with Archive(data_dir) as archive:
                if archive.capture_count() or archive.count():
                    raise ArchiveError(f"{data_dir} holds an archive: name an empty directory with --data")
                for path in resources:
                    if path.startswith("archive/"):
                        _unpack(package, path, data_dir / CAPTURES / path.removeprefix("archive/"))
                counts = archive.insert_rows({table: _read_rows(package, table, resources) for table in TABLES})
    except (*UNREADABLE, OSError, ValueError, KeyError) as error:
        raise ArchiveError(
            f"{file} is no WACZ file of this program ({error}): expected what hoinghi export writes"
        ) from error
    if found := verify(data_dir).damaged:
        raise ArchiveError(f"{data_dir}: {found[0][0]} is damaged ({found[0][1]}) after the import of {file}")
    return WaczSummary(file, counts["articles"], counts["versions"], counts["captures"])


def _checked(package: zipfile.ZipFile, file: Path) -> list[str]:
    """Return the paths of the package's files, each compared with its hash. Raises ArchiveError, KeyError."""
    text = package.read(PACKAGE)
    digest = json.loads(package.read(PACKAGE_DIGEST))["hash"]
    described = json.loads(text)
    if digest != f"sha256:{hashlib.sha256(text).hexdigest()}":
        raise ArchiveError(f"{file} is damaged: {PACKAGE} is not what was written; take another copy")
    if described.get("hoinghi_schema", 0) > VERSION:
        raise ArchiveError(f"{file} was written by a newer version of this program: install that, then import again")
    for resource in described["resources"]:
        digest = hashlib.sha256()
        with package.open(resource["path"]) as stream:
            while chunk := stream.read(_CHUNK):
                digest.update(chunk)
        if resource["hash"] != f"sha256:{digest.hexdigest()}":
            raise ArchiveError(f"{file} is damaged: {resource['path']} is not what was written; take another copy")
    if "hoinghi/versions.jsonl" not in {resource["path"] for resource in described["resources"]}:
        raise ArchiveError(f"{file} holds no articles of this program: import the WARC files within it")
    return [resource["path"] for resource in described["resources"]]


def _unpack(package: zipfile.ZipFile, path: str, target: Path) -> None:
    if "/" in target.name or target.name.startswith("."):
        raise ValueError(f"strange name {path}")
    target.parent.mkdir(parents=True, exist_ok=True)
    with package.open(path) as stream, target.open("xb") as out:
        shutil.copyfileobj(stream, out, _CHUNK)


def _read_rows(package: zipfile.ZipFile, table: str, resources: list[str]) -> list[dict[str, Any]]:
    path = f"hoinghi/{table}.jsonl"
    return [json.loads(line) for line in package.read(path).splitlines()] if path in resources else []


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
