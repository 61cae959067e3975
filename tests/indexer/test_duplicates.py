"""Reprints are found by their text; reports of one meeting in other words are not reprints."""

from dataclasses import replace

import pytest

from indexer.duplicates import PLACES, Print, copies_of, print_of, sketches_of
from search.document import Document

REPORT = Document(
    id="https://bao.example/1",
    key="bao1",
    url="https://bao.example/1",
    title="Hội nghị Tỉnh ủy bàn việc giải ngân",
    source="bao",
    published="2023-07-06",
    text=(
        "Sáng 5/7, Ban Chấp hành Đảng bộ tỉnh họp hội nghị thường kỳ để xem lại sáu tháng đầu năm. Theo báo "
        "cáo, các huyện đã chi ba phần mười số vốn được giao, chậm hơn mọi năm vì mặt bằng nhiều tuyến đường "
        "chưa xong. Bí thư Tỉnh ủy yêu cầu mỗi chủ đầu tư ghi rõ ngày hoàn thành từng gói thầu, gửi về văn "
        "phòng trước ngày hai mươi hằng tháng. Nơi nào không làm được thì chuyển vốn sang công trình khác. "
        "Các đại biểu đề nghị tỉnh cho cơ chế đặt hàng đất san nền, vì giá cát đã tăng gấp rưỡi kể từ đầu "
        "xuân. Hội nghị cũng nghe báo cáo về thu ngân sách và công tác kết nạp đảng viên."
    ),
)
REPRINT = replace(
    REPORT,
    key="cong1",
    source="cong",
    published="2023-07-07",
    text="(Theo Báo mẫu) " + REPORT.text.replace("gấp rưỡi", "mạnh"),
)
OTHER_WORDS = replace(
    REPORT,
    key="dai1",
    source="dai",
    text=(
        "Ngày 5/7, hội nghị thường kỳ của Ban Chấp hành Đảng bộ tỉnh đã diễn ra. Sáu tháng qua, số vốn được "
        "giao mới chi ba phần mười. Nguyên nhân chính là mặt bằng của nhiều tuyến đường còn vướng. Kết luận, "
        "Bí thư Tỉnh ủy đề nghị các chủ đầu tư cam kết tiến độ từng gói thầu, hằng tháng gửi báo cáo; nơi "
        "chậm trễ sẽ bị rút vốn. Việc khan hiếm cát và đất san nền được nhiều đại biểu nhắc tới. Hội nghị "
        "dành thời gian cho thu ngân sách và phát triển đảng viên mới."
    ),
)


def test_a_reprint_belongs_to_the_earliest() -> None:
    cluster = (("bao1", "bao"), ("cong1", "cong"))
    assert copies_of([print_of(REPRINT), print_of(OTHER_WORDS), print_of(REPORT)]) == {
        "bao1": cluster,
        "cong1": cluster,
    }


@pytest.mark.parametrize("text", ["", "Thông báo: hội nghị dời sang chiều mai.", "họp " * 59])
def test_a_short_text_is_no_copy_of_another(text: str) -> None:
    assert print_of(replace(REPORT, text=text)) is None


def test_the_order_of_pages_does_not_matter() -> None:
    prints = [print_of(page) for page in (REPORT, REPRINT, replace(REPRINT, key="cong2", source="cong2"))]
    assert copies_of(prints) == copies_of(reversed(prints))


def test_a_chain_of_reprints_and_equal_texts_are_one_cluster() -> None:
    pages = [REPORT, REPRINT, replace(REPORT, key="bao0", source="bao", published="2023-07-05"), OTHER_WORDS]
    pages += [replace(REPORT, key=f"dang{number}", source="dang", published="2023-08-01") for number in range(3)]
    cluster = (
        ("bao0", "bao"),
        ("bao1", "bao"),
        ("cong1", "cong"),
        ("dang0", "dang"),
        ("dang1", "dang"),
        ("dang2", "dang"),
    )
    assert copies_of(map(print_of, pages)) == dict.fromkeys((key for key, _ in cluster), cluster)


def test_nothing_has_no_copies() -> None:
    assert copies_of([]) == {}


