"""What was typed → tokens of the query language. Reads any string, in time linear in its length."""

import csv
import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

from search.text.normalization import fold

FIELDS_FILE = Path(__file__).with_name("query_fields.tsv")
SHORTEST_PREFIX = 2  # letters before *; one letter would match a third of all syllables


class Token(NamedTuple):
    """kind: "word", "quoted", "prefix", "field", "or", "and", "not", "near", "(", ")". start, end: in the text.

    value: as typed; of a field its name in query_fields.tsv; of near the distance, "" if none was given.
    """

    kind: str
    value: str
    start: int
    end: int


_CLOSING = re.compile('["“”„«»＂]')  # any quote closes any other: keyboards and copied text mix them
_TOKEN = re.compile(
    r"(?P<word>[^\s\"“”„«»＂()|]+)"
    r"|(?P<quote>[\"“”„«»＂])"
    r"|(?P<paren>[()])"
    r"|(?P<bar>\|+)"
)
_NEAR = re.compile(r"(?:NEAR|GẦN)(?:/(\d{1,3}))?")
_OPERATORS = {"OR": "or", "AND": "and", "NOT": "not", "&&": "and"}
_VIETNAMESE_OPERATORS = {"HOẶC": "or"}  # only where other words are in lower case, or a shouted headline would be cut
_YEAR = re.compile(r"(?:19|20)\d\d")
_FIELD = re.compile(r"([^\W\d_][\w\u0300-\u036f-]*):(?!//)")


@cache
def field_names() -> dict[str, str]:
    """Return folded name ("tieu de") → field."""
    with FIELDS_FILE.open(encoding="utf-8", newline="") as file:
        return {fold(row["name"]): row["field"] for row in csv.DictReader(file, delimiter="\t")}


def tokens(text: str) -> tuple[list[Token], list[str]]:
    """Return the tokens of text and notes about what could not be read as meant (each a sentence)."""
    found: list[Token] = []
    notes: list[str] = []
    is_shouted = not any(map(str.islower, text))
    at = 0
    while match := _TOKEN.search(text, at):  # what is passed over is space
        start, at = match.span()
        if match.lastgroup == "word":
            _word(text, start, at, found, notes, is_shouted)
        elif match.lastgroup == "quote":
            at = _quoted(text, start, found, notes)
        else:
            found.append(Token("or" if match.lastgroup == "bar" else match[0], match[0], start, at))
    return found, notes


def _quoted(text: str, start: int, found: list[Token], notes: list[str]) -> int:
    """Append a quoted phrase. A quote with space on both sides is punctuation of a copied headline: " nóng "."""
    closing = _CLOSING.search(text, start + 1)
    if _stands_alone(text, start) or closing is None:
        if closing is None and not _stands_alone(text, start):
            notes.append("Dấu ngoặc kép chưa đóng được bỏ qua.")
        return start + 1
    inside = text[start + 1 : closing.start()].strip()
    if inside:
        found.append(Token("quoted", inside, start, closing.end()))
    return closing.end()


def _stands_alone(text: str, at: int) -> bool:
    return (at == 0 or text[at - 1].isspace()) and text[at + 1 : at + 2].isspace()


def _word(text: str, start: int, end: int, found: list[Token], notes: list[str], is_shouted: bool) -> None:
    word = text[start:end]
    if word.isalpha() and not word.isupper():  # as nearly all: no operator, no sign that means something
        found.append(Token("word", word, start, end))
        return
    near = _NEAR.fullmatch(word)
    operator = _OPERATORS.get(word) or (None if is_shouted else _VIETNAMESE_OPERATORS.get(word))
    if near and not (is_shouted and word == "GẦN"):
        found.append(Token("near", near[1] or "", start, end))
        return
    if operator:
        found.append(Token(operator, word, start, end))
        return
    if _negates(word, text, start):
        found.append(Token("not", "-", start, start + 1))
        start, word = start + 1, word[1:]
        if not word:
            return
    field = _FIELD.match(word)
    if field and _field(field[1], start, found, notes, rest=word[field.end() :]):
        start, word = start + field.end(), word[field.end() :]
        if not word:
            return
    if word.endswith("*") and len(word.strip("*")) >= SHORTEST_PREFIX and word[-2].isalnum():
        found.append(Token("prefix", word.strip("*"), start, end))
    else:
        found.append(Token("word", word, start, end))


def _negates(word: str, text: str, start: int) -> bool:
    """A minus binds to what follows it; before a digit it is part of a name or a range (Covid -19, 2020 -2025).

    Before a year that follows no number it is none: giải ngân -2023.
    """
    if len(word) < 2 and not (word == "-" and text[start + 1 : start + 2] in ('"', "“", "(")):
        return False
    if word[0] not in "-−" or (start and not (text[start - 1].isspace() or text[start - 1] in "(")):
        return False
    if _YEAR.fullmatch(word, 1):
        return not text[:start].rstrip()[-1:].isdigit()
    return len(word) == 1 or word[1].isalpha()


def _field(name: str, start: int, found: list[Token], notes: list[str], rest: str) -> bool:
    """Append the field whose name ends here, taking the syllables before it into its name where they belong to it."""
    known = field_names()
    if found and found[-1].kind == "word" and found[-1].value.isalpha():
        longer = known.get(fold(f"{found[-1].value} {name}"))
        if longer:
            first = found.pop()
            found.append(Token("field", longer, first.start, start + len(name) + 1))
            return True
    field = known.get(fold(name))
    if field is None:
        if rest and not rest[0].isdigit():
            notes.append(f"“{name}:” không phải là một trường; được tìm như chữ thường.")
        return False
    found.append(Token("field", field, start, start + len(name) + 1))
    return True
