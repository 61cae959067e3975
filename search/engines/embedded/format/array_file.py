"""Named NumPy arrays in one file that is mapped into memory, never read whole: how a segment lies on disk.

    8 bytes   magic
    8 bytes   length of the header, little-endian
    header    JSON {"arrays": {name: [dtype, length, offset, CRC-32]}, "size": bytes of all arrays}, padded with spaces:
              it is written last, so that no array waits for the others
    4 bytes   CRC-32 of all of the above
    arrays    each starting at a multiple of 64 bytes and padded to one; its checksum covers the padding

Every byte of a file is under a checksum. A file is written whole and made durable before anything refers to it, and
never changed afterwards.
"""

import json
import mmap
import os
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import IO, Any

import numpy as np
from isal.isal_zlib import crc32  # the CRC-32 of zlib at three times its speed

FAMILY, FORMAT = b"HNARRAY", b"9"  # another number whenever arrays change their names or how they are packed
MAGIC = FAMILY + FORMAT
ALIGNMENT = 64  # a cache line
HEADER_BYTES = 1 << 14  # with all that stands before the arrays; the names and lengths of a segment's take half of it
READ_AT_ONCE = 1 << 20  # bytes; checksums are made of what is read, not of what is mapped: see Mapped.damage
MAPPED_BEYOND_ITS_END = "has been cut since it was opened"


class DamagedFile(OSError):
    """The file is not what was written: cut off, overwritten, or of another format. `path` names it."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path} {reason}")
        self.path = path


def save(path: Path, arrays: Iterable[tuple[str, np.ndarray]]) -> int:
    """Write arrays (one-dimensional) to path, make them durable and return the checksum that names the whole file.

    Each is written before the next is asked for. What could not be written whole (OSError: the disk is full) leaves no
    file.
    """
    entries = {}
    offset = 0
    try:
        with path.open("wb") as file:
            file.seek(HEADER_BYTES)
            for name, array in arrays:
                data, padding = np.ascontiguousarray(array).data, bytes(-array.nbytes % ALIGNMENT)
                entries[name] = [array.dtype.str, len(array), offset, crc32(padding, crc32(data))]
                offset += file.write(data) + file.write(padding)
            head = _head({"arrays": entries, "size": offset})
            checksum = crc32(head)
            file.seek(0)
            file.write(head + checksum.to_bytes(4, "little"))
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return checksum


def _head(described: dict[str, Any]) -> bytes:
    text = json.dumps(described, separators=(",", ":")).encode()
    text = text.ljust(HEADER_BYTES - len(MAGIC) - 8 - 4)
    head = MAGIC + len(text).to_bytes(8, "little") + text
    if len(head) + 4 > HEADER_BYTES:
        raise ValueError(
            f"{len(described['arrays'])} arrays: their names and lengths take more than {HEADER_BYTES} bytes"
        )
    return head


class Mapped(dict[str, np.ndarray]):
    """The arrays of a file as read-only views; they stay valid after the file is deleted.

    checksum: what `save` returned. A file that is cut while it is mapped must not be read any more: the system ends a
    process that reads beyond the end (SIGBUS). `damage` is to be asked before each use; what is cut in the moment
    between cannot be caught.
    """

    def __init__(self, path: Path, file: IO[bytes]) -> None:
        self.path, self._file = path, file
        self._entries, self._base, self.checksum = _header(path, file.fileno())
        state = os.fstat(file.fileno())
        self._size, self._as_seen = state.st_size, (state.st_size, state.st_mtime_ns)
        self._mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        super().__init__(
            {
                name: np.frombuffer(self._mapped, np.dtype(dtype), length, self._base + offset)
                if length
                else np.empty(0, np.dtype(dtype))
                for name, (dtype, length, offset, _) in self._entries.items()
            }
        )

    def __del__(self) -> None:
        if hasattr(self, "_file"):
            self._file.close()

    def damage(self) -> str:
        """Return what has happened to the file since it was opened; "" if nothing that can be seen.

        Two microseconds where the file was not touched; where it was, its checksums are made again.
        """
        state = os.fstat(self._file.fileno())
        if state.st_size < self._size:
            return MAPPED_BEYOND_ITS_END
        if (state.st_size, state.st_mtime_ns) != self._as_seen:
            if damaged := next(self.wrong_arrays(), ""):
                return f"has been changed since it was opened: {damaged}"
            self._as_seen = (state.st_size, state.st_mtime_ns)
        return ""

    def wrong_arrays(self) -> Iterator[str]:
        """Read the whole file and yield the name of every array that is not as it was written, or cannot be read."""
        size = os.fstat(self._file.fileno()).st_size
        try:
            if _header(self.path, self._file.fileno())[2] != self.checksum:
                yield "header"
        except OSError:
            yield "header"
        for name, (dtype, length, offset, written) in self._entries.items():
            start, count = self._base + offset, np.dtype(dtype).itemsize * length
            end = start + -(-count // ALIGNMENT) * ALIGNMENT
            try:
                found = _checksum(self._file.fileno(), start, end) if end <= size else None
            except OSError:  # a bad sector
                found = None
            if found != written:
                yield name

    def let_go(self) -> None:
        """Take the pages read so far out of this process's memory: they stay in the cache of the system.

        What is read again is mapped again. Threads that read meanwhile notice nothing.
        """
        if hasattr(mmap, "MADV_DONTNEED"):
            self._mapped.madvise(mmap.MADV_DONTNEED)


def mapped_bytes() -> int:
    """Return how much of the mapped files is in this process's memory; 0 where the system does not tell."""
    try:
        with open("/proc/self/statm", "rb") as file:
            return int(file.read().split()[2]) * mmap.PAGESIZE
    except (OSError, IndexError):
        return 0


