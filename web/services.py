"""What the pages read from: the index through its engine, and the archive. Nothing is written here."""

from calendar import monthrange
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, TypeVar

from flask import current_app, g, has_request_context

from crawl.archive.archive import DATABASE, Archive, ArchivedArticle, ArchivedVersion, SourceRecord
from crawl.archive.frontier_file import count_left_out, left_out
from crawl.archive.health import SourceState, source_states
from crawl.archive.permits import FULL
from crawl.errors import ArchiveError
from search.answer import answer, every_page, narrowed
from search.document import FACETS, MONTH, Document, Hit, NearHit, Results
from search.domain import fates
from search.domain.moments import iso
from search.engines import open_engine
from search.engines.ports import Engine
from search.entities.store import EntityStore
from search.errors import HoinghiError, IndexMissing, IndexUnavailable
from search.figures.store import FigureStore
from search.file_state import FileState, file_state, status
from search.query.nodes import And, Filters, Query, Where
from search.query.rewriter import understand
from search.query.speech import within_speech
from search.related_searches import related_searches
from search.semantic.state import MeaningState, open_semantics
from search.similar import similar
from web.http import deadline
from web.http.parameters import SearchRequest
from web.views.suggestions import Suggestions

if TYPE_CHECKING:
    from search.semantic.hybrid import Meaning

T = TypeVar("T")
HitT = TypeVar("HitT", Hit, NearHit)

