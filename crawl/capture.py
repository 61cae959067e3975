"""A Capture: one answer of a server, or one imported file, kept byte for byte in a WARC file."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Capture:
    """Where one fetched response lies, and what it was.

    kind: "response" (a server's answer), "revisit" (same bytes as capture `refers_to`), "resource" (an imported file).
    status: HTTP status; 0 for an imported file. fetched_at: ISO 8601 in UTC, "2023-12-01T08:34:00Z".
    sha256: hex digest of the bytes that count (for a revisit, those of the capture it refers to).
    warc_file: file name under captures/; warc_offset: where its gzip member starts, in bytes.
    """

    id: int
    url: str
    source: str
    status: int
    fetched_at: str
    content_type: str
    sha256: str
    length: int
    kind: str
    warc_file: str = ""
    warc_offset: int = 0
    refers_to: int | None = None


@dataclass(frozen=True, slots=True)
class Validators:
    """What the server said identifies the bytes it sent, for asking whether they changed."""

    etag: str = ""
    last_modified: str = ""
