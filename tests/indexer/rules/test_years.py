"""The year of a day that is written without one: by the term, by what is named, by what fits; and else unknown."""

import pytest

from crawl.archive.archive import ArchivedArticle
from crawl.article import Article
from indexer.interpret import interpret
from indexer.page import Page
from indexer.rules import terms
from indexer.rules.event_dates import held
from indexer.rules.meetings import meeting_of
from indexer.rules.years import year_of_papers

FETCHED = "2026-11-20T08:00:00Z"


def year_of(title: str, lead: str, province: str = "", url: str = "") -> tuple[str, str]:
    page = Page(title, [lead])
    day = held(page, "", FETCHED, meeting_of(page), lambda: province, url)
    return day.iso, day.year_grade if day.iso else ""


@pytest.mark.parametrize(
    ("title", "lead", "iso"),
    [
        # a congress falls in the first year of its term, the first session of a council and a committee likewise
        (
            "Đại hội Đảng bộ tỉnh Kon Tum lần thứ XVI, nhiệm kỳ 2020 - 2025",
            "Sáng 24/9, đại hội khai mạc.",
            "2020-09-24",
        ),
        ("", "Ngày 29/6, HĐND tỉnh khóa X, nhiệm kỳ 2021 - 2026 khai mạc kỳ họp thứ nhất.", "2021-06-29"),
        # a month, a quarter, some months of a year; the New Year in between
        ("UBND tỉnh họp", "Chiều 2/6, UBND tỉnh họp phiên thường kỳ tháng 5/2023.", "2023-06-02"),
        ("", "Ngày 5/1, Tỉnh ủy giao ban quý IV/2023.", "2024-01-05"),
        ("", "Sáng 4/10, Tỉnh ủy họp đánh giá 9 tháng năm 2022.", "2022-10-04"),
        # what is reviewed and what is planned
        ("", "Sáng 13/12, HĐND tỉnh họp, đánh giá năm 2016, nhiệm vụ năm 2017.", "2016-12-13"),
        ("", "Sáng 12/1, Tỉnh ủy họp, đánh giá năm 2016, nhiệm vụ năm 2017.", "2017-01-12"),
        ("", "Chiều 5/12, HĐND tỉnh họp, thông qua dự toán ngân sách năm 2024.", "2023-12-05"),
        # one clear naming is enough, unless it may mean last year or next
        ("", "Chiều 4/8, Tỉnh ủy họp về chỉ tiêu sản xuất năm 2019.", "2019-08-04"),
        ("", "Chiều 4/12, HĐND tỉnh họp. Năm 2019 có nhiều việc.", ""),
        ("", "Chiều 4/8, Tỉnh ủy họp; sản lượng cao hơn năm 2019.", ""),
        ("", "Chiều 4/8, Tỉnh ủy họp.", ""),
    ],
)
def test_what_the_page_names(title: str, lead: str, iso: str) -> None:
    assert year_of(title, lead) == (iso, "inferred" if iso else "")


@pytest.mark.parametrize(
    ("lead", "iso"),
    [
        # what the centre decided is passed on within months
        ("Sáng 23/10, Tỉnh ủy thông báo nhanh kết quả Hội nghị lần thứ sáu BCH Trung ương khóa XII.", "2017-10-23"),
        # the weekday and the term leave one year
        ("Thứ Năm, ngày 9/7, HĐND tỉnh khóa XVIII khai mạc kỳ họp thứ 10.", "2020-07-09"),
        ("Thứ Năm, ngày 9/7, HĐND tỉnh khai mạc kỳ họp thứ 10.", ""),
        # votes of confidence were held in few years, one of them in this term
        ("Ngày 27/10, HĐND tỉnh khóa XIX lấy phiếu tín nhiệm những người do HĐND bầu tại kỳ họp.", "2023-10-27"),
        # a congress met while its guest was of a known Central Committee
        ("Sáng 21/9, Đại hội Đảng bộ tỉnh bầu ông A, Ủy viên Trung ương Đảng khóa XIII, làm Bí thư.", "2025-09-21"),
        ("Sáng 21/9, Đại hội Đảng bộ tỉnh bầu ông A, nguyên Ủy viên Trung ương Đảng khóa XIII.", ""),
        # a directive of the centre is passed on in its first months
        (
            "Ngày 9/7, Tỉnh ủy họp, triển khai Chỉ thị của Bộ Chính trị về đại hội đảng bộ các cấp tiến tới Đại hội "
            "đại biểu toàn quốc lần thứ XIV.",
            "2024-07-09",
        ),
        # a unit that was merged does not meet any more; two sittings a year make a low number early
        ("Ngày 9/12, HĐND tỉnh Bắc Giang khóa XIX khai mạc kỳ họp thứ 2.", "2021-12-09"),
        ("Ngày 9/12, HĐND tỉnh Bắc Giang khóa XIX khai mạc kỳ họp thứ 9.", ""),
        # a committee meets between three and fourteen times a year
        ("Chiều 12/7, Ban Chấp hành Đảng bộ tỉnh khóa XIX họp hội nghị lần thứ 2.", "2021-07-12"),
        ("Chiều 12/7, Ban Chấp hành Đảng bộ tỉnh khóa XIX họp hội nghị lần thứ 14.", ""),
        # what it adopts after its congress
        (
            "Sáng 2/12, Ban Thường vụ Tỉnh ủy họp, góp ý Quy chế làm việc và Chương trình công tác toàn khóa của "
            "Ban Chấp hành Đảng bộ tỉnh khóa XVIII.",
            "2015-12-02",
        ),
        ("Sáng 2/12, Ban Thường vụ Tỉnh ủy họp, thực hiện chương trình toàn khóa của khóa XVIII.", ""),
        # no council sits on a Sunday, or began on one: 14/7/2013 and 15/7/2012 are Sundays, in 2015 the tenth was due
        ("Sáng 15/7, HĐND tỉnh khóa XVII họp kỳ họp thứ 9, sang ngày làm việc thứ 2.", "2014-07-15"),
        ("Sáng 15/7, HĐND tỉnh khóa XVII họp kỳ họp thứ 9.", ""),
    ],
)
def test_a_year_that_alone_fits(lead: str, iso: str) -> None:
    assert year_of("", lead, "bac-giang") == (iso, "bracketed" if iso else "")


