"""Commits: which segments make up the index, and which of their documents are deleted. One small file for each commit.

    12 bytes  magic
    JSON      {"generation": n, "segments": [{"name", "documents", "checksum", "deleted"}]}
    4 bytes   CRC-32 of all of the above

The protocol is Lucene's. Segment files are durable before a commit names them; the commit is written under another
name, made durable, renamed to "commit_<n>", and the directory made durable. The commit before it stays, with its
segments, until the next one: where the newest is damaged, readers and writers go on from there.
"""

import base64
import json
import logging
import os
import time
from collections.abc import Iterable, Set
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from isal.isal_zlib import crc32

from search.engines.embedded.format.array_file import DamagedFile

MAGIC = b"HNCOMMIT1\r\n\0"  # whatever changes line ends is noticed at once
COARSEST_CLOCK = 2_000_000_000  # nanoseconds: of file systems that are in use, FAT counts time in the longest steps
PREFIX, UNFINISHED, SEGMENT = "commit_", ".part", ".arrays"
BEFORE = ("_MAIN_*.toc", "MAIN_*", "_MAIN_*")  # what versions with Whoosh's table of contents left

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class CommittedSegment:
    """A segment in a commit. checksum: of its file, as array_file.save returned it.

    deleted_bits: np.packbits of flags, b"" if none of its documents is deleted.
    """

    name: str
    documents: int
    checksum: int
    deleted_bits: bytes = b""

    def deleted(self) -> np.ndarray:
        """Return flags of the deleted documents, writable."""
        if not self.deleted_bits:
            return np.zeros(self.documents, dtype=bool)
        return np.unpackbits(np.frombuffer(self.deleted_bits, dtype=np.uint8), count=self.documents).astype(bool)

    def without(self, deleted: np.ndarray) -> "CommittedSegment":
        """Return the entry with these documents deleted (flags)."""
        bits = np.packbits(deleted).tobytes() if deleted.any() else b""
        return CommittedSegment(self.name, self.documents, self.checksum, bits)


@dataclass(frozen=True, slots=True)
class Commit:
    generation: int
    segments: tuple[CommittedSegment, ...] = ()


def segment_path(directory: Path, name: str) -> Path:
    return directory / f"{name}{SEGMENT}"


def generations(directory: Path) -> list[int]:
    """Return the numbers of the commits that are there, newest first; empty where there is no directory."""
    try:
        names = os.listdir(directory)
    except (FileNotFoundError, NotADirectoryError):
        return []
    numbers = (name.removeprefix(PREFIX) for name in names if name.startswith(PREFIX))
    return sorted((int(number) for number in numbers if number.isascii() and number.isdigit()), reverse=True)


class NewestCommit:
    """Tells which commit of a directory is the newest, as often as it is asked; safe for threads.

    The directory is listed only after it has changed. A change right after another may leave it the same time: what
    was changed just now is listed again.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._known: tuple[int, int, int | None] = (0, 0, None)  # inode, time of the last change, newest commit

    def number(self) -> int | None:
        """Return the number of the newest commit, None where there is none."""
        try:
            status = os.stat(self._directory)
        except (FileNotFoundError, NotADirectoryError):
            return None
        inode, changed, number = self._known
        if (inode, changed) != (status.st_ino, status.st_mtime_ns):
            number = next(iter(generations(self._directory)), None)
            if time.time_ns() - status.st_mtime_ns > COARSEST_CLOCK:
                self._known = status.st_ino, status.st_mtime_ns, number
        return number


def is_of_another_version(directory: Path) -> bool:
    """Tell whether there is an index that no commit of this format describes."""
    return next(directory.glob(BEFORE[0]), None) is not None


def read(directory: Path, generation: int) -> Commit:
    """Return a commit. Raises DamagedFile if it is not as written, FileNotFoundError if there is none."""
    path = directory / f"{PREFIX}{generation}"
    try:
        whole = path.read_bytes()
    except FileNotFoundError:
        raise
    except OSError as error:
        raise DamagedFile(path, f"cannot be read ({error})") from error
    if len(whole) < len(MAGIC) + 4 or crc32(whole[:-4]).to_bytes(4, "little") != whole[-4:]:
        raise DamagedFile(path, "is damaged")
    if not whole.startswith(MAGIC):
        raise DamagedFile(path, "was written by another version")
    said = json.loads(whole[len(MAGIC) : -4])
    if said["generation"] != generation:
        raise DamagedFile(path, f"is the commit {said['generation']} under another name")
    return Commit(
        generation,
        tuple(
            CommittedSegment(one["name"], one["documents"], one["checksum"], base64.b64decode(one["deleted"]))
            for one in said["segments"]
        ),
    )


def write(directory: Path, commit: Commit) -> None:
    """Put a commit in place. Its segment files must be durable."""
    said = {
        "generation": commit.generation,
        "segments": [
            {
                "name": entry.name,
                "documents": entry.documents,
                "checksum": entry.checksum,
                "deleted": base64.b64encode(entry.deleted_bits).decode(),
            }
            for entry in commit.segments
        ],
    }
    whole = MAGIC + json.dumps(said, separators=(",", ":")).encode()
    whole += crc32(whole).to_bytes(4, "little")
    path = directory / f"{PREFIX}{commit.generation}"
    unfinished = path.with_name(path.name + UNFINISHED)
    try:
        with unfinished.open("wb") as file:
            file.write(whole)
            file.flush()
            os.fsync(file.fileno())
        make_durable(directory)  # the names of the segment files, before the commit that needs them
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    make_durable(directory)


def make_durable(directory: Path) -> None:
    """Make the names in a directory durable, where the system can."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:  # a file system that cannot, as some of networks
        log.debug("cannot sync %s: %s", directory, error)
    finally:
        os.close(descriptor)


def remove_unused(directory: Path, kept: Iterable[Commit]) -> None:
    """Remove all commits but those to keep, and the segments that none of these names. Only the writer may."""
    kept = list(kept)
    names = _names(kept) | {f"{PREFIX}{commit.generation}" for commit in kept}
    _remove(path for path in directory.iterdir() if _is_ours(path) and path.name not in names)


def remove_strays(directory: Path, but: Set[str] | None = None) -> set[str]:
    """Remove what a writer left that was killed or stopped: files that no commit names; return the names of the others.

    Nothing is removed where a commit cannot be read, except names that are not in `but`, where that is given.
    """
    commits = []
    for generation in generations(directory):
        try:
            commits.append(read(directory, generation))
        except OSError:
            if but is None:
                return set(os.listdir(directory))
    names = _names(commits)
    strays = [
        path
        for path in directory.iterdir()
        if path.suffix in (SEGMENT, UNFINISHED) and path.name not in (but or ()) and path.name not in names
    ]
    _remove(strays)
    return set(os.listdir(directory))


def _names(commits: Iterable[Commit]) -> set[str]:
    return {f"{entry.name}{SEGMENT}" for commit in commits for entry in commit.segments}


def _is_ours(path: Path) -> bool:
    return path.name.startswith(PREFIX) or path.suffix == SEGMENT or any(map(path.match, BEFORE))


def _remove(paths: Iterable[Path]) -> None:
    for path in paths:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:  # a directory under such a name; it does no harm
            log.warning("cannot remove %s: %s", path, error)
