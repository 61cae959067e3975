"""Reads a document in a process of its own, with limits of time and memory: a document can be built to exhaust both."""

import json
import subprocess
import sys
from dataclasses import asdict

from crawl.extraction.attachments import AttachmentText, UnreadableAttachment, attachment_text

READING_SECONDS = 180  # a scan of thirty pages takes half of it; what takes longer is kept and stays unread
READING_BYTES = 2 << 30  # of memory; a report of a thousand pages takes a quarter of it


def read_apart(data: bytes, seconds: float = READING_SECONDS) -> AttachmentText:
    """Return what attachment_text does, from a process that may fail without harm. Raises UnreadableAttachment."""
    try:
        answer = subprocess.run(
            [sys.executable, "-m", __name__],
            input=data,
            capture_output=True,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise UnreadableAttachment(f"reading it took longer than {seconds:g} seconds") from None
    if answer.returncode:
        raise UnreadableAttachment(f"the process that read it ended with code {answer.returncode}")
    read = json.loads(answer.stdout)
    if "error" in read:
        raise UnreadableAttachment(read["error"])
    return AttachmentText(**read)


def main() -> None:
    """Read a document from stdin and write its text to stdout, as JSON."""
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (READING_BYTES, READING_BYTES))
    except (ImportError, ValueError, OSError):  # Windows and macOS know no such limit; that of time holds
        pass
    try:
        read: dict[str, object] = asdict(attachment_text(sys.stdin.buffer.read()))
    except UnreadableAttachment as error:
        read = {"error": str(error)}
    except MemoryError:
        read = {"error": f"reading it takes more than {READING_BYTES:,} bytes of memory"}
    print(json.dumps(read))


if __name__ == "__main__":
    main()
