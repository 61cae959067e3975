"""Where a page belongs, and that unknown is better than wrong."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.page import Page
from indexer.rules import province
from indexer.rules.province import Place, clues_of, place_of
from indexer.signals import PLACE_KINDS

DAY = "2023-07-05"


def of(*paragraphs: str, title: str = "", byline: str = "", url: str = "", date: str = DAY, source: str = "") -> Place:
    return place_of(clues_of(Page(title, paragraphs), byline, url), date, source, "bao-mau" if source else "")


@pytest.mark.parametrize(
    ("text", "then", "why"),
    [
        ("BẮC GIANG - Sáng 1/12, Tỉnh ủy họp.", "bac-giang", "BẮC GIANG → Bắc Giang"),
        ("(BTN) - Sáng 1/12, Tỉnh uỷ họp.", "tay-ninh", "(BTN) → Tây Ninh"),
        ("Dự họp có lãnh đạo Tỉnh đoàn, Huyện ủy Na Rì.", "bac-kan", "Huyện ủy Na Rì → Bắc Kạn"),
        ("Sáng nay, Tỉnh ủy Hoà Bình tổ chức hội nghị.", "hoa-binh", "Tỉnh ủy Hoà Bình → Hòa Bình"),
        ("Ban Chấp hành Đảng bộ tỉnh Thừa Thiên - Huế họp.", "thua-thien-hue", None),
        ("Đại hội đại biểu Đảng bộ thành phố Đà Nẵng khai mạc.", "da-nang", None),
        ("Đồng chí Bí thư Thị ủy Ninh Hòa và Huyện ủy Vạn Ninh phát biểu.", "khanh-hoa", None),
    ],
)
def test_what_the_page_says(text: str, then: str, why: str | None) -> None:
    place = of(text)
    assert place.then == then
    assert why is None or place.why == why


@pytest.mark.parametrize(
    "text",
    [
        "Ban Chấp hành Đảng bộ tỉnh họp, cho ý kiến về 6 tháng đầu năm.",
        "Tiến độ cao tốc Tuyên Quang - Phú Thọ kết nối với cao tốc Nội Bài - Lào Cai.",
        "Đoàn đi học tập kinh nghiệm tại Bình Dương và Đồng Nai.",
        "Các tỉnh Hà Giang, Cao Bằng, Lạng Sơn cùng dự.",
        "Tỉnh ủy Hà Giang và Tỉnh ủy Cao Bằng ký kết phối hợp.",  # two equal candidates
        "Huyện ủy Châu Thành họp.",  # seven provinces had a Châu Thành
        "Chiều 27.12, tại Hà Nội, Bộ Chính trị làm việc với tỉnh.",
        "Học tập tư tưởng Hồ Chí Minh; giữ gìn hòa bình.",
    ],
)
def test_unknown_is_better_than_wrong(text: str) -> None:
    assert of(text) == Place()


@pytest.mark.parametrize(
    ("opening", "then"),
    [
        ("Sáng 27/9, Đại hội Đảng bộ tỉnh Quảng Trị khai mạc.", "quang-tri"),
        ("Sáng 27/9, Thành ủy họp. Dự có lãnh đạo Tỉnh ủy Quảng Trị, Sở Y tế TP Hồ Chí Minh.", "ho-chi-minh"),
        ("Sáng 27/9, đoàn rời Quảng Trị.", "ho-chi-minh"),
        ("Sáng 27/9, Thành ủy họp.", "ho-chi-minh"),
    ],
)
def test_a_body_overrules_a_paper_of_many_provinces_by_the_opening_alone(opening: str, then: str) -> None:
    clues = clues_of(Page("Chung sức vì miền đất gió", [opening]), "", "")
    assert place_of(clues, DAY, "ho-chi-minh", "bao-mau", many_provinces=True).then == then
    assert place_of(clues, DAY, "ho-chi-minh", "bao-mau").then == "ho-chi-minh"


def test_a_local_news_site_speaks_where_its_page_says_nothing() -> None:
    lead = "UBND tỉnh họp phiên thường kỳ."
    assert of(lead, url="https://vinh24h.vn/tin/1").then == "nghe-an"
    assert of(lead, url="https://www.laocaionline.vn/tin/1").then == "lao-cai"
    assert of(lead, "Tỉnh ủy Lào Cai cùng họp.", url="https://vinh24h.vn/tin/1").then == "lao-cai"
    assert of(lead, url="https://chauthanh24h.vn/1") == of(lead, url="https://doisong24h.vn/1") == Place()


def test_a_district_name_of_many_provinces_agrees_with_what_else_is_said() -> None:
    place = of("UBND tỉnh Bến Tre họp.", "Bí thư Huyện ủy Châu Thành phát biểu.", "Huyện ủy Châu Thành hứa khắc phục.")
    assert place.then == "ben-tre"


def test_the_source_comes_first() -> None:
    place = of("Đoàn Quảng Ninh, Tỉnh ủy Quảng Ninh sang thăm, Tỉnh ủy Quảng Ninh cảm ơn.", source="bac-giang")
    assert (place.then, place.now, place.why) == ("bac-giang", "bac-ninh", "nguồn bao-mau → Bắc Giang")


def test_a_paper_that_took_over_an_archive_speaks_for_both_provinces() -> None:
    place = of("BHG - Ban Chấp hành Đảng bộ tỉnh Hà Giang họp.", "Tỉnh ủy Hà Giang yêu cầu.", source="tuyen-quang")
    assert (place.then, place.now) == ("ha-giang", "tuyen-quang")


@pytest.mark.parametrize(
    ("source", "date", "then", "now"),
    [
        ("bac-giang", "2025-06-30", "bac-giang", "bac-ninh"),
        ("bac-giang", "2025-07-01", "bac-ninh", "bac-ninh"),
        ("hue", "2023", "thua-thien-hue", "hue"),
        ("bac-kan", "", "bac-kan", "thai-nguyen"),
        ("ha-tay", "2007-01-01", "ha-tay", "ha-noi"),
        ("cao-bang", "2026-01-01", "cao-bang", "cao-bang"),
    ],
)
def test_the_unit_is_that_of_the_day(source: str, date: str, then: str, now: str) -> None:
    place = of("Tỉnh ủy họp.", date=date, source=source)
    assert (place.then, place.now) == (then, now)


def test_hosts_in_the_byline_or_the_address_tell_the_province() -> None:
    assert of("Tỉnh uỷ giao ban.", byline="Trần An\nthainguyen.gov.vn").why == "thainguyen.gov.vn → Thái Nguyên"
    assert of("Tỉnh ủy họp.", url="https://www.baobackan.com.vn/chinh-tri/1.html").then == "bac-kan"
    assert of("Tỉnh ủy họp.", url="https://example.vn/bac-giang/1.html") == Place()


def test_a_commune_that_bears_a_districts_name_counts_little() -> None:
    assert of("Xã Na Rì chọn làm điểm.", date="2025-09-01") == Place()


KIND_BEFORE = re.compile(rf"(?<![^\W_])(?:{'|'.join(PLACE_KINDS)})[.]?\s*$")


@given(st.lists(st.sampled_from([*PLACE_KINDS, "x", "5", ".", " ", " ", "\n", "đoàn", "ủy"]), max_size=6).map("".join))
def test_the_kind_of_place_is_what_stands_right_before_its_name(before: str) -> None:
    page = Page("", [f"{before} Na Rì"])
    start = len(before) + 2  # the line break after the title, the space before the name
    kind = KIND_BEFORE.search(page.whole.low, max(0, start - province.LONGEST_TYPE), start)
    assert province._typed(page) == ({start: (kind[0].rstrip(" .\n"), len(page.whole.text))} if kind else {})


def test_a_kind_of_place_may_begin_the_title() -> None:
    assert set(province.weigh(clues_of(Page("tp Vinh họp", ()), "", ""), "")) == {"nghe-an"}
    assert set(province.weigh(clues_of(Page("", ("tp Vinh họp",)), "", ""), "")) == {"nghe-an"}


def test_an_empty_first_paragraph_is_no_dateline() -> None:
    assert province.weigh(clues_of(Page("", ("",)), "", ""), "") == {}
