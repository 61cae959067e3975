"""Bytes as fetched → text: content coding, then charset. Limits hold for what comes out, not for what came in."""

import re
import zlib

import brotli

from crawl.extraction.encodings import decode

MAX_DECODED_BYTES = 32 * 1024 * 1024  # the largest sitemap allowed has 50 MB, real pages stay below 2 MB
_CHUNK_BYTES = 64 * 1024
META_BYTES = 4096  # browsers look for the charset of a page in its first 1,024; some pages here have it later

_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_HEADER_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)


class TooLarge(Exception):
    """What a response unpacks to is larger than allowed."""


class BadCoding(Exception):
    """A response is not coded as its header says."""


def decoded_body(body: bytes, content_encoding: str = "", max_bytes: int = MAX_DECODED_BYTES) -> bytes:
    """Return body without its content coding (gzip, deflate, br).

    A stream that breaks off gives what could be read. Raises TooLarge as soon as more than max_bytes come out, so a
    bomb costs no more memory than that, and BadCoding for a coding that is unknown or damaged from the start.
    """
    for coding in reversed([name.strip().lower() for name in content_encoding.split(",") if name.strip()]):
        if coding in ("gzip", "x-gzip", "deflate"):
            body = _inflated(body, max_bytes)
        elif coding == "br":
            body = _unbrotlied(body, max_bytes)
        elif coding != "identity":
            raise BadCoding(f"content coding {coding!r}: expected gzip, deflate or br")
    if len(body) > max_bytes:
        raise TooLarge(f"more than {max_bytes:,} bytes")
    return body


def gunzipped(body: bytes) -> bytes:
    """Return a gzip file (a sitemap.xml.gz) unpacked, anything else as it is. Raises TooLarge."""
    return _inflated(body, MAX_DECODED_BYTES) if body.startswith(b"\x1f\x8b") else body


def _inflated(body: bytes, max_bytes: int) -> bytes:
    # 47 = 32 + 15: gzip or zlib header; servers that say "deflate" send either zlib or raw (-15).
    window = 47 if body[:2] == b"\x1f\x8b" or body[:1] == b"\x78" else -15
    unpacker = zlib.decompressobj(window)
    parts: list[bytes] = []
    size = 0
    try:
        rest = body
        while rest and not unpacker.eof:
            part = unpacker.decompress(rest, _CHUNK_BYTES)
            rest = unpacker.unconsumed_tail
            size += len(part)
            if size > max_bytes:
                raise TooLarge(f"more than {max_bytes:,} bytes")
            parts.append(part)
    except zlib.error as error:
        if not parts:
            raise BadCoding(f"not gzip or deflate ({error})") from None
    return b"".join(parts)


def _unbrotlied(body: bytes, max_bytes: int) -> bytes:
    unpacker = brotli.Decompressor()
    parts: list[bytes] = []
    size = 0
    try:
        for start in range(0, len(body), 1024):  # small steps: 1 KB of brotli can hold megabytes
            part = unpacker.process(body[start : start + 1024], output_buffer_limit=max_bytes + 1 - size)
            size += len(part)
            if size > max_bytes or not unpacker.can_accept_more_data():
                raise TooLarge(f"more than {max_bytes:,} bytes")
            parts.append(part)
    except brotli.error as error:
        if not parts:
            raise BadCoding(f"not brotli ({error})") from None
    return b"".join(parts)


def decoded_text(body: bytes, content_type: str = "") -> str:
    """Return an HTML, XML or JSON body as text, its characters as sent (NFD stays NFD).

    Wrong charset headers and legacy fonts: encodings.py. Raises encodings.NotText for pictures and the like.
    """
    return decode(body, _declared_charset(body, content_type)).text


def _declared_charset(body: bytes, content_type: str) -> str:
    found = _HEADER_CHARSET.search(content_type)
    if found:
        return found.group(1)
    in_page = _META_CHARSET.search(body[:META_BYTES])
    return in_page.group(1).decode("ascii") if in_page else ""
