"""Abbreviations and other ways to say the same, both ways: UBND ↔ Ủy ban nhân dân, lợn ↔ heo.

abbreviations.tsv: abbreviation, expansion, weight. synonyms.tsv: one, other, weight, note. A weight below 1 says how
sure it is that the one means the other; an abbreviation with several meanings has several rows of little weight.
"""

import csv
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from search.domain import ordinals
from search.query.nodes import Alternative
from search.query.sequences import Sequences
from search.text.document_kinds import document_kinds
from search.text.normalization import Syllable, folds, norms, parts, syllables
from search.text.orthography import fold_letters, is_syllable

ABBREVIATIONS_FILE = Path(__file__).with_name("abbreviations.tsv")
SYNONYMS_FILE = Path(__file__).with_name("synonyms.tsv")
LONGEST_NUMBER = 4  # digits; a year after "nghị quyết" is none, and documents of one organ are counted in thousands
LONGEST_WRITTEN = 4  # syllables of an abbreviation with its separators: LĐ-TB&XH is three
NUMBER_WITHOUT_ORGAN = 0.5  # "chỉ thị số 35" may be of another organ or year than 35-CT/TW
LEAST_SURE = 0.5  # weight from which an abbreviation in a text, or another word, stands for what was typed
MOST_ALTERNATIVES = 16  # of one query; a pasted page would otherwise make a query of hundreds of phrases


def alternatives(text: str) -> tuple[Alternative, ...]:
    """Return other ways to say what stands in text, in order; none inside a longer one that has some itself."""
    tokens = parts(text)
    numbers = [token for token in syllables(text) if token.whole]
    typed_short = ((*found, True) for found in _abbreviated(text, tokens))
    typed_long = ((*found, False) for found in (*_sequences().find(tokens), *_references(tokens)))
    found = [
        Alternative(first, count, other, weight, is_short or _is_same(other, weight))
        for first, count, others, is_short in (*typed_long, *typed_short)
        for other, weight in others
        if not any(
            number.start < tokens[first + count - 1].end <= number.end for number in numbers
        )  # the CT of 35-CT/TW
    ]
    found += _spelt_out(numbers)
    outer = [one for one in found if not any(_is_inside(one, other) for other in found)]
    return tuple(sorted(outer, key=lambda one: (one.first, -one.weight)))[:MOST_ALTERNATIVES]


def _is_same(other: str, weight: float) -> bool:
    """Tell whether a text that has `other` means what was typed: TƯ reads tư there, as in đầu tư."""
    written = norms(other)
    return weight >= LEAST_SURE and not (len(written) == 1 and other.isupper() and is_syllable(written[0]))


def _is_inside(one: Alternative, other: Alternative) -> bool:
    ends = one.first + one.count, other.first + other.count
    return other.count > one.count and other.first <= one.first and ends[0] <= ends[1]


def _abbreviated(text: str, tokens: list[Syllable]) -> Iterator[tuple[int, int, list[tuple[str, float]]]]:
    """Yield the abbreviations in tokens with what they stand for; "KT-XH", "KT - XH" and "KTXH" are one."""
    is_shouted = not any(map(str.islower, text))
    written, expansions, folded = [token.norm for token in tokens], _expansions(), _folded_expansions()
    beginnings = _beginnings()
    for first, beginning in enumerate(written):
        if beginning not in beginnings:
            continue
        for count in range(min(LONGEST_WRITTEN, len(tokens) - first), 0, -1):
            letters = "".join(written[first : first + count])
            known = expansions.get(letters) or folded.get(letters)
            stretch = tokens[first : first + count] if known else []
            if known and (not is_syllable(letters) or _is_capital(text, stretch, is_shouted)):
                typed = [token.norm for token in stretch]
                yield (
                    first,
                    count,
                    [(other, weight) for other, weight in known if typed not in (norms(other), folds(other))],
                )
                break


