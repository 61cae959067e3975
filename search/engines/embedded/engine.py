"""The embedded engine: a Whoosh index in a directory, its segments read and scored as arrays."""

import hashlib
import logging
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from search.document import CITED, MONTH, MOST_CITED, Document
from search.engines.embedded.format import commit_file
from search.engines.embedded.format.array_file import mapped_bytes
from search.engines.embedded.format.commit_file import Commit, make_durable
from search.engines.embedded.format.segment_reader import NONE
from search.engines.embedded.missing_words import MissingWords, conditions
from search.engines.embedded.opening import REMEDY, open_newest, unreadable
from search.engines.embedded.scoring.citation_facet import most_cited
from search.engines.embedded.scoring.evaluator import Evaluator
from search.engines.embedded.scoring.maxscore import TopDocuments, smallest
from search.engines.embedded.snapshot import SegmentView, Snapshot
from search.engines.embedded.verify import IndexVerification, verify_index
from search.engines.embedded.vocabulary import IndexVocabulary
from search.engines.indexed_fields import FIRST_DAY, LAST_DAY
from search.engines.lazy_hits import LazyHits
from search.engines.plan.compiler import compile_filters, compile_full, compile_query
from search.engines.plan.nodes import Plan
from search.engines.ports import EngineResults
from search.errors import IndexMissing, IndexUnavailable, SearchError
from search.query.matching import units_in
from search.query.nodes import Node, Query
from search.query.vocabulary import Vocabulary

if TYPE_CHECKING:
    from whoosh.reading import IndexReader

    from search.engines.embedded.writer import WhooshWriter

MOST_MAPPED_BYTES = (
    512 << 20
)  # of the files of the index; two processes that serve a million articles are to stay below 3 GiB
LOOK_EVERY = 4  # searches; a look takes ten microseconds, a search of a million articles maps tens of megabytes

Top = tuple[SegmentView, int, float]  # (segment, number in it, score)

log = logging.getLogger(__name__)


