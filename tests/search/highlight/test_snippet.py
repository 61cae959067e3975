"""Marks and excerpts: every mark covers a matched form of the printed text, nothing else is markup."""

import html
import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.highlight.highlighter import Marker
from search.highlight.snippet import LONGEST_CHARACTERS, excerpt, mark
from search.query.nodes import Alternative, Hint, Query, Words
from search.query.parser import parse
from search.text.normalization import folds, norms


def marked(query: str | Query, text: str) -> list[str]:
    """Return the texts of the marks."""
    found = mark(text, Marker(parse(query) if isinstance(query, str) else query))
    return [html.unescape(inside) for inside in re.findall("<mark>(.*?)</mark>", found)]


@pytest.mark.parametrize(
    ("query", "text", "expected"),
    [
        ("giai ngan", "Tỷ lệ giải ngân vốn", ["giải ngân"]),
        ("giải ngân", "GIẢI NGÂN và giai ngan", ["GIẢI NGÂN"]),
        ("đường", "dương đường đuống", ["đường"]),
        ("duong", "dương đường dường", ["dương", "đường", "dường"]),
        ("ủy ban", "Uỷ ban họp bàn văn bản, ban hành", ["Uỷ ban", "ban"]),
        ("bí thu", "Bí thư tỉnh", ["Bí thư"]),
        ("hòa bình", "Hoà Bình, hòa giải", ["Hoà Bình", "hòa"]),
        ("giải ngân", "ngân sách. Giải ngân", ["ngân", "Giải ngân"]),
        ("giải ngân", "đã giải. Ngân sách", ["giải", "Ngân"]),
        ('"vốn đầu tư"', "vốn, đầu tư; vốn đầu tư công", ["vốn, đầu tư", "vốn đầu tư"]),
        ("35-CT/TW", "Chỉ thị 35 – CT/T.Ư, có 35 đại biểu", ["35 – CT/T.Ư"]),
        ("số:35-CT/TW", "Chỉ thị số 35-CT/TW", ["35-CT/TW"]),
        ("1/12/2023", "ngày 01.12.2023, 12 xã", ["01.12.2023"]),
        ("1510", "1.510 tỷ", ["1.510"]),
        ("ng*", "giải ngân ngay", ["ngân", "ngay"]),
        ("họp -covid", "họp về covid", ["họp"]),
        ("tiêu đề:họp", "họp", []),
    ],
)
def test_what_is_marked(query: str, text: str, expected: list[str]) -> None:
    assert marked(query, text) == expected
    decomposed = unicodedata.normalize("NFD", text)
    assert marked(query, decomposed) == [unicodedata.normalize("NFD", inside) for inside in expected]


def test_a_field_is_marked_in_its_own_place() -> None:
    assert mark("Họp <BTV>", Marker(parse("tiêu đề:họp"), field="title")) == "<mark>Họp</mark> &lt;BTV&gt;"


def test_an_alternative_is_marked_as_a_whole() -> None:
    query = Query("UBND", Words("UBND", alternatives=(Alternative(0, 1, "Ủy ban nhân dân", 0.9),)))
    assert marked(query, "Uỷ ban Nhân dân (UBND) tỉnh, ủy ban khác") == ["Uỷ ban Nhân dân", "UBND"]


def test_an_alternative_keeps_its_diacritics() -> None:
    """The TU that stands for Tỉnh ủy is no từ, which would be marked on every page."""
    query = Query("tỉnh ủy", Words("tỉnh ủy", alternatives=(Alternative(0, 2, "TU", 0.4),)))
    assert marked(query, "Biên bản 104-BB/TU, từ nay; tư tưởng; Tỉnh ủy") == ["TU", "Tỉnh ủy"]


def test_a_part_of_a_province_is_no_match() -> None:
    query = Query("họp hà nội", Words("họp hà nội"), hints=(Hint("province", ("ha-noi",), "hà nội"),))
    assert marked(query, "Hà Nội họp; nội dung họp ở Hà Giang, TP. Hà Nội") == ["Hà Nội", "họp", "họp", "Hà Nội"]


