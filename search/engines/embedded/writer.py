"""Changes to the index: new segments of arrays, deletions, merges, and one commit (format/commit_file.py).

A commit writes whole new files and then puts the new commit in place by renaming: whoever reads sees the state before
or the state after, and what a killed writer leaves behind is unused files, removed by the next one. Merging older
segments comes after that, as a commit of its own that changes no answer: nobody waits for it.
"""

import logging
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from filelock import FileLock, Timeout

from search.document import Document
from search.engines.embedded.format import array_file, commit_file, segment_merge, segment_writer
from search.engines.embedded.format.array_file import DamagedFile
from search.engines.embedded.format.commit_file import Commit, CommittedSegment, segment_path
from search.engines.embedded.format.segment_format import MAX_DOCUMENTS
from search.engines.embedded.format.segment_reader import NONE, SegmentPostings
from search.engines.embedded.opening import unreadable
from search.engines.embedded.snapshot import Snapshot
from search.engines.process_pool import in_order
from search.errors import IndexBusy

BATCH = 512  # documents that one process builds at a time: 0.3 million syllables, some 60 MB while it works
MERGE_FACTOR = 8  # segments of one size before they become one; each document is rewritten once for each power of 8
SMALLEST_TIER = 1024  # segments up to this size count as of one size
LOCK = "write.lock"
LOCK_TIMEOUT_SECONDS = 30.0  # a commit of another process takes seconds

log = logging.getLogger(__name__)


@dataclass(eq=False, slots=True)
class Part:
    """A segment and flags of its deleted documents. opened: where it was there before."""

    entry: CommittedSegment
    deleted: np.ndarray
    opened: SegmentPostings | None = None

    @property
    def live(self) -> int:
        return len(self.deleted) - int(self.deleted.sum())


