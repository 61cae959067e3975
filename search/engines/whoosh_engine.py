"""The embedded engine: a Whoosh index in a directory, its segments read and scored as arrays."""

import hashlib
import logging
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from whoosh import index, query
from whoosh.searching import Searcher

from search.document import CITED, MOST_CITED, Document
from search.engines.arrays import mapped_bytes
from search.engines.base import Found
from search.engines.cited import most_cited
from search.engines.codec import ArraySegment, open_segment
from search.engines.collection import Collection, SegmentView
from search.engines.compiled import compile_filters, compile_query
from search.engines.evaluate import Evaluator, NotEvaluable, Result
from search.engines.index_vocabulary import IndexVocabulary
from search.engines.postings import SegmentPostings
from search.engines.ranked import Ranked
from search.engines.whoosh_schema import FIRST_DAY, Bm25, schema
from search.errors import IndexMissing
from search.query import Query
from search.vocabulary import Vocabulary

if TYPE_CHECKING:
    from search.engines.whoosh_writer import WhooshWriter

MOST_MAPPED_BYTES = (
    512 << 20
)  # of the files of the index; two processes that serve a million articles are to stay below 3 GiB
LOOK_EVERY = 4  # searches; a look takes ten microseconds, a search of a million articles maps tens of megabytes
OPEN_ATTEMPTS = 10  # a commit may remove a file between reading the table of contents and opening it

log = logging.getLogger(__name__)


class WhooshEngine:
    """Safe to share between threads. Every search sees the newest commit at its beginning, and that one to its end."""

    def __init__(self, directory: str | Path) -> None:
        self.directory = Path(directory)
        self._index: index.FileIndex | None = None
        self._collection: Collection | None = None
        self._vocabulary: tuple[Collection, IndexVocabulary] | None = None
        self._opening = threading.Lock()
        self._searches = 0  # about: threads may count one for two

    @contextmanager
    def writer(self, *, rebuild: bool = False) -> "Iterator[WhooshWriter]":
        from search.engines.whoosh_writer import WhooshWriter  # and all that analyses: a search does not wait for it

        self.directory.mkdir(parents=True, exist_ok=True)
        if not index.exists_in(str(self.directory)):
            index.create_in(str(self.directory), schema())
        writer = WhooshWriter(self._open_index(), rebuild=rebuild)
        try:
            yield writer
        except BaseException:
            writer.cancel()
            raise
        writer.commit()

    def search(
        self, query: Query, *, limit: int = 10, offset: int = 0, facets: Sequence[str] = (), depth_only: bool = False
    ) -> Found:
        collection = self.collection()
        self._keep_small(collection)
        evaluator = Evaluator(collection)
        tree = compile_query(query)
        allowed = compile_filters(query.filters)
        results = [self._evaluated(evaluator, tree, view) for view in collection.views]
        filtered = _within(evaluator, results, allowed)
        found = list(map(np.flatnonzero, filtered))
        total = sum(map(len, found))
        top = _top(collection.views, results, found, _order(query), offset + limit)
        shown = top[offset : offset + limit]
        read = _id_alone if depth_only else _document
        ranked = Ranked([partial(read, view, number) for view, number, _ in shown], [score for *_, score in shown])
        counts = {}
        for facet in facets:
            others = compile_filters(query.filters, but=facet)
            counted = found
            if others != allowed:
                counted = list(map(np.flatnonzero, _within(evaluator, results, others)))
            if facet == CITED:
                counts[facet] = most_cited([view.segment for view in collection.views], counted, MOST_CITED)
            else:
                counts[facet] = _counts(collection.views, counted, facet)
        return Found(total=total, ranked=ranked, facets=counts)

    def _keep_small(self, collection: Collection) -> None:
        """Give mapped pages back now and then: the system maps sixteen where one is read, and takes none back."""
        self._searches += 1
        if self._searches % LOOK_EVERY == 0 and mapped_bytes() > MOST_MAPPED_BYTES:
            for view in collection.views:
                view.segment.arrays.let_go()

    def _evaluated(self, evaluator: Evaluator, tree: query.Query, view: SegmentView) -> Result:
        """Return the result with deleted documents left out."""
        try:
            matches, scores = evaluator.evaluate(tree, view)
        except NotEvaluable as reason:
            log.warning("answered by Whoosh's matchers: %s", reason)
            matches, scores = self._by_whoosh(tree, view, evaluator.collection)
        return Result(matches if view.live is None else matches & view.live, scores)

    def _by_whoosh(self, tree: query.Query, view: SegmentView, collection: Collection) -> Result:
        """Let Whoosh's own matchers answer for one segment."""
        matches = np.zeros(view.size, dtype=bool)
        scores = np.zeros(view.size, dtype=np.float32)
        with Searcher(self._open_index().reader(), weighting=Bm25()) as searcher:
            if searcher.reader().generation() not in (None, collection.generation):
                log.info("a commit came between: the answer mixes two states of the index")
            leaves = searcher.subsearchers or [(searcher, 0)]
            for leaf, base in leaves:
                if base == view.base and leaf.doc_count_all() == view.size:
                    matcher = tree.matcher(leaf)
                    while matcher.is_active():
                        matches[matcher.id()], scores[matcher.id()] = True, matcher.score()
                        matcher.next()
        return Result(matches, scores)

    def get(self, key: str) -> Document | None:
        for view in self.collection().views:
            for number in view.segment.numbers_of_key(key):
                if view.live is None or view.live[number]:
                    document = view.segment.document(number)
                    if document.key == key:
                        return document
        return None

    def versions(self) -> dict[str, str]:
        if not index.exists_in(str(self.directory)):
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
        return self.collection().generation

    def state(self) -> str:
        """Return a digest (hex) of the table of contents; segments have names that no other index has."""
        if not index.exists_in(str(self.directory)):
            return ""
        digest = hashlib.blake2b(digest_size=16)
        for view in self.collection().views:
            deleted = b"" if view.live is None else np.packbits(view.live).tobytes()
            digest.update(f"{view.segment.name} {len(deleted)} ".encode() + deleted)
        return digest.hexdigest()

    def documents(self) -> Iterator[Document]:
        """Yield every document, one at a time."""
        for view in self.collection().views:
            for number, live in enumerate(_live_flags(view)):
                if live:
                    yield view.segment.document(number)

    def close(self) -> None:
        with self._opening:
            self._collection = self._index = self._vocabulary = None

    def collection(self) -> Collection:
        """Return the segments of the newest commit. Searches that began before keep those they have."""
        with self._opening:
            place = self._open_index()
            current = self._collection
            generation = place.latest_generation()
            if current is None or generation != current.generation:
                self._collection = current = self._open_collection(place)
            return current

    def _open_index(self) -> index.FileIndex:
        if self._index is None:
            if not index.exists_in(str(self.directory)):
                raise IndexMissing(f'no index at {self.directory}: run "hoinghi index" first')
            try:
                self._index = index.open_dir(str(self.directory))
            except Exception as error:  # a damaged table of contents can fail in any way while it is unpickled
                raise self._unreadable(error) from error
        return self._index

    def _open_collection(self, place: index.FileIndex) -> Collection:
        known = {view.segment.name: view.segment for view in (self._collection.views if self._collection else ())}
        for attempt in range(OPEN_ATTEMPTS):
            try:
                toc = place._read_toc()
                parts = []
                for segment in toc.segments:
                    if not isinstance(segment, ArraySegment):
                        raise self._unreadable("it was made by another version")
                    postings = known.get(segment.segment_id()) or open_segment(place.storage, segment)
                    parts.append((postings, segment.deleted() if segment.deleted_bits else None))
                return Collection(toc.generation, parts)
            except FileNotFoundError as error:
                if attempt == OPEN_ATTEMPTS - 1:
                    raise self._unreadable(error) from error
            except (OSError, EOFError) as error:
                raise self._unreadable(error) from error
        raise AssertionError("unreachable")

    def _unreadable(self, reason: object) -> IndexMissing:
        return IndexMissing(f'the index at {self.directory} cannot be read ({reason}): run "hoinghi index --rebuild"')


