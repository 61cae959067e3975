"""An append-only log of what came into the archive, under Merkle tree heads: what is changed afterwards shows.

    proof.log         a line for each capture, version, correction of a reading, and stretch of a WARC file
    proof-heads.log   a line for each time it grew: size and root of the tree over all lines so far (RFC 6962)

A row that is changed in archive.db, with its hashes or without, is no longer what its line says; a line that is
changed, removed or moved no longer gives the root. Who rewrites all of it, heads included, is found by a head that was
kept or published elsewhere: size and root are what to keep.
"""

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from filelock import FileLock

from crawl.archive.archive import Archive
from crawl.archive.database import CAPTURES, is_being_written, now
from crawl.archive.merkle import Growing, inclusion_proof, leaf_hash
from crawl.archive.warc_reader import whole_length
from crawl.errors import ArchiveError

LOG, HEADS, STATE, LOCK = "proof.log", "proof-heads.log", "proof-state.json", "proof.lock"
CAPTURE, VERSION, CORRECTION, FILE = "capture", "version", "correction", "file"
_CHUNK = 1 << 20

Name = tuple[Any, Any, Any]  # kind, number or key or file, version


@dataclass(frozen=True, slots=True)
class Head:
    """The tree when it had so many entries. root: hex. at: ISO 8601 in UTC. last: numbers of the last rows in it."""

    size: int
    root: str
    at: str
    last: dict[str, int] = field(default_factory=lambda: {CAPTURE: 0, VERSION: 0, CORRECTION: 0})


@dataclass(slots=True)
class _Place:
    """Where the log goes on, kept in proof-state.json: it can be made from the log again, and is no evidence."""

    tree: Growing
    length: int  # bytes of the log
    files: dict[str, int]  # how many bytes of each WARC file are in it


@dataclass(slots=True)
class LogSummary:
    """What was compared. wrong: (what, why). unlogged: rows that came since the log last grew."""

    head: Head | None = None
    entries: int = 0
    unlogged: int = 0
    wrong: list[tuple[str, str]] = field(default_factory=list)

    def __str__(self) -> str:
        if self.head is None:
            return "log of proofs: none yet"
        more = f"; {self.unlogged:,} rows are not in it yet" if self.unlogged else ""
        return f"log of proofs: {self.entries:,} entries, root {self.head.root} of {self.head.at}{more}"


def extend_log(data_dir: Path) -> Head | None:
    """Enter what came since the last time; return the head, None where there is no archive. Safe to be killed.

    Raises ArchiveError where the log is damaged: it must not grow then.
    """
    if not (data_dir / "archive.db").is_file():
        return None
    with FileLock(data_dir / LOCK), Archive(data_dir, read_only=True) as archive:
        heads = _heads(data_dir)
        head = heads[-1] if heads else Head(0, Growing().root().hex(), "")
        place, last = _place(data_dir, head), dict(head.last)
        path = data_dir / LOG
        with path.open("r+b" if path.exists() else "w+b") as log:
            log.truncate(place.length)  # what a killed process entered without a head
            log.seek(place.length)
            for kind, number, line in _entries(archive, last, place.files, data_dir):
                log.write(line + b"\n")
                place.tree.append(leaf_hash(line))
                place.length += len(line) + 1
                last[kind] = number
            if place.tree.size == head.size:
                return head if heads else None
            log.flush()
            os.fsync(log.fileno())
        head = Head(place.tree.size, place.tree.root().hex(), now(), last)
        _add_head(data_dir / HEADS, head)
        _keep_place(data_dir, place)
    return head


def last_head(data_dir: Path) -> Head | None:
    """Return the last head, None where there is no log. Raises ArchiveError where the heads are damaged."""
    heads = _heads(data_dir)
    return heads[-1] if heads else None


def verify_log(data_dir: Path) -> LogSummary:
    """Compare the log with its heads and the archive with the log; there is nothing to compare without a log."""
    summary = LogSummary()
    try:
        heads = _heads(data_dir)
    except ArchiveError as error:
        summary.wrong.append((HEADS, str(error)))
        heads = []
    if not heads and not (data_dir / LOG).exists():
        return summary
    if not heads:
        summary.wrong.append((HEADS, "there is a log without a head"))
        return summary
    summary.head = heads[-1]
    known = _compare_with_heads(data_dir, heads, summary)
    with Archive(data_dir, read_only=True) as archive:
        _compare_with_rows(archive, known, heads[-1].last, summary)
    return summary


