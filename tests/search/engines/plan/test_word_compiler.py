"""Free words as a tree: what is one thing scores in a row, what is recognised stands for its words."""

import pytest

from search.engines.plan.compiler import compile_query
from search.engines.plan.nodes import Best, Enough, Plan, Require, Row, StandIn, Term, nodes_of
from search.engines.plan.word_compiler import MOST_NUMBERS, row_of
from search.query.nodes import Alternative, Hint, Query, Words
from search.query.rewriter import understand
from search.text import analysis
from tests.search.query.counted_vocabulary import CountedVocabulary


def every(tree: Plan, kind: type) -> list:
    return [node for node in nodes_of(tree) if type(node) is kind]


def compiled(text: str, *hints: Hint, alternatives: tuple[Alternative, ...] = ()) -> Plan:
    return compile_query(Query("", Words(text, alternatives=alternatives), hints=hints))


def test_plain_words_need_no_more_than_terms() -> None:
    assert every(compiled("giải ngân vốn"), Best) == []


def boosts(text: str, field: str) -> dict[str, float]:
    """Return the weight of each term by which a query scores a field, read over a few sentences."""
    vocabulary = CountedVocabulary(["giải ngân vốn của tỉnh", "vốn của dân", "cá của biển", "cưa gỗ"] * 4)
    [scored, *_] = every(compile_query(understand(text, vocabulary)), Require)
    return {term.text: term.boost for term in scored.scored.children if term.field == field}


def test_a_syllable_that_is_a_part_of_a_word_counts_less_than_a_word() -> None:
    found = boosts("giải ngân vốn", "folded")
    assert found["giai"] == found["ngan"] < found["von"]


@pytest.mark.parametrize("text", ["vốn của tỉnh", "von cua tinh"])
def test_a_syllable_that_only_binds_counts_least(text: str) -> None:
    found = boosts(text, "folded")
    assert found["cua"] < found["von"] == found["tinh"]


def test_a_word_half_typed_without_diacritics_is_scored_by_the_form_that_texts_have() -> None:
    found = boosts("giai ngan vốn", "exact")
    assert {"giải", "ngân", "vốn"} <= found.keys()
    assert not {"giai", "ngan"} & found.keys()


def test_a_province_scores_in_a_row_or_by_being_there() -> None:
    [best] = every(compiled("giải ngân thái nguyên", Hint("province", ("thai-nguyen",), "thái nguyên")), Best)
    in_full, loose, stands_in = best.children
    assert type(in_full) is Require
    assert in_full.required == Row((Term("exact", "thái"), Term("exact", "nguyên")))
    assert {term.text for term in loose.children} >= {"thai", "nguyen", "thai nguyen"}
    assert max(term.boost for term in loose.children) < max(term.boost for term in in_full.scored.children)
    assert type(stands_in) is StandIn
    [(fitting, weight)] = stands_in.others
    assert Term("province_then", "thai-nguyen") in fitting.children
    assert weight > 1


def test_of_a_name_a_document_must_hold_the_whole() -> None:
    [enough] = every(compiled("hà tây", Hint("province", ("ha-tay",), "hà tây")), Enough)
    [[whole, *_]] = enough.groups
    assert whole == Term("folded2", "ha tay")


def test_of_a_document_number_a_document_must_hold_the_whole() -> None:
    [enough] = every(compiled("năng lượng 55-NQ/TW"), Enough)
    assert [str(group[0].text) for group in enough.groups] == ["nang", "luong", "55/nq/tw"]


@pytest.mark.parametrize("text", ["chỉ thị 35 2019", "35-CT/TW 2019"])
def test_the_year_after_a_document_is_not_that_of_the_page(text: str) -> None:
    count = 3
    tree = compiled(text, Hint("year", (2019,), "2019"), alternatives=(Alternative(0, count, "chỉ thị số 35", 1.0),))
    [stands_in] = every(tree, StandIn)
    assert [type(way) for way, _ in stands_in.others] == [type(stands_in.typed)]


def test_a_year_elsewhere_is() -> None:
    [stands_in] = every(compiled("giải ngân 2019", Hint("year", (2019,), "2019")), StandIn)
    assert stands_in.others[0][0].children == (Term("year", "2019"),)


def test_what_is_typed_without_diacritics_fits_any_form_but_our_own_words_do_not() -> None:
    stream = analysis.stream("TU")
    assert row_of(stream) == (Term("folded", "tu"),)
    assert row_of(stream, typed=False) == (Term("exact", "tu"),)


def test_a_list_of_documents_is_not_looked_up_one_by_one() -> None:
    text = " ".join(f"{number}-NQ/TW" for number in range(10, 60))
    assert len(every(compiled(text), Best)) == MOST_NUMBERS


def test_what_is_said_twice_is_looked_for_once() -> None:
    hint = Hint("province", ("ha-noi",), "hà nội")
    assert len(every(compiled("hà nội " * 20, hint), Best)) == 1
