""" "Có phải bạn tìm …": the reading of the syllables that the index finds likeliest, diacritics restored.

A bigram model of syllables over the index's own text, solved exactly (Viterbi). The caller offers the result only where
it finds no less than what was typed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise, product
from math import inf, log

from search.query.nodes import Phrase, Query, Words
from search.query.phrases import function_words
from search.query.spelling import RARE, is_in_word, one_key_off
from search.query.vocabulary import Vocabulary
from search.text.normalization import Syllable, folds, parts
from search.text.orthography import forms
from search.text.segmentation import is_word

MOST_SYLLABLES = 20  # longer queries are pasted, not typed
FORMS_TRIED = 8  # of one folded syllable; the ninth form is rarer than a typing error
PAIR_SHARE = 0.9  # of the probability of a syllable that comes from its neighbour; the rest from its own frequency
ALL_SYLLABLES = 1e7  # order of magnitude of an archive; only ratios matter
OTHER_SIGNS_COST = 5.0  # log-probability that another form must gain over diacritics that were typed
HALF_TYPED_COST = 1.0  # beside some that were typed
USUALLY_PLAIN = 0.5  # of the syllables of a headline bear no sign at most (cải cách hành chính: one of four)
OTHER_KEY_COST = 7.0  # the same for another letter; both set so that 400 headlines as typed get no proposal
MORE = 10  # times as usual beside its neighbours
CONFIRMED = 0.7  # share of neighbouring pairs of the proposal that the index must hold


@dataclass(frozen=True, slots=True)
class _Candidate:
    norm: str
    count: int
    cost: float


def better_text(query: Query, vocabulary: Vocabulary) -> str:
    """Return likelier text for a query of words alone or of one phrase; "" if there is none, or for any other query."""
    root = query.root
    if not isinstance(root, Words | Phrase) or root.field or any(made.why == "question" for made in query.corrections):
        return ""
    tokens = parts(root.text)
    if not 1 < len(tokens) <= MOST_SYLLABLES:
        return ""
    cost = _restoring_cost(tokens)
    if cost == OTHER_SIGNS_COST and _is_well_known(tokens, vocabulary):
        return ""
    options = [_candidates(tokens, at, vocabulary, cost) for at in range(len(tokens))]
    for at in _in_names(query, tokens):  # a province without a page is right as it is: Hà Tây is no Nhà Tạm
        options[at] = [option for option in options[at] if option.cost < OTHER_SIGNS_COST]
    typed = [token.norm for token in tokens]
    best = _believed(typed, _likeliest(options, vocabulary), vocabulary, cost)
    if best == typed or not _is_confirmed(best, vocabulary):
        return ""
    if cost == OTHER_SIGNS_COST and not _are_convincing(typed, best, vocabulary):
        return ""
    better = _put(root.text, tokens, best).strip()
    return f'"{better}"' if isinstance(root, Phrase) else better


def _in_names(query: Query, tokens: list[Syllable]) -> Iterator[int]:
    """Yield where syllables stand that are part of a recognised province."""
    folded = [token.folded for token in tokens]
    for hint in query.hints:
        told = folds(hint.text) if hint.field == "province" else []
        for first in range(len(folded) - len(told) + 1 if told else 0):
            if folded[first : first + len(told)] == told:
                yield from range(first, first + len(told))


def _restoring_cost(tokens: list[Syllable]) -> float:
    """Return what diacritics cost where none were typed: few syllables with some say that they were left out."""
    plain = sum(token.norm == token.folded for token in tokens) / len(tokens)
    return 0.0 if plain == 1 else HALF_TYPED_COST if plain > USUALLY_PLAIN else OTHER_SIGNS_COST


def _candidates(tokens: list[Syllable], at: int, vocabulary: Vocabulary, restoring: float) -> list[_Candidate]:
    token = tokens[at]
    known = {form: count for form, count in vocabulary.forms_of(token.folded)[:FORMS_TRIED]}
    found = [_Candidate(token.norm, known.pop(token.norm, 0), 0.0)]
    if not token.norm.isalpha():
        return found
    cost = restoring if token.norm == token.folded else OTHER_SIGNS_COST
    found += [_Candidate(form, count, cost) for form, count in known.items()]
    if not _has_neighbour(tokens, at, vocabulary):
        found += [
            _Candidate(form, count, OTHER_KEY_COST)
            for letters in dict.fromkeys(one_key_off(token.folded))
            if vocabulary.contains_folded(letters)  # of three hundred some forty: to be told of no form costs more
            for form, count in vocabulary.forms_of(letters)[:2]
            if count > RARE
        ]
    return found


def _has_neighbour(tokens: list[Syllable], at: int, vocabulary: Vocabulary) -> bool:
    """Tell whether a syllable stands beside one of its neighbours anywhere in the index."""
    token = tokens[at]
    pairs = [(tokens[at - 1], token)] if at else []
    pairs += [(token, tokens[at + 1])] if at + 1 < len(tokens) else []
    return any(vocabulary.folded_bigram_count(one.folded, other.folded) for one, other in pairs)


def _likeliest(options: list[list[_Candidate]], vocabulary: Vocabulary) -> list[str]:
    """Return the likeliest way: for each candidate the best way to it, one syllable after the other."""
    ways = [(log(_frequency(candidate)) - candidate.cost, [candidate]) for candidate in options[0]]
    for before, candidates in pairwise(options):
        counts = _beside(before, candidates, vocabulary)
        following = []
        for candidate in candidates:
            norm, alone = candidate.norm, (1 - PAIR_SHARE) * _frequency(candidate)
            log_alone = log(alone)  # most pairs of forms stand nowhere together
            best, best_way = -inf, ways[0][1]
            for (score, way), last in zip(ways, before, strict=True):
                count = counts.get((last.norm, norm))
                score += log(PAIR_SHARE * count / (last.count + 1) + alone) if count else log_alone
                if score > best:
                    best, best_way = score, way
            following.append((best - candidate.cost, [*best_way, candidate]))
        ways = following
    return [candidate.norm for candidate in max(ways, key=lambda scored: scored[0])[1]]


def _beside(firsts: list[_Candidate], seconds: list[_Candidate], vocabulary: Vocabulary) -> dict[tuple[str, str], int]:
    """Return how often forms of two neighbours stand side by side: all forms with the same letters at once."""
    letters = [dict.fromkeys(forms(one.norm)[1] for one in candidates) for candidates in (firsts, seconds)]
    return {pair: count for folded in product(*letters) for pair, count in vocabulary.pair_forms(*folded)}


def _frequency(candidate: _Candidate) -> float:
    return (candidate.count + 0.1) / ALL_SYLLABLES


def _is_confirmed(norms: list[str], vocabulary: Vocabulary) -> bool:
    pairs = list(pairwise(norms))
    return sum(vocabulary.bigram_count(*pair) > 0 for pair in pairs) >= CONFIRMED * len(pairs)


def _is_well_known(tokens: list[Syllable], vocabulary: Vocabulary) -> bool:
    """Tell whether each syllable stands beside a typed neighbour anywhere in the index: then no change convinces."""
    beside = [vocabulary.bigram_count(one.norm, other.norm) > 0 for one, other in pairwise(tokens)]
    return all(before or after for before, after in zip([False, *beside], [*beside, False], strict=True))


def _are_convincing(typed: list[str], best: list[str], vocabulary: Vocabulary) -> bool:
    """Tell whether each change stands in well-known company on both sides, and what was typed in none."""
    for at, (old, new) in enumerate(zip(typed, best, strict=True)):
        before = [(best[at - 1], new)] if at else []
        after = [(new, best[at + 1])] if at + 1 < len(best) else []
        before_old = [(typed[at - 1], old)] if at else []
        after_old = [(old, typed[at + 1])] if at + 1 < len(best) else []
        if old != new and (
            any(vocabulary.bigram_count(*pair) for pair in before_old + after_old)
            or not all(vocabulary.bigram_count(*pair) > RARE for pair in before + after)
        ):
            return False
    return True


def _believed(typed: list[str], best: list[str], vocabulary: Vocabulary, cost: float) -> list[str]:
    """Return the reading without those changes that put one word for another.

    Signs are put where all were left out. Else a syllable of the language stays, unless the change makes a word with
    a neighbour that stays and what was typed makes none; or unless signs are put and that is MORE times as usual.
    """

    def beside(at: int, norm: str) -> int:
        pairs = [(best[at - 1], norm)] if at else []
        pairs += [(norm, best[at + 1])] if at + 1 < len(best) else []
        return sum(vocabulary.bigram_count(*pair) for pair in pairs)

    # khong is no word with signs or without: then others that can be words may lack their signs as well
    are_signs_left_out = cost == 0 or any(not is_word(norm) and is_word(norm, False) for norm in typed)
    believed = list(typed)
    for at, (old, new) in enumerate(zip(typed, best, strict=True)):
        is_sign_alone = forms(new)[1] == old
        if is_sign_alone and are_signs_left_out:
            believed[at] = new
        elif is_sign_alone or not is_word(old) or (are_signs_left_out and forms(new)[1] == forms(old)[1]):
            believed[at] = new if beside(at, new) > max(RARE, MORE * beside(at, old)) else old
        elif old not in function_words() and not is_in_word(*_around(typed, at)):
            (before, _, after), (new_before, _, new_after) = _around(typed, at), _around(best, at)
            kept = before if before == new_before else "", after if after == new_after else ""
            believed[at] = new if is_in_word(kept[0], new, kept[1]) else old
    return believed


def _around(norms: list[str], at: int) -> tuple[str, str, str]:
    return norms[at - 1] if at else "", norms[at], norms[at + 1] if at + 1 < len(norms) else ""


def _put(text: str, tokens: list[Syllable], norms: list[str]) -> str:
    pieces, at = [], 0
    for token, norm in zip(tokens, norms, strict=True):
        printed = text[token.start : token.end]
        shown = printed if norm == forms(printed)[0] else norm.capitalize() if printed[0].isupper() else norm
        pieces += [text[at : token.start], shown]
        at = token.end
    return "".join([*pieces, text[at:]])
