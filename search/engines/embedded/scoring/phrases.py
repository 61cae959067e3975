"""Phrases over arrays: in which documents of a segment, and where, terms stand one right after the other."""

from collections.abc import Callable, Hashable, Sequence
from itertools import groupby, pairwise

import numpy as np

from search.engines.embedded.scoring.text_terms import TEXT, pair_of, text_term
from search.engines.embedded.scoring.weighted_threshold import packed_bits, unpacked
from search.engines.embedded.snapshot import SegmentView
from search.engines.plan.nodes import UNACCENTED_DOCUMENTS, Passage, Row, Term, Together
from search.query.nearness import stand_together

Phrase = Sequence[Term]  # of fields with positions
RowStarts = list[tuple[np.ndarray, int]]  # of each row of a kind: where it begins (starts_of), and its syllables
FEW = 64  # documents in which the occurrences of all terms are read at once rather than one row after the other
WITHIN = "within a sentence"


def documents_with(phrase: Phrase, view: SegmentView) -> np.ndarray:
    """Return flags of the documents that have a phrase, which may run from one sentence into the next."""
    if len(phrase) == 1:
        return holding(phrase[0], view)
    key = tuple((term.field, term.text) for term in phrase)
    return _kept(key, view, lambda: starts_of(phrase, view) >> 32)


def documents_with_row(row: Row, view: SegmentView) -> np.ndarray:
    """Return flags of the documents that have a row within a sentence."""
    found = _with_word(row.terms, view)
    plain = row.unaccented
    if plain is not None and _has_unaccented(view):
        found = found | (holding(UNACCENTED_DOCUMENTS, view) & _with_word(plain, view))
    return found


def _has_unaccented(view: SegmentView) -> bool:
    return view.terms.document_frequency(UNACCENTED_DOCUMENTS.field, UNACCENTED_DOCUMENTS.text) > 0


def documents_with_passage(node: Passage, view: SegmentView, among: np.ndarray) -> np.ndarray:
    """Return flags of the documents where a row of each kind stands within the width of a passage.

    among: flags of the documents that have a row of each kind somewhere.
    """
    flags = np.zeros(view.size, dtype=bool)
    if not among.any():
        return flags
    rows_in = RowsIn(view, among, [row for rows in node.kinds for row in rows])
    kinds = node.kinds if rows_in.are_few else sorted(node.kinds, key=lambda rows: _frequency(rows, view))
    row_starts: list[RowStarts] = []
    anchors = np.zeros(0, dtype=np.int64)
    for rows in kinds:
        row_starts.append([(rows_in.starts(row), len(row.terms)) for row in rows])
        if len(row_starts) == 1:
            anchors = _all_starts(row_starts[0])
        elif not rows_in.are_few:
            anchors = _near(anchors, _all_starts(row_starts[-1]), node.width)
            if not rows_in.narrow(anchors >> 32):
                return flags
    edges = np.concatenate([_all_starts(kind) for kind in row_starts])  # a passage begins where a row does
    edges = edges[rows_in.among.take(edges >> 32)]
    for kind in row_starts:  # the rarest first: few edges are left for the others
        edges = edges[_followed(edges, kind, node.width)]
    flags[edges >> 32] = True
    return flags


def _all_starts(kind: RowStarts) -> np.ndarray:
    return np.concatenate([starts for starts, _ in kind])


def _followed(edges: np.ndarray, kind: RowStarts, width: int) -> np.ndarray:
    """Return flags of the edges from which on a row of a kind stands within a width."""
    is_near = np.zeros(len(edges), dtype=bool)
    for starts, length in kind:
        if len(starts):
            following = starts.searchsorted(edges)
            is_last = following == len(starts)
            following[is_last] = 0
            is_near |= ~is_last & (starts[following] + length <= edges + width)
    return is_near


def _frequency(rows: Sequence[Row], view: SegmentView) -> int:
    """Return how many documents have the rarest syllable of each row: what is rare leaves few to look into."""
    return sum(min(view.terms.document_frequency(term.field, term.text) for term in row.terms) for row in rows)


def _near(anchors: np.ndarray, starts: np.ndarray, width: int) -> np.ndarray:
    """Return the anchors (where rows of a rare kind begin) that are less than a width away from other starts."""
    if not len(starts):
        return anchors[:0]
    starts = np.sort(starts)
    following = starts.searchsorted(anchors - width)
    is_near = following < len(starts)
    following[~is_near] = 0
    return anchors[is_near & (starts[following] <= anchors + width)]


class RowsIn:
    """Where rows stand in some documents of a segment. among: flags of them.

    are_few: the documents are; then all rows that will be asked for are read together.
    """

    def __init__(self, view: SegmentView, among: np.ndarray, rows: Sequence[Row] = ()) -> None:
        self.view, self.among = view, among
        self.are_few = np.count_nonzero(among) <= FEW
        terms = list(dict.fromkeys(term for row in rows if self.are_few for term in row.terms))
        self._sentences = view.segment.sentences
        self._occurrences = dict(zip(terms, _occurrences_of(terms, view, among), strict=True)) if terms else {}
        unaccented = among & holding(UNACCENTED_DOCUMENTS, view)
        self._unaccented = unaccented if unaccented.any() else None

    def narrow(self, documents: np.ndarray) -> bool:
        """Look into no other documents from now on; tell whether there are any. documents: numbers, of those so far."""
        self.among = np.zeros(self.view.size, dtype=bool)
        self.among[documents] = True
        if self._unaccented is not None:
            self._unaccented = self._unaccented & self.among
        return bool(len(documents))

    def starts(self, row: Row) -> np.ndarray:
        """Return where a row begins, as `starts_of` does."""
        if all(term in self._occurrences for term in row.terms):
            of_terms = [self._occurrences[term] for term in row.terms]
        else:
            of_terms = _occurrences_of(row.terms, self.view, self.among)
        found = self._sentences.within(_meeting(of_terms), len(row.terms))
        plain = row.unaccented if self._unaccented is not None else None
        if plain is None:
            return found
        of_plain = _occurrences_of(plain, self.view, self._unaccented)
        return np.union1d(found, self._sentences.within(_meeting(of_plain), len(plain)))


