"""The embedded engine: a Whoosh index in a directory."""

import json
import threading
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, fields
from pathlib import Path

from whoosh import index, query, sorting
from whoosh.reading import IndexReader
from whoosh.searching import Searcher
from whoosh.writing import CLEAR, MERGE_SMALL

from search.analysis import document_terms
from search.document import Document
from search.engines.base import Found
from search.engines.whoosh_queries import compile_filters, compile_node
from search.engines.whoosh_schema import FIRST_DAY, LAST_DAY, STORED, Bm25, day_range, schema, values_of
from search.errors import IndexMissing
from search.query import Query

UNKNOWN_DAY = 100_000_000  # Whoosh gives the largest number where a document has no day
LOCK_TIMEOUT_SECONDS = 30.0  # a commit of another process takes seconds


class WhooshEngine:
    def __init__(self, directory: str | Path) -> None:
        self.directory = Path(directory)
        self._index: index.FileIndex | None = None
        self._searcher: Searcher | None = None
        self._opening = threading.Lock()

    @contextmanager
    def writer(self, *, rebuild: bool = False) -> Iterator["WhooshWriter"]:
        self.directory.mkdir(parents=True, exist_ok=True)
        if not index.exists_in(str(self.directory)):
            index.create_in(str(self.directory), schema())
        writer = WhooshWriter(self._open_index(), rebuild)
        try:
            yield writer
        except BaseException:
            writer.cancel()
            raise
        writer.commit()

    def search(
        self, query: Query, *, limit: int = 10, offset: int = 0, facets: Sequence[str] = (), depth_only: bool = False
    ) -> Found:
        searcher = self._current()
        tree = compile_node(query.root)
        allowed = compile_filters(query.filters)
        top = max(offset + limit, 1)
        found = searcher.search(tree, filter=allowed, limit=top, sortedby=_order(query.sort), optimize=False)
        ranked = [
            (
                Document(id=hit["id"], key="", url="", title="", text="") if depth_only else _restore(hit[STORED]),
                float(hit.score) if query.sort == "relevance" else 0.0,
            )
            for hit in found[offset : offset + limit]
        ]
        counts = {facet: self._counts(searcher, tree, query, facet) for facet in facets}
        return Found(total=len(found), ranked=tuple(ranked), facets=counts)

    def _counts(
        self, searcher: Searcher, tree: query.Query, wanted: Query, facet: str
    ) -> tuple[tuple[str | int, int], ...]:
        grouped = searcher.search(
            tree, filter=compile_filters(wanted.filters, but=facet), limit=1, groupedby=facet, maptype=sorting.Count
        ).groups(facet)
        counts = [(int(value) if facet == "year" else value, count) for value, count in grouped.items() if value]
        return tuple(sorted(counts, key=lambda pair: (-pair[1], str(pair[0]))))

    def get(self, key: str) -> Document | None:
        stored = self._current().document(key=key)
        return _restore(stored[STORED]) if stored else None

    def versions(self) -> dict[str, str]:
        if not index.exists_in(str(self.directory)):
            return {}
        return {stored["id"]: stored["fingerprint"] for stored in self._current().reader().all_stored_fields()}

    def count(self) -> int:
        return self._current().doc_count()

    def close(self) -> None:
        with self._opening:
            self._searcher = self._index = None

    def _open_index(self) -> index.FileIndex:
        if self._index is None:
            if not index.exists_in(str(self.directory)):
                raise IndexMissing(f'no index at {self.directory}: run "hoinghi index" first')
            try:
                self._index = index.open_dir(str(self.directory))
            except (index.IndexError, OSError, EOFError) as error:
                raise IndexMissing(
                    f'the index at {self.directory} cannot be read ({error}): run "hoinghi index --rebuild"'
                ) from error
        return self._index

    def _current(self) -> Searcher:
        """Return a searcher over the newest commit. Searches that began before keep the reader they have."""
        with self._opening:
            place = self._open_index()
            if self._searcher is None or place.latest_generation() != self._searcher.reader().generation():
                reader: IndexReader = place.reader()
                self._searcher = Searcher(reader, weighting=Bm25(), fromindex=place)
            return self._searcher


class WhooshWriter:
    """Changes that become visible together on commit."""

    def __init__(self, place: index.FileIndex, rebuild: bool) -> None:
        self._writer = place.writer(timeout=LOCK_TIMEOUT_SECONDS, limitmb=256)
        self._rebuild = rebuild
        with place.reader() as reader:
            self._known = set() if rebuild else {stored["id"] for stored in reader.all_stored_fields()}

    def add(self, documents: Iterable[Document]) -> int:
        count = 0
        for document in documents:
            if document.id in self._known:
                self._writer.delete_by_term("id", document.id)
            first, last = day_range(document.held or document.published)
            self._writer.add_document(
                id=document.id,
                key=document.key,
                fingerprint=document.fingerprint(),
                **document_terms(document),
                **values_of(document),
                **({FIRST_DAY: first, LAST_DAY: last} if first else {}),
                **{STORED: _keep(document)},
            )
            self._known.add(document.id)
            count += 1
        return count

    def delete(self, ids: Iterable[str]) -> int:
        gone = [identifier for identifier in ids if identifier in self._known]
        for identifier in gone:
            self._writer.delete_by_term("id", identifier)
            self._known.discard(identifier)
        return len(gone)

    def commit(self) -> None:
        self._writer.commit(mergetype=CLEAR if self._rebuild else MERGE_SMALL)

    def cancel(self) -> None:
        self._writer.cancel()


_FIELDS = {field.name: field for field in fields(Document)}
_TUPLES = {name for name, field in _FIELDS.items() if isinstance(field.default, tuple)}


def _keep(document: Document) -> bytes:
    return zlib.compress(json.dumps(asdict(document), ensure_ascii=False).encode("utf-8", "surrogatepass"))


def _restore(kept: bytes) -> Document:
    values = json.loads(zlib.decompress(kept).decode("utf-8", "surrogatepass"))
    known = {name: tuple(value) if name in _TUPLES else value for name, value in values.items() if name in _FIELDS}
    return Document(**known)


def _order(sort: str) -> sorting.FacetType | None:
    """Unknown dates come last in both directions."""
    if sort == "newest":
        return sorting.TranslateFacet(lambda day: -day if day < UNKNOWN_DAY else 0, sorting.FieldFacet(FIRST_DAY))
    return sorting.FieldFacet(FIRST_DAY) if sort == "oldest" else None