class WhooshWriter:
    """Changes that become visible together on commit. Holds the write lock while it lives.

    read: what returns the newest commit, None to begin from nothing. Damaged segments are no part of what it returns,
    and so of no later commit: build.py finds that their documents are missing and writes them anew.
    """

    def __init__(self, directory: Path, read: Callable[[], Snapshot] | None) -> None:
        self._directory = directory
        self._lock = FileLock(directory / LOCK, thread_local=False)
        try:
            self._lock.acquire(timeout=LOCK_TIMEOUT_SECONDS, poll_interval=0.1)
        except Timeout:
            raise IndexBusy(
                f"another process has been writing to {directory} for {LOCK_TIMEOUT_SECONDS:.0f} s: "
                "wait until it has finished, then try again"
            ) from None
        try:
            self._before = commit_file.remove_strays(directory)
            self._base = read() if read is not None else None
            self._old = _parts(self._base) if self._base else []
            self._new: list[Part] = []
            self._new_numbers: dict[str, tuple[int, int]] = {}
        except BaseException:
            self._lock.release()
            raise

    def add(self, documents: Iterable[Document]) -> int:
        count = 0
        for batch, entry in in_order(partial(_written, self._directory), documents, BATCH):
            self._take(entry, [document.id for document in batch])
            count += len(batch)
        return count

    def _take(self, entry: CommittedSegment, ids: list[str]) -> None:
        """Enter a new segment; what had one of its ids before, here or in an older segment, is deleted."""
        flags = np.zeros(len(ids), dtype=bool)
        for number, identifier in enumerate(ids):
            self._forget(identifier)
            earlier = self._new_numbers.get(identifier)
            if earlier is not None and earlier[0] == len(self._new):
                flags[earlier[1]] = True
            self._new_numbers[identifier] = (len(self._new), number)
        self._new.append(Part(entry, flags))

    def delete(self, ids: Iterable[str]) -> int:
        count = 0
        for identifier in ids:
            if self._forget(identifier):
                self._new_numbers.pop(identifier, None)
                count += 1
        return count

    def _forget(self, identifier: str) -> bool:
        """Mark the document with this id as deleted, wherever it is."""
        found = False
        earlier = self._new_numbers.get(identifier)
        if earlier is not None and earlier[0] < len(self._new):
            found = not self._new[earlier[0]].deleted[earlier[1]]
            self._new[earlier[0]].deleted[earlier[1]] = True
        for part in self._old:
            number = part.opened.number_of(identifier) if part.opened else NONE
            if number != NONE and not part.deleted[number]:
                part.deleted[number] = found = True
        return found

    def commit(self) -> None:
        try:
            if self._changes_nothing():
                return
            parts = [part for part in [*self._old, *self._gathered(self._new)] if part.live]
            before = self._base.commit if self._base else self._newest_readable()
            commit = self._enter(parts, before)
            try:
                tiered = self._tiered(parts)
            except DamagedFile as error:
                raise unreadable(self._directory, error) from error
            except OSError as error:
                log.warning("older segments stay as they are, and are merged another time: %s", error)
                return
            if tiered is not parts:
                self._enter(tiered, commit)
        except BaseException:
            self._remove_what_is_not_committed()
            raise
        finally:
            self._lock.release()

    def cancel(self) -> None:
        try:
            self._remove_what_is_not_committed()
        finally:
            self._lock.release()

    def _remove_what_is_not_committed(self) -> None:
        """Remove the files that came since this writer began and that no commit names."""
        commit_file.remove_strays(self._directory, but=self._before)

    def _changes_nothing(self) -> bool:
        if self._base is None or self._base.damage or self._new or not commit_file.generations(self._directory):
            return False
        old = zip(self._base.commit.segments, self._old, strict=True)
        return all(np.array_equal(entry.deleted(), part.deleted) for entry, part in old)

    def _newest_readable(self) -> Commit | None:
        for generation in commit_file.generations(self._directory):
            try:
                return commit_file.read(self._directory, generation)
            except OSError:
                continue
        return None

    def _enter(self, parts: list[Part], before: Commit | None) -> Commit:
        """Put a commit in place, and remove the files that neither it nor the one before names."""
        newest = next(iter(commit_file.generations(self._directory)), 0)
        commit = Commit(newest + 1, tuple(part.entry.without(part.deleted) for part in parts))
        commit_file.write(self._directory, commit)
        commit_file.remove_unused(self._directory, [commit, *([before] if before else [])])
        return commit

    def _gathered(self, parts: list[Part]) -> list[Part]:
        """Return what was added as few segments: the batches of the workers are merged once, as many as fit."""
        gathered: list[Part] = []
        group: list[Part] = []
        for part in parts:
            if sum(member.live for member in group) + part.live > MAX_DOCUMENTS:
                gathered.append(self._merge(group))
                group = []
            group.append(part)
        gathered += [self._merge(group)] if group else []
        used = {part.entry.name for part in gathered}
        for part in parts:
            if part.entry.name not in used:
                segment_path(self._directory, part.entry.name).unlink()
        return gathered

    def _tiered(self, parts: list[Part]) -> list[Part]:
        """Return parts where MERGE_FACTOR of one tier have become one, and half-empty ones are rewritten."""
        while chosen := _to_merge([(part.live, len(part.deleted)) for part in parts]):
            merged = self._merge([parts[number] for number in chosen])
            parts = [part for number, part in enumerate(parts) if number not in chosen]
            parts.insert(chosen[0], merged)
        return parts

    def _merge(self, group: list[Part]) -> Part:
        """Return one segment; nothing is merged that is not as it was written."""
        if len(group) == 1 and group[0].live == len(group[0].deleted):
            return group[0]
        opened = [array_file.load(segment_path(self._directory, part.entry.name)) for part in group]
        merged = segment_merge.merge(opened, [part.deleted for part in group])
        entry = _saved(self._directory, sum(part.live for part in group), merged)
        return Part(entry, np.zeros(entry.documents, dtype=bool))


def _parts(collection: Snapshot) -> list[Part]:
    pairs = zip(collection.commit.segments, collection.views, strict=True)
    return [Part(entry, entry.deleted(), view.segment) for entry, view in pairs]


def _written(directory: Path, batch: list[Document]) -> CommittedSegment:
    """Write the segment of a batch; runs in worker processes."""
    return _saved(directory, len(batch), segment_writer.build(batch).items())


def _saved(directory: Path, documents: int, arrays: Iterable[tuple[str, np.ndarray]]) -> CommittedSegment:
    name = secrets.token_hex(8)  # no other index has a segment of this name
    return CommittedSegment(name, documents, array_file.save(segment_path(directory, name), arrays))


def _to_merge(sizes: list[tuple[int, int]]) -> list[int]:
    """Return which segments to make one of, in order; [] if all is well. sizes: (live documents, all documents)."""
    tiers: dict[int, list[int]] = {}
    for number, (live, every) in enumerate(sizes):
        if live * 2 < every:
            return [number]
        tier = 0
        while live > SMALLEST_TIER * MERGE_FACTOR**tier:
            tier += 1
        tiers.setdefault(tier, []).append(number)
    for members in tiers.values():
        fitting: list[int] = []
        for number in members:
            if sum(sizes[chosen][0] for chosen in fitting) + sizes[number][0] <= MAX_DOCUMENTS:
                fitting.append(number)
        if len(fitting) >= MERGE_FACTOR:
            return fitting
    return []