SIMILAR_PAGES = 5
MOST_TOLD = 300  # documents read for one page; a directive of the centre is cited by thousands, the newest say enough
MEGABYTE = 1 << 20
COVERAGE_KEPT_SECONDS = 30.0  # every page needs it; where an index cannot tell its state, it may lag so long


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many documents the index holds, in all and per value of each facet (name → value → count)."""

    total: int
    counts: dict[str, dict[str | int, int]]


class Withheld(HoinghiError):
    """An article is not shown any more; what is left is a tombstone."""

    def __init__(self, reason: str, since: str, until: str) -> None:
        message = "this article is not shown, from {since} until {until}: {reason}"
        super().__init__(message, code="withheld", reason=reason, since=since[:10], until=until or "…")


class Library:
    """The index and the archive of one data directory; one per application, shared by its threads."""

    def __init__(self, data_dir: Path, index_url: str | None, variables: Mapping[str, str] | None = None) -> None:
        self.data_dir = data_dir
        self._semantics = open_semantics(data_dir, variables or {})
        self._memory = int((variables or {}).get("HOINGHI_MEMORY", "0")) * MEGABYTE or None
        self.index_url = index_url or f"whoosh:{data_dir / 'whoosh'}"
        self._engine: Engine | None = None
        self._lock = Lock()
        self.figures = FigureStore(data_dir)
        self.entities = EntityStore(data_dir)
        self.suggestions = Suggestions(self.engine, data_dir)
        self._coverage: tuple[Hashable, Coverage] | None = None
        self._archive_months: tuple[str, dict[int, list[int]]] | None = None
        self._archive_files = [data_dir / name for name in (DATABASE, f"{DATABASE}-wal")]
        self._tombstones: tuple[FileState, dict[str, tuple[str, str, str]]] | None = None
        self._sources: tuple[FileState, list[SourceRecord]] | None = None

    def engine(self) -> Engine:
        """Return the engine, for one question. Raises TooSlow where the request has waited too long already."""
        deadline.check()
        with self._lock:
            if self._engine is None:
                self._engine = open_engine(self.index_url, memory=self._memory)
            return self._engine

    def results(
        self, request: SearchRequest, language: str = "vi", *, propose: bool = False, undated: bool = False
    ) -> Results:
        """Answer a search. propose, undated: look for likelier text, for pages of unknown year, too (search.answer).

        Raises BadRequest for a bad value, IndexMissing where there is no index.
        """
        found = answer(
            self.engine(),
            request.text,
            filters=request.filters,
            sort=request.sort,
            limit=request.limit,
            offset=request.offset,
            source_names=self.source_names(),
            language=language,
            propose=propose,
            partial=request.partial,
            undated=undated,
            meaning=self.meaning(),
        )
        withheld = self.tombstones()
        if not withheld:
            return found

        def shown(hits: Iterable[HitT]) -> tuple[HitT, ...]:
            return tuple(hit for hit in hits if hit.document.key not in withheld)

        apart = found.undated and replace(found.undated, hits=shown(found.undated.hits))
        return replace(found, hits=shown(found.hits), near=shown(found.near), undated=apart)

    def meaning(self) -> "Meaning | None":
        """Return what reorders answers by meaning, None where that is off or cannot be had."""
        return self._semantics.meaning() if self._semantics is not None else None

    def meaning_key(self) -> Hashable:
        """Return what differs where meaning may answer the same search in another way."""
        return self._semantics.key() if self._semantics is not None else None

    def meaning_state(self) -> MeaningState:
        """Return what meaning does for answers at present."""
        return self._semantics.state(self.indexed_total) if self._semantics is not None else MeaningState()

    def every_page(self, request: SearchRequest, most: int) -> tuple[int, Iterator[Document]]:
        """Return how many pages a search counts, and each of them once (search.answer.every_page)."""
        total, pages = every_page(
            self.engine(),
            request.text,
            filters=request.filters,
            sort=request.sort,
            partial=request.partial,
            most=most,
        )
        return total, self.shown(pages)

    def understood(self, text: str, said: bool = False) -> Query:
        """Return a query as the index understands it. said: its words are wanted within what somebody says."""
        query = understand(text, self.engine().vocabulary())
        return replace(query, root=within_speech(query.root)) if said else query

    def coverage(self) -> Coverage:
        """Count what the index holds. Raises IndexMissing where there is none.

        Counted anew when the index has changed; where it cannot tell, when it has another number of documents, and
        every COVERAGE_KEPT_SECONDS.
        """
        engine = self.engine()
        state: Hashable = self.index_state() or (engine.count(), monotonic() // COVERAGE_KEPT_SECONDS)
        kept = self._coverage
        if kept is None or kept[0] != state:
            found = engine.search(Query(text="", root=None), limit=0, facets=FACETS)
            counts = {name: dict(values) for name, values in found.facets.items()}
            for key in fates.labels():
                asked = Query(text="", root=None, filters=Filters(fates=(key,)))
                counts.setdefault("fate", {})[key] = engine.search(asked, limit=0).total
            self._coverage = kept = (state, Coverage(engine.count(), counts))
        return kept[1]

    def month_totals(self, year: int, request: SearchRequest | None = None) -> list[int]:
        """Return how many documents each month of a year has, of a search or (None) of the index; its days are ignored.

        A document of which only the year is known counts in every month that it may belong to.
        """
        if request is None:
            return self._archived_months(year)
        query, limits = self.understood(request.text), replace(request.filters, date_from="", date_to="")
        nodes = [query.root, *(Where(filters) for filters in (query.filters, limits) if filters != Filters())]
        children = tuple(node for node in nodes if node is not None)
        root = And(children) if len(children) > 1 else children[0] if children else None
        root = within_speech(root) if limits.said else root
        return self._months(Query(text=query.text, root=root, partial=request.partial), year)

    def _archived_months(self, year: int) -> list[int]:
        """Return how many documents of the index each month of a year has, counted anew when the index has changed."""
        state, kept = self.index_state(), self._archive_months
        if kept is None or kept[0] != state or not state:
            kept = self._archive_months = (state, {})
        if year not in kept[1]:
            kept[1][year] = self._months(Query(text="", root=None), year)
        return kept[1][year]

    def _months(self, query: Query, year: int) -> list[int]:
        of_year = Filters(date_from=f"{year}-01-01", date_to=f"{year}-12-31")
        found = self.engine().search(replace(query, filters=of_year), limit=0, facets=(MONTH,))
        counts = {int(month) % 100: count for month, count in found.facets[MONTH] if int(month) // 100 == year}
        only_year = found.total - sum(counts.values())
        return [counts.get(month, 0) + only_year for month in range(1, 13)]

    def indexed_total(self) -> int:
        try:
            return self.engine().count()
        except (IndexMissing, IndexUnavailable):
            return 0

    def document(self, key: str) -> Document | None:
        """Return a document by its key. Raises Withheld."""
        self.refuse_withheld(key)
        return self.engine().get(key)

    def reports_total(self, meeting: str) -> int:
        """Return how many documents report a meeting; 0 for the key ""."""
        query = Query(text="", root=None, filters=Filters(meetings=(meeting,)))
        return self.engine().search(query, limit=0).total if meeting else 0

    def newest(self, filters: Filters, most: int = MOST_TOLD) -> tuple[list[Document], int]:
        """Return the newest documents within filters, at most `most`, and how many there are."""
        found = self.engine().search(Query(text="", root=None, filters=filters, sort="newest"), limit=most)
        return list(self.shown(document for document, _ in found.ranked)), found.total

    def last_fates(self, request: SearchRequest, looked_at: int, most: int) -> list[Document]:
        """Return the pages of a search that were changed or taken down last, the latest first.

        looked_at: how many of the archive's last such pages are asked for.
        """
        keys = self._of_archive(lambda archive: archive.last_fates(looked_at), list[str]())
        limits = replace(request.filters, keys=tuple(keys), fates=request.filters.fates or tuple(fates.labels()))
        _, pages = self.every_page(replace(request, filters=limits, sort="newest"), looked_at) if keys else (0, ())
        return sorted(pages, key=lambda page: (page.fate_day, page.key), reverse=True)[:most]

    def similar(self, document: Document) -> list[Document]:
        """Return the pages most like one, by its meaning as well where that is known."""
        meaning = self.meaning()
        about = meaning.about(document) if meaning is not None else None
        return list(self.shown(similar(self.engine(), document, SIMILAR_PAGES, about)))

    def related_searches(self, text: str, filters: Filters) -> list[str]:
        """Return searches near in meaning to one, which find pages within the filters; none where meaning is off."""
        meaning = self.meaning()
        if meaning is None:
            return []
        query = narrowed(self.understood(text), filters)
        return related_searches(self.engine(), meaning, query, self.engine().vocabulary())

    def article(self, key: str, version: int | None = None) -> ArchivedArticle | None:
        """Return the article as archived; None if it or the whole archive is not there. Raises Withheld."""
        self.refuse_withheld(key)
        return self._of_archive(lambda archive: archive.article(key, version), None)

    def captured_bytes(self, archived: ArchivedArticle) -> bytes | None:
        """Return the bytes that an article was read from, as fetched.

        None where they were not kept under its URL, or may not be shown.

        Raises ArchiveError where they are damaged.
        """
        with Archive(self.data_dir, read_only=True) as archive:
            may_be_shown = archived.shown == FULL and archived.article.url
            for capture in archive.captures(archived.article.url) if may_be_shown else ():
                if capture.sha256 == archived.sha256:
                    return archive.body(capture.id)
        return None

    def versions(self, key: str) -> list[ArchivedVersion]:
        return self._of_archive(lambda archive: archive.versions(key), [])

    def refuse_withheld(self, key: str) -> None:
        """Raise Withheld for an article that is not shown any more."""
        if tombstone := self.tombstones().get(key):
            raise Withheld(*tombstone)

    def tombstones(self) -> dict[str, tuple[str, str, str]]:
        """Return (reason, since, until) by key of what is withheld; read anew when the archive has changed."""
        state, kept = self.archive_state(), self._tombstones
        if kept is None or kept[0] != state:
            rows = self._of_archive(lambda archive: archive.tombstones(), None)
            if rows is None:
                return {}
            kept = self._tombstones = (state, {one[0]: one[1:] for one in rows})
        return kept[1]

    def shown(self, documents: Iterable[Document]) -> Iterator[Document]:
        """Pass over what is withheld: the index may hold it until its next run."""
        withheld = self.tombstones()
        return (document for document in documents if document.key not in withheld)

    def index_state(self) -> str:
        """Return what differs after every change of the index, "" where it cannot tell; one answer asks once."""
        return _once("index_state", lambda: self.engine().state())

    def archive_state(self) -> FileState:
        """Return what differs after every change of the archive's database; one answer asks once."""
        return _once("archive_state", lambda: file_state(self._archive_files))

    def sources(self) -> list[SourceRecord]:
        """Return the sources; every page needs their names, so they are read anew only when the archive has changed."""
        state, kept = self.archive_state(), self._sources
        if kept is None or kept[0] != state:
            found = self._of_archive(lambda archive: archive.sources(), None)
            if found is None:
                return []
            kept = self._sources = (state, found)
        return kept[1]

    def _of_archive(self, read: Callable[[Archive], T], otherwise: T) -> T:
        """Return what is read of the archive, which is opened for it; otherwise, where it cannot be."""
        try:
            with Archive(self.data_dir, read_only=True) as archive:
                return read(archive)
        except ArchiveError:
            return otherwise

    def source(self, slug: str) -> SourceRecord | None:
        return next((one for one in self.sources() if one.slug == slug), None)

    def source_names(self) -> dict[str, str]:
        return {source.slug: source.name for source in self.sources()}

    def archived_total(self) -> int:
        return self._of_archive(lambda archive: archive.count(), 0)

    def source_states(self) -> list[SourceState]:
        """Return how each source fares, those with trouble first."""
        try:
            return sorted(source_states(self.data_dir), key=lambda state: (state.state == "ok", state.name))
        except ArchiveError:
            return []

    def left_out(self, source: str) -> list[tuple[str, str]]:
        """Return (URL, reason) of the pages of a source that the crawl left out; none where that cannot be read."""
        try:
            return [(url, why) for _, url, why in left_out(self.data_dir, source)]
        except ArchiveError:
            return []

    def left_out_total(self, source: str) -> int:
        """Return how many pages of a source the crawl left out; 0 where that cannot be read."""
        try:
            return count_left_out(self.data_dir, source)
        except ArchiveError:
            return 0

    def last_backup(self) -> float | None:
        """Return when the last backup was completed, seconds since 1970; None for never."""
        found = status(self.data_dir / "last-backup")
        return found.st_mtime if found else None

    def last_backup_day(self) -> str:
        """Return when the last backup was completed, ISO 8601 in UTC; "" for never."""
        moment = self.last_backup()
        return iso(datetime.fromtimestamp(moment, UTC)) if moment else ""

    def has_article(self, key: str) -> bool:
        """Tell whether the archive has an article, withheld or not."""
        if key in self.tombstones():
            return True
        return self.article(key) is not None

    def close(self) -> None:
        with self._lock:
            if self._engine is not None:
                self._engine.close()
                self._engine = None


def library() -> Library:
    """Return what the application that answers reads from."""
    held: Library = current_app.extensions["library"]
    return held


def _once(name: str, look: Callable[[], T]) -> T:
    """Return what look finds; within a request what it found first."""
    if not has_request_context():
        return look()
    if name not in g:
        setattr(g, name, look())
    found: T = getattr(g, name)
    return found


def month_days(year: int, month: int) -> tuple[str, str]:
    """Return the first and the last day of a month, ISO."""
    return f"{year}-{month:02}-01", f"{year}-{month:02}-{monthrange(year, month)[1]}"
