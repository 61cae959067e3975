"""ZincSearch, built from its Go module, with an analyser that folds Vietnamese letters.

Its module lacks the built front end that it embeds, and its main package needs a profiler that does not compile with
today's Go: an empty page and zincsearch/main.go take their places in a copy of the source. All else is as it comes.
"""

import base64
import hashlib
import json
import os
import shutil
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.elastic_answers import elastic_found, elastic_line
from benchmarks.http_peers import FACETS, Found, Missing, row_of
from benchmarks.server_program import START_SECONDS, Program
from search.document import Document

MODULE = "github.com/zincsearch/zincsearch@v0.4.10"
MAIN = Path(__file__).parent / "zincsearch" / "main.go"
USER, PASSWORD = "admin", "benchmark"
BATCH = 500
# Its character filter asciifolding would shift the places of what is marked; token filters do not.
FOLDING = {
    "analyzer": {
        "folded": {
            "type": "custom",
            "tokenizer": "unicode",
            "token_filter": ["lower_case", "decomposed", "without_marks", "without_stroke"],
        }
    },
    "token_filter": {
        "decomposed": {"type": "unicodenorm", "form": "NFD"},
        "without_marks": {"type": "regexp", "pattern": r"\p{Mn}", "replacement": ""},
        "without_stroke": {"type": "regexp", "pattern": "đ", "replacement": "d"},
    },
}
TEXT = {"type": "text", "index": True, "store": True, "highlightable": True, "analyzer": "folded"}
KEYWORD = {"type": "keyword", "index": True, "aggregatable": True}
INDEX = {
    "name": "articles",
    "storage_type": "disk",
    "settings": {"analysis": FOLDING},
    "mappings": {"properties": {"title": TEXT, "text": TEXT, **{name: KEYWORD for name in ("id", "url", *FACETS)}}},
}


def program() -> Path:
    """Return the program, built at first use into the user's cache. Missing: why it cannot be."""
    if shutil.which("go") is None:
        raise Missing("ZincSearch is left out: Go is missing (apt-get install golang-go)")
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "hoinghi"
    place = cache / f"zincsearch-{hashlib.sha256(MODULE.encode() + MAIN.read_bytes()).hexdigest()[:12]}"
    if place.exists():
        return place
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        told = subprocess.run(["go", "mod", "download", "-json", MODULE], cwd=folder, capture_output=True, text=True)
        if told.returncode:
            raise Missing(f"ZincSearch is left out: go mod download {MODULE}: {(told.stdout + told.stderr)[-500:]}")
        source = Path(folder) / "source"
        shutil.copytree(json.loads(told.stdout)["Dir"], source, copy_function=shutil.copyfile)
        for path in (source, *source.rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644)
        (source / "web" / "dist").mkdir()
        (source / "web" / "dist" / "index.html").touch()
        shutil.copyfile(MAIN, source / "cmd" / "zincsearch" / "main.go")
        built = Path(folder) / "zincsearch"
        done = subprocess.run(
            ["go", "build", "-mod=mod", "-o", str(built), "./cmd/zincsearch"],
            cwd=source,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise Missing(f"ZincSearch is left out: go build: {done.stderr[-500:]}")
        shutil.copy2(built, place.with_suffix(".new"))
    place.with_suffix(".new").rename(place)
    return place


class ZincSearch:
    name = "ZincSearch"
    told = (
        "version 0.4.10, built from its Go module, settings of its own: one process, three shards; tokens in lower "
        "case, decomposed, without marks; `multi_match` with `and` (all words in one field), which is quicker here "
        "than its `or` and finds more of what was asked"
    )

    def __init__(self, folder: Path) -> None:
        self.program, self.folder, self.ports = program(), folder, list[int]()
        self.running: Program | None = None
        encoded = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        self.headers = (f"Authorization: Basic {encoded}",)

    def _send(self, method: str, path: str, body: object) -> Any:
        name, _, value = self.headers[0].partition(": ")
        headers = {"Content-Type": "application/json", name: value}
        address = f"http://127.0.0.1:{self.ports[0]}{path}"
        request = urllib.request.Request(address, json.dumps(body).encode(), headers, method=method)
        with urllib.request.urlopen(request, timeout=600) as answer:
            return json.load(answer)

    def prepare(self) -> None:
        self.serve()
        self._send("PUT", "/api/index", INDEX)

    def fill(self, documents: Sequence[Document]) -> None:
        for start in range(0, len(documents), BATCH):
            rows = [{"_id": one.id, **row_of(one), "year": str(one.year)} for one in documents[start : start + BATCH]]
            self._send("POST", "/api/_bulkv2", {"index": "articles", "records": rows})
        # what it has taken in waits in a log until it is written to the index
        until = time.monotonic() + START_SECONDS
        while self._count() < len(documents):
            if time.monotonic() > until:
                raise Missing(f"ZincSearch is left out: it has {self._count():,} of {len(documents):,} documents")
            time.sleep(0.2)

    def _count(self) -> int:
        told = self._send(
            "POST", "/es/articles/_search", {"query": {"match_all": {}}, "size": 0, "track_total_hits": True}
        )
        return int(told["hits"]["total"]["value"])

    def serve(self) -> None:
        self.close()
        self.folder.mkdir(parents=True, exist_ok=True)
        settings = {
            "GIN_MODE": "release",
            "ZINC_DATA_PATH": str(self.files()),
            "ZINC_FIRST_ADMIN_USER": USER,
            "ZINC_FIRST_ADMIN_PASSWORD": PASSWORD,
            "ZINC_TELEMETRY": "false",
            "ZINC_SENTRY": "false",
        }
        self.running = Program([str(self.program)], self.folder / "log", {**os.environ, **settings})
        self.ports = [self.running.port()]

    def processes(self) -> list[int]:
        return [self.running.process.pid] if self.running else []

    def files(self) -> Path:
        return self.folder / "data"

    def line(self, text: str) -> str:
        return elastic_line(
            "/es/articles/_search",
            {"multi_match": {"query": text, "fields": ["title", "text"], "operator": "and"}},
        )

    def found(self, answer: bytes) -> Found:
        return elastic_found(answer)

    def close(self) -> None:
        if self.running:
            self.running.stop()
        self.running = None
