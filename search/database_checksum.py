"""A checksum beside a SQLite file that is made from other things: SQLite keeps none, and a flipped bit would be a wrong
number on a page.

Readers of a damaged file answer nothing from it, the next run makes it anew. After a run that was killed there is no
checksum until the next one ends.
"""

from pathlib import Path

from isal.isal_zlib import crc32


def write(database: Path) -> None:
    """Note what the file holds now. What a run has committed must lie in the file itself, not beside it."""
    checksum = _beside(database)
    unfinished = checksum.with_suffix(".part")
    unfinished.write_text(_of(database), "ascii")
    unfinished.replace(checksum)


def forget(database: Path) -> None:
    """Say nothing of what the file holds: it is about to change, or lies in part beside it."""
    _beside(database).unlink(missing_ok=True)


def is_damaged(database: Path) -> bool:
    """Tell whether the file is not what was noted. False where nothing was, or where it was changed since."""
    checksum, log = _beside(database), database.with_name(f"{database.name}-wal")
    try:
        noted = checksum.read_text("ascii", errors="replace")
        if log.exists() and log.stat().st_size:
            return False
        return noted != _of(database) and checksum.exists()  # a run that begins meanwhile forgets what was noted
    except OSError:
        return False


def remove(database: Path) -> None:
    """Remove a damaged file with all that lies beside it."""
    forget(database)
    for suffix in ("", "-wal", "-shm"):
        database.with_name(database.name + suffix).unlink(missing_ok=True)


def _beside(database: Path) -> Path:
    return database.with_suffix(".crc")


def _of(path: Path) -> str:
    checksum = 0
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            checksum = crc32(block, checksum)
    return f"{checksum:08x}"
