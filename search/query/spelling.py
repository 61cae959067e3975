"""Typing errors in a query, mended where the index shows what was meant.

Only what the index does not have is touched, in this order: keys typed with the Vietnamese keyboard off, words typed
without the space between them, one wrong key. What is put instead is in the index, and fits its neighbours.
"""

import unicodedata
from collections.abc import Callable, Iterator
from functools import partial
from math import log1p
from string import ascii_lowercase

from search.query.nodes import Correction
from search.query.phrases import function_words
from search.query.vocabulary import Vocabulary
from search.text import keyboards
from search.text.normalization import Syllable, parts
from search.text.orthography import fold_letters, forms, is_syllable
from search.text.segmentation import is_word

SHORTEST_TYPO = 3  # letters; among shorter ones nearly every change makes another syllable
LONE_TYPO = 7  # letters from which a change is believed without a neighbour that confirms it; Harry is no Larry
LONGEST_TOKEN = 30  # letters; longer ones are addresses and codes
MOST_CHECKED = 24  # unknown tokens of one query; a pasted page must not cost a second
FORMS_TRIED = 6  # most frequent forms of one folded syllable
LONGEST_PIECE = 10  # letters of one word among joined ones; the longest syllable has 7 (nghiêng)
PROVEN = 10  # times that the decoded syllable is more frequent than the keys themselves: coong is also a syllable
PIECE_COST = 2.0  # fewer, longer words are likelier: log of the pair count that makes up for one more cut
WAYS_KEPT = 4  # best beginnings remembered at each letter; the best one can lack a continuation
SLIP, OTHER_KEY = 4.0, 3.0  # likeness on the scale of log counts: a slip outweighs a neighbour seen 50 times
RARE = 3  # a joined form that the index has itself, but at most so often, is somebody's typing error


def correct(text: str, vocabulary: Vocabulary) -> tuple[str, tuple[Correction, ...]]:
    """Return text with its typing errors mended, and what was changed. Text without errors comes back as it is."""
    tokens = [token for token in parts(text) if len(token.norm) <= LONGEST_TOKEN]
    if not tokens:
        return text, ()
    instead = _from_keyboards(text, tokens, vocabulary)
    is_shouted = text.isupper()
    unknown = [
        at
        for at, token in enumerate(tokens)
        if at not in instead
        and _is_unknown(token, vocabulary)
        and (is_shouted or not text[token.start : token.end].isupper())  # ACC is an abbreviation, not a slip
    ]
    is_accented = any(token.norm != token.folded for token in tokens) or bool(instead)
    for at in unknown[:MOST_CHECKED]:
        before = _neighbour(tokens, instead, at - 1, last=True)
        after = _neighbour(tokens, instead, at + 1, last=False)
        keys = unicodedata.normalize("NFC", text[tokens[at].start : tokens[at].end]).lower()
        meant, is_likely = _nearest(tokens[at], keys, before, after, vocabulary, is_accented)
        split = "" if is_likely else _split(tokens[at], vocabulary, is_accented)
        if split:
            instead[at] = (split, "joined")
        elif meant:
            instead[at] = (meant, "typo")
        elif split := _halves(tokens[at], vocabulary):
            instead[at] = (split, "joined")
    return _replaced(text, tokens, instead)


def _is_unknown(token: Syllable, vocabulary: Vocabulary) -> bool:
    if vocabulary.contains(token.norm) or (token.norm == token.folded and vocabulary.contains_folded(token.folded)):
        return (
            not is_syllable(token.norm) and len(token.norm) > SHORTEST_TYPO and vocabulary.count(token.folded) <= RARE
        )
    return True


def _from_keyboards(text: str, tokens: list[Syllable], vocabulary: Vocabulary) -> dict[int, tuple[str, str]]:
    """Return index → (syllable, "telex" or "vni"). Once a token proves the keyboard, those in the index count too.

    Beside syllables with diacritics the keyboard was on; then only keys in the usual order are believed.
    """
    instead: dict[int, tuple[str, str]] = {}
    strict = any(token.norm != token.folded for token in tokens)
    for why, decode in (("telex", partial(keyboards.telex, strict=strict)), ("vni", keyboards.vni)):
        decoded = _decoded(text, tokens, decode, vocabulary)
        if any(not _has(tokens[at], vocabulary) for at in decoded if at not in instead):
            for at, syllable in decoded.items():
                typed = tokens[at]
                if at not in instead and (
                    not _has(typed, vocabulary)
                    or (not strict and _count(syllable, vocabulary) >= PROVEN * _count(typed.norm, vocabulary))
                ):
                    instead[at] = (syllable, why)
    return instead


