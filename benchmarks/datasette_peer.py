"""Datasette over SQLite's FTS5, set up as the manuals of both say, one canned query for a whole answer.

Datasette's table page counts facets but neither ranks nor marks; its manual sends those who want that to SQL. So a
canned query does all: hits by rank with an excerpt, the total, the facets of all that was found.
"""

import json
import sqlite3
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

from benchmarks.http_peers import FACETS, MARK, SHOWN, TOP, VALUES, Found, Missing, row_of
from benchmarks.server_program import Program
from search.document import Document

PROCESSES = 2
SETTINGS = {"sql_time_limit_ms": 20_000}  # by default 1,000, after which a query is broken off
COLUMNS = (*SHOWN, "text")  # text last: what comes before a long column is read without it
COUNTS = "\n".join(
    f"union all select * from"
    f" (select '{facet}', {facet}, count(*) from found group by 2 order by 3 desc limit {VALUES})"
    for facet in FACETS
)
QUERY = f"""
with found as materialized (
  select {", ".join(FACETS)} from articles_fts join articles on articles.rowid = articles_fts.rowid
  where articles_fts match escape_fts(:q)
), hits as (
  select {", ".join(f"articles.{name}" for name in SHOWN)},
    snippet(articles_fts, 1, '{MARK}', '</mark>', '…', 40) as snippet
  from articles_fts join articles on articles.rowid = articles_fts.rowid
  where articles_fts match escape_fts(:q) order by articles_fts.rank limit {TOP}
)
select 'hit' as part, json_object({", ".join(f"'{name}', {name}" for name in (*SHOWN, "snippet"))}) as value, 1 as count
from hits
union all select 'total', null, count(*) from found
{COUNTS}
"""


class Datasette:
    name = "Datasette with FTS5"
    told = (
        "two processes, each on a port of its own, over an immutable database; FTS5 with "
        "`unicode61 remove_diacritics 2`, optimised; hits, excerpts and facets by one canned query; by default all "
        "words must be there, unaccented"
    )
    headers = ()

    def __init__(self, folder: Path) -> None:
        if find_spec("datasette") is None:
            raise Missing('Datasette is not installed: pip install ".[bench]"')
        self.folder, self.ports = folder, list[int]()
        self.programs: list[Program] = []

    def prepare(self) -> None:
        pass

    def fill(self, documents: Sequence[Document]) -> None:
        self.files().mkdir(parents=True)
        database = sqlite3.connect(self.files() / "articles.db")
        database.execute(f"create table articles ({', '.join(COLUMNS)})")
        tokens = "unicode61 remove_diacritics 2"
        database.execute(
            f"create virtual table articles_fts using fts5(title, text, content=articles, tokenize='{tokens}')"
        )
        rows = (tuple(row_of(one).values()) for one in documents)
        with database:
            database.executemany(f"insert into articles values ({', '.join('?' * len(COLUMNS))})", rows)
            database.execute("insert into articles_fts (rowid, title, text) select rowid, title, text from articles")
        with database:
            database.execute("insert into articles_fts (articles_fts) values ('optimize')")
        database.execute("vacuum")
        database.close()

    def serve(self) -> None:
        self.close()
        metadata = self.folder / "metadata.json"
        metadata.write_text(json.dumps({"databases": {"articles": {"queries": {"search": {"sql": QUERY}}}}}))
        command = [sys.executable, "-m", "datasette", "serve", "-p", "0", "-m", str(metadata)]
        for name, value in SETTINGS.items():
            command += ["--setting", name, str(value)]
        command += ["-i", str(self.files() / "articles.db")]
        self.programs = [Program(command, self.folder / f"log-{number}") for number in range(PROCESSES)]
        self.ports = [program.port() for program in self.programs]

    def processes(self) -> list[int]:
        return [program.process.pid for program in self.programs]

    def files(self) -> Path:
        return self.folder / "database"

    def line(self, text: str) -> str:
        return f"/articles/search.json?q={quote(text)}&_shape=array"

    def found(self, answer: bytes) -> Found:
        rows = json.loads(answer)
        hits = [json.loads(row["value"]) for row in rows if row["part"] == "hit"]
        values = sum(row["part"] in FACETS for row in rows)
        return Found([hit["id"] for hit in hits], values, sum(MARK in hit["snippet"] for hit in hits))

    def close(self) -> None:
        for program in self.programs:
            program.stop()
        self.programs = []
