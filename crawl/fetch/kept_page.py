"""What an earlier run fetched, read again from the archive: a better rule needs no request."""

import hashlib
from functools import cache
from pathlib import Path

from crawl.archive.archive import Archive
from crawl.archive.database import CAPTURES
from crawl.archive.warc_reader import DamagedRecord, read_record
from crawl.extraction import relevance
from crawl.extraction.decoding import BadCoding, TooLarge, decoded_body


def kept_page(archive: Archive, url: str) -> tuple[bytes, str]:
    """Return the newest page that was fetched from url, without content coding, and its content type; b"" for none."""
    bodies = [capture for capture in archive.captures(url) if capture.status == 200 and capture.refers_to is None]
    if not bodies:
        return b"", ""
    newest = bodies[-1]
    try:
        record = read_record(archive.data_dir / CAPTURES / newest.warc_file, newest.warc_offset)
        coding = next((value for name, value in record.headers if name.lower() == "content-encoding"), "")
        return decoded_body(record.payload, coding), newest.content_type
    except (DamagedRecord, BadCoding, TooLarge):
        return b"", ""


@cache
def rules_version() -> str:
    """Return what names the rule of relevance as it is: another text of it or of its words gives another name."""
    rule = Path(relevance.__file__)
    text = rule.read_bytes() + rule.with_name("relevance.tsv").read_bytes()
    return hashlib.sha256(text).hexdigest()[:16]