def proof_of(data_dir: Path, key: str) -> dict[str, Any]:
    """Return what proves that the versions of an article are in the log: each line, its place, path and the head.

    Raises ArchiveError where there is none.
    """
    heads = _heads(data_dir)
    if not heads:
        raise ArchiveError(f'{data_dir} has no log of proofs yet: "hoinghi index" makes it')
    head, lines = heads[-1], _lines(data_dir)[: heads[-1].size]
    leaves = [leaf_hash(line) for line in lines]
    places = [place for place, line in enumerate(lines) if json.loads(line)[:2] in ([VERSION, key], [CORRECTION, key])]
    if not places:
        raise ArchiveError(f'no article "{key}" in the log: expected a key as in the address /bai/<key>')
    return {
        "head": {"size": head.size, "root": head.root, "at": head.at},
        "entries": [
            {
                "entry": lines[place].decode(),
                "place": place,
                "path": [one.hex() for one in inclusion_proof(leaves, place)],
            }
            for place in places
        ],
    }


def _add_head(path: Path, head: Head) -> None:
    """Append a head with the digest of its line, over what a killed process left of one."""
    told = json.dumps(asdict(head)).encode()
    with path.open("r+b" if path.exists() else "w+b") as file:
        file.seek(file.read().rfind(b"\n") + 1)
        file.truncate()
        file.write(_with_digest(told) + b"\n")
        file.flush()
        os.fsync(file.fileno())


def _heads(data_dir: Path) -> list[Head]:
    """Return the heads, oldest first; a line without its end is of a process that was killed. Raises ArchiveError."""
    path = data_dir / HEADS
    heads = []
    with suppress(FileNotFoundError):
        for number, line in enumerate(path.read_bytes().split(b"\n")[:-1], 1):
            try:
                heads.append(Head(**json.loads(_checked(line))))
            except ValueError as error:
                raise ArchiveError(f"line {number} of {path} {error}: bring back a backup of it") from None
    return heads


def _place(data_dir: Path, head: Head) -> _Place:
    """Return where the log goes on after a head. Raises ArchiveError where the log is not what the head says."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        kept = json.loads(_checked((data_dir / STATE).read_bytes()))
        tree = Growing(kept["size"], [bytes.fromhex(one) for one in kept["subtrees"]])
        same = (tree.size, tree.root().hex()) == (head.size, head.root)
        if same and kept["length"] <= (data_dir / LOG).stat().st_size:
            return _Place(tree, kept["length"], dict(kept["files"]))
    lines = _lines(data_dir)[: head.size]
    tree = Growing()
    for line in lines:
        tree.append(leaf_hash(line))
    if (tree.size, tree.root().hex()) != (head.size, head.root):
        raise ArchiveError(f"{data_dir / LOG} is not what its last head says: bring back a backup of it")
    told = [json.loads(line) for line in lines if line.startswith(b'["file"')]
    files = {entry[1]: entry[2] for entry in told}
    return _Place(tree, sum(len(line) + 1 for line in lines), files)


def _keep_place(data_dir: Path, place: _Place) -> None:
    subtrees = [one.hex() for one in place.tree.subtrees]
    kept = {"size": place.tree.size, "subtrees": subtrees, "length": place.length, "files": place.files}
    part = data_dir / f"{STATE}.part"
    part.write_bytes(_with_digest(json.dumps(kept).encode()))
    os.replace(part, data_dir / STATE)


def _with_digest(line: bytes) -> bytes:
    return line + b"\t" + hashlib.sha256(line).hexdigest().encode()


def _checked(line: bytes) -> bytes:
    """Return what _with_digest was given. Raises ValueError where a byte is not what it was."""
    told, _, digest = line.partition(b"\t")
    if hashlib.sha256(told).hexdigest().encode() != digest:
        raise ValueError("is damaged")
    return told


def _lines(data_dir: Path) -> list[bytes]:
    with suppress(FileNotFoundError):
        return (data_dir / LOG).read_bytes().split(b"\n")[:-1]
    return []


def _entries(
    archive: Archive, last: dict[str, int], files: dict[str, int], data_dir: Path
) -> Iterator[tuple[str, int, bytes]]:
    """Give what is not in the log yet: kind, number of its row, line. files: gets those that are given."""
    for row in archive.logged_captures(last[CAPTURE]):
        yield CAPTURE, row["id"], _line(CAPTURE, row)
    for row in archive.logged_versions(last[VERSION]):
        yield VERSION, row["number"], _line(VERSION, row)
    for row in archive.corrected_versions(last[CORRECTION]):
        yield CORRECTION, row["correction"], _line(CORRECTION, row)
    for path in finished_files(data_dir):
        start = files.get(path.name, 0)
        end = _whole(path, start)
        if end > start:
            files[path.name] = end
            digest = _digest(path, start, end)
            yield FILE, 0, json.dumps([FILE, path.name, end, digest, start], separators=(",", ":")).encode()


def finished_files(data_dir: Path) -> list[Path]:
    """Return the WARC files that nobody writes to at the moment; the newest is gone on with until it is full."""
    files = sorted((data_dir / CAPTURES).glob("*.warc.gz"))
    return files[:-1] if is_being_written(data_dir) else files


def _whole(path: Path, start: int) -> int:
    """Return where the whole records of a file end. start: where one of them begins."""
    with path.open("rb") as file:
        return whole_length(file, start) if path.stat().st_size > start else start


def _digest(path: Path, start: int, end: int) -> str:
    """Return the SHA-256 (hex) of a stretch of a file, of what is there of it."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        file.seek(start)
        while chunk := file.read(min(_CHUNK, end - file.tell())):
            digest.update(chunk)
    return digest.hexdigest()


