"""Impacts are what the formula of BM25 gives, however a term is kept: as lists, or as one number for each document."""

from collections.abc import Sequence

import numpy as np
import pytest

from search import ranking
from search.document import Document
from search.engines.embedded import snapshot
from search.engines.embedded.engine import WhooshEngine
from search.engines.embedded.format.length_norms import in_steps
from search.engines.embedded.scoring.impacts import ByteBoundedCache, Counted
from search.engines.embedded.scoring.text_terms import TextTerm
from search.engines.embedded.snapshot import Snapshot
from search.text.analysis import field_terms

TERMS = {
    TextTerm(True, False, "hoi", 0.2): ("folded", "head_folded"),  # three forms, in nearly every document
    TextTerm(False, False, "hối", 0.2): ("exact", "head_exact"),  # in few
    TextTerm(True, True, "hoi nghi", 0.2): ("folded2", "head_folded2"),
    TextTerm(False, True, "hối nghi", 0.0): ("exact2", "head_exact2"),
    TextTerm(True, False, "va", 0.2): ("folded", "head_folded"),  # in one document so often that no table has it
    TextTerm(True, False, "khongco", 0.2): ("folded", "head_folded"),
}


@pytest.fixture(scope="module")
def documents() -> list[Document]:
    dice = np.random.default_rng(7)
    common = ["hội", "hồi", "nghị", "nghi", "đường", "tỉnh"]
    found = []
    for number in range(80):
        words = [*dice.choice(common, int(dice.integers(1, 200)))]
        if number % 20 == 3:
            words[::3] = ["hối"] * len(words[::3])
        if number == 5:
            words += ["và"] * 500
        found.append(Document(f"bai-{number}", f"k{number}", "", " ".join(dice.choice(common, 4)), " ".join(words)))
    return found


@pytest.fixture(scope="module")
def engine(documents: list[Document], tmp_path_factory: pytest.TempPathFactory) -> WhooshEngine:
    engine = WhooshEngine(tmp_path_factory.mktemp("index"))
    with engine.writer() as writer:
        writer.add(documents)
    return engine


@pytest.mark.parametrize("dense", [0, 8, 1_000_000], ids=["as lists", "as usual", "for each document"])
@pytest.mark.parametrize("term", TERMS, ids=lambda term: term.text)
def test_an_impact_is_what_the_formula_gives(
    term: TextTerm, dense: int, documents: list[Document], engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshot, "DENSE", dense)
    view = Snapshot(engine.collection().commit, [engine.collection().views[0].segment]).views[0]
    impact = view.impact(term)
    scores = np.zeros(80, np.float32)
    impact.add_to(scores, 2.0)
    expected = _by_formula(term, documents)
    assert scores == pytest.approx(2.0 * expected, abs=1e-5)
    assert impact.most == pytest.approx(expected.max(), abs=1e-5)
    assert view.most(term) > expected.max()
    assert view.holds(term).tolist() == (expected > 0).tolist()
    assert impact.is_dense == (np.count_nonzero(expected) * dense > 80)


@pytest.mark.parametrize("by_byte", [True, False], ids=["a byte each", "a number each"])
@pytest.mark.parametrize("chosen", [[0, 3, 4, 5, 23, 79], range(80)], ids=["some", "all"])
@pytest.mark.parametrize("term", TERMS, ids=lambda term: term.text)
def test_impacts_of_chosen_documents_are_the_same_to_the_last_bit(
    term: TextTerm, chosen: Sequence[int], by_byte: bool, engine: WhooshEngine
) -> None:
    plain, view = (
        Snapshot(engine.collection().commit, [engine.collection().views[0].segment]).views[0] for _ in range(2)
    )
    view.by_byte = by_byte
    expected, every = np.zeros(80, np.float32), np.zeros(80, np.float32)
    plain.impact(term).add_to(expected, 1.0)
    view.impact(term).add_to(every, 1.0)
    assert every.tolist() == expected.tolist()
    assert view.impacts_at(term, np.array(chosen)).tolist() == expected[list(chosen)].tolist()
    assert isinstance(view.impact(term), Counted) == (by_byte and plain.impact(term).is_dense)


@pytest.mark.parametrize("term", TERMS, ids=lambda term: term.text)
def test_impacts_that_are_looked_up_in_the_postings_are_the_same_to_the_last_bit(
    term: TextTerm, engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshot, "LOOKED_UP", 0)
    view = Snapshot(engine.collection().commit, [engine.collection().views[0].segment]).views[0]
    chosen = np.array([0, 3, 4, 5, 23, 43, 79])
    looked_up = view.impacts_at(term, chosen)
    assert (view.impacts.get(term) is None) == (view.span(term).size > 0)
    assert looked_up.tolist() == view.impact(term).at(chosen, 80).tolist()


def _by_formula(term: TextTerm, documents: list[Document]) -> np.ndarray:
    text, head = TERMS[term]
    streams = [field_terms(document) for document in documents]
    lengths = in_steps(np.array([len(stream.get(text, [])) for stream in streams]))
    b, average = ranking.BY_NAME[text].b, float(np.mean([len(stream.get(text, [])) for stream in streams]))
    counts, heads = (
        np.array([sum(one == term.text for one, _ in stream.get(field, [])) for stream in streams])
        for field in (text, head)
    )
    in_text = (ranking.K1 + 1) * counts / (counts + ranking.K1 * (1 - b + b * lengths / average))
    in_head = (ranking.K1 + 1) * heads / (heads + ranking.K1)
    return np.asarray(in_text + term.head_ratio * in_head)


def test_what_was_used_last_is_kept_and_room_is_counted() -> None:
    kept = ByteBoundedCache(20)
    for name in "abc":
        kept.put(name, np.zeros(8, np.uint8))
    assert [kept.get(name) is None for name in "abc"] == [True, False, False]
    kept.get("b")
    kept.put("d", np.zeros(8, np.uint8))
    assert [kept.get(name) is None for name in "bcd"] == [False, True, False]
