"""Other engines, filled with the same documents and asked the same queries, as alike as each of them can be.

All but FTS5 get the terms that we index: syllables and pairs of neighbours, folded and exact, of the text and of its
head, each field with its weight (search/ranking.py). They are given a query's terms ready made; ours has to read it.
"""

import json
import sqlite3
import subprocess
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Protocol

from search import ranking
from search.document import Document
from search.text.analysis import Stream, is_accented, pairs, stream
from search.text.normalization import norms

XAPIAN = Path(__file__).parent / "xapian_process.py"
SYSTEM_PYTHON = Path("/usr/bin/python3")  # Debian's python3-xapian is made for it, not for the one of a venv
PAIR = "\u00b7"  # stands in a term for the space between two syllables; tokenizers of peers cut at spaces
SCORED = [field for field in ranking.FIELDS if field.weight]
TOP, VALUES = 10, 100


class Missing(Exception):
    """The engine is not installed; says how to get it."""


class Peer(Protocol):
    name: str
    counts: str  # what it does of what we do

    def add(self, documents: Sequence[Document]) -> None:
        """Index documents and make them searchable."""

    def asked(self, text: str) -> Callable[[], list[str]]:
        """Return what answers a query: ids of the top ten, facets counted on the way."""

    def close(self) -> None: ...


def field_strings(document: Document) -> dict[str, str]:
    """Return for each scored field its terms, with a space between."""
    title, body = stream(document.title), stream(document.text)
    found = {}
    for field in SCORED:
        rest = _plain(body, field.folded)
        if field.part == "head":
            rest = rest[: ranking.HEAD_SYLLABLES]
        parts = [_plain(title, field.folded), rest]
        terms = [term for part in parts for term in (pairs(part) if field.pair else part)]
        found[field.name] = " ".join(term.replace(" ", PAIR) for term in terms)
    return found


def query_terms(text: str) -> list[tuple[str, str, float]]:
    """Return (field, term, weight) of a query of free words."""
    asked = stream(text)
    found = []
    for field in SCORED:
        if field.folded or is_accented(asked):
            plain = _plain(asked, field.folded)
            terms = dict.fromkeys(pairs(plain) if field.pair else plain)
            found += [(field.name, term.replace(" ", PAIR), field.weight) for term in terms]
    return found


def _plain(parts: Stream, folded: bool) -> list[str]:
    return parts.folds if folded else parts.norms


class Tantivy:
    name = "Tantivy"
    counts = "all fields; facets by its aggregations; no share that must match, no lift, no recency"

    def __init__(self, folder: Path) -> None:
        try:
            import tantivy
        except ImportError:
            raise Missing('Tantivy is not installed: pip install ".[bench]"') from None
        self.tantivy, self.folder = tantivy, folder
        if folder.exists():  # filled before
            self.index = tantivy.Index.open(str(folder))
            self.schema, self.searcher = self.index.schema, self.index.searcher()
            return
        builder = tantivy.SchemaBuilder()
        for field in SCORED:
            option = "position" if field.positions else "freq"
            builder.add_text_field(field.name, tokenizer_name="whitespace", index_option=option)
        for facet in ("province_now", "year"):
            builder.add_text_field(facet, fast=True, tokenizer_name="raw", index_option="basic")
        builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
        builder.add_text_field("title", stored=True, tokenizer_name="raw", index_option="basic")
        self.schema = builder.build()
        folder.mkdir(parents=True)
        self.index = tantivy.Index(self.schema, path=str(folder))
        self.writer = self.index.writer(256_000_000)

    def add(self, documents: Sequence[Document]) -> None:
        for one in documents:
            self.writer.add_document(
                self.tantivy.Document(
                    id=one.id,
                    title=one.title,
                    province_now=one.province_now,
                    year=str(one.year),
                    **field_strings(one),
                )
            )
        self.writer.commit()
        self.writer.wait_merging_threads()
        self.writer = self.index.writer(256_000_000)
        self.index.reload()
        self.searcher = self.index.searcher()

    def asked(self, text: str) -> Callable[[], list[str]]:
        query_of, should = self.tantivy.Query, self.tantivy.Occur.Should
        terms = query_terms(text)
        facets = {name: {"terms": {"field": name, "size": VALUES}} for name in ("province_now", "year")}

        def search() -> list[str]:
            parts = [
                (should, query_of.boost_query(query_of.term_query(self.schema, field, term, "freq"), weight))
                for field, term, weight in terms
            ]
            query = query_of.boolean_query(parts)
            hits = self.searcher.search(query, TOP, count=True).hits
            self.searcher.aggregate(query, facets)
            return [self.searcher.doc(address).get_first("id") for _, address in hits]

        return search

    def close(self) -> None:
        self.searcher = None


