"""The array evaluator gives what stock Whoosh gives: other codec, writer and matchers, same fields and weights."""

import tempfile
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from benchmarks import stock_whoosh
from search import ranking
from search.document import Document
from search.engines.embedded.engine import WhooshEngine
from search.engines.embedded.scoring.evaluator import Evaluator
from search.engines.plan import nodes as plan
from search.engines.plan.compiler import compile_query
from search.engines.plan.nodes import EVERYTHING, Plan, Term
from search.query.nodes import Alternative, And, Hint, Near, Not, Or, Phrase, Prefix, Query, Spoken, Words
from search.text.analysis import speaker_term

SYLLABLES = [
    "hội",
    "hôi",
    "hoi",
    "nghị",
    "nghi",
    "ban",
    "bản",
    "tỉnh",
    "ủy",
    "uỷ",
    "đường",
    "dương",
    "số",
    "2023",
    "UBND",
]
OTHERS = ["UBND", "35-CT/TW", "16/7", "13,45", "xã", "Ủy ban nhân dân"]

texts = st.lists(st.sampled_from(SYLLABLES + OTHERS), min_size=0, max_size=30).map(" ".join)
long_texts = st.builds(lambda text, times: " ".join([text] * times), texts, st.integers(1, 12))
speakers = st.sampled_from(["Hội Văn Mẫu", "Bản Thị Mẫu"])
days = st.one_of(st.just(""), st.dates(date(2019, 1, 1), date(2024, 12, 31)).map(date.isoformat))


@st.composite
def quotes_within(draw: st.DrawFn, text: str) -> tuple[str, str, str, int, int, bool, int, int]:
    """Some words of text as what somebody says; two of a page may overlap."""
    places = sorted(draw(st.tuples(*[st.integers(0, text.count(" "))] * 2)))
    words = text.split(" ")
    start = sum(len(word) + 1 for word in words[: places[0]])
    return draw(speakers), "", "nói", start, start + len(" ".join(words[slice(*places)])), False, 0, 0


@st.composite
def documents(draw: st.DrawFn) -> list[Document]:
    found = []
    for number in range(draw(st.integers(1, 14))):
        province = draw(st.sampled_from(["", "bac-giang", "bac-ninh"]))
        text = draw(long_texts)
        found.append(
            Document(
                id=f"bai-{number}",
                key=f"k{number}",
                url="",
                title=draw(texts),
                text=text,
                quotes=tuple(draw(st.lists(quotes_within(text), max_size=4))),
                published=draw(days),
                year=draw(st.sampled_from([None, 2022, 2023])),
                province_then=province,
                province_now="bac-ninh" if province else "",
                people=tuple(draw(st.lists(st.sampled_from(["Hội Văn Mẫu", "Bản Thị Mẫu"]), max_size=2))),
                document_numbers=tuple(draw(st.lists(st.sampled_from(["35-CT/TW", "16-NQ/TU"]), max_size=2))),
            )
        )
    return found


# Shrinking builds hundreds of indexes; a failing case is small enough as it is.
WITHOUT_SHRINKING = (Phase.explicit, Phase.reuse, Phase.generate)

