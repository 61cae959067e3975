"""Files that can be imported: which there are, and how each is taken apart into articles with their captures.

.txt .html .htm .pdf .docx
.odt .rtf .xlsx .doc            one article for each file, kept as a resource record
.jsonl .jsonl.gz                one article for each line, each line kept as a resource record
.warc .warc.gz                  one article for each page; responses are copied with their own dates
"""

import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from crawl.archive.archive import Archive
from crawl.archive.journal import journal_of
from crawl.archive.warc_reader import DamagedRecord, Record, read_records
from crawl.article import Article
from crawl.capture import Capture
from crawl.importing.readers import DOCX, HTML, JSON, OTHER_DOCUMENTS, PDF, TEXT, article_of, is_article_page
from crawl.registry.hosts import Hosts

WHOLE_FILES = {".txt": TEXT, ".html": HTML, ".htm": HTML, ".pdf": PDF, ".docx": DOCX, **OTHER_DOCUMENTS}
JSON_LINES = (".jsonl", ".jsonl.gz")
WARCS = (".warc", ".warc.gz")
KINDS = (*WHOLE_FILES, *JSON_LINES, *WARCS)

MAX_FILE_BYTES = 200_000_000  # of a file that is one article; a WARC or JSON Lines file may be of any size
MAX_LINE_BYTES = 50_000_000  # of a line of JSON: a file without line ends must not fill the memory
IMPORT_URL = "urn:x-hoinghi:import:"  # in a WARC every record has a URI, an imported file this one


@dataclass(frozen=True, slots=True)
class Skip:
    """A file, line or record that was left out, and why."""

    place: str
    why: str


Found = tuple[Article, Capture] | Skip


def articles_in(archive: Archive, path: Path, file_id: str, hosts: Hosts) -> Iterator[Found]:
    """Yield what a file holds, recording its bytes in the archive. What cannot be read is yielded as Skip."""
    name = path.name.lower()
    try:
        if name.endswith(WARCS):
            yield from _in_warc(archive, path, hosts)
        elif name.endswith(JSON_LINES):
            yield from _in_json_lines(archive, path, file_id, hosts)
        elif media_type := WHOLE_FILES.get(path.suffix.lower()):
            yield _in_whole_file(archive, path, file_id, media_type)
        else:
            yield Skip(str(path), f"not of a kind that can be imported ({' '.join(KINDS)})")
    except OSError as error:
        yield Skip(str(path), f"it cannot be read ({error.strerror or error})")


def _in_whole_file(archive: Archive, path: Path, file_id: str, media_type: str) -> Found:
    if path.stat().st_size > MAX_FILE_BYTES:
        return Skip(str(path), f"it is larger than {MAX_FILE_BYTES:,} bytes: divide it into articles")
    data = path.read_bytes()
    if not data.strip():
        return Skip(str(path), "it is empty")
    try:
        article = article_of(data, media_type, file_id)
    except ValueError as error:
        return Skip(str(path), str(error))
    return article, archive.record_file(article.source, IMPORT_URL + quote(file_id), data, media_type)


def _in_json_lines(archive: Archive, path: Path, file_id: str, hosts: Hosts) -> Iterator[Found]:
    number = 0
    with gzip.open(path, "rb") if path.suffix.lower() == ".gz" else path.open("rb") as lines:
        try:
            while line := lines.readline(MAX_LINE_BYTES):
                number += 1
                if line.strip():
                    yield _in_line(archive, line.strip(), f"{path}:{number}", hosts)
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            yield Skip(str(path), f"it is cut off or damaged after line {number} ({error})")


def _in_line(archive: Archive, line: bytes, place: str, hosts: Hosts) -> Found:
    try:
        article = article_of(line.removeprefix(b"\xef\xbb\xbf"), JSON, "", hosts=hosts)
    except ValueError as error:
        return Skip(place, str(error))
    return article, archive.record_file(article.source, IMPORT_URL + quote(article.id), line, JSON)


def _in_warc(archive: Archive, path: Path, hosts: Hosts) -> Iterator[Found]:
    journal = journal_of(path)
    for record in read_records(path):
        if isinstance(record, DamagedRecord):
            yield Skip(str(path), str(record))
        elif told := journal.captures.get(record.record_id):
            yield from _as_told(archive, record, told, journal.articles.get(told["id"], []))
        elif record.kind == "resource":
            yield _in_resource(archive, path, record, hosts)
        elif record.kind == "response" and record.status == 200 and is_article_page(record.url, hosts):
            yield _in_response(archive, path, record, hosts)


def _as_told(archive: Archive, record: Record, told: dict[str, Any], articles: list[dict[str, Any]]) -> Iterator[Found]:
    """Yield the articles that an archive of this program read from a capture; none from a list, or what it left out."""
    for fields in articles:
        try:
            article = Article.of(fields)
        except (TypeError, ValueError, KeyError) as error:
            yield Skip(record.url, f"its article in the journal is damaged ({error})")
            continue
        capture = _known(archive, record, str(told["sha256"]))
        if capture is None and record.kind == "resource":
            capture = archive.record_file(
                article.source, record.url, record.payload, record.content_type, fetched_at=record.date
            )
        elif capture is None and record.kind == "response":
            capture = archive.record_response(
                article.source,
                record.url,
                record.status,
                record.headers,
                record.payload,
                fetched_at=record.date,
                page=str(told["page"]),
            )
        if capture is not None:
            yield article, capture


def _known(archive: Archive, record: Record, digest: str) -> Capture | None:
    """Return the capture of a record where the archive has it: of the same moment, with the same bytes."""
    captures = archive.captures(record.url)
    return next((found for found in captures if (found.fetched_at, found.sha256) == (record.date, digest)), None)


def _in_resource(archive: Archive, path: Path, record: Record, hosts: Hosts) -> Found:
    article_id = unquote(record.url.removeprefix(IMPORT_URL))
    try:
        article = article_of(record.payload, record.content_type, article_id, hosts=hosts)
    except ValueError as error:
        return Skip(f"{path}: {record.url}", str(error))
    return article, archive.record_file(
        article.source, record.url, record.payload, record.content_type, fetched_at=record.date
    )


def _in_response(archive: Archive, path: Path, record: Record, hosts: Hosts) -> Found:
    from crawl.extraction.decoding import BadCoding, TooLarge, decoded_body

    headers = {name.lower(): value for name, value in record.headers}
    media_type = headers.get("content-type", HTML)
    known = _known(archive, record, sha256(record.payload).hexdigest())
    try:
        if media_type.startswith(TEXT):
            raise ValueError(f"{media_type}: expected a web page or a document")  # a robots.txt is no article
        body = decoded_body(record.payload, headers.get("content-encoding", ""))
        article = article_of(body, media_type, record.url, url=record.url, hosts=hosts)
    except (BadCoding, TooLarge, ValueError) as error:
        return Skip(f"{path}: {record.url}", str(error))
    return article, known or archive.record_response(
        article.source, record.url, record.status, record.headers, record.payload, fetched_at=record.date
    )