def _line(kind: str, row: dict[str, Any]) -> bytes:
    """Return the line of a row: all of it that must not change. Where a capture lies may."""
    if kind == CAPTURE:
        names = (
            "id",
            "url",
            "source",
            "status",
            "fetched_at",
            "kind",
            "sha256",
            "payload_digest",
            "length",
            "refers_to",
        )
        told = [row[name] for name in names]
    else:
        text = hashlib.sha256(row["article"].encode("utf-8", "surrogatepass")).hexdigest()
        told = [row["key"], row["version"], row["fetched_at"], row["capture"], row["text_sha256"], text]
    return json.dumps([kind, *told], ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def _compare_with_heads(data_dir: Path, heads: list[Head], summary: LogSummary) -> dict[Name, bytes]:
    """Return the last line about each row, by what names it; note each head that the lines do not give."""
    by_size = {head.size: head for head in heads}
    tree, known = Growing(), {}
    for line in _lines(data_dir)[: heads[-1].size]:
        tree.append(leaf_hash(line))
        if (head := by_size.get(tree.size)) and head.root != tree.root().hex():
            summary.wrong.append((LOG, f"its first {tree.size:,} lines are not those of {head.at}"))
            by_size = {}  # all later ones are wrong for the same reason
        try:
            entry = json.loads(line)
            known[_name(entry)] = line
        except (ValueError, TypeError, IndexError, KeyError):
            summary.wrong.append((f"{LOG}, line {tree.size}", "is damaged"))
    summary.entries = tree.size
    if tree.size < heads[-1].size:
        summary.wrong.append((LOG, f"has {tree.size:,} lines of {heads[-1].size:,}"))
    return known


def _name(entry: list[Any]) -> Name:
    return (
        (entry[0], entry[1], "") if entry[0] == CAPTURE else (FILE if entry[0] == FILE else VERSION, entry[1], entry[2])
    )


def _compare_with_rows(archive: Archive, known: dict[Name, bytes], last: dict[str, int], summary: LogSummary) -> None:
    """Note each row that is not as its line says, and each line without a row."""
    corrected = {(row["key"], row["version"]) for row in archive.corrected_versions(last[CORRECTION])}
    for row in archive.logged_captures(0):
        _compare(known, (CAPTURE, row["id"], ""), _line(CAPTURE, row), row["id"] > last[CAPTURE], row["url"], summary)
    for row in archive.logged_versions(0):
        version = (row["key"], row["version"])
        is_new = row["number"] > last[VERSION] or version in corrected
        line = known.get((VERSION, *version), b"")
        kind = CORRECTION if line.startswith(b'["correction"') else VERSION
        _compare(known, (VERSION, *version), _line(kind, row), is_new, row["id"], summary)
    for name in [name for name in known if name[0] == FILE]:
        _, file, end, digest, *start = json.loads(known.pop(name))  # lines of before tell of whole files
        path = archive.data_dir / CAPTURES / file
        # a missing one is told by its captures
        if path.exists() and _digest(path, start[0] if start else 0, end) != digest:
            summary.wrong.append((file, "is not the file that was finished: a byte of it was changed"))
    for name in known:
        kind, first, number = name
        what = f"capture {first}" if kind == CAPTURE else f"version {number} of {first}"
        summary.wrong.append((what, "is in the log and no longer in the archive"))


def _compare(
    known: dict[Name, bytes],
    name: tuple[Any, ...],
    line: bytes,
    is_new: bool,
    what: str,
    summary: LogSummary,
) -> None:
    logged = known.pop(name, None)
    if is_new:
        summary.unlogged += 1
    elif logged is None:
        summary.wrong.append((what, "is in the archive and not in the log"))
    elif logged != line:
        summary.wrong.append((what, "is not what the log says: its row was changed"))