def _count(norm: str, vocabulary: Vocabulary) -> int:
    return next((count for form, count in vocabulary.forms_of(forms(norm)[1]) if form == norm), 0)


def _has(token: Syllable, vocabulary: Vocabulary) -> bool:
    return vocabulary.contains(token.norm) or (token.norm == token.folded and vocabulary.contains_folded(token.folded))


def _decoded(text: str, tokens: list[Syllable], decode: Callable[[str], str], vocabulary: Vocabulary) -> dict[int, str]:
    found = {}
    for at, token in enumerate(tokens):
        syllable = decode(text[token.start : token.end])
        if syllable and vocabulary.contains(syllable):
            found[at] = syllable
    return found


def _neighbour(tokens: list[Syllable], instead: dict[int, tuple[str, str]], at: int, last: bool) -> str:
    if not 0 <= at < len(tokens):
        return ""
    if at in instead:
        return instead[at][0].split()[-1 if last else 0]
    return tokens[at].norm


def _split(token: Syllable, vocabulary: Vocabulary, is_accented: bool) -> str:
    """Return a joined token as words that the index has side by side, "" if there are none: chủtịch → chủ tịch."""
    letters = token.norm
    if letters.isdecimal() or "," in letters:
        return ""
    exact = token.norm != token.folded or is_accented
    ways: dict[int, list[tuple[float, list[str], int]]] = {0: [(0.0, [], 0)]}  # end → (score, words, weakest pair)
    for end in range(1, len(letters) + 1):
        reached = []
        for start in range(max(0, end - LONGEST_PIECE), end):
            piece = forms(letters[start:end])[0]
            if start not in ways or _cuts_number(letters, start) or not _is_word(piece, vocabulary, exact):
                continue
            for score, words, weakest in ways[start]:
                beside = _beside(words[-1], piece, vocabulary, exact) if words else 0
                if not words or beside:
                    pair = min(weakest, beside) if len(words) > 1 else beside
                    reached.append((score + log1p(beside) - PIECE_COST, [*words, piece], pair))
        if reached:
            ways[end] = sorted(reached, key=lambda way: -way[0])[:WAYS_KEPT]
    whole = [way for way in ways.get(len(letters), []) if len(way[1]) == 2 or (len(way[1]) > 2 and way[2] > RARE)]
    if whole:
        _, cut, weakest = max(whole, key=lambda way: way[0])
        is_plain = is_accented and token.norm == token.folded
        return " ".join(cut) if not is_plain or weakest > RARE or is_word(" ".join(cut)) else ""
    if is_accented and token.norm == token.folded:  # hanoi may stand beside words with diacritics; Sudan is no su dan
        unaccented = _split(token, vocabulary, False)
        return unaccented if is_word(unaccented, False) else ""
    return ""


def _cuts_number(letters: str, at: int) -> bool:
    return at > 0 and letters[at - 1].isdigit() and letters[at].isdigit()


def _halves(token: Syllable, vocabulary: Vocabulary) -> str:
    """Return a token with diacritics as two frequent words that need not stand together in the index, else ""."""
    letters = token.norm
    if letters == token.folded or is_syllable(letters):
        return ""
    best, best_count = "", 0
    for at in range(2, len(letters) - 1):
        halves = forms(letters[:at])[0], forms(letters[at:])[0]
        rarer = min(_count(half, vocabulary) for half in halves)
        if rarer > max(RARE, best_count) and all(_is_word(half, vocabulary, exact=True) for half in halves):
            best, best_count = " ".join(halves), rarer
    return best


def _is_word(piece: str, vocabulary: Vocabulary, exact: bool) -> bool:
    if piece.isdecimal():
        return vocabulary.contains(piece)
    if len(piece) == 1 or not is_syllable(piece):
        return (
            len(piece) > SHORTEST_TYPO and vocabulary.contains(piece) and vocabulary.count(fold_letters(piece)) > RARE
        )
    return vocabulary.contains(piece) if exact else vocabulary.contains_folded(forms(fold_letters(piece))[0])


def _beside(first: str, second: str, vocabulary: Vocabulary, exact: bool) -> int:
    if exact:
        return vocabulary.bigram_count(first, second)
    return vocabulary.folded_bigram_count(forms(first)[1], forms(second)[1])


