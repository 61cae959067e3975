"""Marks and excerpts: every mark covers a matched form of the printed text, nothing else is markup."""

import html
import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.highlight.highlighter import Marker
from search.highlight.snippet import LONGEST_CHARACTERS, excerpt, excerpts_and_titles, mark
from search.query.nodes import Alternative, Query, Words
from search.query.parser import parse
from search.query.rewriter import understand
from search.query.units import PREFERRED
from search.text.normalization import folds, norms, parts
from search.text.sentences import split


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
        ("ủy ban", "Uỷ ban họp bàn văn bản, ban hành", ["Uỷ ban"]),
        ("bí thu", "Bí thư tỉnh", ["Bí thư"]),
        ("hòa bình", "Hoà Bình, hòa giải", ["Hoà Bình"]),
        ("giải ngân", "thu ngân sách. Giải ngân, giải quyết", ["Giải ngân"]),
        ("giải ngân", "đã giải. Ngân sách", []),
        ("giải ngân", "đã giải\nngân", ["giải", "ngân"]),
        ("giải ngân vốn", "giải ngân vốn, vốn giải ngân, ngân hàng", ["giải ngân vốn", "vốn", "giải ngân"]),
        ("lợn", "lớn, lợn, lon, lơn", ["lợn"]),
        ("bao nhiêu lợn", "bao nhiêu con lợn", ["lợn"]),
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
    found = marked(understand("họp hà nội"), "Hà Nội họp; nội dung họp ở Hà Giang, TP. Hà Nội")
    assert found == ["Hà Nội", "họp", "họp", "Hà Nội"]


def test_a_page_without_diacritics_is_marked_by_letters_alone() -> None:
    plain = "Ket qua giai ngan von dau tu cong cua tinh trong thang sau nam nay con rat thap"
    pages = [plain, f"{plain}, trong khi các tỉnh khác đã giải ngân được hơn một nửa kế hoạch của cả năm"]
    excerpts, *_ = excerpts_and_titles(pages, ["", ""], understand("giải ngân"))
    assert "<mark>giai ngan</mark>" in excerpts[0]
    assert "<mark>giải ngân</mark>" in excerpts[1] and "<mark>giai" not in excerpts[1]


def test_the_sentence_with_most_words_is_shown_first() -> None:
    text = (
        "Ủy ban nhân dân tỉnh họp thường kỳ về nhiều việc. " * 5
        + "Xã thưởng người trồng rừng. "
        + "Hội nghị nghe báo cáo của các sở về tình hình chung trong quý. " * 5
        + "Ủy ban nhân dân tỉnh khen xã trồng rừng giỏi."
    )
    shown = excerpt(text, Marker(understand("ủy ban nhân dân tỉnh khen trồng rừng")))
    assert shown.startswith("<mark>Ủy ban nhân dân tỉnh khen</mark> xã <mark>trồng rừng</mark>") or (
        "<mark>Ủy ban nhân dân tỉnh khen</mark> xã <mark>trồng rừng</mark> giỏi" in shown
    )


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


def covered(text: str, query: Query) -> set[int]:
    """Return, told plainly, which syllables of a text are part of a word of the query."""
    tokens = parts(text)
    assert isinstance(query.root, Words)
    typed = parts(query.root.text)
    rows = [[(token.norm, True) for token in typed[u.first : u.first + u.count]] for u in query.root.units]
    rows += [[(norm, False) for norm in norms(way)] for u in query.root.units for way in u.ways]
    rows += [[(norm, True) for norm in norms(hint.text)] for hint in query.hints if hint.field in PREFERRED]
    ends, at = [], 0
    for sentence in split(text):
        at += len(sentence)
        ends.append(at)
    sentence_of = [sum(end <= token.start for end in ends) for token in tokens]
    found: set[int] = set()
    for row in rows:
        for first in range(len(tokens) - len(row) + 1):
            stretch = tokens[first : first + len(row)]
            fits = all(
                token.norm == norm or (is_typed and norm == token.folded)
                for token, (norm, is_typed) in zip(stretch, row, strict=True)
            )
            if fits and sentence_of[first] == sentence_of[first + len(row) - 1]:
                found.update(range(first, first + len(row)))
    return found


@settings(max_examples=1000, deadline=None)
@given(DOCUMENTS, QUERIES)
def test_a_mark_covers_the_syllables_of_matched_words_and_no_other(document: str, typed: str) -> None:
    query = understand(typed)
    marked_syllables = {
        place
        for place, token in enumerate(parts(document))
        if any(start <= token.start and token.end <= end for start, end in Marker(query).spans(document))
    }
    assert marked_syllables == covered(document, query)
