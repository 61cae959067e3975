"""Named NumPy arrays in one file that is mapped into memory, never read whole: how a segment lies on disk.

    8 bytes   magic
    8 bytes   length of the header, little-endian
    header    JSON {"arrays": {name: [dtype, length, offset]}, "size": bytes of the whole file}, CRC-32 after it
    arrays    each starting at a multiple of 64 bytes

A file is written whole and made durable before anything refers to it, and never changed afterwards.
"""

import json
import mmap
import os
import zlib
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path

import numpy as np

FAMILY, FORMAT = b"HNARRAY", b"4"  # another number whenever arrays change their names or how they are packed
MAGIC = FAMILY + FORMAT
ALIGNMENT = 64  # a cache line


class DamagedFile(OSError):
    """The file is not what was written: cut off, overwritten, or of another format."""


def save(path: Path, arrays: Mapping[str, np.ndarray]) -> None:
    """Write arrays (one-dimensional) to path and make them durable."""
    entries = {}
    offset = 0
    for name, array in arrays.items():
        entries[name] = [array.dtype.str, len(array), offset]
        offset += -(-array.nbytes // ALIGNMENT) * ALIGNMENT
    header = json.dumps({"arrays": entries, "size": offset}, separators=(",", ":")).encode()
    with path.open("wb") as file:
        file.write(MAGIC + len(header).to_bytes(8, "little") + header + zlib.crc32(header).to_bytes(4, "little"))
        file.write(bytes(-file.tell() % ALIGNMENT))
        for array in arrays.values():
            file.write(np.ascontiguousarray(array).data)
            file.write(bytes(-array.nbytes % ALIGNMENT))
        file.flush()
        os.fsync(file.fileno())


class Mapped(dict[str, np.ndarray]):
    """The arrays of a file as read-only views; they stay valid after the file is deleted."""

    def __init__(self, mapped: mmap.mmap, arrays: Mapping[str, np.ndarray]) -> None:
        super().__init__(arrays)
        self._mapped = mapped

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


def load(path: Path) -> Mapped:
    """Return the arrays of a file.

    Raises DamagedFile if the header or the size is not as written, FileNotFoundError if there is no file.
    """
    with path.open("rb") as file:
        start = file.read(16)
        if start[:8] != MAGIC and start.startswith(FAMILY):
            raise DamagedFile(f"{path} was written by another version")
        header = file.read(min(int.from_bytes(start[8:], "little"), 1 << 24))
        if start[:8] != MAGIC or file.read(4) != zlib.crc32(header).to_bytes(4, "little"):
            raise DamagedFile(f"{path} does not begin as an index file does")
        described = json.loads(header)
        base = -(-file.tell() // ALIGNMENT) * ALIGNMENT
        size = os.fstat(file.fileno()).st_size
        if size != base + described["size"]:
            raise DamagedFile(f"{path} has {size} bytes, expected {base + described['size']}")
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    return Mapped(
        mapped,
        {
            name: np.frombuffer(mapped, np.dtype(dtype), length, base + offset)
            if length
            else np.empty(0, np.dtype(dtype))
            for name, (dtype, length, offset) in described["arrays"].items()
        },
    )


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
