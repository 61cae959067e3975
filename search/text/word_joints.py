"""Which neighbouring syllables belong to one word: the scores of pyvi's model, and the rules that it lays over them."""

from typing import NamedTuple

import numpy as np

KEY_BITS = 21  # a syllable's number in a pair or triple; 3 × 21 bits fit in an int64


class Columns(NamedTuple):
    """What is known of each token, by its row.

    scores: float array (3, rows): what a token adds to its own score, to the next one's, to the previous one's.
    lower_ids: int64, its number in pairs and triples. solid: may be joined at all. capital: begins with one.
    """

    scores: np.ndarray
    lower_ids: np.ndarray
    solid: np.ndarray
    capital: np.ndarray


class Weights(NamedTuple):
    """By how much each favours "begins a word" over "goes on".

    pair_after, pair_before: that a listed pair ends, begins; triple_…: the same. Transitions: from "begins" to itself
    (stay), from "goes on" to "begins" (inside_begin), …
    """

    pair_after: float
    pair_before: float
    triple_after: float
    triple_before: float
    stay: float
    begin_inside: float
    inside_begin: float
    inside: float


class WordJoints:
    """pairs, triples: the keys of the listed words of two and of three syllables."""

    def __init__(self, weights: Weights, pairs: "Keys", triples: "Keys") -> None:
        self._weights, self._pairs, self._triples = weights, pairs, triples

    def between(self, rows: np.ndarray, end: int, columns: Columns) -> np.ndarray:
        """Return for each gap between two tokens whether they belong to one word, as flags.

        rows: int32, of the tokens of several texts; end: the row of what stands between two texts.
        """
        inside = self._inside_a_word(self._differences(rows, columns), rows == end)
        solid, capital = columns.solid[rows], columns.capital[rows]
        allowed = solid[1:] & solid[:-1] & ~(capital[1:] & ~capital[:-1])
        joined: np.ndarray = inside[1:] & allowed
        return joined

    def _differences(self, rows: np.ndarray, columns: Columns) -> np.ndarray:
        """Return for each token by how much "begins a word" outscores "goes on", transitions left aside."""
        own, for_next, for_previous = columns.scores
        score: np.ndarray = own[rows]
        score[1:] += for_next[rows[:-1]]
        score[:-1] += for_previous[rows[1:]]
        lower = columns.lower_ids[rows]
        pair_keys = lower[:-1] << KEY_BITS | lower[1:]
        pairs = self._pairs.find(pair_keys)
        score[pairs + 1] += self._weights.pair_after
        score[pairs] += self._weights.pair_before
        triples = self._triples.find(pair_keys[:-1] << KEY_BITS | lower[2:])
        score[triples + 2] += self._weights.triple_after
        score[triples] += self._weights.triple_before
        return score

    def _inside_a_word(self, differences: np.ndarray, ends: np.ndarray) -> np.ndarray:
        """Viterbi with two labels: only the lead of "begins" over "goes on" has to be carried along.

        What a lead hands to the next token lies between two constants. So nearly every lead is so high or so low that
        the one before it does not matter, and only those in between are looked at one by one. ends: flags of what
        stands between two texts, and hands nothing on.
        """
        *_, stay, begin_inside, inside_begin, inside = self._weights
        # The best way to a label comes from "begins" where the lead of "begins" is at or above that label's threshold.
        to_begin_from, to_inside_from = inside_begin - stay, inside - begin_inside
        lowest, highest = sorted((to_begin_from, to_inside_from))
        after_high, after_low = stay - begin_inside, inside_begin - inside
        most, least = max(after_high, after_low), min(after_high, after_low)

        handed_on = np.where(differences + least >= highest, after_high, after_low)
        handed_on[ends] = 0.0
        open_cases = np.flatnonzero((differences + most >= lowest) & (differences + least < highest) & ~ends)
        for i in open_cases.tolist():
            lead = differences[i] + (handed_on[i - 1] if i else 0.0)
            to_begin = lead + stay if lead >= to_begin_from else inside_begin
            to_inside = lead + begin_inside if lead >= to_inside_from else inside
            handed_on[i] = to_begin - to_inside
        leads = differences.copy()
        leads[1:] += handed_on[:-1]

        inside_labels: np.ndarray = leads < lowest
        last = np.append(ends[1:], True)
        inside_labels[last] = leads[last] < 0.0
        for i in np.flatnonzero((leads >= lowest) & (leads < highest) & ~last)[::-1].tolist():
            inside_labels[i] = leads[i] < (to_inside_from if inside_labels[i + 1] else to_begin_from)
        return inside_labels


class Keys:
    """A set of int64 keys that arrays are looked up in. A table of hashes spares most keys the binary search."""

    TABLE_BITS = 20  # 1 MB of flags for some 30,000 keys: 3 % of unknown keys go on to the binary search
    SPREAD = np.uint64(0x9E3779B97F4A7C15)  # 2^64 / golden ratio (Fibonacci hashing)

    def __init__(self, keys: list[int]) -> None:
        self.sorted = np.array(sorted(set(keys)), dtype=np.int64)
        self.seen = np.zeros(1 << self.TABLE_BITS, dtype=bool)
        self.seen[self._hash(self.sorted)] = True

    def _hash(self, keys: np.ndarray) -> np.ndarray:
        return (keys.view(np.uint64) * self.SPREAD) >> np.uint64(64 - self.TABLE_BITS)

    def find(self, keys: np.ndarray) -> np.ndarray:
        """Return the positions in keys, ascending, at which a member stands."""
        candidates = np.flatnonzero(self.seen[self._hash(keys)])
        wanted = keys[candidates]
        slots = self.sorted.searchsorted(wanted)
        slots[slots == len(self.sorted)] = 0
        return candidates[self.sorted[slots] == wanted]
