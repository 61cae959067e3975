"""What tells that files were changed."""

import os
from collections.abc import Iterable
from pathlib import Path

FileState = tuple[tuple[int, int, int], ...]  # inode, bytes and time of each file that is there and not empty


def file_state(files: Iterable[Path]) -> FileState:
    """Return what differs after every change of some files; () where none is there.

    Of a database the log beside it counts as well. An empty one comes and goes with the readers.
    """
    found = filter(None, map(status, files))
    return tuple((one.st_ino, one.st_size, one.st_mtime_ns) for one in found if one.st_size)


def status(file: Path) -> os.stat_result | None:
    """Return what the system knows of a file, None where it is not there or may not be seen."""
    try:
        return os.stat(file)
    except OSError:
        return None