def _nearest(
    typed: Syllable, keys: str, before: str, after: str, vocabulary: Vocabulary, is_accented: bool
) -> tuple[str, bool]:
    """Return the form of the index nearest to the keys typed, judged by its neighbours, and whether it is likely.

    ("", False) if none is convincing; likely are a missing, doubled or swapped letter in a form that fits a neighbour.
    A syllable of the language that no page has (bao nhiêu) gives way only to one that makes a word with a neighbour.
    """
    folded = typed.folded
    best, best_score, is_likely = "", 0.0, False
    if len(folded) < SHORTEST_TYPO or not folded.isalpha() or vocabulary.contains(typed.norm):
        return best, is_likely
    may_be_word, is_plain = is_word(typed.norm), typed.norm == folded  # of plain ones many are foreign: Avi, Rica
    if may_be_word and (typed.norm in function_words() or is_in_word(before, typed.norm, after, is_accented)):
        return best, is_likely
    for candidate in dict.fromkeys([folded, *one_key_off(folded)]):
        if not vocabulary.contains_folded(candidate):
            continue
        every = (
            vocabulary.forms_of(candidate)[:FORMS_TRIED] if is_accented else [(candidate, vocabulary.count(candidate))]
        )
        for form, count in every:
            if form == typed.norm:
                continue
            beside = _beside(before, form, vocabulary, is_accented) if before else 0
            beside_after = _beside(form, after, vocabulary, is_accented) if after else 0
            likeness = _likeness(keys, form)
            is_usual = max(beside, beside_after) > RARE
            if may_be_word:
                is_convincing = is_usual and is_in_word(before, form, after, is_accented)
            elif is_plain and likeness < SLIP:
                is_convincing = is_usual and (is_syllable(form) or len(folded) >= LONE_TYPO)
            elif beside or beside_after:
                is_convincing = True
            else:
                is_convincing = len(folded) >= LONE_TYPO and count > RARE
            score = log1p(beside) + log1p(beside_after) + 0.3 * log1p(count) + likeness
            if is_convincing and score > best_score:
                best, best_score, is_likely = form, score, likeness == SLIP and bool(beside or beside_after)
    return best, is_likely


def is_in_word(before: str, norm: str, after: str, is_accented: bool = True) -> bool:
    """Tell whether a syllable makes a word with one of its neighbours ("" where there is none)."""
    pairs = (f"{before} {norm}" if before else "", f"{norm} {after}" if after else "")
    return any(pair and is_word(pair, is_accented) for pair in pairs)


def _likeness(keys: str, form: str) -> float:
    """Return how well a form explains the keys: SLIP, OTHER_KEY if all else agrees, less if diacritics differ."""
    if form in _slips(keys, form):
        return SLIP
    if form in _one_letter_off(keys, set(form)):
        return OTHER_KEY
    signs = {letter for letter in keys if letter != fold_letters(letter)}
    return 2.0 * len(signs & set(form)) / len(signs) if signs else 0.0


def _slips(keys: str, form: str) -> Iterator[str]:
    """Yield what was meant if a letter was swapped with the next, left out, or typed twice."""
    for at in range(len(keys) - 1):
        yield keys[:at] + keys[at + 1] + keys[at] + keys[at + 2 :]
        if keys[at] == keys[at + 1]:
            yield keys[:at] + keys[at + 1 :]
    for at in range(len(keys) + 1):
        yield keys[:at] + form[at : at + 1] + keys[at:]


def one_key_off(folded: str) -> Iterator[str]:
    return _one_letter_off(folded, set(ascii_lowercase))


def _one_letter_off(word: str, letters: set[str]) -> Iterator[str]:
    for at in range(len(word) + 1):
        head, tail = word[:at], word[at:]
        if tail:
            yield head + tail[1:]
        if len(tail) > 1:
            yield head + tail[1] + tail[0] + tail[2:]
        for letter in letters:
            yield head + letter + tail
            if tail:
                yield head + letter + tail[1:]


def _replaced(
    text: str, tokens: list[Syllable], instead: dict[int, tuple[str, str]]
) -> tuple[str, tuple[Correction, ...]]:
    pieces, corrections, at = [], [], 0
    for number in sorted(instead):
        token, (meant, why) = tokens[number], instead[number]
        pieces += [text[at : token.start], meant]
        corrections.append(Correction(text[token.start : token.end], meant, why))
        at = token.end
    joined: list[Correction] = []
    numbers = sorted(instead)
    for index, correction in enumerate(corrections):  # neighbours changed for one reason are told in one piece
        previous = numbers[index - 1] if index else -2
        if joined and joined[-1].why == correction.why and previous == numbers[index] - 1:
            joined[-1] = Correction(
                f"{joined[-1].typed} {correction.typed}", f"{joined[-1].read_as} {correction.read_as}", correction.why
            )
        else:
            joined.append(correction)
    return "".join([*pieces, text[at:]]), tuple(joined)
