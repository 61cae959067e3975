"""One file that holds all of a data directory that cannot be made again, taken while others write to it.

A tar file: the databases by SQLite's own backup, the WARC files up to their last whole record, all other small files,
and at last manifest.json with the size and SHA-256 of each. The index is not in it: `hoinghi index` makes it from the
archive. archive.db is copied before the captures: it never points to a record that is not on disk yet.
"""

import hashlib
import io
import json
import os
import shutil
import sqlite3
import tarfile
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

from filelock import FileLock, Timeout

from crawl import clock
from crawl.archive.database import CAPTURES, DATABASE, LOCK, is_being_written, mode_to_read, now
from crawl.archive.migration import BEFORE
from crawl.archive.proof_log import HEADS, LOG, STATE
from crawl.archive.scratch_folder import scratch_folder
from crawl.archive.warc_reader import whole_length
from crawl.errors import ArchiveError

MANIFEST = "manifest.json"
FORMAT = 1
UNPACKED = ".restore"  # in the data directory: what a restore has unpacked and not put in its place yet
PLACING = ".placing"  # in it: the names of what it puts in their places, from when it begins to
LAST_BACKUP = "last-backup"  # in the data directory: when the last one was completed
PASSED_OVER = ("-wal", "-shm", "-journal", ".lock", ".part", LAST_BACKUP, STATE)  # of processes at work, or made anew
BEFORE_THE_ARCHIVE = (HEADS, LOG)  # copied first: a log must not know of more than the archive beside it
TRIES = 3  # where a WARC file went away meanwhile, because a newer one holds its records
_CHUNK = 1 << 20
MODE = 0o640  # of what is backed up and restored: mail addresses of readers stand in it


@dataclass(frozen=True, slots=True)
class BackupSummary:
    """What was written or brought back. size: bytes of the files in it."""

    file: Path
    files: int
    size: int
    failed: int = 0

    def __str__(self) -> str:
        return f"{self.file}: {self.files:,} files, {self.size / 1e6:,.1f} MB, each checked by its SHA-256"


def backup(data_dir: Path, target: Path) -> BackupSummary:
    """Write a backup; the file has its name only when it is whole, was read again and is on disk.

    Raises ArchiveError where there is no archive, or the target cannot be written.
    """
    data_dir = Path(data_dir)
    if not (data_dir / DATABASE).is_file():
        raise ArchiveError(f"no archive in {data_dir}: name the directory with --data")
    part = target.with_name(f"{target.name}.part")
    try:
        for last in (*[False] * (TRIES - 1), True):
            try:
                _write(data_dir, part)
                break
            except FileNotFoundError:
                if last:
                    raise
        found = _checked(part)
        os.replace(part, target)
    except OSError as error:
        raise ArchiveError(f"cannot write {target} ({error.strerror}): name another file") from error
    finally:
        part.unlink(missing_ok=True)
    with suppress(OSError):  # also of a directory that may only be read the backup is whole
        (data_dir / LAST_BACKUP).write_text(f"{now()} {target.resolve()}\n", encoding="utf-8")
    return BackupSummary(target, len(found), sum(entry["size"] for entry in found.values()))


def restore(file: Path, data_dir: Path) -> BackupSummary:
    """Bring a backup back into a data directory that holds no archive; nothing of it is seen before all is checked.

    Raises ArchiveError where the file is not whole, or the directory is in use.
    """
    data_dir = Path(data_dir)
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        with FileLock(data_dir / LOCK, timeout=1, thread_local=False):
            found = _bring_back(file, data_dir)
    except Timeout:
        raise ArchiveError(f"another process is writing to {data_dir}: wait until it has ended") from None
    except OSError as error:
        raise ArchiveError(f"cannot restore {file} into {data_dir} ({error.strerror})") from error
    return BackupSummary(file, len(found), sum(entry["size"] for entry in found.values()))


def _bring_back(file: Path, data_dir: Path) -> dict[str, dict[str, Any]]:
    """Check and unpack a backup and put its files in their places; return what its manifest says of them."""
    placed = _placed_before(data_dir)
    captures = {f"{CAPTURES}/{path.name}" for path in (data_dir / CAPTURES).glob("*")}
    if is_complete := (data_dir / DATABASE).exists():
        shutil.rmtree(data_dir / UNPACKED, ignore_errors=True)  # of a restore that was killed when all was in place
    if is_complete or captures - placed:
        raise ArchiveError(f"{data_dir} holds an archive already: name an empty directory with --data, or move it away")
    found = _checked(file)
    for name in captures:  # of another backup, perhaps
        (data_dir / name).unlink()
    with scratch_folder(data_dir / UNPACKED) as beside:
        with tarfile.open(file) as tar:
            for name in found:
                _unpack(tar, name, beside / name)
        _check_databases(beside)
        (beside / PLACING).write_text(json.dumps(list(found)), encoding="utf-8")
        for name in sorted(found, key=lambda name: name == DATABASE):  # the archive is there when all else is
            target = data_dir / name
            target.parent.mkdir(parents=True, exist_ok=True)
            os.replace(beside / name, target)
    return found


def _unpack(tar: tarfile.TarFile, name: str, target: Path) -> None:
    """Write a file of a backup that was checked. Not tar.extract: Debian 12's Python 3.11.2 knows no filter for it."""
    stream = cast(BinaryIO, tar.extractfile(name))
    target.parent.mkdir(parents=True, exist_ok=True)
    with open(os.open(target, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, MODE), "wb") as file:
        shutil.copyfileobj(stream, file)