class WhooshEngine:
    """Safe to share between threads. Every search sees the newest commit at its beginning, and that one to its end.

    check: compare each segment with its checksums when it is opened; else only when it is merged or fails.
    memory: bytes that may be kept of what queries asked for; None: as much as pays for the number of documents.
    """

    def __init__(self, directory: str | Path, *, check: bool = True, memory: int | None = None) -> None:
        self.directory = Path(directory)
        self._newest = commit_file.NewestCommit(self.directory)
        self._check, self._memory = check, memory
        self._collection: Snapshot | None = None
        self._vocabulary: tuple[Snapshot, IndexVocabulary] | None = None
        self._opening = threading.Lock()
        self._searches = 0  # about: threads may count one for two

    @contextmanager
    def writer(self, *, rebuild: bool = False) -> "Iterator[WhooshWriter]":
        from search.engines.embedded.writer import WhooshWriter  # and all that analyses: a search does not wait for it

        if not self.directory.is_dir():
            self.directory.mkdir(parents=True, exist_ok=True)
            make_durable(self.directory.parent)
        writer = WhooshWriter(self.directory, None if rebuild else self._collection_to_write)
        try:
            yield writer
        except BaseException:
            writer.cancel()
            raise
        writer.commit()

    def search(
        self, query: Query, *, limit: int = 10, offset: int = 0, facets: Sequence[str] = (), depth_only: bool = False
    ) -> EngineResults:
        collection = self.collection()
        self._keep_small(collection)
        try:
            return self._search(collection, query, limit, offset, facets, depth_only)
        except SearchError:
            raise
        except Exception:
            if not self._leave_out_damage(collection):
                raise
        return self.search(query, limit=limit, offset=offset, facets=facets, depth_only=depth_only)

    def every(self, query: Query, *, most: int) -> tuple[EngineResults, Iterator[Document]]:
        found = self.search(query, limit=most)  # its hits are read from the commit that was searched, when asked for
        return found, (document for document, _ in islice(found.ranked, found.total))

    def _search(
        self, collection: Snapshot, query: Query, limit: int, offset: int, facets: Sequence[str], depth_only: bool
    ) -> EngineResults:
        evaluator = Evaluator(collection)
        allowed = compile_filters(query.filters)
        if depth_only and not limit and not facets and not query.partial:
            return EngineResults(self._count_full(evaluator, query, allowed), (), {}, bool(collection.damage))
        tree = compile_query(query)
        matching = [self._matching(evaluator, tree, view) for view in collection.views]
        held = matching
        if any(units_in(query.root)):
            condition = compile_full(query.root)
            pairs = zip(matching, collection.views, strict=True)
            held = [flags & evaluator.matches(condition, view) for flags, view in pairs]
        found_full = _within(evaluator, held, allowed)
        counted_flags = matching if query.partial else held
        counted_numbers = _within(evaluator, matching, allowed) if query.partial else found_full
        total, every, count = _size(counted_numbers), _count_within(evaluator, matching, allowed), offset + limit
        if _order(query) == "relevance":
            top = self._best(evaluator, tree, found_full, count)
            if len(top) < min(count, every):
                lacking = [flags & ~full for flags, full in zip(matching, held, strict=True)]
                top += self._best(evaluator, tree, _within(evaluator, lacking, allowed), count - len(top))
        else:
            top = _by_day(collection.views, counted_numbers, query.sort, count)
        shown = top[offset:count]
        read = _id_alone if depth_only else _document
        ranked = LazyHits(
            [partial(read, view, number) for view, number, _ in shown],
            [score for *_, score in shown],
            lambda rank: shown[rank][0].segment.id_of(shown[rank][1]),
        )
        partial_matches = every - _size(found_full)
        counts = {}
        for facet in facets:
            counted = counted_numbers
            if allowed is not None and facet not in query.fixed:
                others = compile_filters(query.filters, but=facet)
                if others != allowed:
                    counted = _within(evaluator, counted_flags, others)
            if facet == CITED:
                counts[facet] = most_cited([view.segment for view in collection.views], counted, MOST_CITED)
            elif facet == MONTH:
                counts[facet] = _months(collection.views, counted)
            else:
                counts[facet] = _counts(collection.views, counted, facet)
        return EngineResults(
            total=total,
            partial=bool(collection.damage),
            ranked=ranked,
            facets=counts,
            texts=_texts(collection.views, counted_numbers),
            listed=every if _order(query) == "relevance" else total,
            partial_matches=partial_matches,
            missing=MissingWords(evaluator, query.root, shown, held) if partial_matches and not depth_only else {},
            lists=lambda keys: _flagged(collection.views, _passing(evaluator, matching, allowed), keys),
            absent=_absent(evaluator, query.root, allowed) if every == partial_matches else (),
        )

    def _keep_small(self, collection: Snapshot) -> None:
        """Give mapped pages back now and then: the system maps sixteen where one is read, and takes none back."""
        self._searches += 1
        if self._searches % LOOK_EVERY == 0 and mapped_bytes() > MOST_MAPPED_BYTES:
            for view in collection.views:
                view.segment.arrays.let_go()

    def _matching(self, evaluator: Evaluator, tree: Plan, view: SegmentView) -> np.ndarray:
        """Return flags of the documents that match and are not deleted."""
        flags = evaluator.matches(tree, view)
        return flags if view.live is None else flags & view.live

    def _count_full(self, evaluator: Evaluator, query: Query, allowed: Plan | None) -> int:
        """Return how many documents are full matches within the filters: partial ones are not looked for."""
        condition = compile_full(query.root)
        flags = [self._matching(evaluator, condition, view) for view in evaluator.collection.views]
        return _size(_within(evaluator, flags, allowed))

    def _best(self, evaluator: Evaluator, tree: Plan, found: list[np.ndarray], count: int) -> list[Top]:
        """Return the first `count` documents by score. found: the numbers of those that match, for each segment."""
        views = evaluator.collection.views
        if not count or not _size(found):  # they are counted only, or there are none
            return []
        top = TopDocuments(evaluator, tree, count)
        for ordinal, (view, docs) in enumerate(zip(views, found, strict=True)):
            top.add(ordinal, view, docs)
        return [(views[ordinal], number, score) for ordinal, number, score in top.best()]

    def get(self, key: str) -> Document | None:
        collection = self.collection()
        for view in collection.views:
            for number in view.segment.numbers_of_key(key):
                if view.live is None or view.live[number]:
                    document = _document(view, number)
                    if document.key == key:
                        return document
        if collection.damage:
            raise IndexUnavailable(
                f"it may be in the part of the index that is damaged: {REMEDY}", code="index-damaged"
            )
        return None

    def versions(self) -> dict[str, str]:
        if not commit_file.generations(self.directory) and not commit_file.is_of_another_version(self.directory):
            return {}
        found: dict[str, str] = {}
        for view in self.collection().views:
            rows = zip(view.segment.ids(), view.segment.fingerprints(), strict=True)
            found.update(row for row, live in zip(rows, _live_flags(view), strict=True) if live)
        return found

    def count(self) -> int:
        return self.collection().count()

    def vocabulary(self) -> Vocabulary:
        """Return what the newest commit knows about its words."""
        collection = self.collection()
        known = self._vocabulary
        if known is None or known[0] is not collection:
            self._vocabulary = known = (collection, IndexVocabulary(collection))
        return known[1]

    def generation(self) -> int:
        """Return a number that changes with every commit."""
        return self.collection().commit.generation

    def state(self) -> str:
        """Return a digest (hex) of the commit as far as it can be read; segments have names that no other index has."""
        try:
            views = self.collection().views
        except IndexMissing:
            return ""
        digest = hashlib.blake2b(digest_size=16)
        for view in views:
            deleted = b"" if view.live is None else np.packbits(view.live).tobytes()
            digest.update(f"{view.segment.name} {len(deleted)} ".encode() + deleted)
        return digest.hexdigest()

    def documents(self) -> Iterator[Document]:
        """Yield every document, one at a time."""
        for view in self.collection().views:
            for number, live in enumerate(_live_flags(view)):
                if live:
                    yield view.segment.document(number)

    def whoosh_reader(self) -> "IndexReader":
        """Return a reader of Whoosh's over the newest commit, for what works on Whoosh indexes."""
        from search.engines.embedded.codec import whoosh_reader

        return whoosh_reader([(view.segment, view.live) for view in self.collection().views])

    def close(self) -> None:
        with self._opening:
            self._collection = self._vocabulary = None

    def damage(self) -> tuple[str, ...]:
        """Return a sentence for each part of the index that cannot be read and is left out of every answer."""
        return self.collection().damage

    def verify(self) -> IndexVerification:
        return verify_index(self.directory)

    def collection(self) -> Snapshot:
        """Return the segments of the newest commit. Searches that began before keep those they have.

        Files that were cut or changed since they were opened are not read any more. A commit that cannot be read
        leaves the one before it in place.
        """
        with self._opening:
            current = self._collection
            newest = self._newest.number()
            if current is None or newest != current.newest_generation:
                self._collection = current = self._opened(current, newest)
            damaged = {view.segment.name: damage for view in current.views if (damage := view.segment.arrays.damage())}
            return self._without(current, damaged) if damaged else current

    def _opened(self, current: Snapshot | None, newest: int | None) -> Snapshot:
        known = {}
        for view in current.views if current else ():
            if not view.segment.arrays.damage():
                known[view.segment.name] = view.segment
        try:
            return open_newest(self.directory, known, check=self._check, memory=self._memory)
        except IndexMissing as error:
            if current is None or newest is None:
                raise
            log.error("%s", error)
            return current.outdated(str(error), newest)

    def _without(self, current: Snapshot, damaged: dict[str, str]) -> Snapshot:
        sentences = {name: f"{commit_file.segment_path(self.directory, name)} {what}" for name, what in damaged.items()}
        for sentence in sentences.values():
            log.error("%s: its documents are left out: %s", sentence, REMEDY)
        self._collection = left = current.without(sentences)
        if current.views and not left.views:
            self._collection = None
            raise unreadable(self.directory, "; ".join(sentences.values()))
        return left

    def _leave_out_damage(self, collection: Snapshot) -> bool:
        """Read all of a commit again and leave out what is damaged; tell whether anything is."""
        damaged = {}
        for view in collection.views:
            if wrong := next(view.segment.arrays.wrong_arrays(), ""):
                damaged[view.segment.name] = f"is damaged: {wrong}"
        with self._opening:
            if damaged and self._collection is collection:
                self._without(collection, damaged)
        return bool(damaged)

    def _collection_to_write(self) -> Snapshot:
        """Return the newest commit, an empty one where there is none yet."""
        if not commit_file.generations(self.directory) and not commit_file.is_of_another_version(self.directory):
            return Snapshot(Commit(0), ())
        return self.collection()