def _references(tokens: list[Syllable]) -> Iterator[tuple[int, int, list[tuple[str, float]]]]:
    """Yield documents that are referred to by kind and number: "chỉ thị 05" is also "chỉ thị số 05" and "05-CT"."""
    for first, count, (name, code) in _document_kinds().find(tokens):
        after = [token.norm for token in tokens[first + count : first + count + 2]]
        has_word = after[:1] in (["số"], ["so"])
        number = after[1:2] if has_word else after[:1]
        if number and number[0].isdecimal() and len(number[0]) <= LONGEST_NUMBER and not _is_year(number[0]):
            other = f"{name} {number[0]}" if has_word else f"{name} số {number[0]}"
            yield first, count + len(number) + has_word, [(other, 1.0), (f"{number[0]} {code}", 1.0)]


def _spelt_out(numbers: list[Syllable]) -> Iterator[Alternative]:
    """Yield what documents are called in running text: 35-CT/TW is also "chỉ thị số 35", if of whichever organ."""
    for number in numbers:
        values = number.norm.split("/")
        for value in values[1:-1]:
            for name in _names_of_kinds().get(value, ()):
                for other in (f"{name} số {values[0]}", f"{name} {values[0]}"):
                    yield Alternative(number.position, len(values), other, NUMBER_WITHOUT_ORGAN)


def _is_year(number: str) -> bool:
    return len(number) == LONGEST_NUMBER and number[:2] in ("19", "20")


def _is_capital(text: str, stretch: list[Syllable], is_shouted: bool) -> bool:
    """TU and HU are also plain syllables: only capitals in a line that has small letters prove the abbreviation."""
    return _printed(text, stretch).isupper() and not is_shouted


def _printed(text: str, stretch: list[Syllable]) -> str:
    return text[stretch[0].start : stretch[-1].end]


@cache
def _expansions() -> dict[str, list[tuple[str, float]]]:
    """Return letters without separators ("ktxh") → [(expansion or other spelling of the abbreviation, weight)]."""
    known: dict[str, list[tuple[str, float]]] = {}
    for abbreviation, expansion, weight in _rows(ABBREVIATIONS_FILE):
        listed = known.setdefault("".join(norms(abbreviation)), [])
        listed += [(spelling, 1.0) for spelling in _spellings(abbreviation) if (spelling, 1.0) not in listed]
        listed.append((expansion, weight))
    return known


@cache
def _folded_expansions() -> dict[str, list[tuple[str, float]]]:
    """Return the same by letters without diacritics ("hdnd")."""
    return {fold_letters(letters): others for letters, others in _expansions().items()}


@cache
def _beginnings() -> frozenset[str]:
    """Return what the letters of an abbreviation may begin with: most syllables begin none."""
    known = (*_expansions(), *_folded_expansions())
    return frozenset(letters[:end] for letters in known for end in range(1, len(letters) + 1))


@cache
def _document_kinds() -> Sequences[tuple[str, str]]:
    return Sequences((name, (name, code)) for name, code in _kinds())


def _kinds() -> list[tuple[str, str]]:
    return [(kind.name, kind.code) for kind in document_kinds() if kind.searched]


@cache
def _names_of_kinds() -> dict[str, list[str]]:
    """Return normal form of a code → the names of documents that bear it: qđ → quyết định, quy định."""
    found: dict[str, list[str]] = {}
    for name, code in _kinds():
        found.setdefault(norms(code)[0], []).append(name)
    return found


@cache
def _sequences() -> Sequences[list[tuple[str, float]]]:
    """Return expansions → their abbreviations, and synonyms both ways."""
    others: dict[str, list[tuple[str, float]]] = {}
    for abbreviation, expansion, weight in _rows(ABBREVIATIONS_FILE):
        others.setdefault(expansion, []).extend((spelling, weight) for spelling in _spellings(abbreviation))
    for one, other, weight in _rows(SYNONYMS_FILE):
        others.setdefault(one, []).append((other, weight))
        others.setdefault(other, []).append((one, weight))
    for forms in ordinals.ways():
        for form in forms:
            others[form] = [(other, 1.0) for other in forms if other != form]
    return Sequences(others.items())


def _spellings(abbreviation: str) -> list[str]:
    """Return an abbreviation as printed and, where it has separators, without them: KT-XH, KTXH."""
    together = "".join(letter for letter in abbreviation if letter.isalnum())
    return [abbreviation] if together == abbreviation else [abbreviation, together]


def _rows(file: Path) -> list[tuple[str, str, float]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return [(row[0], row[1], float(row[2])) for row in list(csv.reader(lines, delimiter="\t"))[1:]]