words = st.lists(st.sampled_from(SYLLABLES + OTHERS), min_size=1, max_size=6).map(" ".join)
fields = st.sampled_from(["", "title", "people", "document_numbers"])
alternatives = st.sampled_from([(), (Alternative(0, 1, "Ủy ban nhân dân", 0.9), Alternative(0, 1, "hội nghị", 0.4))])
leaves = st.one_of(
    st.builds(Words, words, fields, alternatives),
    st.builds(Phrase, st.lists(st.sampled_from(SYLLABLES), min_size=1, max_size=3).map(" ".join), fields),
    st.builds(Prefix, st.sampled_from(["h", "hội", "ng", "đư", "2", "x"]), fields),
    st.builds(Near, st.lists(st.sampled_from(SYLLABLES), min_size=1, max_size=3).map(tuple), st.integers(0, 6)),
)
unspecific = st.one_of(
    st.builds(Words, words),
    st.builds(Phrase, st.lists(st.sampled_from(SYLLABLES), min_size=1, max_size=3).map(" ".join)),
    st.builds(Prefix, st.sampled_from(["h", "hội", "ng", "đư"])),
    st.builds(Near, st.lists(st.sampled_from(SYLLABLES), min_size=1, max_size=2).map(tuple)),
)
within_speech = st.recursive(
    unspecific,
    lambda inner: st.one_of(
        st.builds(And, st.lists(inner, min_size=1, max_size=2).map(tuple)),
        st.builds(Or, st.lists(inner, min_size=1, max_size=2).map(tuple)),
    ),
    max_leaves=3,
)
names = st.sampled_from(["", "Hội Văn Mẫu", "hoi van mau", "Mẫu", "Thị Mẫu", "Văn"])
nodes = st.recursive(
    st.one_of(leaves, st.builds(Spoken, names, st.one_of(st.none(), within_speech))),
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(And, st.lists(inner, min_size=1, max_size=3).map(tuple)),
        st.builds(Or, st.lists(inner, min_size=1, max_size=3).map(tuple)),
    ),
    max_leaves=5,
)
hints = st.lists(
    st.sampled_from(
        [
            Hint("province", ("bac-giang",), "hội"),
            Hint("province", ("bac-ninh",), "hội nghị"),
            Hint("year", (2023,), "2023"),
            Hint("date", ("2023-01-01", "2023-06-30")),
        ]
    ),
    max_size=2,
).map(tuple)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    phases=WITHOUT_SHRINKING,
)
@given(documents(), st.one_of(st.none(), nodes), hints, st.integers(1, 6))
def test_arrays_score_as_stock_whoosh_does(
    found: list[Document], root: object, recognised: tuple[Hint, ...], batch: int
) -> None:
    tree = compile_query(Query(text="", root=root, hints=recognised))  # type: ignore[arg-type]
    with tempfile.TemporaryDirectory() as folder:
        stock = stock_whoosh.build(Path(folder) / "stock", found, batch)
        expected = stock_whoosh.scores(stock.reader(), tree, stock_whoosh.GivenLengths(stock_whoosh.lengths_of(found)))
        engine = WhooshEngine(Path(folder) / "ours")
        for start in range(0, len(found), batch):
            with engine.writer() as writer:
                writer.add(found[start : start + batch])
        collection = engine.collection()
        evaluator = Evaluator(collection)
        ours = {}
        for view in collection.views:
            matches, scores = evaluator.evaluate(tree, view)
            ours |= {view.segment.id_of(n): float(scores[n]) for n in np.flatnonzero(matches).tolist()}
        assert ours == pytest.approx(expected, abs=1e-4, rel=1e-5)
        through_codec = stock_whoosh.scores(engine.whoosh_reader(), tree)
        assert through_codec == pytest.approx(expected, abs=1e-4, rel=1e-5)
        ranked = [hit.id for hit, _ in engine.search(Query("", root, hints=recognised), limit=99).ranked]  # type: ignore[arg-type]
        if root is not None:
            assert sorted(ranked) == sorted(expected)
            order = {document.id: number for number, document in enumerate(found)}
            for one, other in pairwise(ranked):
                gap = expected[one] - expected[other]
                assert gap > -1e-4
                if gap == 0.0:
                    assert order[one] < order[other]