def _document(view: SegmentView, number: int) -> Document:
    return view.segment.document(number)


def _id_alone(view: SegmentView, number: int) -> Document:
    return Document(id=view.segment.id_of(number), key="", url="", title="", text="")


def _within(evaluator: Evaluator, results: list[Result], allowed: query.Query | None) -> list[np.ndarray]:
    """Return for each segment the flags of the matches that pass the filters."""
    pairs = zip(results, evaluator.collection.views, strict=True)
    return [r.matches if allowed is None else r.matches & evaluator.matches(allowed, view) for r, view in pairs]


def _order(query: Query) -> str:
    """Return how to sort: where nothing is asked for, all are equally relevant, and the newest come first."""
    return "newest" if query.root is None and query.sort == "relevance" else query.sort


def _live_flags(view: SegmentView) -> np.ndarray:
    return np.ones(view.size, dtype=bool) if view.live is None else view.live


def _top(
    views: list[SegmentView], results: list[Result], numbers_found: list[np.ndarray], sort: str, count: int
) -> list[tuple[SegmentView, int, float]]:
    """Return the first `count` documents as (view, number in it, score); equal ones in the order of the index."""
    keys, owners, numbers = [], [], []
    for place, (view, result, found) in enumerate(zip(views, results, numbers_found, strict=True)):
        key = -result.scores[found] if sort == "relevance" else _by_day(view.segment, found, sort)
        first = _smallest(key, count)
        keys.append(key[first])
        numbers.append(found[first])
        owners.append(np.full(len(first), place))
    if not keys:
        return []
    key, owner, number = np.concatenate(keys), np.concatenate(owners), np.concatenate(numbers)
    order = np.lexsort((number, owner, key))[:count]
    relevance = sort == "relevance"
    return [(views[owner[i]], int(number[i]), float(-key[i]) if relevance else 0.0) for i in order.tolist()]


def _by_day(segment: SegmentPostings, found: np.ndarray, sort: str) -> np.ndarray:
    """Return sort keys: unknown days (0) come last in both directions."""
    days = segment.arrays[FIRST_DAY][found].astype(np.int64)
    return np.where(days > 0, -days if sort == "newest" else days, np.iinfo(np.int64).max)


def _smallest(keys: np.ndarray, count: int) -> np.ndarray:
    """Return where the `count` smallest keys stand, of equal ones the first."""
    if len(keys) <= count:
        return np.arange(len(keys))
    limit = np.partition(keys, count - 1)[count - 1] if count else keys.min()
    below = np.flatnonzero(keys < limit)
    return np.concatenate((below, np.flatnonzero(keys == limit)[: count - len(below)]))


def _counts(views: list[SegmentView], found: list[np.ndarray], facet: str) -> tuple[tuple[str | int, int], ...]:
    totals: dict[str | int, int] = {}
    for view, numbers in zip(views, found, strict=True):
        values = view.terms.values(facet)
        codes = view.segment.arrays[f"{facet}.codes"][numbers]  # by numbers five times as quick as by flags
        counts = np.bincount(codes, minlength=len(values) + 1)[1:].tolist()
        for value, count in zip(values, counts, strict=True):
            if count:
                shown = int(value) if facet == "year" else value
                totals[shown] = totals.get(shown, 0) + count
    return tuple(sorted(totals.items(), key=lambda pair: (-pair[1], str(pair[0]))))
