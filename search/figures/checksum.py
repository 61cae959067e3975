"""A checksum of figures.db beside it: SQLite keeps none, and a flipped bit would be a wrong number on a page."""

from pathlib import Path

from isal.isal_zlib import crc32

from search.figures.schema import FILE

CHECKSUM = "figures.crc"


def write(database: Path) -> None:
    """Note what the file holds now. What a run has committed must lie in the file itself, not beside it."""
    checksum = database.with_name(CHECKSUM)
    unfinished = checksum.with_suffix(".part")
    unfinished.write_text(_of(database), "ascii")
    unfinished.replace(checksum)


def forget(database: Path) -> None:
    """Say nothing of what the file holds: it is about to change, or lies in part beside it."""
    database.with_name(CHECKSUM).unlink(missing_ok=True)


def is_damaged(database: Path) -> bool:
    """Tell whether the file is not what was noted. False where nothing was, or where it was changed since."""
    checksum = database.with_name(CHECKSUM)
    try:
        noted = checksum.read_text("ascii", errors="replace")
        if database.with_name(f"{FILE}-wal").exists() and database.with_name(f"{FILE}-wal").stat().st_size:
            return False
        return noted != _of(database) and checksum.exists()  # a run that begins meanwhile forgets what was noted
    except OSError:
        return False


def _of(path: Path) -> str:
    checksum = 0
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            checksum = crc32(block, checksum)
    return f"{checksum:08x}"
