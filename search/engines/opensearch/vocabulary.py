"""What an index on OpenSearch knows about its words (the port is search/query/vocabulary.py).

Syllables are counted by the server and held in memory here; numbers and pairs of syllables are far more, and asked for
when somebody wants to know, all forms of a folded pair at once. Counts are of documents, as in the embedded engine.
"""

import threading
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import product
from typing import Any

from search import ranking
from search.engines.opensearch.cluster import Cluster
from search.engines.opensearch.mapping import FOLDS, NORMS
from search.engines.opensearch.statistics import Statistics
from search.text.analysis import PAIR_JOINT
from search.text.orthography import forms

RENEWED_AFTER_SECONDS = 300.0  # counting the syllables of a million documents keeps a shard busy for seconds
AT_ONCE = 20_000  # values of one answer; OpenSearch allows 65,535
MOST_LOOK_UPS = 200  # requests for one query; beyond, pairs count as unknown: some seconds, where memory takes none


class Syllables:
    """The syllables of an index as of one moment."""

    def __init__(self, norms: dict[str, int], folds: dict[str, int], documents: int) -> None:
        self.norms, self.folds, self.documents = norms, folds, documents
        self.forms: dict[str, list[tuple[str, int]]] = {}
        for norm, count in sorted(norms.items(), key=lambda pair: (-pair[1], pair[0])):
            self.forms.setdefault(forms(norm)[1], []).append((norm, count))


class OpenSearchVocabulary:
    """The vocabulary for one query. Made anew for each; what it learns is kept in `statistics`."""

    def __init__(self, syllables: Syllables, statistics: Statistics) -> None:
        self._syllables, self._statistics = syllables, statistics
        self._pairs: dict[tuple[str, str], Counter[tuple[str, str]]] = {}
        self._expected: dict[tuple[str, str], int] = {}
        self._look_ups = 0

    def size(self) -> int:
        return self._syllables.documents

    def contains(self, norm: str) -> bool:
        return norm in self._syllables.norms or (not norm.isalpha() and bool(self._ask("exact", [norm])[0]))

    def contains_folded(self, folded: str) -> bool:
        return folded in self._syllables.folds or (not folded.isalpha() and bool(self._ask("folded", [folded])[0]))

    def count(self, folded: str) -> int:
        return self._syllables.folds.get(folded, 0) if folded.isalpha() else self._ask("folded", [folded])[0]

    def forms_of(self, folded: str) -> Sequence[tuple[str, int]]:
        if folded.isalpha():
            return self._syllables.forms.get(folded, ())
        count = self._ask("exact", [folded])[0]
        return ((folded, count),) if count else ()

    def bigram_count(self, first: str, second: str) -> int:
        if (first, second) in self._expected:
            return self._expected[first, second]
        return self._of_folded(forms(first)[1], forms(second)[1])[first, second]

    def folded_bigram_count(self, first: str, second: str) -> int:
        return self._of_folded(first, second).total()

    def pair_forms(self, first: str, second: str) -> Sequence[tuple[tuple[str, str], int]]:
        return sorted(self._of_folded(first, second).items(), key=lambda pair: (-pair[1], pair[0]))

    def word_counts(self, words: Sequence[str]) -> list[int]:
        return self._ask(ranking.WORDS, list(words))

    def starting_with(self, folded: str, limit: int) -> Sequence[str]:
        found = [(-count, syllable) for syllable, count in self._syllables.folds.items() if syllable.startswith(folded)]
        return [syllable for _, syllable in sorted(found)[:limit]]

    def expect(self, pairs: Iterable[tuple[str, str]]) -> None:
        wanted = [pair for pair in dict.fromkeys(pairs) if all(map(self._may_occur, pair))]
        counts = self._ask("exact2", [PAIR_JOINT.join(pair) for pair in wanted])
        self._expected |= zip(wanted, counts, strict=True)

    def _may_occur(self, norm: str) -> bool:
        return norm in self._syllables.norms or not norm.isalpha()

    def _of_folded(self, first: str, second: str) -> Counter[tuple[str, str]]:
        """Return in how many documents each form of a folded pair stands."""
        known = self._pairs.get((first, second))
        if known is None:
            firsts, seconds = ([form for form, _ in self.forms_of(one)] for one in (first, second))
            ways = list(product(firsts, seconds))
            counts = self._ask("exact2", [PAIR_JOINT.join(way) for way in ways])
            known = Counter({way: count for way, count in zip(ways, counts, strict=True) if count})
            self._pairs[first, second] = known
        return known

    def _ask(self, field: str, terms: list[str]) -> list[int]:
        if not terms:
            return []
        keys = [(field, term) for term in terms]
        found, was_asked = self._statistics.documents_with(keys, may_ask=self._look_ups < MOST_LOOK_UPS)
        self._look_ups += was_asked
        return [found.get(key, 0) for key in keys]


class Vocabularies:
    """The syllables of an index, counted anew from time to time. Shared by threads."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._lock = threading.Lock()
        self._kept: tuple[Statistics, Syllables, float] | None = None
        self._counting: threading.Thread | None = None

    def vocabulary(self, statistics: Statistics) -> OpenSearchVocabulary:
        """Return the vocabulary; old syllables serve while new ones are counted, but never those of another index."""
        with self._lock:
            if self._kept is None or self._kept[0] is not statistics:
                self._kept = (statistics, self._count(statistics.index), time.monotonic())
            elif time.monotonic() - self._kept[2] > RENEWED_AFTER_SECONDS and self._counting is None:
                self._counting = threading.Thread(target=self._renew, args=(statistics,), daemon=True)
                self._counting.start()
            return OpenSearchVocabulary(self._kept[1], statistics)

    def forget(self) -> None:
        with self._lock:
            self._kept = None

    def _renew(self, statistics: Statistics) -> None:
        try:
            counted = self._count(statistics.index)
            with self._lock:
                if self._kept is not None and self._kept[0] is statistics:
                    self._kept = (statistics, counted, time.monotonic())
        finally:
            self._counting = None

    def _count(self, index: str) -> Syllables:
        sizes = {name: {"cardinality": {"field": name}} for name in (NORMS, FOLDS)}
        answer = self._search(index, sizes)
        documents = answer["hits"]["total"]["value"]
        tables = []
        for name in (NORMS, FOLDS):
            counts: dict[str, int] = {}
            partitions = int(answer["aggregations"][name]["value"]) * 2 // AT_ONCE + 1  # the size is an estimate
            for partition in range(partitions):
                chosen = {"partition": partition, "num_partitions": partitions}
                terms = {"terms": {"field": name, "size": AT_ONCE, "include": chosen}}
                buckets = self._search(index, {name: terms})["aggregations"][name]["buckets"]
                counts |= {bucket["key"]: bucket["doc_count"] for bucket in buckets}
            tables.append(counts)
        return Syllables(tables[0], tables[1], documents)

    def _search(self, index: str, aggregations: dict[str, Any]) -> Any:
        body = {"size": 0, "track_total_hits": True, "aggs": aggregations}
        return self._cluster.call(self._cluster.client.search, index=index, body=body)
