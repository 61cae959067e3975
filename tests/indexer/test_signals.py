"""Where rules look in a page: nothing that they would find lies elsewhere."""

import re
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from indexer.reading import read
from indexer.rules.document_numbers import documents_in
from indexer.signals import PAPER_KINDS, PLACE_KINDS, look_for, may_open_province
from search.domain import place_names, places

PIECES = ["Hà", "Nội", "Hoà", "Hòa", "Bình", "THÁI", "BÌNH", "Dương", "Thừa", "Thiên", "Huế", "Đắk", "Đắc", "Lắk"]
PIECES += ["Nông", "Ðà", "Đà", "Nẵng", "Bà", "Rịa", "Vũng", "Tàu", "TP", "TPHCM", "Hồ", "Chí", "Minh", "Bắc", "Kạn"]
PIECES += ["tỉnh", "xã", "Nguyễn", "hà", "nội", "2"]
JOINTS = [" ", " ", " ", "  ", "-", " - ", "–", ".", ". ", ", ", "\n", "\u00a0", "", "_", "\u200b"]


@given(st.lists(st.tuples(st.sampled_from(PIECES), st.sampled_from(JOINTS)), max_size=12))
def test_looking_only_where_a_name_can_begin_loses_none(pieces: list[tuple[str, str]]) -> None:
    text = unicodedata.normalize("NFC", "".join(piece + joint for piece, joint in pieces))
    assert place_names.find_composed(text, look_for(read(text)).provinces) == place_names.find(text)


def test_a_run_that_names_a_province_may_open_one() -> None:
    for unit in places.units():
        if " - " not in unit.name:
            assert may_open_province(read(unit.name).low), unit.name
    assert not may_open_province("hà tiến")


def test_kinds_of_places_are_found_as_whole_words_with_any_sign_around() -> None:
    page = read("Huyện ủy Na Rì; thị xã A, (TP.B) và phường. Xãhội, xã")
    found = [page.text[start : start + len(kind)] for start, kind in look_for(page).place_kinds]
    assert sorted(found) == ["Huyện", "Huyện ủy", "TP", "phường", "thị xã", "xã", "xã"]
    assert all(page.low.startswith(kind, start) for start, kind in look_for(page).place_kinds)


@given(
    st.lists(st.sampled_from([*PLACE_KINDS, *PAPER_KINDS, "Số", "NHÀ", "5", "x"]), max_size=8), st.sampled_from(" .-\n")
)
def test_kinds_are_those_that_a_pattern_finds(words: list[str], joint: str) -> None:
    page = read(joint.join(words))
    for kinds, found in ((PLACE_KINDS, look_for(page).place_kinds), (PAPER_KINDS, look_for(page).paper_kinds)):
        for kind in kinds:
            pattern = kind.replace(" ", r"[\W_]")
            wanted = [match.start() for match in re.finditer(rf"(?<![^\W_]){pattern}(?![^\W_])", page.low)]
            assert [start for start, name in found if name == kind] == wanted


def test_without_a_number_with_signs_papers_are_found_by_their_kinds() -> None:
    text = "Chỉ thị số 35 của Bộ Chính trị; 20 đại biểu; Nghị quyết\n18 của Trung ương; quyết định 5 người"
    page = read(text)
    assert [citation.number for citation in documents_in(page, look_for(page))] == ["35-CT/TW", "18-NQ/TW"]
