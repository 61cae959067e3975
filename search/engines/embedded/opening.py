"""The newest commit whose files are as they were written → its segments, opened; what is damaged is named, not read.

A segment that is damaged is left out, the others answer. Where the commit itself is damaged, or none of its segments
can be read, the commit before it answers.
"""

import logging
from collections.abc import Mapping
from pathlib import Path

from search.engines.embedded.format import commit_file
from search.engines.embedded.format.array_file import DamagedFile
from search.engines.embedded.format.commit_file import Commit, CommittedSegment, segment_path
from search.engines.embedded.format.segment_reader import SegmentPostings
from search.engines.embedded.snapshot import Snapshot
from search.errors import IndexMissing, no_index

OPEN_ATTEMPTS = 10  # commits may come while files are opened, and remove those of the commit before the last
REMEDY = 'run "hoinghi index --rebuild"'

log = logging.getLogger(__name__)

Known = Mapping[str, SegmentPostings]


def open_newest(directory: Path, known: Known, *, check: bool, memory: int | None = None) -> Snapshot:
    """Return the newest commit that can be read, with what is damaged.

    known: segments by name that are open and whole. check: compare whole files with their checksums. memory: as Room
    has it.
    Raises IndexMissing where there is no index, or where nothing of it can be read.
    """
    for _ in range(OPEN_ATTEMPTS):
        numbers = commit_file.generations(directory)
        found = _first_readable(directory, numbers, known, check, memory)
        if found is not None and (not found.damage or numbers == commit_file.generations(directory)):
            for sentence in found.damage:
                log.error("%s: %s", sentence, REMEDY)
            return found
        if numbers and numbers != commit_file.generations(directory):
            continue
        if not numbers and not commit_file.is_of_another_version(directory):
            raise no_index(directory)
        raise unreadable(directory, "it was made by another version" if not numbers else _damage(directory, numbers))
    raise unreadable(directory, "it changes faster than it can be read")


def unreadable(directory: Path, reason: object) -> IndexMissing:
    return IndexMissing(
        "the index at {location} cannot be read ({reason}): {remedy}",
        code="index-unreadable",
        location=directory,
        reason=reason,
        remedy=REMEDY,
    )


def open_entry(directory: Path, entry: CommittedSegment, *, check: bool) -> SegmentPostings:
    """Return a segment. Raises DamagedFile if it is not the file that the commit means, or not as written."""
    path = segment_path(directory, entry.name)
    try:
        opened = SegmentPostings(path, check=check)
    except DamagedFile:
        raise
    except FileNotFoundError:
        raise DamagedFile(path, "is missing") from None
    except Exception as error:  # unchecked arrays can be anything
        raise DamagedFile(path, f"cannot be read ({type(error).__name__}: {error})") from error
    if opened.arrays.checksum != entry.checksum or opened.size != entry.documents:
        raise DamagedFile(path, "is not the file that was written under this name")
    return opened


def _first_readable(
    directory: Path, numbers: list[int], known: Known, check: bool, memory: int | None
) -> Snapshot | None:
    damage: list[str] = []
    for number in numbers:
        try:
            commit = commit_file.read(directory, number)
        except (DamagedFile, FileNotFoundError) as error:
            damage.append(f"{error}; the commit before it answers")
            continue
        segments, entries, damaged = [], [], []
        for entry in commit.segments:
            opened = known.get(entry.name)
            try:
                segments.append(opened if opened is not None else open_entry(directory, entry, check=check))
                entries.append(entry)
            except DamagedFile as error:
                damaged.append(f"{error}; its {entry.documents:,} documents are left out")
        damage += damaged
        if segments or not commit.segments:
            whole = Commit(number, tuple(entries))
            return Snapshot(whole, segments, damage=tuple(damage), newest=numbers[0], memory=memory)
    return None


def _damage(directory: Path, numbers: list[int]) -> str:
    """Return the first reason why a commit cannot be read."""
    for number in numbers:
        try:
            for entry in commit_file.read(directory, number).segments:
                open_entry(directory, entry, check=True)
        except (DamagedFile, FileNotFoundError) as error:
            return str(error)
    return "it is damaged"
