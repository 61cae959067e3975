"""How good a run is, by ir-measures."""

from collections.abc import Iterable

import ir_measures
from ir_measures import RR, R, nDCG

from search.evaluation import RunLine


def measure(lines: Iterable[RunLine], judgments: dict[str, dict[str, int]]) -> dict[str, float]:
    """Return nDCG@10, recall@100 and the reciprocal rank, averaged over the judged queries.

    judgments: query id → document id → grade (0: not relevant). A query without an answer counts 0.
    """
    scored = [ir_measures.ScoredDoc(line.query_id, line.document_id, -float(line.rank)) for line in lines]
    judged = [
        ir_measures.Qrel(query, document, grade)
        for query, grades in judgments.items()
        for document, grade in grades.items()
    ]
    values = ir_measures.calc_aggregate([nDCG @ 10, R @ 100, RR @ 10], judged, scored)
    return {str(name): float(value) for name, value in values.items()}
