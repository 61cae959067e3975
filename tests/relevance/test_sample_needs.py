"""The judgements over the sample articles name queries and articles that exist, and leave no need without an answer."""

import csv
from collections import Counter
from pathlib import Path

import pytest

HERE = Path(__file__).parent / "samples"
ARTICLES = Path(__file__).parents[1] / "crawl" / "sites" / "articles"


def rows(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, delimiter="\t"))


QUERIES = rows("queries.tsv")
QRELS = rows("qrels.tsv")


def test_there_are_enough_needs_and_each_has_its_own_name() -> None:
    assert len(QUERIES) >= 60
    assert [qid for qid, count in Counter(row["qid"] for row in QUERIES).items() if count > 1] == []


@pytest.mark.parametrize("row", QUERIES, ids=lambda row: row["qid"])
def test_every_need_has_an_answer_among_the_articles(row: dict[str, str]) -> None:
    assert row["query"].strip() and row["need"].strip()
    assert any(judged["query-id"] == row["qid"] and judged["score"] == "2" for judged in QRELS)


def test_judgements_name_articles_that_exist_once_each() -> None:
    known = {f"{path.parent.name}/{path.name.partition('-')[0]}" for path in ARTICLES.glob("*/*.toml")}
    assert {row["corpus-id"] for row in QRELS} <= known
    assert {row["score"] for row in QRELS} == {"1", "2"}
    pairs = Counter((row["query-id"], row["corpus-id"]) for row in QRELS)
    assert [pair for pair, count in pairs.items() if count > 1] == []
