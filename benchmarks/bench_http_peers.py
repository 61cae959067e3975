"""Search servers over HTTP, side by side in one run: how long an answer takes, what it costs, and what it holds.

    python benchmarks/bench_http_peers.py [--documents 35000] [--queries 300] [--clients 16] [--seconds 8]

hoinghi, Datasette with SQLite's FTS5, OpenSearch with ICU's analysis and ZincSearch, each a server of its own on
loopback (http_peers.py, *_peer.py: how each is set up, after its own manual). All index the same articles with the same
fields. Every answer has the first ten with a marked excerpt, the total, and the same five facets; nothing is compressed
on the way, since not all can; each query is one that the server has not seen. What differs is what the servers do by
themselves: Datasette and ZincSearch want all words of a query, OpenSearch and hoinghi show pages with most of them.

Indexing first, one after the other. Then each is started anew and asked 50 queries (cold: the process is new, its files
are still in memory). Warmed by so many clients, all are asked the same queries one by one, in turns (steady), and then
in three rounds by the clients at once. Of what they gave for the first 200 steady queries, it is counted how many of
the first ten hold every word asked for, and how many at least every syllable (held_words.py).

A peer that is not to be had is left out, and the result says why. ZincSearch is built at first use, which takes
minutes; the whole takes 10 minutes on two cores. Result: results/http_peers.md.
"""

import argparse
import os
import signal
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import cycle, islice
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))
from benchmarks import corpus
from benchmarks.datasette_peer import Datasette
from benchmarks.held_words import HeldWords
from benchmarks.hoinghi_peer import Hoinghi
from benchmarks.http_peers import TOP, Found, HttpPeer, Missing
from benchmarks.opensearch_peer import OpenSearch
from benchmarks.peers import held_bytes
from benchmarks.report import cpu_seconds, load, proportional_bytes, quantile, table, write
from benchmarks.serving import asked_by_clients
from benchmarks.zincsearch_peer import ZincSearch
from search.document import Document

PEERS: dict[str, Callable[[Path], HttpPeer]] = {
    "hoinghi": Hoinghi,
    "datasette": Datasette,
    "opensearch": OpenSearch,
    "zincsearch": ZincSearch,
}
COLD, JUDGED, ROUNDS = 50, 200, 3
MOST_ANSWERS = 600  # a second: more different queries than can be answered
NOT_TO_BE_HAD = (
    "Other servers that were looked for: Meilisearch (crates.io has an empty package, npm and PyPI clients), Typesense "
    "and Manticore (npm and PyPI have clients only), Sonic (on crates.io; it gives ids, without facets or excerpts)."
)
IDENTITY = "Accept-Encoding: identity"
COSTS = ("", "indexing s", "of processors s", "disk MB", "memory MB", "cold ms: median / 95 %", "steady ms", "at once")
HELD = ("", "hold every word", "hold every syllable", "nothing found", "hits", "with a mark", "facet values", "kB")


@dataclass
class Measured:
    """What one server took: seconds of the clock and of processors, bytes, milliseconds of answers; and gave."""

    indexing: float = 0.0
    processors: float = 0.0
    disk: int = 0
    memory: int = 0
    cold: list[float] = field(default_factory=list)
    steady: list[float] = field(default_factory=list)
    rates: list[float] = field(default_factory=list)  # answers a second, of each round
    at_once: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    answers: dict[str, Found] = field(default_factory=dict)
    sizes: list[int] = field(default_factory=list)


def work_seconds(peer: HttpPeer) -> float:
    """Return the processor time of this process, those that it has ended, and the peer's own so far."""
    return sum(os.times()[:4]) + sum(map(cpu_seconds, peer.processes()))


def indexed(peer: HttpPeer, documents: Sequence[Document]) -> Measured:
    peer.prepare()
    worked, began = work_seconds(peer), time.perf_counter()
    peer.fill(documents)
    found = Measured(time.perf_counter() - began, work_seconds(peer) - worked)
    found.disk = held_bytes(peer.files())
    print(f"{peer.name}: indexed in {found.indexing:.0f} s", file=sys.stderr)
    return found


def asked_cold(peer: HttpPeer, found: Measured, texts: Sequence[str]) -> None:
    peer.serve()
    ports = cycle(peer.ports)
    found.cold = [answered(peer, next(ports), text)[0] for text in texts]


def answered(peer: HttpPeer, port: int, text: str) -> tuple[float, bytes]:
    """Return the milliseconds of one answer over a new connection, and its body."""
    path, _, body = peer.line(text).partition(" ")
    headers = dict(line.split(": ", 1) for line in (IDENTITY, *peer.headers))
    if body:
        headers["Content-Type"] = "application/json"
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", body.encode() or None, headers)
    began = time.perf_counter()
    with urllib.request.urlopen(request, timeout=60) as answer:
        told: bytes = answer.read()
    return (time.perf_counter() - began) * 1000, told


def ask_in_turns(measured: dict[HttpPeer, Measured], texts: Sequence[str]) -> None:
    """Ask every peer for each text before the next, its processes by turns; keep times and answers."""
    ports = {peer: cycle(peer.ports) for peer in measured}
    for text in texts:
        for peer, found in measured.items():
            try:
                milliseconds, answer = answered(peer, next(ports[peer]), text)
            except OSError as error:
                found.errors.append(f"{text}: {error}")
                found.answers[text] = Found([], 0, 0)
                continue
            found.steady.append(milliseconds)
            found.answers[text] = peer.found(answer)
            found.sizes.append(len(answer))