def _absent(evaluator: Evaluator, root: Node | None, allowed: Plan | None) -> tuple[str, ...]:
    """Return the words that no document has of those that pass the filters."""
    views = evaluator.collection.views
    found = []
    for _, unit, condition in conditions(root):
        held = [evaluator.matches(condition, view) & _live_flags(view) for view in views]
        if not _count_within(evaluator, held, allowed):
            found.append(unit.text)
    return tuple(dict.fromkeys(found))


def _flagged(views: Sequence[SegmentView], flags: Sequence[np.ndarray], ids: Iterable[str]) -> set[str]:
    """Return the ids of the documents that are flagged, of some."""
    numbers = ((one, view.segment.number_of(one), some) for one in ids for view, some in zip(views, flags, strict=True))
    return {one for one, number, some in numbers if number != NONE and some[number]}


def _texts(views: list[SegmentView], numbers: list[np.ndarray]) -> int:
    """Return how many different texts some documents have (Document.copied_text)."""
    named = [view.segment.arrays["reprint"][some] for view, some in zip(views, numbers, strict=True)]
    copied = np.concatenate([some[some > 0] for some in named]) if named else np.zeros(0, dtype=np.uint64)
    copied.sort()
    return _size(numbers) - int(np.count_nonzero(copied[1:] == copied[:-1]))


