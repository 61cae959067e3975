"""The level whose affairs a page reports: the centre, a ministry, a province, a district, a commune, a cell, abroad.

Levels and their labels are levels.tsv, the wordings by which they are told level_cues.tsv: bodies as they are named in
title and opening, once offices of people and citations ("Ủy viên Trung ương Đảng", "kết quả Hội nghị Trung ương") are
set aside. Read by the crawl, which keeps pages of provinces, and by the indexer, which names the level of every page.
"""

import csv
import re
from collections.abc import Iterator
from functools import cache
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from search.domain.districts import city_names
from search.domain.labelled_keys import LabelledKeys
from search.text.normalization import norms
from search.text.orthography import spellings

CUES_FILE = Path(__file__).with_name("level_cues.tsv")
CITY = "{city}"  # in a pattern: the name of a city within a province
PROVINCE = "province"
OPENING_CHARACTERS = 500  # of the text below the title; further down a page speaks of other levels
IN_TITLE = 1.5  # how much more a body counts there
FIRST = 1.5  # and the body that is named first: who acts
MOST_TIMES = 2  # a wording counts


_LEVELS = LabelledKeys("levels.tsv")
labels, by_name = _LEVELS.labels, _LEVELS.by_name


class Level(NamedTuple):
    """key "" where nothing tells. words: the body that tells, in small letters. rivals: other levels that are named."""

    key: str = ""
    words: str = ""
    start: int = 0
    rivals: frozenset[str] = frozenset()


def level_of(title: str, opening: str) -> Level:
    """Return the level that title and opening speak of. Both in small letters, NFC, tones placed as in "ủy"."""
    text = f"{title}\n{opening[:OPENING_CHARACTERS]}"
    there = {word for word in _needed() if word in text}
    for aside in _cues(aside=True):
        for match in aside.matches(text) if not there.isdisjoint(aside.needs) else ():
            text = text[: match.start()] + " " * len(match[0]) + text[match.end() :]
    scores: dict[str, float] = {}
    seen: dict[str, tuple[int, str]] = {}
    for cue in _cues(aside=False):
        for match in islice(cue.matches(text), MOST_TIMES) if not there.isdisjoint(cue.needs) else ():
            score = cue.weight * (IN_TITLE if match.start() < len(title) else 1.0)
            scores[cue.level] = scores.get(cue.level, 0.0) + score
            if cue.level not in seen or match.start() < seen[cue.level][0]:
                seen[cue.level] = match.start(), match[0]
    if not scores:
        return Level()
    first = min(seen, key=lambda level: seen[level][0])
    scores[first] *= FIRST
    best = max(scores, key=lambda level: (scores[level], -seen[level][0]))
    start, words = seen[best]
    return Level(best, words.strip(), start, frozenset(scores) - {best})


class _Cue(NamedTuple):
    """needs: plain words, one of which the pattern cannot do without (speed). It fits where a word begins."""

    level: str
    weight: float
    needs: tuple[str, ...]
    pattern: re.Pattern[str]

    def matches(self, text: str) -> Iterator[re.Match[str]]:
        """Yield the matches in text, from left to right.

        A look-behind before the pattern would keep the regex engine from skipping to its first letters.
        """
        at = 0
        while match := self.pattern.search(text, at):
            start = match.start()
            if start and (text[start - 1].isalnum() or text[start - 1] == "_"):
                at = start + 1
            else:
                yield match
                at = match.end()


@cache
def _cues(aside: bool) -> tuple[_Cue, ...]:
    return tuple(
        _Cue(
            row["level"],
            float(row["weight"]),
            tuple(row["needs"].split("|")),
            re.compile(rf"(?:{row['pattern'].replace(CITY, _cities())})(?!\w)", re.MULTILINE),
        )
        for row in _read(CUES_FILE)
        if (row["level"] == "aside") == aside
    )


@cache
def _needed() -> frozenset[str]:
    return frozenset(word for aside in (True, False) for cue in _cues(aside) for word in cue.needs)


@cache
def _cities() -> str:
    """Return an alternation of the cities within provinces, in every spelling: "hòa bình", "hoà bình"."""
    each = (" ".join(f"(?:{'|'.join(spellings(norm))})" for norm in norms(name)) for name in city_names())
    return f"(?:{'|'.join(each)})"


def _read(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