def test_the_words_of_an_address_may_name_the_year() -> None:
    lead = "Sáng 2/8, Tỉnh ủy họp."
    assert year_of("", lead, url="https://bao.vn/tag/giao-ban-bao-chi-nam-2021") == ("2021-08-02", "inferred")
    assert year_of("", lead, url="https://bao.vn/tag/quy-hoach-den-nam-2030")[0] == ""


def test_a_naming_that_does_not_fit_the_term_is_not_believed() -> None:
    lead = "Chiều 4/8, HĐND tỉnh khóa XIX họp kỳ họp thứ 9 về sản xuất năm 2012."
    assert year_of("", lead, "bac-giang") == ("", "")


def test_terms_follow_from_one_known_number() -> None:
    assert terms.years_of("daihoi", "bac-giang", 19) == "2020-2025"
    assert terms.years_of("bch", "bac-giang", 17) == "2010-2015"
    assert terms.years_of("hdnd", "bac-giang", 18) == "2016-2021"
    assert terms.years_of("bch", "cao-bang", 20) == "2025-2030"
    assert terms.years_of("bch", "tuyen-quang", 1) == "2025-2030"  # counted anew after the merger
    assert terms.years_of("bch", "tuyen-quang", 18) == ""
    assert terms.years_of("hdnd", "", 18) == terms.years_of("giaoban", "bac-giang", 1) == ""


def test_what_was_put_before_a_council_dates_its_sitting() -> None:
    lead = "Sáng 8/7, HĐND tỉnh khóa XIX họp kỳ họp thứ 12, xét Tờ trình số 90/TTr-UBND ngày 20/06/2023."
    assert year_of("", lead, "bac-giang") == ("", "")  # it says no more than that the sitting came later
    page = Page("", ["HĐND tỉnh họp kỳ họp thứ 12.", "Tờ trình số 90/TTr-UBND ngày 20/06/2023 được thông qua."])
    meeting = meeting_of(page)
    assert year_of_papers(page, meeting, FETCHED)[:3] == (2023, "Tờ trình số 90/TTr-UBND ngày 20/06/2023", "inferred")
    for cited in ("Tờ trình số 90/TTr-UBND ngày 28/12/2023", "Nghị quyết số 9/NQ-HĐND ngày 20/06/2023"):
        assert not year_of_papers(Page("", ["HĐND tỉnh họp kỳ họp thứ 12.", cited]), meeting, FETCHED).value
    party = Page("", ["Ban Chấp hành Đảng bộ tỉnh họp lần thứ 12.", "Tờ trình số 90/TTr-UBND ngày 20/06/2023."])
    assert not year_of_papers(party, meeting_of(party), FETCHED).value


@pytest.mark.parametrize(
    ("lead", "years", "words"),
    [
        # a committee meets within its term, after the congress that elected it
        ("Ngày 11/3, Ban Chấp hành Đảng bộ tỉnh khóa XVII họp hội nghị.", (2011, 2012, 2013, 2014, 2015), "khóa XVII"),
        ("Ban Chấp hành Đảng bộ tỉnh khóa XVII họp hội nghị.", (2010, 2011, 2012, 2013, 2014, 2015), "khóa XVII"),
        ("Chiều 4/8, Ban Chấp hành Đảng bộ tỉnh họp hội nghị.", (), ""),
        ("Ngày 11/3/2013, Ban Chấp hành Đảng bộ tỉnh khóa XVII họp hội nghị.", (), ""),
    ],
)
def test_years_that_are_left_where_none_is_clear(lead: str, years: tuple[int, ...], words: str) -> None:
    article = Article(id="bai", url="", title="", body=lead, province="bac-giang")
    read = interpret(ArchivedArticle(article, 1, FETCHED, "", False))
    assert read.possible_years == years
    assert read.evidence.get("possible_years", "").startswith(words)
    assert (read.year is None) == (not lead.startswith("Ngày 11/3/"))
