"""WARC 1.1 files: what was fetched, as it was fetched. Writing, with rotation; reading: crawl/archive/warc_reader.py.

A file is named `hoinghi-<UTC time>-<process>-<serial>.warc.gz` and goes on until it has a gigabyte, whichever process
writes (the archive's lock lets one write at a time). Each record is a gzip member of its own, so a record is read by
its offset, and a file that lost its tail to a crash is readable to its last whole record; whoever goes on cuts the
rest off.
"""

import base64
import errno
import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawl import clock

WARC_VERSION = "1.1"
MAX_FILE_BYTES = 1_000_000_000  # the customary WARC size: small enough to copy, large enough not to litter
SOFTWARE = "hoinghi"
WARC_FIELDS = "application/warc-fields"
JOURNAL_FIELD = "hoinghi-journal"
NOT_MODIFIED_PROFILE = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"

Headers = Mapping[str, str] | Iterable[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Location:
    """Where a record starts: name of the file and offset of its gzip member in bytes. record_id: its WARC-Record-ID."""

    file: str
    offset: int
    record_id: str = ""


@dataclass(frozen=True, slots=True)
class SentRequest:
    """What was sent to get a response."""

    headers: Headers
    method: str = "GET"
    body: bytes = b""


def payload_digest(payload: bytes) -> str:
    """Return the digest that replay tools index by: "sha1:" and the SHA-1 in base 32."""
    return "sha1:" + base64.b32encode(hashlib.sha1(payload, usedforsecurity=False).digest()).decode("ascii")


def header_pairs(headers: Headers | None) -> list[tuple[str, str]]:
    """Return headers as pairs on one line each; a line break in a value would forge a header of the record."""
    pairs = headers.items() if isinstance(headers, Mapping) else headers or ()
    return [(_one_line(name), _one_line(value)) for name, value in pairs]


def readable_headers(headers: Headers | None, body: bytes) -> list[tuple[str, str]]:
    """Return headers that describe body as it is kept: those that no longer hold are set aside under another name.

    A client hands over a body without chunks and often unpacked; a replay tool would choke on what the server said.
    """
    pairs = []
    for name, value in header_pairs(headers):
        lower = name.lower()
        stale = (
            lower == "transfer-encoding"
            or (lower == "content-length" and value != str(len(body)))
            or (lower == "content-encoding" and not _is_coded(body, value))
        )
        pairs.append((f"X-Archive-Orig-{name}" if stale else name, value))
    return pairs


def _is_coded(body: bytes, coding: str) -> bool:
    """Tell whether body still is in the content coding named; br and deflate have no mark, so text betrays them."""
    if "gzip" in coding.lower():
        return body.startswith(b"\x1f\x8b")
    return body.lstrip()[:1] not in (b"<", b"{", b"[", b"%", b"")


def _one_line(text: str) -> str:
    return " ".join(text.replace("\0", "").split("\r\n")).replace("\n", " ").replace("\r", " ").strip()


class WarcWriter:
    """Appends records to files of its own in one directory; the first record opens the first file."""

    def __init__(self, directory: Path, max_file_bytes: int = MAX_FILE_BYTES) -> None:
        self.directory = directory
        self.max_file_bytes = max_file_bytes
        self._file: BinaryIO | None = None
        self._writer: WARCWriter | None = None
        self._name = ""
        self._resume: Location | None = None
        self._serial = 0
        self._synced = 0  # bytes of the file that are on disk for good
        self._has_lost = False

    def go_on_after(self, known: Location) -> None:
        """Let the next record be appended to a file of before. known: one of its records, or its beginning."""
        self._resume = known

    def write_response(
        self,
        url: str,
        status: int,
        headers: Headers,
        body: bytes,
        date: str,
        request: SentRequest | None = None,
    ) -> Location:
        """Append a response record and the request it answers; return where the response lies."""
        writer = self._ready()
        response = writer.create_warc_record(
            url,
            "response",
            payload=BytesIO(body),
            length=len(body),
            http_headers=_http_head(status, headers),
            warc_headers_dict={"WARC-Date": date, "WARC-Payload-Digest": payload_digest(body)},
        )
        return self._append(response, url, date, request)

    def write_revisit(
        self,
        url: str,
        status: int,
        headers: Headers,
        digest: str,
        refers_to_date: str,
        date: str,
        request: SentRequest | None = None,
    ) -> Location:
        """Append a revisit record: the server sent the bytes of `refers_to_date` again, or said 304.

        The head of a 304 is not kept here: replay tools would show it in the place of the head of the page.
        """
        writer = self._ready()
        revisit = writer.create_revisit_record(
            url,
            digest=digest,
            refers_to_uri=url,
            refers_to_date=refers_to_date,
            http_headers=None if status == 304 else _http_head(status, headers),
            warc_headers_dict={"WARC-Date": date},
        )
        if status == 304:
            revisit.rec_headers.replace_header("WARC-Profile", NOT_MODIFIED_PROFILE)
        return self._append(revisit, url, date, request)

    def write_resource(self, url: str, content_type: str, body: bytes, date: str) -> Location:
        """Append a file that was imported rather than fetched."""
        writer = self._ready()
        resource = writer.create_warc_record(
            url,
            "resource",
            payload=BytesIO(body),
            length=len(body),
            warc_content_type=content_type or "application/octet-stream",
            warc_headers_dict={"WARC-Date": date, "WARC-Payload-Digest": payload_digest(body)},
        )
        return self._append(resource, url, date, None)

    def write_metadata(self, url: str, fields: Mapping[str, object], date: str, concurrent_to: str = "") -> Location:
        """Append what is to be known beside a record. concurrent_to: the record's id, "" for none.

        The fields stand as JSON in one field of the format warc-fields, which replay tools pass over; any other content
        they would show as a page.
        """
        writer = self._ready()
        text = f"{JOURNAL_FIELD}: {json.dumps(fields)}\r\n".encode("ascii")
        heads = {"WARC-Date": date} | ({"WARC-Concurrent-To": concurrent_to} if concurrent_to else {})
        record = writer.create_warc_record(
            _one_line(url),
            "metadata",
            payload=BytesIO(text),
            length=len(text),
            warc_content_type=WARC_FIELDS,
            warc_headers_dict=heads,
        )
        return self._append(record, url, date, None)

    def sync(self) -> None:
        """Bring everything written so far onto the disk. Raises OSError where some of it was lost meanwhile."""
        if self._has_lost:
            self._has_lost = False
            raise OSError(errno.ENOSPC, "records that were written since the last sync are lost", self._name)
        if self._file is not None:
            try:
                self._file.flush()
                os.fsync(self._file.fileno())
            except OSError:
                self._cut_back()
                raise
            self._synced = self._file.tell()

    def close(self) -> None:
        self.sync()
        if self._file is not None:
            self._file.close()
        self._file = self._writer = None

    def _ready(self) -> WARCWriter:
        """Return the writer for now, on a new file where the last one is full."""
        if self._file is not None and self._file.tell() >= self.max_file_bytes:
            self.close()
        if self._writer is None and not self._reopened():
            self._open()
        assert self._writer is not None
        return self._writer

    def _reopened(self) -> bool:
        """Go on with a file of before, behind its last whole record; tell whether there is one that has room."""
        from crawl.archive.warc_reader import whole_length

        known, self._resume = self._resume, None
        path = self.directory / known.file if known else None
        if known is None or path is None or not path.is_file() or path.stat().st_size >= self.max_file_bytes:
            return False
        file = path.open("r+b")
        end = whole_length(file, known.offset)
        if end <= known.offset:
            file.close()  # damaged where a record was known to be: left as it is
            return False
        file.truncate(end)
        file.seek(end)
        self._file, self._name, self._synced = file, known.file, end
        self._writer = WARCWriter(file, gzip=True, warc_version=WARC_VERSION)
        return True

    def _open(self) -> None:
        self.directory.mkdir(parents=True, exist_ok=True)
        while True:
            stamp = clock.now().strftime("%Y%m%dT%H%M%SZ")
            self._name = f"hoinghi-{stamp}-{os.getpid()}-{self._serial:05d}.warc.gz"
            self._serial += 1
            try:
                self._file = (self.directory / self._name).open("xb")
                break
            except FileExistsError:
                continue  # a process with the same number wrote in the same second
        self._synced = 0
        self._writer = WARCWriter(self._file, gzip=True, warc_version=WARC_VERSION)
        info = {
            "software": SOFTWARE,
            "format": "WARC File Format 1.1",
            "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
        }
        try:
            self._writer.write_record(self._writer.create_warcinfo_record(self._name, info))
            self.sync()
        except OSError:
            self._cut_back()
            raise
        _sync_directory(self.directory)  # else a power failure may forget the name of a file whose rows are kept

    def _append(self, record: ArcWarcRecord, url: str, date: str, request: SentRequest | None) -> Location:
        assert self._writer is not None and self._file is not None
        location = Location(self._name, self._file.tell(), record.rec_headers.get_header("WARC-Record-ID") or "")
        try:
            self._writer.write_record(record)
            if request is not None:
                self._writer.write_record(_request(self._writer, record, url, date, request))
        except BaseException:
            self._has_lost |= location.offset > self._synced
            self._cut_back()
            raise
        return location

    def _cut_back(self) -> None:
        """Close the file and cut it back to its last sync: what came after may be there in part (the disk is full)."""
        path = self.directory / self._name
        if self._file is not None:
            with suppress(OSError):
                self._file.close()
            with suppress(OSError):
                if not self._synced:
                    path.unlink()
                elif path.stat().st_size > self._synced:
                    os.truncate(path, self._synced)
        self._file = self._writer = None


def _http_head(status: int, headers: Headers) -> StatusAndHeaders:
    try:
        reason = HTTPStatus(status).phrase
    except ValueError:
        reason = "Unknown"
    return StatusAndHeaders(f"{status} {reason}", header_pairs(headers), protocol="HTTP/1.1")


def _request(writer: WARCWriter, answer: ArcWarcRecord, url: str, date: str, request: SentRequest) -> ArcWarcRecord:
    pairs = header_pairs(request.headers)
    host, _, path = url.partition("://")[2].partition("/")
    if not any(name.lower() == "host" for name, _ in pairs):
        pairs.insert(0, ("Host", host))
    return writer.create_warc_record(
        url,
        "request",
        payload=BytesIO(request.body),
        length=len(request.body),
        http_headers=StatusAndHeaders(f"{request.method} /{path} HTTP/1.1", pairs, is_http_request=True),
        warc_headers_dict={
            "WARC-Date": date,
            "WARC-Concurrent-To": answer.rec_headers.get_header("WARC-Record-ID"),
        },
    )


def _sync_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