@pytest.mark.parametrize("changed", [0, 4, 15, 60])
def test_a_print_tells_how_much_two_texts_share(changed: int) -> None:
    words = [f"từ{number}" for number in range(400)]
    other = [f"khác{number}" if number in range(0, changed * 6, 6) else word for number, word in enumerate(words)]
    one, two = (print_of(replace(REPORT, text=" ".join(text))) for text in (words, other))
    assert one and two
    runs = [{tuple(text[start : start + 4]) for start in range(397)} for text in (words, other)]
    exact = len(runs[0] & runs[1]) / len(runs[0] | runs[1])
    sketches = sketches_of([one, two])[:, :PLACES]
    assert (sketches[0] == sketches[1]).mean() == pytest.approx(exact, abs=0.15)


NOTICE = (
    "Thường trực Hội đồng nhân dân tỉnh trân trọng thông báo: kỳ họp thứ {nth} được tổ chức trong hai ngày {day} và "
    "{next} tháng {month} năm {year} tại hội trường lớn của tỉnh. Kỳ họp xem xét báo cáo về kinh tế và xã hội, nghe "
    "trả lời chất vấn, quyết định các nghị quyết theo luật. Cử tri theo dõi qua sóng phát thanh và truyền hình, gửi ý "
    "kiến về văn phòng trước ngày khai mạc. Các cơ quan cử người dự đúng thành phần, đúng giờ và gửi tài liệu sớm."
)
SUMMER = NOTICE.format(nth=9, day=5, next=6, month=7, year=2022)


def page(key: str, text: str, published: str = "2022-07-01") -> Print:
    look = print_of(replace(REPORT, key=key, source=key, text=text, published=published))
    assert look
    return look


@pytest.mark.parametrize(
    "other",
    [
        NOTICE.format(nth=9, day=5, next=6, month=7, year=2023),  # one year alone differs
        NOTICE.format(nth=10, day=11, next=12, month=12, year=2022),
        SUMMER.replace("thứ 9", "thứ mười").replace("5 và 6 tháng 7", "8 và 9 tháng mười"),
    ],
)
def test_the_notice_of_another_session_in_the_same_form_is_no_reprint(other: str) -> None:
    assert copies_of([page("a", SUMMER), page("b", other)]) == {}


@pytest.mark.parametrize(
    "reprint",
    [
        SUMMER.replace("5 và 6 tháng 7 năm 2022", "05 và 06/07/2022"),
        SUMMER.replace(" Các cơ quan cử người dự đúng thành phần, đúng giờ và gửi tài liệu sớm.", ""),
        "(Theo Báo Mẫu, số 1204) " + SUMMER,
        SUMMER.replace("kỳ họp thứ 9", "kỳ họp"),
    ],
)
def test_a_reprint_prints_the_same_numbers_or_fewer(reprint: str) -> None:
    assert len(copies_of([page("a", SUMMER), page("b", reprint)])) == 2


def test_a_long_reprint_may_correct_one_of_its_figures() -> None:
    figures = ", ".join(f"huyện số {number} được {number * 37} hộ" for number in range(3, 40))
    told = f"{REPORT.text} Theo báo cáo: {figures}."
    assert len(copies_of([page("a", told), page("b", told.replace("được 185 hộ", "được 190 hộ"))])) == 2
    others = ", ".join(f"huyện số {number} được {number * 41} hộ" for number in range(3, 40))
    assert copies_of([page("a", told), page("b", told.replace(figures, others))]) == {}


def test_a_text_cut_before_its_numbers_does_not_join_two_years() -> None:
    winter = NOTICE.format(nth=14, day=8, next=9, month=12, year=2023)
    cut = SUMMER.replace("kỳ họp thứ 9", "kỳ họp").replace("hai ngày 5 và 6 tháng 7 năm 2022 ", "")
    pages = [page("a", SUMMER), page("b", cut, "2022-06-30"), page("c", winter, "2023-12-01"), page("d", winter)]
    together = (("b", "b"), ("a", "a"))
    both = (("d", "d"), ("c", "c"))
    assert copies_of(pages) == {"a": together, "b": together, "c": both, "d": both}
    assert copies_of(reversed(pages)) == copies_of(pages)