def ask_at_once(peer: HttpPeer, texts: Sequence[str], clients: int, seconds: float, folder: Path) -> dict[str, Any]:
    """Return what http_clients.py prints. folder: for its requests."""
    lines, headers = [peer.line(text) for text in texts], (IDENTITY, *peer.headers)
    return asked_by_clients(peer.ports, lines, folder, clients, seconds, *headers)


def times(milliseconds: Sequence[float]) -> str:
    return f"{quantile(milliseconds, 0.5):.1f} / {quantile(milliseconds, 0.95):.1f}"


def costs(peer: HttpPeer, found: Measured) -> list[object]:
    rate = f"{quantile(found.rates, 0.5):.0f} a second, {times(found.at_once)} ms, {len(found.errors)} errors"
    sizes = [f"{each / 1e6:.0f}" for each in (found.disk, found.memory)]
    return [
        peer.name,
        f"{found.indexing:.0f}",
        f"{found.processors:.0f}",
        *sizes,
        times(found.cold),
        times(found.steady),
        rate,
    ]


def held(peer: HttpPeer, found: Measured, holders: HeldWords) -> list[object]:
    """Return what the judged queries were answered with; of the first ten, how many hold what was asked."""
    answers = {text: found.answers[text] for text in holders.queries}
    hits = sum(len(one.ids) for one in answers.values())

    def share(holding: Callable[[str], set[str]]) -> str:
        right = sum(len(holding(text).intersection(one.ids)) for text, one in answers.items())
        could = sum(min(TOP, len(holding(text))) for text in answers)
        return f"{right:,} of {could:,} ({right / max(could, 1):.0%})"

    return [
        peer.name,
        share(holders.every_word),
        share(holders.every_syllable),
        sum(not one.ids for one in answers.values()),
        f"{hits:,}",
        f"{sum(one.marked for one in answers.values()) / max(hits, 1):.0%}",
        f"{sum(one.values for one in answers.values()) / len(answers):.0f}",
        f"{sum(found.sizes) / len(found.sizes) / 1000:.1f}",
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=35_000)
    parser.add_argument("--queries", type=int, default=300, help="asked one by one")
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--seconds", type=float, default=8, help="of full load in each round; twice that to warm up")
    parser.add_argument("--peers", nargs="+", choices=PEERS, default=list(PEERS))
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that no server outlives it
    documents = list(corpus.articles(options.documents))
    in_a_round = max(int(MOST_ANSWERS * options.seconds), options.clients)
    written = dict(corpus.typed_queries(2 * (COLD + options.queries + (2 + ROUNDS) * in_a_round)))
    asked = iter(written)
    cold, steady, warming = (list(islice(asked, count)) for count in (COLD, options.queries, 2 * in_a_round))
    rounds = [list(islice(asked, in_a_round)) for _ in range(ROUNDS)]
    measured: dict[HttpPeer, Measured] = {}
    missing = []
    with ExitStack() as running:
        folder = Path(running.enter_context(tempfile.TemporaryDirectory(prefix="hoinghi-peers-")))
        for name in options.peers:
            try:
                peer = PEERS[name](folder / name)
                running.callback(peer.close)
                measured[peer] = indexed(peer, documents)
            except Missing as reason:
                missing.append(str(reason))
        for peer, found in list(measured.items()):
            try:
                asked_cold(peer, found, cold)
                ask_at_once(peer, warming, options.clients, 2 * options.seconds, folder)
            except Missing as reason:
                missing.append(str(reason))
                del measured[peer]
        ask_in_turns(measured, steady)
        for texts in rounds:
            for peer, found in measured.items():
                told = ask_at_once(peer, texts, options.clients, options.seconds, folder)
                found.rates.append(len(told["seconds"]) / told["elapsed"])
                found.at_once += [1000 * each for each in told["seconds"]]
                found.errors += told["errors"]
        for peer, found in measured.items():
            found.memory = sum(map(proportional_bytes, peer.processes()))
    holders = HeldWords(documents, {text: written[text] for text in steady[:JUDGED]})
    notes = [
        f"{options.documents:,} articles ({corpus.text_bytes(documents) / 1e6:.0f} MB), {corpus.source()}. Cold: the "
        f"first {COLD} queries after a start. Steady: {len(steady)} other queries, asked one by one of all servers in "
        f"turns. At once: {options.clients} clients in another process on the same processors, {ROUNDS} rounds of "
        f"{options.seconds:g} s; the round in the middle. No query is asked twice, nothing is compressed. Memory: what "
        "all processes of a server hold at the end, shared parts counted once, files in memory included.",
        f"What the first {len(holders.queries)} steady queries were answered with; of the first ten, how many hold "
        "every word that was asked, its syllables side by side (words as pyvi finds them), or at least every "
        "syllable, of as many as there could be: as written if the query has diacritics, without them if it has "
        "none. Tỷ and tỉ are two here, but one to hoinghi, which also wants what is typed without diacritics within "
        "one passage.",
        table(HELD, [held(peer, found, holders) for peer, found in measured.items()]),
        "\n".join(f"- {peer.name}: {peer.told}." for peer in measured),
        *missing,
        NOT_TO_BE_HAD,
        *(f"Error of {peer.name}: {error}" for peer, found in measured.items() for error in found.errors[:3]),
        load(),
    ]
    rows = [costs(peer, found) for peer, found in measured.items()]
    write("http_peers", "Search servers over HTTP", COSTS, rows, "\n\n".join(notes))


if __name__ == "__main__":
    main()