TEXT = """Sáng 5/7, Ban Thường vụ Tỉnh ủy họp phiên thường kỳ. Các đại biểu nghe báo cáo về nông thôn mới.

Về đầu tư công, đến hết tháng 6 toàn tỉnh mới giải ngân được 31,5% kế hoạch. Nguyên nhân là vướng mặt bằng.

Kết luận phiên họp, đồng chí Bí thư yêu cầu các sở <rà soát> từng dự án & điều chuyển vốn chậm giải ngân."""


def test_the_best_passages_come_in_their_order() -> None:
    assert excerpt(TEXT, Marker(parse("giải ngân đầu tư công điều chuyển"))) == (
        "Về <mark>đầu tư công</mark>, đến hết tháng 6 toàn tỉnh mới <mark>giải ngân</mark> được 31,5% kế hoạch. … "
        "Kết luận phiên họp, đồng chí Bí thư yêu cầu các sở &lt;rà soát&gt; từng dự án &amp; "
        "<mark>điều chuyển</mark> vốn chậm <mark>giải ngân</mark>."
    )


def test_without_a_match_the_text_begins() -> None:
    found = excerpt(TEXT, Marker(parse("thể thao")))
    assert found.startswith("Sáng 5/7, Ban Thường vụ Tỉnh ủy họp phiên thường kỳ.")
    assert found.endswith(" …") and "<mark>" not in found
    assert excerpt("", Marker(parse("họp"))) == ""


def test_a_long_sentence_is_cut_between_words_around_its_marks() -> None:
    text = "mở đầu " * 80 + "giải ngân vốn " + "kết thúc " * 80
    found = excerpt(text, Marker(parse("giải ngân")))
    assert "<mark>giải ngân</mark>" in found
    assert found.startswith("… ") and found.endswith(" …")
    assert set(re.sub("<.*?>|…", "", found).split()) <= {"mở", "đầu", "giải", "ngân", "vốn", "kết", "thúc"}


WORDS = (
    "giải giai giãi ngân ngàn ngan vốn von đầu dầu dau tư tự công cống ủy uỷ Uỷ ban bàn bản hòa Hoà HOA quý qúy kỹ kĩ "
    '& < > " 2023 13,45 13.45 1.510 35-CT/TW 1/12/2023 T.Ư đường dương Ðường'
)
SYLLABLES = st.sampled_from(WORDS.split())
GAPS = st.sampled_from([" ", " ", " ", ", ", ". ", "\n\n", "\u00a0", " - "])
DOCUMENTS = st.lists(st.tuples(SYLLABLES, GAPS), min_size=1, max_size=120).map(
    lambda pairs: "".join(a + b for a, b in pairs)
)
QUERIES = st.lists(SYLLABLES.filter(lambda s: s not in '&<>"'), min_size=1, max_size=5).map(" ".join)


@settings(max_examples=1000, deadline=None)
@given(DOCUMENTS, QUERIES, st.sampled_from(["NFC", "NFD"]), st.sampled_from(["NFC", "NFD"]))
def test_every_mark_covers_a_matched_form(document: str, query: str, printed: str, typed: str) -> None:
    text = unicodedata.normalize(printed, document)
    marker = Marker(parse(unicodedata.normalize(typed, query)))
    exact, letters = set(norms(query)), {norm for norm in norms(query) if norm in folds(query)}
    for start, end in marker.spans(text):
        inside = text[start:end]
        assert norms(inside), "a mark is never empty"
        assert inside == inside.strip()
        for norm, folded in zip(norms(inside), folds(inside), strict=True):
            assert norm in exact or folded in letters
        assert norms(text[:start]) + norms(inside) + norms(text[end:]) == norms(text), "it cuts no syllable"
    shown = excerpt(text, marker)
    assert set(re.findall("<[^>]*>", shown)) <= {"<mark>", "</mark>"}
    spans = {" ".join(text[start:end].split()) for start, end in marker.spans(text)}
    assert {html.unescape(inside) for inside in re.findall("<mark>(.*?)</mark>", shown)} <= spans
    assert bool(spans) == ("<mark>" in shown)
    plain = html.unescape(re.sub("</?mark>", "", shown))
    assert len(plain) <= LONGEST_CHARACTERS + 60  # the ellipses, and a mark that is longer than a passage
    for piece in plain.split("…"):
        assert " ".join(piece.split()) in " ".join(text.split())
