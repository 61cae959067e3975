"""One process at a time for each job in a data directory. The system frees the lock when its process ends, however."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from crawl.errors import ArchiveError


@contextmanager
def only_one(data_dir: Path, name: str) -> Iterator[bool]:
    """Hold the lock file of a job while the block runs; give False where another process holds it.

    Raises ArchiveError where nothing can be written.
    """
    lock = FileLock(data_dir / name, timeout=0, thread_local=False)
    try:
        lock.acquire()
    except Timeout:
        yield False
        return
    except OSError as error:
        raise ArchiveError(
            f"cannot write to {data_dir} ({error.strerror}): expected a directory that may be written to; "
            "name it with --data, or give the right to write"
        ) from None
    try:
        yield True
    finally:
        lock.release()