def load(path: Path, *, check: bool = True) -> Mapped:
    """Return the arrays of a file. check: compare every array with its checksum (reads the whole file).

    Raises DamagedFile if the file is not as written, FileNotFoundError if there is none.
    """
    file = path.open("rb")
    try:
        found = Mapped(path, file)
    except BaseException:
        file.close()
        raise
    if check and (damaged := next(found.wrong_arrays(), "")):
        raise DamagedFile(path, f"is damaged: {damaged}")
    return found


def _header(path: Path, descriptor: int) -> tuple[dict[str, tuple[str, int, int, int]], int, int]:
    """Return the entries of the arrays, where these begin, and the checksum of the header."""
    size = os.fstat(descriptor).st_size
    start = os.pread(descriptor, 16, 0)
    if start[:8] != MAGIC and start.startswith(FAMILY):
        raise DamagedFile(path, "was written by another version")
    length = int.from_bytes(start[8:], "little")
    base = 16 + length + 4
    if base > size:
        raise DamagedFile(path, "does not begin as an index file does")
    described = os.pread(descriptor, length, 16)
    checksum = crc32(start + described)
    if start[:8] != MAGIC or os.pread(descriptor, 4, base - 4) != checksum.to_bytes(4, "little"):
        raise DamagedFile(path, "does not begin as an index file does")
    header = json.loads(described)
    if size != base + header["size"]:
        raise DamagedFile(path, f"has {size} bytes, expected {base + header['size']}")
    return header["arrays"], base, checksum


def _checksum(descriptor: int, start: int, end: int) -> int:
    checksum = 0
    while start < end and (read := os.pread(descriptor, min(READ_AT_ONCE, end - start), start)):
        checksum = crc32(read, checksum)
        start += len(read)
    return checksum


def pack(texts: list[bytes]) -> tuple[np.ndarray, np.ndarray]:
    """Return (all bytes one after another, offsets): text i lies between offsets i and i + 1."""
    offsets = np.zeros(len(texts) + 1, dtype=np.uint64)
    np.cumsum([len(text) for text in texts], out=offsets[1:])
    blob = np.frombuffer(b"".join(texts), dtype=np.uint8)
    return blob, offsets if offsets[-1] >= 1 << 32 else offsets.astype(np.uint32)


def unpack(blob: np.ndarray, offsets: np.ndarray, number: int) -> bytes:
    return blob[int(offsets[number]) : int(offsets[number + 1])].tobytes()


def unpack_all(blob: np.ndarray, offsets: np.ndarray) -> list[bytes]:
    whole, ends = blob.tobytes(), offsets.tolist()
    return [whole[start:end] for start, end in pairwise(ends)]


def row_lengths(starts: np.ndarray) -> np.ndarray:
    """Return how many entries each row has. starts: shape (rows + 1,), where each row begins and all end."""
    lengths: np.ndarray = np.diff(starts.astype(np.int64))
    return lengths
