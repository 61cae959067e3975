"""Changes to the index: new segments of arrays, deletions, merges, and one commit through Whoosh's table of contents.

A commit writes whole new files and then puts the new table of contents in place by renaming: whoever reads sees the
state before or the state after, and what a killed writer leaves behind is unused files, removed by the next commit.
Merging older segments comes after that, as a commit of its own that changes no answer: nobody waits for it.
"""

import time
from collections.abc import Iterable
from functools import partial
from pathlib import Path

import numpy as np
from whoosh import index
from whoosh.index import TOC, clean_files

from search.document import Document
from search.engines.embedded.codec import EXTENSION, ArraySegment, open_segment, segment_path
from search.engines.embedded.format import array_file, segment_merge, segment_writer
from search.engines.embedded.format.segment_format import MAX_DOCUMENTS
from search.engines.embedded.format.segment_reader import NONE, SegmentPostings
from search.engines.process_pool import in_order
from search.errors import IndexBusy

BATCH = 512  # documents that one process builds at a time: 0.3 million syllables, some 60 MB while it works
MERGE_FACTOR = 8  # segments of one size before they become one; each document is rewritten once for each power of 8
SMALLEST_TIER = 1024  # segments up to this size count as of one size
LOCK_TIMEOUT_SECONDS = 30.0  # a commit of another process takes seconds

Part = tuple[ArraySegment, np.ndarray]  # a segment and flags of its deleted documents


class WhooshWriter:
    """Changes that become visible together on commit. Holds Whoosh's write lock while it lives."""

    def __init__(self, place: index.FileIndex, *, rebuild: bool) -> None:
        self._place, self._storage = place, place.storage
        self._lock = place.lock("WRITELOCK")
        until = time.monotonic() + LOCK_TIMEOUT_SECONDS
        while not self._lock.acquire():
            if time.monotonic() > until:
                raise IndexBusy(
                    f"another process has been writing to {self._storage.folder} for {LOCK_TIMEOUT_SECONDS:.0f} s: "
                    "wait until it has finished, then try again"
                )
            time.sleep(0.1)
        try:
            self._toc = place._read_toc()
            self._old: list[ArraySegment] = [] if rebuild else list(self._toc.segments)
            self._deleted = [segment.deleted() for segment in self._old]
            self._opened: dict[ArraySegment, SegmentPostings] = {}
            self._new: list[ArraySegment] = []
            self._new_deleted: list[np.ndarray] = []
            self._new_numbers: dict[str, tuple[int, int]] = {}
        except BaseException:
            self._lock.release()
            raise

    def add(self, documents: Iterable[Document]) -> int:
        count = 0
        write = partial(_written, Path(self._storage.folder), self._place.indexname)
        for batch, segment in in_order(write, documents, BATCH):
            self._take(segment, [document.id for document in batch])
            count += len(batch)
        return count

    def _take(self, segment: ArraySegment, ids: list[str]) -> None:
        """Enter a new segment; what had one of its ids before, here or in an older segment, is deleted."""
        flags = np.zeros(len(ids), dtype=bool)
        for number, identifier in enumerate(ids):
            self._forget(identifier)
            earlier = self._new_numbers.get(identifier)
            if earlier is not None and earlier[0] == len(self._new):
                flags[earlier[1]] = True
            self._new_numbers[identifier] = (len(self._new), number)
        self._new.append(segment)
        self._new_deleted.append(flags)

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
            found = not self._new_deleted[earlier[0]][earlier[1]]
            self._new_deleted[earlier[0]][earlier[1]] = True
        for segment, deleted in zip(self._old, self._deleted, strict=True):
            number = self._postings(segment).number_of(identifier)
            if number != NONE and not deleted[number]:
                deleted[number] = found = True
        return found

    def _postings(self, segment: ArraySegment) -> SegmentPostings:
        if segment not in self._opened:
            self._opened[segment] = open_segment(self._storage, segment)
        return self._opened[segment]

    def commit(self) -> None:
        try:
            if self._changes_nothing():
                return
            new = self._gathered(list(zip(self._new, self._new_deleted, strict=True)))
            parts = [part for part in [*zip(self._old, self._deleted, strict=True), *new] if _live(part)]
            generation = self._toc.generation + 1
            self._enter(parts, generation)
            tiered = self._tiered(parts)
            if tiered is not parts:
                self._enter(tiered, generation + 1)
        finally:
            self._lock.release()

    def _changes_nothing(self) -> bool:
        old = zip(self._old, self._deleted, strict=True)
        same = all(np.array_equal(segment.deleted(), flags) for segment, flags in old)
        return same and not self._new and self._old == list(self._toc.segments)

    def _enter(self, parts: list[Part], generation: int) -> None:
        """Put a table of contents in place, and remove the files that it does not name."""
        for segment, deleted in parts:
            segment.set_deleted(deleted)
        segments = [segment for segment, _ in parts]
        TOC(self._toc.schema, segments, generation).write(self._storage, self._place.indexname)
        clean_files(self._storage, self._place.indexname, generation, segments)

    def cancel(self) -> None:
        try:
            for segment in self._new:
                segment_path(self._storage, segment).unlink(missing_ok=True)
        finally:
            self._lock.release()

    def _gathered(self, parts: list[Part]) -> list[Part]:
        """Return what was added as few segments: the batches of the workers are merged once, as many as fit."""
        gathered: list[Part] = []
        group: list[Part] = []
        for part in parts:
            if sum(map(_live, group)) + _live(part) > MAX_DOCUMENTS:
                gathered.append(self._merge(group))
                group = []
            group.append(part)
        gathered += [self._merge(group)] if group else []
        used = {segment for segment, _ in gathered}
        for segment, _ in parts:
            if segment not in used:
                segment_path(self._storage, segment).unlink()
        return gathered

    def _tiered(self, parts: list[Part]) -> list[Part]:
        """Return parts where MERGE_FACTOR of one tier have become one, and half-empty ones are rewritten."""
        while chosen := _to_merge([(_live(part), len(part[1])) for part in parts]):
            merged = self._merge([parts[number] for number in chosen])
            parts = [part for number, part in enumerate(parts) if number not in chosen]
            parts.insert(chosen[0], merged)
        return parts

    def _merge(self, group: list[Part]) -> Part:
        if len(group) == 1 and _live(group[0]) == len(group[0][1]):
            return group[0]
        opened = [array_file.load(segment_path(self._storage, segment)) for segment, _ in group]
        merged = segment_merge.merge(opened, [deleted for _, deleted in group])
        segment = ArraySegment(self._place.indexname, len(merged["day"]))
        array_file.save(segment_path(self._storage, segment), merged)
        return segment, np.zeros(segment.size, dtype=bool)


def _written(folder: Path, indexname: str, batch: list[Document]) -> ArraySegment:
    """Write the segment of a batch; runs in worker processes."""
    segment = ArraySegment(indexname, len(batch))
    array_file.save(folder / segment.make_filename(EXTENSION), segment_writer.build(batch))
    return segment


def _live(part: Part) -> int:
    return len(part[1]) - int(part[1].sum())


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
