"""A query in words, so that everyone sees how it was read: describe(query) → "Các trang có “giải ngân”, năm 2023"."""

import csv
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

from search.domain import fates, kinds, levels, places, year_grades
from search.query.nodes import (
    And,
    Correction,
    Filters,
    Hint,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Query,
    Spoken,
    Unit,
    Where,
    Words,
)
from search.query.notes import in_english
from search.text.normalization import parts

MOST_SHOWN = 4  # alternatives named one by one; a longer list is not read


def describe(query: Query, language: str = "vi") -> str:
    """Return how a query was read, as one line. language: "vi" or "en"."""
    return _Reader(_words("en" if language == "en" else "vi"), language).query(query)


@cache
def _words(language: str) -> dict[str, str]:
    with Path(__file__).with_suffix(".tsv").open(encoding="utf-8", newline="") as lines:
        words = {row["key"]: row[language] for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)}
    return words | {"and": ", ", "or": f" {words['or']} "}


class _Reader:
    def __init__(self, words: dict[str, str], language: str) -> None:
        self.words = words
        self.language = language

    def say(self, name: str, *values: object) -> str:
        return self.words[name].format(*values)

    def query(self, query: Query) -> str:
        lifted = query.hints if query.sort == "relevance" else ()  # by day, nothing comes first for its province
        named = _named_alone(query.root) if lifted else []
        wanted = [self.of_hints(named, lifted)] if named else [self.node(query.root)] if query.root is not None else []
        pieces = wanted + self.filters(query.filters)
        if query.sort in ("newest", "oldest"):
            pieces.append(self.words[query.sort])
        head = self.words["articles" if pieces else "all"]
        sentences = [f"{head} {', '.join(pieces)}".rstrip()]
        sentences += [self.correction(correction) for correction in query.corrections[:MOST_SHOWN]]
        same = [sentence for words in _words_of(query.root) for sentence in self.alternatives(words)]
        sentences += list(dict.fromkeys(same))[:MOST_SHOWN]
        if lifted and not named:
            sentences.append(self.say("prefer", ", ".join(dict.fromkeys(map(self.hint, lifted)))))
        return (
            ". ".join([*("; ".join(sentences),), *(self.note(note).rstrip(".") for note in query.notes[:MOST_SHOWN])])
            + "."
        )

    def of_hints(self, named: Sequence[str], hints: Sequence[Hint]) -> str:
        """Return what finds the pages of a province or a time when nothing else is asked for."""
        dated = {hint.text for hint in hints if hint.field == "date"}  # its year is said with it
        told = [hint for hint in hints if not (hint.field == "year" and hint.text in dated)]
        provinces = dict.fromkeys(self.hint(one) for one in told if one.field == "province")
        pieces = [self.say("of_province", self.words["or"].join(provinces))] if provinces else []
        pieces += dict.fromkeys(self.hint(one) for one in told if one.field != "province")
        return self.say("of_hints", " ".join(pieces), ", ".join(f"“{_shown(text)}”" for text in dict.fromkeys(named)))

    def note(self, note: str) -> str:
        return in_english(note) if self.language == "en" else note

    def units(self, units: Sequence[Unit], field: str, together: bool) -> str:
        """Return what each page holds. together: in one passage, but for the province that it is of or names."""
        about = [unit for unit in units if unit.hint is not None] if together else []
        each = list(dict.fromkeys(_shown(unit.text) for unit in units if unit not in about))
        named = ", ".join(f"“{one}”" for one in each)
        said = [self.say("with_together" if together else f"{field or 'with'}_each", named)] if each[1:] else []
        said += [self.say(field or "with", one) for one in each if not each[1:]]
        return ", ".join([*said, *(self.say("of_or_with", _shown(unit.text)) for unit in about)])

    def node(self, node: Node) -> str:
        match node:
            case Words(field="" | "title" as field, units=units, together=together) if units:
                return self.units(units, field, bool(together))
            case Words(text, field):
                return self.say(field or "with", _shown(text))
            case Phrase(text, field):
                return self.say({"": "phrase", "title": "title_phrase"}.get(field, field), _shown(text))
            case Prefix(stem):
                return self.say("prefix", stem)
            case Near(texts, distance):
                return self.say("near", " … ".join(f"“{_shown(text)}”" for text in texts), distance)
            case Where(filters):
                return ", ".join(self.filters(filters))
            case Spoken(speaker, child):
                inside = [self.grouped(child)] if child is not None else []
                by = [_shown(speaker)] if speaker else []
                return self.say("said" + "_words" * len(inside) + "_by" * len(by), *by, *inside)
            case Not(child):
                return self.say("not_group" if isinstance(child, And | Or) else "not", self.node(child))
            case And(children):
                return self.words["and"].join(self.grouped(child) for child in children)
            case Or(children):
                return self.words["or"].join(self.grouped(child) for child in children)
        raise TypeError(f"no such query node: {node!r}")

    def grouped(self, node: Node) -> str:
        return f"({self.node(node)})" if isinstance(node, And | Or) else self.node(node)

    def filters(self, limits: Filters) -> list[str]:
        within = [self.say("year", self.words["or"].join(_years(limits.years)))] if limits.years else []
        days = self.days(limits)
        if (within or days) and limits.year_grades == (year_grades.UNKNOWN,):
            within, days = [self.say("undated", ", ".join(within + days))], []
            limits = replace(limits, year_grades=())
        pieces = within
        for slugs, form in (
            (limits.provinces, ""),
            (limits.provinces_then, "then_only"),
            (limits.provinces_now, "now_only"),
        ):
            names = [self.say(form, places.label(slug)) if form else self.province(slug) for slug in slugs]
            if names:
                pieces.append(self.words["or"].join(names))
        pieces += days
        if limits.kinds:
            names = [kinds.labels(self.language).get(key, key) for key in limits.kinds]
            pieces.append(self.say("kind", self.words["or"].join(names)))
        for name, chosen, known in (
            ("level", limits.levels, levels.labels(self.language)),
            ("year_grade", limits.year_grades, year_grades.labels(self.language)),
            ("fate", limits.fates, fates.labels(self.language)),
        ):
            if chosen:
                pieces.append(self.say(name, self.words["or"].join(known.get(key, key) for key in chosen)))
        if limits.sources:
            pieces.append(self.say("source", self.words["or"].join(limits.sources)))
        for name in ("people", "document_numbers"):
            if values := getattr(limits, name):
                pieces.append(self.words["or"].join(self.say(name, value) for value in values))
        if limits.meetings:
            pieces.append(self.say("meeting", self.words["or"].join(limits.meetings)))
        return pieces

    def days(self, limits: Filters) -> list[str]:
        if limits.date_from and limits.date_to:
            return [self.say("between", _day(limits.date_from), _day(limits.date_to))]
        first_or_last = limits.date_from or limits.date_to
        return [self.say("from" if limits.date_from else "to", _day(first_or_last))] if first_or_last else []

    def province(self, slug: str) -> str:
        """Bắc Giang (nay thuộc Bắc Ninh)."""
        today = [other for other in places.now(slug) if other != slug]
        name = places.label(slug)
        return self.say("now", name, ", ".join(map(places.label, today))) if today else name

    def hint(self, hint: Hint) -> str:
        if hint.field == "province":
            return self.words["or"].join(self.province(str(value)) for value in hint.values)
        if hint.field == "year":
            return self.say("year", ", ".join(map(str, hint.values)))
        if hint.field == "months":
            return f"“{hint.text}”"
        if hint.field == "date":
            first, last = map(str, hint.values)
            return hint.text or (_day(first) if first == last else self.say("between", _day(first), _day(last)))
        if hint.field == "kind":
            return ", ".join(kinds.labels(self.language).get(str(key), str(key)) for key in hint.values)
        return self.say("term", ", ".join(map(str, hint.values)))

    def alternatives(self, words: Words) -> list[str]:
        """“thứ 20” cũng là “thứ XX”, “thứ hai mươi”: one sentence for each thing that has other ways to be said."""
        others: dict[tuple[int, int], list[str]] = {}
        for other in words.alternatives:
            if not other.is_same:
                continue
            others.setdefault((other.first, other.first + other.count), []).append(other.text)
        tokens = parts(words.text)
        return [
            self.say("same", words.text[tokens[first].start : tokens[end - 1].end], "”, “".join(dict.fromkeys(texts)))
            for (first, end), texts in others.items()
            if end <= len(tokens)
        ]

    def correction(self, correction: Correction) -> str:
        if not correction.read_as:
            return self.say("left_out", correction.typed)
        return self.say("read", correction.typed, correction.read_as, self.words[correction.why])


def _named_alone(root: Node | None) -> list[str]:
    """Return the provinces and times that a query consists of, as typed; none where it asks for words as well."""
    units = root.units if isinstance(root, Words) and not root.field else ()
    return [unit.text for unit in units] if all(unit.hint is not None for unit in units) else []


def _words_of(node: Node | None) -> list[Words]:
    match node:
        case Words():
            return [node]
        case Spoken(_, child):
            return _words_of(child)
        case And(children) | Or(children):
            return [words for child in children for words in _words_of(child)]
    return []


def _shown(text: str) -> str:
    return " ".join(text.split())


def _day(iso: str) -> str:
    """2023-07-05 → 5/7/2023, as it is written in Vietnam and understood elsewhere."""
    return "/".join(part.lstrip("0") for part in reversed(iso.split("-")))


def _years(years: tuple[int, ...]) -> list[str]:
    ordered = sorted(years)
    if len(ordered) > 2 and ordered[-1] - ordered[0] == len(ordered) - 1:
        return [f"{ordered[0]}–{ordered[-1]}"]
    return [str(year) for year in ordered]
