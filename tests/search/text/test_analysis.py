"""Documents and queries become the same terms."""

import pytest

from search.document import Document
from search.ranking import HEAD_SYLLABLES
from search.text.analysis import field_terms, is_accented, pairs, stream, words
from search.text.normalization import folded_of

DOCUMENT = Document(
    id="1",
    key="1",
    url="",
    title="Hội nghị Tỉnh uỷ",
    text="Sáng 16/7, hội nghị thảo luận. " + "Giải ngân vốn. " * 40,
    people=("Nguyễn Thị Mẫu", "Trần Văn Thử"),
    document_numbers=("35-CT/TW",),
)
TERMS = field_terms(DOCUMENT)


def test_a_stream_keeps_wholes_beside_their_parts() -> None:
    parts = stream("Hoà ngày 16/7")
    assert parts.norms == ["hòa", "ngày", "16", "7"]
    assert parts.folds == ["hoa", "ngay", "16", "7"]
    assert parts.wholes == [("16/7", "16/7", 2)]


def test_text_fields_hold_title_and_body_with_a_gap_between() -> None:
    assert TERMS["exact"][:5] == [("hội", 0), ("nghị", 1), ("tỉnh", 2), ("ủy", 3), ("sáng", 5)]
    assert TERMS["folded"][:4] == [("hoi", 0), ("nghi", 1), ("tinh", 2), ("uy", 3)]
    assert ("16/7", 6) in TERMS["exact"]
    assert "ủy sáng" not in dict(TERMS["exact2"])
    assert TERMS["exact2"][:3] == [("hội nghị", 0), ("nghị tỉnh", 1), ("tỉnh ủy", 2)]


def test_the_head_is_title_and_beginning() -> None:
    assert max(place for _, place in TERMS["head_exact"]) == 4 + HEAD_SYLLABLES
    assert len(TERMS["head_exact"]) < len(TERMS["exact"])
    assert [term for term, _ in TERMS["title_folded"]] == ["hoi", "nghi", "tinh", "uy"]


def test_no_phrase_runs_from_one_name_into_the_next() -> None:
    assert TERMS["people_exact"] == [("nguyễn", 0), ("thị", 1), ("mẫu", 2), ("trần", 4), ("văn", 5), ("thử", 6)]
    assert ("35/ct/tw", 0) in TERMS["document_numbers_exact"]


def test_words_are_those_of_the_segmenter_in_normal_form() -> None:
    assert {"hội_nghị", "tỉnh_ủy", "thảo_luận", "giải_ngân"} <= set(words(DOCUMENT))


@pytest.mark.parametrize("text, accented", [("giải ngan", True), ("giai ngan", False), ("35-CT/TW 2023", False)])
def test_accents(text: str, accented: bool) -> None:
    assert is_accented(stream(text)) is accented


def test_pairs() -> None:
    assert pairs(["hội", "nghị", "tỉnh"]) == ["hội nghị", "nghị tỉnh"]
    assert pairs(["hội"]) == []


@pytest.mark.parametrize(
    "text", ["Chỉ thị số 35-CT/TW ngày 14/6/2024", "Nghị quyết 08/2023/NQ-HĐND", "13,45%; 1.510 tỷ"]
)
def test_a_term_is_filed_under_its_folded_form(text: str) -> None:
    parts = stream(text)
    for norm, folded in [*zip(parts.norms, parts.folds, strict=True), *((n, f) for n, f, _ in parts.wholes)]:
        assert folded_of(norm) == folded
