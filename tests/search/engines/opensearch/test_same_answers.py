"""Both engines give the same answers, with the same scores: to the judged needs, and to every form of a query."""

import csv
import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from uuid import uuid4

import pytest

from benchmarks.measures import measure
from search.answer import answer
from search.document import Document, Results
from search.engines import open_engine
from search.engines.ports import Engine
from search.evaluation import run
from search.query.nodes import Filters
from search.similar import similar
from tests.crawl.sites.sample_article import load_articles
from tests.crawl.sites.sample_document import document_of
from tests.search.engines.opensearch.cluster import Cluster

JUDGED = Path(__file__).parents[3] / "relevance" / "samples"
Pair = tuple[Engine, Engine]


def documents() -> list[Document]:
    """Return the sample articles in the order of their ids, as an archive gives them: equals stand in that order."""
    return sorted(map(document_of, load_articles()), key=lambda document: document.id)


@pytest.fixture(scope="module")
def pair(opensearch: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    urls = f"whoosh:{tmp_path_factory.mktemp('index')}", opensearch.url(f"same-{uuid4().hex[:8]}", shards=3, replicas=1)
    engines = open_engine(urls[0]), open_engine(urls[1])
    for engine in engines:
        with engine.writer() as writer:
            writer.add(documents())
    yield engines
    for engine in engines:
        engine.close()


def needs() -> list[tuple[str, str]]:
    with (JUDGED / "queries.tsv").open(encoding="utf-8", newline="") as file:
        return [(row["qid"], row["query"]) for row in csv.DictReader(file, delimiter="\t")]


def comparable(results: Results) -> tuple[object, list[float]]:
    """Return all of an answer but the time it took, and the scores, which may differ in the last digits."""
    shown = {**results.to_json(), "took_ms": 0}
    scores = [hit.pop("score") for hit in shown["hits"]]
    return json.dumps(shown, ensure_ascii=False), scores


def check_same(pair: Pair, text: str, **options: object) -> None:
    one, other = (comparable(answer(engine, text, **options)) for engine in pair)  # type: ignore[arg-type]
    assert one[0] == other[0]
    assert one[1] == pytest.approx(other[1], rel=1e-5, abs=1.1e-4)  # they are shown with four digits


@pytest.mark.parametrize("text", [text for _, text in needs()])
def test_judged_needs(pair: Pair, text: str) -> None:
    check_same(pair, text, limit=20)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "giai ngan von dau tu cong",
        "giair ngaan voons ddaauf tuw",
        "hôi nghị ban châp hành",
        '"giải ngân vốn đầu tư công"',
        '"giai ngân"',
        '"vốn đầu tư" -"giải ngân"',
        "tiêu đề:hội nghị",
        'tiêu đề:"hội nghị lần thứ"',
        "chuyển đổi số OR nông thôn mới",
        "(giao thông OR thủy lợi) -lũ",
        "UBND tỉnh",
        "nghị quy*",
        "hội nghị Bắc Giang 2023",
        "hội nghị quý II năm 2024",
        "năm:2023 nông thôn mới",
        "-năm:2023 nông thôn mới",
        "kết luận 5/7",
        "gần:giải ngân, vốn",
        "35-CT/TW",
        "không có từ nào như vậy xyzw",
    ],
)
def test_every_form_of_a_query(pair: Pair, text: str) -> None:
    check_same(pair, text)


@pytest.mark.parametrize("sort", ["relevance", "newest", "oldest"])
@pytest.mark.parametrize(
    "filters",
    [
        Filters(provinces=("bac-ninh",)),
        Filters(years=(2023, 2024)),
        Filters(kinds=("bch",), date_from="2022-01-01"),
        Filters(sources=("mau-bao-song-thuong",), date_to="2023-12-31"),
    ],
)
def test_filters_facets_and_orders(pair: Pair, filters: Filters, sort: str) -> None:
    ranked = [
        [(document.held or document.published, document.id) for document, _ in found.ranked]
        for found in (answer_found(engine, filters, sort) for engine in pair)
    ]
    if sort == "relevance":
        check_same(pair, "hội nghị tỉnh", filters=filters, limit=50)
    else:  # documents of one day stand in the order of the index in one engine, of their ids in the other
        assert [day for day, _ in ranked[0]] == [day for day, _ in ranked[1]]
        assert sorted(ranked[0]) == sorted(ranked[1])


def answer_found(engine: Engine, filters: Filters, sort: str):  # type: ignore[no-untyped-def]
    from search.query.nodes import Query

    return engine.search(Query(text="", root=None, filters=filters, sort=sort), limit=500)


def test_similar_pages(pair: Pair) -> None:
    for document in documents()[:8]:
        one, other = ([each.id for each in similar(engine, document)] for engine in pair)
        assert one == other


def test_what_the_index_knows_about_its_words(pair: Pair) -> None:
    one, other = (engine.vocabulary() for engine in pair)  # type: ignore[attr-defined]
    assert one.size() == other.size()
    for syllable in ("giai", "hoi", "duong", "2023", "khongco"):
        assert dict(one.forms_of(syllable)) == dict(other.forms_of(syllable))
        assert one.count(syllable) == other.count(syllable)
        assert one.contains_folded(syllable) == other.contains_folded(syllable)
        for following in ("ngan", "nghi", "bo"):
            assert one.folded_bigram_count(syllable, following) == other.folded_bigram_count(syllable, following)
    for beginning in ("gi", "ho", "duo", "x"):
        assert one.starting_with(beginning, 20) == other.starting_with(beginning, 20)
    assert one.bigram_count("hội", "nghị") == other.bigram_count("hội", "nghị") > 0


def test_measures_over_the_judgements(pair: Pair) -> None:
    judgments: dict[str, dict[str, int]] = {}
    with (JUDGED / "qrels.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            judgments.setdefault(row["query-id"], {})[row["corpus-id"]] = int(row["score"])
    one, other = (measure(run(engine, needs(), depth=100), judgments) for engine in pair)
    assert one == pytest.approx(other, abs=1e-3)
    assert one["nDCG@10"] > 0.5


def test_documents_come_back_as_they_went_in(pair: Pair) -> None:
    for document in documents()[:20]:
        one, other = (engine.get(document.key) for engine in pair)
        assert one is not None
        assert asdict(one) == asdict(document) == asdict(other)  # type: ignore[call-overload]
