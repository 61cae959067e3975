"""hoinghi as one of the servers that bench_http_peers.py compares."""

import json
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from benchmarks import corpus
from benchmarks.http_peers import FACETS, MARK, Found
from benchmarks.serving import Server, api_path, served
from search.document import Document
from search.engines.embedded.engine import WhooshEngine


class Hoinghi:
    name = "hoinghi"
    told = "`hoinghi serve --workers 2`, its JSON answer; pages that hold every word first, then those with most"
    headers = ()

    def __init__(self, folder: Path) -> None:
        self.folder, self.ports = folder, list[int]()
        self.running = ExitStack()
        self.server: Server | None = None

    def prepare(self) -> None:
        pass

    def fill(self, documents: Sequence[Document]) -> None:
        corpus.archive(self.folder, documents)
        with WhooshEngine(self.folder / "whoosh").writer() as writer:
            writer.add(documents)

    def serve(self) -> None:
        self.running.close()
        self.server = self.running.enter_context(served(self.folder, 2))
        self.ports = [self.server.port]

    def processes(self) -> list[int]:
        return [self.server.process.pid, *self.server.processes()] if self.server else []

    def files(self) -> Path:
        return self.folder / "whoosh"

    def line(self, text: str) -> str:
        return api_path(text)

    def found(self, answer: bytes) -> Found:
        told = json.loads(answer)
        values = sum(len(told["facets"][facet]) for facet in FACETS)
        return Found([hit["id"] for hit in told["hits"]], values, sum(MARK in hit["snippet"] for hit in told["hits"]))

    def close(self) -> None:
        self.running.close()
        self.server = None
