"""How often the interpretation is right, by field, on sample articles whose truth is known.

`python tests/indexer/test_truth.py` prints the report with every mistake; the tests hold the floors.
The articles are the sample sites' (tests/crawl/sites/articles) and further ones with traps (tests/indexer/truth).
"""

import tomllib
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from crawl.archive.archive import ArchivedArticle
from crawl.article import Article
from indexer.interpret import interpret
from search.document import Document

TESTS = Path(__file__).parents[1]
FETCHED_AT = "2026-11-20T08:00:00Z"
FLOORS = {
    "province_then": 0.98,
    "province_now": 0.98,
    "held": 0.95,
    "year": 0.98,
    "kind": 0.95,
    "ordinal": 0.98,
    "term": 0.95,
    "chair": 0.95,
    "document_numbers": 0.98,
    "people": 0.90,
}
MOST_WRONG_PROVINCES = 0.01
LISTS = ("document_numbers", "people")  # judged by F1, all others by accuracy


@dataclass
class Score:
    right: int = 0
    wrong: int = 0  # says something else than the truth, or something where nothing can be known
    silent: int = 0  # says nothing where the truth is known
    mistakes: list[str] = field(default_factory=list)

    @property
    def value(self) -> float:
        """Return accuracy; for lists, where wrong = too much and silent = missed, F1."""
        return self.right / max(1, self.right + self.wrong + self.silent)


@cache
def truths() -> tuple[dict[str, Any], ...]:
    files = sorted([*(TESTS / "crawl/sites/articles").rglob("*.toml"), *(TESTS / "indexer/truth").rglob("*.toml")])
    return tuple(tomllib.loads(file.read_text(encoding="utf-8")) | {"file": file.name} for file in files)


@cache
def provinces_of_sites() -> dict[str, str]:
    registry = tomllib.loads((TESTS / "crawl/sites/sources.toml").read_text(encoding="utf-8"))
    return {source["slug"]: source.get("province", "") for source in registry["source"]}


def as_article(truth: dict[str, Any], source_known: bool = True) -> Article:
    """Return the article as a crawl stores it; with source_known=False as a bare text without source or date line."""
    day, _, time = truth["published"].partition("T")
    year, month, date = day.split("-") if day.count("-") == 2 else ("", "", "")
    line = f"{date}/{month}/{year} {time}".strip() if year else ""
    return Article(
        id=truth["file"],
        url=truth.get("url", "") if source_known else "",
        title=truth["title"],
        lede=truth["lede"].strip(),
        body=truth["body"].strip(),
        byline=truth["byline"],
        captions=tuple(truth["captions"]),
        printed_date=truth.get("printed_date", line) if source_known else "",
        hints=tuple((name, value) for name, value in truth.get("hints", [])) if source_known else (),
        source=truth["site"] if source_known else "",
        province=truth.get("source_province", provinces_of_sites().get(truth["site"], "")) if source_known else "",
    )


def compare(truth: dict[str, Any], document: Document, scores: dict[str, Score]) -> None:
    for name in FLOORS:
        found, wanted = getattr(document, name), truth[name]
        score = scores.setdefault(name, Score())
        if name in LISTS:
            right = Counter(found) & Counter(wanted)
            score.right += 2 * right.total()  # so that right / (right + wrong + silent) is F1
            score.wrong += len(found) - right.total()
            score.silent += len(wanted) - right.total()
            same = sorted(found) == sorted(wanted)
        else:
            same = (found or None) == (wanted or None)
            score.right += same
            score.wrong += not same and bool(found)
            score.silent += not same and not found
        if not same:
            score.mistakes.append(f"{truth['file'][:60]}: {found!r}, truth {wanted!r}")


@cache
def report(source_known: bool = True) -> dict[str, Score]:
    scores: dict[str, Score] = {}
    for truth in truths():
        article = as_article(truth, source_known)
        compare(truth, interpret(ArchivedArticle(article, 1, FETCHED_AT, "", False, "")), scores)
    return scores


@pytest.mark.parametrize(("name", "floor"), FLOORS.items())
def test_floor(name: str, floor: float) -> None:
    score = report()[name]
    assert score.value >= floor, "\n".join(score.mistakes)


def test_a_wrong_province_is_rarer_than_an_unknown_one() -> None:
    for source_known in (True, False):
        score = report(source_known)["province_then"]
        assert score.wrong <= MOST_WRONG_PROVINCES * len(truths()), "\n".join(score.mistakes)


def test_there_are_enough_truths_to_mean_something() -> None:
    assert len(truths()) >= 150


if __name__ == "__main__":
    for known in (True, False):
        print(f"\n{len(truths())} articles, {'as crawled' if known else 'bare text: no source, no publication line'}")
        for field_name, result in report(known).items():
            print(f"{field_name:17} {result.value:.3f}  wrong {result.wrong}  silent {result.silent}")
            for mistake in result.mistakes:
                print(f"    {mistake}")
