"""Reading WARC files, of this program and of others: one record by its offset, or all of them past any damage."""

import os
import tempfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, cast

from warcio.archiveiterator import ArchiveIterator
from warcio.bufferedreaders import ChunkedDataReader
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord

from crawl.archive.warc import Location, payload_digest

CAPTURES = frozenset({"response", "revisit", "resource"})  # what was fetched or imported
_GZIP_MARK = b"\x1f\x8b"
_GZIP_WINDOW = 31  # zlib's number for "with a gzip header"
_CHUNK_BYTES = 64 * 1024
_MEMBER_BYTES_IN_MEMORY = 8_000_000  # larger records wait on disk


class DamagedRecord(Exception):
    """A record cannot be read: the file is missing, cut off or altered. Says which and where."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record as read. status 0 and no headers where it holds no HTTP message.

    payload: without transfer coding (chunks joined), content coding (gzip, br) untouched; b"" for a revisit.
    refers_to_date: WARC-Date of the record whose bytes a revisit repeats, else "".
    concurrent_to: record_id of the record that a metadata record tells of, else "".
    """

    kind: str
    url: str
    date: str
    status: int
    headers: tuple[tuple[str, str], ...]
    payload: bytes
    location: Location
    content_type: str = ""
    record_id: str = ""
    refers_to_date: str = ""
    concurrent_to: str = ""


def read_record(path: Path, offset: int) -> Record:
    """Return the record whose gzip member starts at offset. Raises DamagedRecord."""
    try:
        with path.open("rb") as file:
            file.seek(offset)
            member = _unpacked(file)
            if member is None:
                raise DamagedRecord(f"{path.name} holds no whole record at byte {offset}")
            with member:
                found = next(_records_in(member, path.name, offset), None)
    except OSError as error:
        raise DamagedRecord(f"{path.name} cannot be read ({error.strerror})") from None
    if isinstance(found, Record):
        return found
    raise found or DamagedRecord(f"{path.name} holds no record at byte {offset}")


def read_records(path: Path, kinds: frozenset[str] = CAPTURES) -> Iterator[Record | DamagedRecord]:
    """Yield the records of a WARC file in order, plain or gzipped; what is appended meanwhile is left for later.

    kinds: WARC-Types that are wanted; without warcinfo, request and metadata records unless asked for.

    What cannot be read is named in its place, and reading goes on with the next whole record. Raises OSError.
    """
    with path.open("rb") as file:
        if file.read(2) != _GZIP_MARK:
            file.seek(0)
            yield from _records_in(file, path.name, None, kinds)
            return
        size = file.seek(0, os.SEEK_END)
        offset: int | None = 0
        while offset is not None and offset < size:
            file.seek(offset)
            member = _unpacked(file)
            if member is None:
                yield DamagedRecord(f"{path.name} is cut off or damaged at byte {offset}")
                offset = _next_member(file, offset + 1)
                continue
            end = file.tell()
            with member:
                yield from _records_in(member, path.name, offset, kinds)
            offset = end if file.seek(end) == end and file.read(1) else None


def whole_length(file: BinaryIO, start: int = 0) -> int:
    """Return where the whole records of a gzipped WARC file end, in bytes. start: where one of them begins."""
    end = file.seek(start)
    while (member := _unpacked(file)) is not None:
        member.close()
        end = file.tell()
        if not file.read(1):
            break
        file.seek(end)
    return end


def _unpacked(file: BinaryIO) -> BinaryIO | None:
    """Return the gzip member at the position of file, unpacked; file then stands behind it. None if it is not whole."""
    unpacker = zlib.decompressobj(_GZIP_WINDOW)
    member = tempfile.SpooledTemporaryFile(max_size=_MEMBER_BYTES_IN_MEMORY)  # noqa: SIM115  the caller closes it
    try:
        while not unpacker.eof:
            packed = unpacker.unconsumed_tail or file.read(_CHUNK_BYTES)
            if not packed:
                raise EOFError
            member.write(unpacker.decompress(packed, _CHUNK_BYTES))
    except (zlib.error, EOFError):
        member.close()
        return None
    file.seek(-len(unpacker.unused_data), os.SEEK_CUR)
    member.seek(0)
    return cast(BinaryIO, member)


def _next_member(file: BinaryIO, offset: int) -> int | None:
    """Return where the next gzip member that holds a WARC record starts, at or after offset."""
    file.seek(offset)
    before = b""
    while chunk := file.read(_CHUNK_BYTES):
        window = before + chunk
        start = file.tell() - len(window)
        at = window.find(_GZIP_MARK)
        while at >= 0:
            if _starts_record(file, start + at):
                return start + at
            at = window.find(_GZIP_MARK, at + 1)
        file.seek(start + len(window))
        before = window[-1:]
    return None


def _starts_record(file: BinaryIO, offset: int) -> bool:
    file.seek(offset)
    try:
        return zlib.decompressobj(_GZIP_WINDOW).decompress(file.read(512), 5) == b"WARC/"
    except zlib.error:
        return False


def _records_in(
    file: BinaryIO, name: str, offset: int | None = None, kinds: frozenset[str] = CAPTURES
) -> Iterator[Record | DamagedRecord]:
    """Yield the records of an unpacked file. offset: where its gzip member starts, None for a file never packed."""
    records = ArchiveIterator(file)
    try:
        for record in records:
            payload = record.raw_stream.read()
            location = Location(name, records.get_record_offset() if offset is None else offset)
            if getattr(record.raw_stream, "limit", 0) > 0:
                yield DamagedRecord(f"{name} is cut off at byte {location.offset}")
            elif record.rec_type in kinds:
                yield _read(record, payload, location)
    except (ArchiveLoadFailed, EOFError, ValueError, AttributeError) as error:
        # AttributeError: warcio stumbles over a head that breaks off before it has named its URI
        yield DamagedRecord(f"{name} is cut off or damaged ({error})")


def _read(record: ArcWarcRecord, payload: bytes, location: Location) -> Record | DamagedRecord:
    head = record.rec_headers
    declared = head.get_header("WARC-Payload-Digest") or ""
    http = record.http_headers
    is_not_modified = (head.get_header("WARC-Profile") or "").endswith("server-not-modified")
    plain = payload
    if http and "chunked" in (http.get_header("Transfer-Encoding") or "").lower():
        plain = ChunkedDataReader(BytesIO(payload), decomp_type=None).read(-1)
    # Some programs digest the chunks, others what they hold.
    if (
        record.rec_type != "revisit"
        and declared.startswith("sha1:")
        and declared not in (payload_digest(payload), payload_digest(plain))
    ):
        return DamagedRecord(f"{location.file} at byte {location.offset}: the bytes do not match their digest")
    return Record(
        kind=record.rec_type,
        url=head.get_header("WARC-Target-URI") or "",
        date=head.get_header("WARC-Date") or "",
        status=int(http.get_statuscode() or 0) if http else (304 if is_not_modified else 0),
        headers=tuple(http.headers) if http else (),
        payload=plain,
        location=location,
        content_type=head.get_header("Content-Type") or "",
        record_id=head.get_header("WARC-Record-ID") or "",
        refers_to_date=head.get_header("WARC-Refers-To-Date") or "",
        concurrent_to=head.get_header("WARC-Concurrent-To") or "",
    )
