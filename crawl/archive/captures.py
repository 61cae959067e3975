"""The part of the archive that keeps bytes: every response and every imported file, in WARC files with a row each."""

import hashlib
import sqlite3
from collections.abc import Iterator
from dataclasses import asdict, fields, replace

from crawl.archive.database import CAPTURES, Store, now
from crawl.archive.warc import Headers, Location, SentRequest, payload_digest, readable_headers
from crawl.archive.warc_reader import DamagedRecord, read_record
from crawl.capture import Capture, Validators
from crawl.errors import ArchiveError

ROWS_PER_READ = 500  # rows are streamed in pages, so that no long read keeps the WAL from being folded back
_FIELDS = tuple(field.name for field in fields(Capture))


class CaptureStore(Store):
    """Captures by number and by URL."""

    def record_response(
        self,
        source: str,
        url: str,
        status: int,
        headers: Headers,
        body: bytes,
        *,
        request_headers: Headers | None = None,
        method: str = "GET",
        sent: bytes = b"",
        fetched_at: str = "",
        page: str = "",
    ) -> Capture:
        """Keep one answer of a server; return where it lies.

        body: as received, chunks joined. Where a content coding was undone on the way, the header that names it is
        set aside as X-Archive-Orig-…, so that what is kept can be read again. request_headers, method, sent: what was
        asked, with the body of a POST; None keeps no request record. fetched_at: ISO 8601 in UTC, default now.
        The same bytes as last time at this URL, or a 304, become a revisit record. page: what it was fetched as
        ("article", "list", "feed", "sitemap", "robots", "attachment", "program"), for whoever reads the WARC file.
        """
        request = SentRequest(request_headers, method, sent) if request_headers is not None else None
        pairs = readable_headers(headers, body)
        named = {name.lower(): value for name, value in reversed(pairs)}
        capture = Capture(
            id=0,
            url=url,
            source=source,
            status=status,
            fetched_at=fetched_at or now(),
            content_type=named.get("content-type", ""),
            sha256=hashlib.sha256(body).hexdigest(),
            length=len(body),
            kind="response",
        )
        validators = Validators(named.get("etag", ""), named.get("last-modified", ""))
        digest = payload_digest(body)
        with self._writing():
            earlier = self._latest_bytes(url)
            again = earlier is not None and (status == 304 or (status == 200 and digest == earlier["payload_digest"]))
            if earlier is None or not again:
                location = self._warc.write_response(url, status, pairs, body, capture.fetched_at, request)
                return self._insert(capture, location, digest, validators, page)
            location = self._warc.write_revisit(
                url,
                status,
                pairs,
                earlier["payload_digest"],
                earlier["fetched_at"],
                capture.fetched_at,
                request,
            )
            capture = replace(
                capture,
                kind="revisit",
                refers_to=earlier["id"],
                sha256=earlier["sha256"],
                length=earlier["length"],
                content_type=capture.content_type or earlier["content_type"],
            )
            return self._insert(capture, location, earlier["payload_digest"], validators, page)

    def record_file(self, source: str, url: str, body: bytes, content_type: str, *, fetched_at: str = "") -> Capture:
        """Keep an imported file as a resource record; the same bytes under the same URL are kept once."""
        with self._writing():
            earlier = self._latest_bytes(url)
            digest = payload_digest(body)
            if earlier is not None and earlier["payload_digest"] == digest:
                return _capture(earlier)
            capture = Capture(
                id=0,
                url=url,
                source=source,
                status=0,
                fetched_at=fetched_at or now(),
                content_type=content_type,
                sha256=hashlib.sha256(body).hexdigest(),
                length=len(body),
                kind="resource",
            )
            location = self._warc.write_resource(url, content_type, body, capture.fetched_at)
            return self._insert(capture, location, digest, Validators(), "file")

    def validators(self, url: str) -> Validators | None:
        """Return what to ask the server with, whether the page changed; None where it never named anything."""
        row = self._db.execute(
            "SELECT etag, last_modified FROM captures WHERE url = ? AND status IN (200, 304)"
            " AND (etag <> '' OR last_modified <> '') ORDER BY id DESC LIMIT 1",
            (url,),
        ).fetchone()
        return Validators(row["etag"], row["last_modified"]) if row else None

    def capture(self, capture_id: int) -> Capture | None:
        row = self._db.execute("SELECT * FROM captures WHERE id = ?", (capture_id,)).fetchone()
        return _capture(row) if row else None

    def captures(self, url: str = "") -> Iterator[Capture]:
        """Yield captures in the order they were made: all, or those of one URL."""
        of_url = "AND url = :url" if url else ""
        last = 0
        while True:
            rows = self._db.execute(
                f"SELECT * FROM captures WHERE id > :last {of_url} ORDER BY id LIMIT :limit",
                {"last": last, "url": url, "limit": ROWS_PER_READ},
            ).fetchall()
            yield from map(_capture, rows)
            if len(rows) < ROWS_PER_READ:
                return
            last = rows[-1]["id"]

    def capture_count(self) -> int:
        """Return the number of captures."""
        return int(self._db.execute("SELECT count(*) FROM captures").fetchone()[0])

    def capture_files(self) -> list[str]:
        """Return the names of the WARC files that captures lie in, in the order they were written."""
        rows = self._db.execute("SELECT warc_file FROM captures GROUP BY warc_file ORDER BY min(id)")
        return [row["warc_file"] for row in rows]

    def body(self, capture_id: int) -> bytes:
        """Return the bytes of a capture as they were fetched, following a revisit. Raises ArchiveError if damaged."""
        capture = self.capture(capture_id)
        if capture is None:
            raise ArchiveError(
                "no capture {number} in {location}: take a number that captures() gives",
                code="no-capture",
                number=capture_id,
                location=self.data_dir,
            )
        if capture.refers_to is not None:
            return self.body(capture.refers_to)
        try:
            return read_record(self.data_dir / CAPTURES / capture.warc_file, capture.warc_offset).payload
        except DamagedRecord as damage:
            raise ArchiveError(
                "capture {number} of {url} cannot be read: {reason}",
                code="capture-damaged",
                number=capture_id,
                url=capture.url,
                reason=str(damage),
            ) from None

    def _latest_bytes(self, url: str) -> sqlite3.Row | None:
        """Return the newest capture of url that holds bytes of its own."""
        row: sqlite3.Row | None = self._db.execute(
            "SELECT * FROM captures WHERE url = ? AND refers_to IS NULL AND status IN (0, 200)"
            " ORDER BY id DESC LIMIT 1",
            (url,),
        ).fetchone()
        return row

    def _insert(self, capture: Capture, location: Location, digest: str, validators: Validators, page: str) -> Capture:
        capture = replace(capture, warc_file=location.file, warc_offset=location.offset)
        row = asdict(capture) | asdict(validators) | {"payload_digest": digest}
        del row["id"]
        marks = ", ".join(f":{name}" for name in row)
        cursor = self._db.execute(f"INSERT INTO captures ({', '.join(row)}) VALUES ({marks})", row)
        self._unsynced += 1
        capture = replace(capture, id=int(cursor.lastrowid or 0))
        told = {name: value for name, value in row.items() if name not in ("warc_file", "warc_offset")}
        self._journal("capture", {"id": capture.id, "page": page, **told}, capture.url, location.record_id)
        return capture


def _capture(row: sqlite3.Row) -> Capture:
    return Capture(**{name: row[name] for name in _FIELDS})