class Fts5:
    name = "SQLite FTS5"
    counts = "one exact field; facets by GROUP BY"

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        self.database = sqlite3.connect(folder / "fts.db")
        self.database.execute("PRAGMA synchronous = OFF")
        self.database.execute('CREATE VIRTUAL TABLE text USING fts5(body, tokenize = "unicode61 remove_diacritics 0")')
        self.database.execute("CREATE TABLE facts (number INTEGER PRIMARY KEY, id TEXT, province TEXT, year INTEGER)")

    def add(self, documents: Sequence[Document]) -> None:
        with self.database:
            for one in documents:
                row = self.database.execute("INSERT INTO text VALUES (?)", (f"{one.title} {one.text}",)).lastrowid
                facts = (row, one.id, one.province_now, one.year)
                self.database.execute("INSERT INTO facts VALUES (?, ?, ?, ?)", facts)

    def asked(self, text: str) -> Callable[[], list[str]]:
        words = " OR ".join(f'"{word}"' for word in norms(text))
        best = (
            "SELECT id FROM facts JOIN (SELECT rowid FROM text WHERE text MATCH ? ORDER BY rank LIMIT 10) found"
            " ON number = found.rowid"
        )
        matching = "SELECT rowid FROM text WHERE text MATCH ?"

        def search() -> list[str]:
            ids = [row[0] for row in self.database.execute(best, (words,))]
            for column in ("province", "year"):
                counting = f"SELECT {column}, count(*) FROM facts WHERE number IN ({matching}) GROUP BY 1"
                self.database.execute(counting, (words,)).fetchall()
            return ids

        return search

    def close(self) -> None:
        self.database.close()


class Xapian:
    name = "Xapian"
    counts = "all fields, one length for all of them; facets by its match spies over all matches"

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        if not SYSTEM_PYTHON.exists():
            raise Missing(f"Xapian is left out: there is no {SYSTEM_PYTHON}")
        self.process = subprocess.Popen(
            [SYSTEM_PYTHON, str(XAPIAN), str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        if not self._told().get("ready"):
            self.close()
            raise Missing("Xapian is left out: apt-get install python3-xapian")

    def _told(self) -> dict[str, Any]:
        assert self.process.stdout
        return dict(json.loads(self.process.stdout.readline() or "{}"))

    def _tell(self, message: dict[str, Any]) -> dict[str, Any]:
        assert self.process.stdin
        self.process.stdin.write(json.dumps(message) + "\n")
        self.process.stdin.flush()
        return self._told()

    def add(self, documents: Sequence[Document]) -> None:
        assert self.process.stdin
        for one in documents:
            row = {"id": one.id, "title": one.title, "province_now": one.province_now, "year": str(one.year)}
            self.process.stdin.write(json.dumps({**row, "fields": field_strings(one)}) + "\n")
        self._tell({"commit": True})

    def asked(self, text: str) -> Callable[[], list[str]]:
        message = {"terms": query_terms(text), "top": TOP}
        return lambda: list(self._tell(message)["ids"])

    def close(self) -> None:
        if self.process.stdin:
            self.process.stdin.close()
        self.process.wait(30)


PEERS: tuple[Callable[[Path], Peer], ...] = (Tantivy, Xapian, Fts5)


def available(folder: Path, kinds: Iterable[Callable[[Path], Peer]] = PEERS) -> tuple[list[Peer], list[str]]:
    """Return the peers that are installed, each with a folder of its own, and why others are not."""
    found, missing = [], []
    for number, kind in enumerate(kinds):
        try:
            found.append(kind(folder / f"peer{number}"))
        except Missing as reason:
            missing.append(str(reason))
    return found, missing


def held_bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
