"""Normal forms of Vietnamese: every way of typing one syllable meets in one form, and every offset points home."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.text.normalization import Syllable, fold, folded_of, folds, norms, parts, position_in, syllables, terms

VIETNAMESE = "aăâbcdđeêghiklmnoôơpqrstuưvxyáàảãạắằẳẵặấầẩẫậéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ"
ANY_TEXT = st.text(max_size=60) | st.text(
    alphabet=VIETNAMESE + VIETNAMESE.upper() + "Ðð0123456789 .,-–/_&()\u200b\u00ad\u0301\u0302\u031b\u0323TƯWCQHNK",
    max_size=80,
)


@pytest.mark.parametrize(
    ("typed", "norm", "folded"),
    [
        ("Hoà", "hòa", "hoa"),
        ("uỷ", "ủy", "uy"),
        ("UỶ", "ủy", "uy"),
        ("thuý", "thúy", "thuy"),
        ("khoẻ", "khỏe", "khoe"),
        ("hoàn", "hoàn", "hoan"),
        ("hòan", "hoàn", "hoan"),
        ("hùynh", "huỳnh", "huynh"),
        ("khuỷu", "khuỷu", "khuyu"),
        ("quý", "quý", "quy"),
        ("qúy", "quý", "quy"),
        ("quí", "quý", "quy"),
        ("gía", "giá", "gia"),
        ("gì", "gì", "gi"),
        ("giếng", "giếng", "gieng"),
        ("đựơc", "được", "duoc"),
        ("kĩ", "kỹ", "ky"),
        ("Tỉ", "tỷ", "ty"),
        ("thi", "thi", "thi"),
        ("vị", "vị", "vi"),
        ("Ðảng", "đảng", "dang"),
        ("ĐẮK", "đắk", "dak"),
        ("Lãnh\u00adđạo", "lãnhđạo", "lanhdao"),
        ("h\u200bội", "hội", "hoi"),
        ("ê\u0301", "ế", "e"),
        ("é\u0302", "ế", "e"),
        ("２０２３", "2023", "2023"),
        ("km²", "km2", "km2"),
        ("05", "5", "5"),
        ("0912", "0912", "0912"),
        ("1.510", "1510", "1510"),
        ("97.052", "97052", "97052"),
        ("1.510,5", "1510,5", "1510,5"),
        ("13.45", "13,45", "13,45"),
        ("13,45", "13,45", "13,45"),
        ("0.125", "0,125", "0,125"),
        ("T.Ư", "tw", "tw"),
        ("T.W", "tw", "tw"),
        ("QH15", "qh15", "qh15"),
    ],
)
def test_every_spelling_has_one_form(typed: str, norm: str, folded: str) -> None:
    assert [(s.norm, s.folded) for s in syllables(typed)] == [(norm, folded)]
    decomposed = unicodedata.normalize("NFD", typed)
    assert [(s.norm, s.folded) for s in syllables(decomposed)] == [(norm, folded)]


@pytest.mark.parametrize(
    ("printed", "whole"),
    [
        ("35-CT/TW", "35/ct/tw"),
        ("35 - CT/T.Ư", "35/ct/tw"),
        ("35–CT/TƯ", "35/ct/tw"),
        ("35 CT/TW", "35/ct/tw"),
        ("05-CT/TW", "5/ct/tw"),
        ("104 BB/TU", "104/bb/tu"),
        ("104-BB/TU", "104/bb/tu"),
        ("1736/QĐ-TTg", "1736/qđ/ttg"),
        ("1736 / QĐ – TTg", "1736/qđ/ttg"),
        ("202/2025/QH15", "202/2025/qh15"),
        ("1667/NQ-UBTVQH15", "1667/nq/ubtvqh15"),
        ("09-ĐA/TU", "9/đa/tu"),
        ("1/12/2023", "1/12/2023"),
        ("01.12.2023", "1/12/2023"),
        ("1-12-2023", "1/12/2023"),
        ("1 / 12 / 2023", "1/12/2023"),
        ("16-7", "16/7"),
        ("27.12", "27/12"),
        ("12/2023", "12/2023"),
        ("2020 – 2025", "2020-2025"),
    ],
)
def test_document_numbers_and_dates_are_whole_in_any_print(printed: str, whole: str) -> None:
    found = syllables(f"số {printed} ngày")
    assert found[1].whole and found[1].norm == whole
    assert (found[1].start, found[1].end) == (3, 3 + len(printed))


def test_parts_of_a_whole_continue_the_positions() -> None:
    assert [(s.norm, s.position, s.whole) for s in syllables("Chỉ thị 35-CT/TW ngày 14/6/2024")] == [
        ("chỉ", 0, False),
        ("thị", 1, False),
        ("35/ct/tw", 2, True),
        ("35", 2, False),
        ("ct", 3, False),
        ("tw", 4, False),
        ("ngày", 5, False),
        ("14/6/2024", 6, True),
        ("14/6", 6, True),
        ("14", 6, False),
        ("6", 7, False),
        ("2024", 8, False),
    ]


def test_a_dotted_day_and_month_may_also_be_a_decimal() -> None:
    assert [s.norm for s in syllables("27.12")] == ["27/12", "27,12", "27", "12"]
    assert [s.norm for s in syllables("27,12")] == ["27,12"]


@pytest.mark.parametrize("text", ["10 km/h", "50 kg/ha", "300 triệu/ha", "35/40 hộ", "thứ 35 CT"])
def test_units_and_fractions_are_not_document_numbers(text: str) -> None:
    assert not any(s.whole for s in syllables(text))


def test_offsets_point_into_decomposed_text() -> None:
    text = unicodedata.normalize("NFD", "Uỷ ban: 'giải\u200b ngân' 13,45%")
    assert [text[s.start : s.end] for s in syllables(text)] == [
        unicodedata.normalize("NFD", printed) for printed in ("Uỷ", "ban", "giải", "ngân", "13,45")
    ]


def test_underscores_and_punctuation_separate() -> None:
    assert norms("giải_ngân – vốn/đầu-tư…công") == ["giải", "ngân", "vốn", "đầu", "tư", "công"]
    assert folds("Đắk Lắk") == ["dak", "lak"]
    assert fold("  Bà Rịa – Vũng Tàu ") == "ba ria vung tau"
    assert syllables(" … ") == []


def test_an_nfd_page_and_an_nfc_page_have_the_same_syllables() -> None:
    text = "Ban Thường vụ Tỉnh uỷ họp ngày 5/7/2023, quyết nghị số 12-NQ/T.Ư về giải ngân 1.510 tỉ đồng"
    assert norms(unicodedata.normalize("NFD", text)) == norms(text)


@given(ANY_TEXT)
def test_normal_forms_are_fixed_points(text: str) -> None:
    for syllable in syllables(text):
        again = syllables(syllable.norm)[0]
        assert (again.norm, again.folded) == (syllable.norm, syllable.folded)
        assert syllables(syllable.folded)[0].norm == syllable.folded == syllables(syllable.folded)[0].folded


@given(ANY_TEXT)
def test_tokens_lie_in_order_inside_the_text(text: str) -> None:
    found: list[Syllable] = parts(text)
    assert [s.position for s in found] == list(range(len(found)))
    previous = 0
    for syllable in found:
        assert previous <= syllable.start < syllable.end <= len(text)
        assert syllable.norm and syllable.folded
        previous = syllable.end
    for whole in (s for s in syllables(text) if s.whole):
        assert any(part.position == whole.position and part.start == whole.start for part in found)


@given(st.text(alphabet=VIETNAMESE + VIETNAMESE.upper() + " ", max_size=60))
def test_composition_and_case_do_not_matter(text: str) -> None:
    assert norms(unicodedata.normalize("NFD", text)) == norms(text)
    assert norms(text.upper()) == norms(text.lower()) == norms(text)


def told(text: str) -> tuple[list[str], list[tuple[str, int]]]:
    found = syllables(text)
    return [s.norm for s in found if not s.whole], [(s.norm, s.position) for s in found if s.whole]


PIECES = (  # noqa: SIM905
    "hội Hoà uỷ 35 - / – CT/TW CT TW T. Ư T.Ư U\u031b W t. 16/7 16 7 2023 202/2025/QH15 QH15 /2025 13,45 1.510 QĐ-TTg "
    "27.12 2020-2025 x/y 05-CT/ (16/7), 1/12/2023. 35-NQ /TW \u200b \u0301 Ð 3.000đ m² ٣ . , \u2028 \x1c"
).split(" ")


@given(st.lists(st.tuples(st.sampled_from(PIECES), st.sampled_from(["", " ", " ", "\u00a0", "\n", "  "])), max_size=14))
def test_the_quick_way_gives_the_same_terms(pieces: list[tuple[str, str]]) -> None:
    text = "".join(piece + gap for piece, gap in pieces)
    assert terms(text) == told(text)


@given(ANY_TEXT)
def test_the_quick_way_gives_the_same_terms_of_any_text(text: str) -> None:
    assert terms(text) == told(text)


@given(ANY_TEXT | st.lists(st.sampled_from(PIECES)).map(" ".join))
def test_a_norm_tells_its_folded_form(text: str) -> None:
    found = syllables(text)
    assert [folded_of(syllable.norm) for syllable in found] == [syllable.folded for syllable in found]


@given(ANY_TEXT)
def test_the_position_at_each_place_is_the_number_of_parts_before_it(text: str) -> None:
    starts = [part.start for part in parts(text)]
    for place in range(len(text) + 1):
        assert position_in(text, place) == sum(start < place for start in starts)