def _placed_before(data_dir: Path) -> set[str]:
    """Return the names of files of which a restore that was killed has put some in their places."""
    try:
        return set(json.loads((data_dir / UNPACKED / PLACING).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return set()  # none was killed, or before it had put anything


def _write(data_dir: Path, part: Path) -> None:
    entries: dict[str, dict[str, Any]] = {}
    with part.open("wb") as out, scratch_folder(part.with_name(f".{part.name}")) as folder:
        with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as tar:
            for name in filter(lambda name: (data_dir / name).exists(), BEFORE_THE_ARCHIVE):
                with (data_dir / name).open("rb") as file:
                    length = file.seek(0, os.SEEK_END)
                    file.seek(0)
                    entries[name] = _add(tar, name, file, length)
            for name in _databases(data_dir):
                copy = folder / name
                _copy_database(data_dir / name, copy)
                with copy.open("rb") as file:
                    entries[name] = _add(tar, name, file, copy.stat().st_size)
                copy.unlink()
            names = _other_files(data_dir)
            growing = _growing(data_dir)
            for name in names:
                with (data_dir / name).open("rb") as file:
                    length = whole_length(file) if name == growing else file.seek(0, os.SEEK_END)
                    file.seek(0)
                    entries[name] = _add(tar, name, file, length)
            manifest = {"format": FORMAT, "made_at": now(), "files": entries}
            text = json.dumps(manifest, indent=1).encode()
            _add(tar, MANIFEST, io.BytesIO(text), len(text))
        out.flush()
        os.fsync(out.fileno())


def _databases(data_dir: Path) -> list[str]:
    """Return the names of the databases, the archive first."""
    return sorted((path.name for path in data_dir.glob("*.db")), key=lambda name: (name != DATABASE, name))


def _other_files(data_dir: Path) -> list[str]:
    """Return the names of the files beside the databases, captures among them. Folders of indexes are passed over."""
    paths = sorted([*data_dir.iterdir(), *(data_dir / CAPTURES).glob("*")])
    names = [path.relative_to(data_dir).as_posix() for path in paths if path.is_file() and path.suffix != ".db"]
    skipped = (*PASSED_OVER, *BEFORE_THE_ARCHIVE)
    return [name for name in names if not name.endswith(skipped) and BEFORE not in name]


def _growing(data_dir: Path) -> str:
    """Return the name of the WARC file that another process may be writing to, "" where there is none."""
    files = sorted((data_dir / CAPTURES).glob("*.warc.gz"), key=lambda path: path.stat().st_mtime_ns)
    return f"{CAPTURES}/{files[-1].name}" if files and is_being_written(data_dir) else ""


def _copy_database(source: Path, copy: Path) -> None:
    """Copy a database as of one moment; others may write to it meanwhile."""
    try:
        with (
            closing(
                sqlite3.connect(f"{source.resolve().as_uri()}?{mode_to_read(source)}", uri=True, timeout=60)
            ) as read,
            closing(sqlite3.connect(copy)) as write,
        ):
            read.backup(write)
            write.execute("PRAGMA journal_mode = DELETE")  # one file, nothing beside it
    except sqlite3.DatabaseError as error:
        raise ArchiveError(
            f"{source} cannot be read ({error}): bring back an earlier backup, or move it away"
        ) from None


def _add(tar: tarfile.TarFile, name: str, file: BinaryIO, length: int) -> dict[str, Any]:
    """Add so many bytes of a file; return what the manifest says of it."""
    hashed = _Hashed(file)
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode, entry.mtime = length, MODE, int(clock.now().timestamp())
    tar.addfile(entry, cast(BinaryIO, hashed))
    return {"size": length, "sha256": hashed.digest.hexdigest()}


class _Hashed:
    """A file that is hashed while it is read."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self.digest.update(data)
        return data


def _checked(file: Path) -> dict[str, dict[str, Any]]:
    """Return the files of a backup by name, every byte compared with the manifest. Raises ArchiveError."""
    found: dict[str, tuple[int, str]] = {}
    manifest: dict[str, Any] = {}
    try:
        with tarfile.open(file) as tar:
            for entry in tar:
                stream = tar.extractfile(entry)
                if stream is None:
                    raise ArchiveError(f"{file}: {entry.name} is not a file; expected what hoinghi backup writes")
                if entry.name == MANIFEST:
                    manifest = json.load(stream)
                    continue
                digest = hashlib.sha256()
                for chunk in iter(lambda stream=stream: stream.read(_CHUNK), b""):  # type: ignore[misc]
                    digest.update(chunk)
                found[entry.name] = entry.size, digest.hexdigest()
    except (tarfile.TarError, ValueError, EOFError) as error:
        raise ArchiveError(f"{file} is no whole backup ({error}): take another one") from None
    try:
        files: dict[str, dict[str, Any]] = manifest["files"]
        expected = {name: (entry["size"], entry["sha256"]) for name, entry in files.items()}
        leads_away = any(Path(name).is_absolute() or ".." in Path(name).parts for name in files)
        if manifest["format"] != FORMAT or leads_away:
            raise ValueError
    except (KeyError, TypeError, ValueError, AttributeError):
        raise ArchiveError(
            f"{file} is no whole backup of this program (no manifest of format {FORMAT} that keeps within its"
            " directory): take another one"
        ) from None
    if wrong := sorted(name for name in expected.keys() | found.keys() if expected.get(name) != found.get(name)):
        raise ArchiveError(f"{file} is damaged: {wrong[0]} is not what was written; take another backup")
    return files


def _check_databases(folder: Path) -> None:
    for path in folder.glob("*.db"):
        with closing(sqlite3.connect(path)) as database:
            told = ""
            with suppress(sqlite3.DatabaseError):
                told = database.execute("PRAGMA integrity_check").fetchone()[0]
        if told != "ok":
            raise ArchiveError(f"{path.name} in the backup is damaged ({told}): take another backup")