HOI, DUONG, NOWHERE = Term("folded", "hoi"), Term("exact", "đường"), Term("folded", "khongco")
HOI_NGHI, ENOUGH = Term("folded2", "hoi nghi"), plan.Enough(((HOI,), (NOWHERE,)), 0.3)
PLANS = [
    plan.Or((Term("folded", "hoi", boost=2.0), Term("head_folded", "hoi", boost=0.3))),
    Term("head_exact", "hội"),
    plan.Best((Term("exact2", "hội nghị"), HOI_NGHI)),
    plan.Constant(plan.Prefix("folded", "ng"), 3.0),
    plan.Prefix("folded", "ng"),
    plan.Require(EVERYTHING, plan.Between("day", 20200101, 20231231)),
    plan.And((Term("province_then", "bac-giang"), HOI)),
    plan.And(()),
    plan.AnyOf((DUONG, HOI)),
    plan.AndNot(EVERYTHING, Term("id", "bai-1")),
    Term("words", "hội_nghị"),
    Term("title_exact", "hội"),
    plan.Adjacent((HOI, Term("exact", "nghị"))),
    plan.Row((Term("exact", "hội"), Term("exact", "nghị"))),
    plan.Passage(((plan.Row((HOI,)),), (plan.Row((DUONG,)), plan.Row((Term("exact", "bản"),)))), 4),
    ENOUGH,
    plan.Require(plan.Or((HOI, HOI_NGHI)), ENOUGH),
    plan.Require(plan.Or((HOI_NGHI,)), plan.Enough(((HOI_NGHI,), (Term("folded", "duong"),)), 0.001)),
    plan.Together(((Term("exact", "hội"),), (Term("folded", "duong"),)), 3),
    plan.InQuote(None, None),
    plan.InQuote(plan.And((plan.Prefix("folded", "h"), plan.Prefix("exact", "đư"))), None),
    plan.InQuote(plan.And((plan.AnyOf((plan.Row((HOI,)),)), DUONG)), Term("quotes_exact", speaker_term("Mẫu"))),
    plan.InQuote(plan.Together(((Term("exact", "hội"),), (Term("folded", "duong"),)), 3), None),
    plan.Lifted(HOI, ((Term("year", "2023"), 0.5),)),
    plan.Recent(HOI, "day", 0.1, 365),
    plan.StandIn(HOI, ((DUONG, 0.7),), 1.5),
]


def test_every_kind_of_node_is_tried() -> None:
    kinds = {type(node) for tree in PLANS for node in plan.nodes_of(tree)}
    assert kinds == set(get_args(Plan)) - {plan.Nothing}


@pytest.fixture(scope="module")
def corpus() -> list[Document]:
    dice = np.random.default_rng(5)
    start = date(2020, 1, 1)
    texts = [" ".join(dice.choice(SYLLABLES, int(dice.integers(5, 400)))) for _ in range(60)]
    return [
        Document(
            id=f"bai-{number}",
            key=f"k{number}",
            url="",
            title=" ".join(dice.choice(SYLLABLES, 6)),
            text=text,
            quotes=(("Hội Văn Mẫu", "", "nói", 0, len(text) // 2, False, 0, 0),) if number % 3 else (),
            published=(start + timedelta(days=int(dice.integers(0, 1500)))).isoformat(),
            year=[None, 2022, 2023][number % 3],
            province_then=["", "bac-giang"][number % 2],
        )
        for number, text in enumerate(texts)
    ]


@pytest.mark.parametrize("tree", PLANS, ids=repr)
def test_each_kind_of_node(tree: Plan, corpus: list[Document], tmp_path: Path) -> None:
    given = stock_whoosh.GivenLengths(stock_whoosh.lengths_of(corpus))
    expected = stock_whoosh.scores(stock_whoosh.build(tmp_path / "stock", corpus, 25).reader(), tree, given)
    engine = WhooshEngine(tmp_path / "ours")
    with engine.writer() as writer:
        writer.add(corpus)
    collection = engine.collection()
    ours = {}
    for view in collection.views:
        evaluator = Evaluator(collection)
        matches, scores = evaluator.evaluate(tree, view)
        ours |= {view.segment.id_of(n): float(scores[n]) for n in np.flatnonzero(matches).tolist()}
        assert (evaluator.matches(tree, view) == matches).all()
    assert expected or tree == plan.And(())
    assert ours == pytest.approx(expected, abs=1e-4, rel=1e-5)


def test_weights_of_the_table_are_those_of_the_formula() -> None:
    weight = {field.name: field.weight for field in ranking.FIELDS}
    assert weight["folded2"] == ranking.G
    assert weight["exact2"] == pytest.approx(ranking.A * ranking.G)
    assert weight["head_exact2"] == pytest.approx(ranking.H * ranking.A * ranking.G)