def _with_word(word: Phrase, view: SegmentView) -> np.ndarray:
    if len(word) == 1:
        return holding(word[0], view)
    key = (WITHIN, *((term.field, term.text) for term in word))
    pair = pair_of(*word) if len(word) == 2 else None
    if pair is None:
        return _kept(key, view, lambda: _starts_of_word(word, view) >> 32)
    one, other = word  # nothing is left to be told by positions: pairs are of one sentence
    if one.field == other.field:
        return view.holds(pair)
    return _kept(key, view, lambda: view.terms.documents_of_pair(one[:2], other[:2]))


def _kept(key: Hashable, view: SegmentView, find: Callable[[], np.ndarray]) -> np.ndarray:
    """Return flags of the documents that `find` gives the numbers of, remembered under a key."""
    known = view.phrases.get(key)
    if known is None:
        flags = np.zeros(view.size, dtype=bool)
        flags[find()] = True
        known = view.phrases.put(key, packed_bits(flags))
    return unpacked(known, view.size)


def _starts_of_word(word: Phrase, view: SegmentView) -> np.ndarray:
    """Return where a word begins, as `starts_of` does."""
    among = np.ones(view.size, dtype=bool)
    for one, other in pairwise(word):
        if pair_of(one, other):
            among = among & _with_word((one, other), view)
    return view.segment.sentences.within(starts_of(word, view, among), len(word))


def holding(term: Term, view: SegmentView) -> np.ndarray:
    """Return flags of the documents that have a term."""
    if term.field in TEXT:
        return view.holds(text_term(term))
    flags = np.zeros(view.size, dtype=bool)
    flags[view.terms.postings(term.field, term.text).docs] = True
    return flags


def starts_of(phrase: Phrase, view: SegmentView, among: np.ndarray | None = None) -> np.ndarray:
    """Return where a phrase begins: document << 32 | position, ascending. among: flags of documents to look into."""
    among = np.ones(view.size, dtype=bool) if among is None else among
    for term in phrase:
        among = among & holding(term, view)
    if not among.any():
        return np.zeros(0, dtype=np.int64)
    sizes = [view.terms.document_frequency(term.field, term.text) for term in phrase]
    return _meeting(_occurrences_of(phrase, view, among), np.argsort(sizes, kind="stable").tolist())


def _occurrences_of(terms: Sequence[Term], view: SegmentView, among: np.ndarray | None) -> list[np.ndarray]:
    return view.terms.occurrences_of([term[:2] for term in terms], among)


def _meeting(of_terms: Sequence[np.ndarray], order: Sequence[int] = ()) -> np.ndarray:
    """Return where all terms of a phrase follow one another. of_terms: the occurrences of each, of one at least.

    order: in which they are compared, the rarest first; among a few documents it costs more to find it out.
    """
    first, *others = order or range(len(of_terms))
    found = of_terms[first] - first
    for number in others:
        starts = of_terms[number] - number
        slots = starts.searchsorted(found)
        slots[slots == len(starts)] = 0
        found = found[starts[slots] == found] if len(starts) else found[:0]
    return found


def documents_with_all(node: Together, view: SegmentView) -> np.ndarray:
    """Return flags of the documents where all phrases stand together."""
    flags = np.zeros(view.size, dtype=bool)
    among = np.ones(view.size, dtype=bool)
    for phrase in node.phrases:
        among &= documents_with(phrase, view)
    if among.any():
        found = [starts_of(phrase, view, among) for phrase in node.phrases]
        owners = np.repeat(np.arange(len(found)), [len(starts) for starts in found])
        ends = np.concatenate([p + len(phrase) - 1 for p, phrase in zip(found, node.phrases, strict=True)])
        starts = np.concatenate(found)
        order = np.argsort(starts, kind="stable")
        starts, owners, own_ends = starts[order], owners[order], ends[order]
        ends = np.maximum.accumulate(own_ends)
        # Another document is more than any distance away: its number stands above the 32 bits of the position.
        rows = np.flatnonzero(np.concatenate(([True], starts[1:] - ends[:-1] - 1 > node.distance)))
        complete = np.ones(len(rows), dtype=bool)
        for number in range(len(found)):
            complete &= np.logical_or.reduceat(owners == number, rows)
        flags[starts[rows[complete]] >> 32] = True
        if len(found) > 2:  # with two, neighbours in a row that are not alike are such a pair
            order = np.flatnonzero(flags[starts >> 32])
            occurrences = zip(starts[order].tolist(), own_ends[order].tolist(), owners[order].tolist(), strict=True)
            for document, some in groupby(occurrences, lambda occurrence: occurrence[0] >> 32):
                flags[document] = stand_together(some, len(found), node.distance)
    return flags