def _size(numbers: list[np.ndarray]) -> int:
    return sum(map(len, numbers))


def _document(view: SegmentView, number: int) -> Document:
    try:
        return view.segment.document(number)
    except Exception as error:
        if wrong := next(view.segment.arrays.wrong_arrays(), ""):
            damaged = f"{view.segment.arrays.path} is damaged ({wrong}): {REMEDY}"
            raise IndexUnavailable(damaged, code="index-damaged") from error
        raise


def _id_alone(view: SegmentView, number: int) -> Document:
    return Document(id=view.segment.id_of(number), key="", url="", title="", text="")


def _within(evaluator: Evaluator, matching: list[np.ndarray], allowed: Plan | None) -> list[np.ndarray]:
    """Return for each segment the numbers of the matches that pass the filters."""
    return list(map(np.flatnonzero, _passing(evaluator, matching, allowed)))


def _count_within(evaluator: Evaluator, matching: list[np.ndarray], allowed: Plan | None) -> int:
    """Return how many matches pass the filters."""
    return sum(int(np.count_nonzero(flags)) for flags in _passing(evaluator, matching, allowed))


def _passing(evaluator: Evaluator, matching: list[np.ndarray], allowed: Plan | None) -> list[np.ndarray]:
    if allowed is None:
        return matching
    pairs = zip(matching, evaluator.collection.views, strict=True)
    return [flags & evaluator.matches(allowed, view) for flags, view in pairs]


def _order(query: Query) -> str:
    """Return how to sort: where nothing is asked for, all are equally relevant, and the newest come first."""
    return "newest" if query.root is None and query.sort == "relevance" else query.sort


def _live_flags(view: SegmentView) -> np.ndarray:
    return np.ones(view.size, dtype=bool) if view.live is None else view.live


def _by_day(views: list[SegmentView], found: list[np.ndarray], sort: str, count: int) -> list[Top]:
    """Return the newest or the oldest documents; unknown days (0) come last in both directions."""
    keys = []
    for view, numbers in zip(views, found, strict=True):
        days = view.segment.arrays[FIRST_DAY][numbers].astype(np.int64)
        keys.append(np.where(days > 0, days if sort == "oldest" else -days, np.iinfo(np.int64).max))
    return [(view, number, 0.0) for view, number, _ in _first(views, found, keys, count)]


def _first(views: list[SegmentView], found: list[np.ndarray], keys: list[np.ndarray], count: int) -> list[Top]:
    """Return the documents with the smallest keys, and the keys negated; equal ones in the order of the index."""
    if not views:
        return []
    chosen = [smallest(key, count) for key in keys]
    key = np.concatenate([key[first] for key, first in zip(keys, chosen, strict=True)])
    number = np.concatenate([numbers[first] for numbers, first in zip(found, chosen, strict=True)])
    owner = np.repeat(np.arange(len(views)), list(map(len, chosen)))
    order = np.lexsort((number, owner, key))[:count]
    return [(views[owner[i]], int(number[i]), float(-key[i])) for i in order.tolist()]


def _counts(views: list[SegmentView], found: list[np.ndarray], facet: str) -> tuple[tuple[str | int, int], ...]:
    totals: dict[str | int, int] = {}
    for view, numbers in zip(views, found, strict=True):
        values = view.terms.values(facet)
        codes = view.segment.arrays[f"{facet}.codes"][numbers]  # by numbers five times as quick as by flags
        counts = np.bincount(codes, minlength=len(values) + 1)
        counts[0] = 0  # of the documents without a value
        for code in counts.nonzero()[0].tolist():
            value = values[code - 1]
            shown = int(value) if facet == "year" else value
            totals[shown] = totals.get(shown, 0) + int(counts[code])
    return tuple(sorted(totals.items(), key=lambda pair: (-pair[1], str(pair[0]))))


def _months(views: list[SegmentView], found: list[np.ndarray]) -> tuple[tuple[int, int], ...]:
    """Return (year * 100 + month, documents) of those whose first and last possible day lie in one month."""
    totals: dict[int, int] = {}
    for view, numbers in zip(views, found, strict=True):
        first, last = (view.segment.arrays[name][numbers] // 100 for name in (FIRST_DAY, LAST_DAY))
        months, counts = np.unique(first[(first == last) & (first > 0)], return_counts=True)
        for month, count in zip(months.tolist(), counts.tolist(), strict=True):
            totals[month] = totals.get(month, 0) + count
    return tuple(sorted(totals.items(), key=lambda pair: (-pair[1], str(pair[0]))))
