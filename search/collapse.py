"""One hit for pages that print the same text: the best-ranked stands for all and names the others (Document.copies)."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from search.document import Document
from search.engines.ports import EngineResults

SPARE = 10  # hits fetched beyond those asked for, so that one fetch nearly always suffices

Fetch = Callable[[int, int], EngineResults]  # (limit, offset) → what is found


def collapsed(fetch: Fetch, limit: int, offset: int) -> EngineResults:
    """Return limit hits from offset on, counted after collapsing. total and facets go on counting every page.

    However deep: one rule for all pages of a result, or what stands at the seam is shown twice or never.
    """
    if limit == 0:
        return fetch(limit, offset)
    wanted = offset + limit
    depth = wanted + SPARE
    while True:
        found = fetch(depth, 0)
        kept = _first_of_each(found.ranked, wanted)
        if len(kept) >= wanted or depth >= max(found.total, found.listed):
            return replace(found, ranked=kept[offset:wanted])
        depth *= 2


def _first_of_each(ranked: Sequence[tuple[Document, float]], most: int) -> tuple[tuple[Document, float], ...]:
    """Return the first hit of each text, at most so many: what stands below is not read."""
    seen: set[str] = set()
    kept: list[tuple[Document, float]] = []
    for document, score in ranked:
        cluster = document.copied_text
        if cluster not in seen:
            seen.add(cluster)
            kept.append((document, score))
        if len(kept) == most:
            break
    return tuple(kept)
