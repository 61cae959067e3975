"""Which articles belong: real wordings of titles and first sentences, kept or left out."""

from pathlib import Path

import pytest

from crawl.article import Article
from crawl.extraction.relevance import judge


def article(title: str, body: str = "", lede: str = "") -> Article:
    return Article(id="x", url="", title=title, body=body, lede=lede)


@pytest.mark.parametrize(
    "title",
    [
        "Hội nghị Ban Chấp hành Đảng bộ tỉnh lần thứ 20",
        "Ban Thường vụ Tỉnh uỷ họp khẩn về phòng, chống dịch",
        "Thường trực Tỉnh ủy hội ý công tác tuần",
        "Giao ban các cơ quan khối Đảng quý II",
        "Bế mạc Đại hội đại biểu Ðảng bộ tỉnh lần thứ XVII",
        "Kỳ họp thứ 12, HĐND tỉnh khóa VIII",
        "UBND tỉnh họp phiên thường kỳ tháng 7",
        "Kỳ họp thứ 31 của Ủy ban Kiểm tra Tỉnh ủy",
        "Bí thư Tỉnh ủy làm việc với Ban Thường vụ Huyện ủy Sơn Dương",
        "Thông báo kết luận của Ban Thường vụ Thành ủy",
        "Hội nghị báo cáo viên Tỉnh ủy tháng 9",
        "Ban Tổ chức Tỉnh ủy công bố quyết định về công tác cán bộ",
        "Thường trực HĐND tỉnh tiếp xúc cử tri xã Phú Lâm",
    ],
)
def test_kinds_of_meetings_are_kept(title: str) -> None:
    assert judge(article(title)).keep


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("Giá cà phê tăng trở lại", "Sáng nay, thương lái thu mua với giá 120 nghìn đồng."),
        (
            "Bí thư Tỉnh ủy thăm, tặng quà gia đình chính sách",
            "Chiều 20/7, đồng chí Bí thư đến thăm mẹ Nguyễn Thị Lan.",
        ),
        ("Giải bóng chuyền chào mừng Đại hội Đảng bộ tỉnh", "Tám đội tranh tài trong ba ngày."),
        ("Hội nghị khách hàng của ngân hàng", "Ngân hàng cảm ơn những người gửi tiền lâu năm."),
        ("Người dân họp chợ từ ba giờ sáng", "Chợ nằm cạnh trụ sở UBND xã."),
    ],
)
def test_anything_else_is_left_out_with_a_reason(title: str, body: str) -> None:
    verdict = judge(article(title, body))
    assert not verdict.keep
    assert "body" in verdict.reason or "meeting" in verdict.reason


def test_body_and_meeting_must_stand_in_one_sentence() -> None:
    apart = article("Bão số 3 gây mưa lớn", "UBND tỉnh ra công điện. Các trường hoãn hội nghị phụ huynh.")
    assert judge(apart).reason == "names a party or council body and a meeting, but not in one sentence of its opening"


def test_the_first_paragraphs_count_when_the_title_says_little() -> None:
    body = "Sáng 1/12, Ban Chấp hành Đảng bộ tỉnh tổ chức hội nghị thường kỳ phiên thứ 16."
    assert judge(article("Tập trung rà soát các nhiệm vụ năm 2023", body)).keep


def test_a_decomposed_title_is_read_like_any_other() -> None:
    import unicodedata

    assert judge(article(unicodedata.normalize("NFD", "Hội nghị Tỉnh ủy lần thứ 9"))).keep


def test_every_sample_on_a_meeting_is_kept_and_every_other_left_out() -> None:
    from tests.crawl.sites.sample_article import load_articles, load_others

    lost = [a.title for a in load_articles() if not judge(article(a.title, a.body, a.lede)).keep]
    taken = [a.title for a in load_others() if judge(article(a.title, a.body, a.lede)).keep]
    assert (lost, taken) == ([], [])


def test_general_news_is_kept_only_where_it_tells_of_a_meeting() -> None:
    """Invented articles in the manner of newspapers, which name bodies and meetings in passing."""
    rows = (Path(__file__).with_name("general_news.tsv")).read_text(encoding="utf-8").splitlines()[1:]
    kept: dict[str, list[str]] = {"yes": [], "no": []}
    left_out: dict[str, list[str]] = {"yes": [], "no": []}
    for belongs, title, text in (row.split("\t") for row in rows):
        verdict = judge(article(title, text.replace("¶", "\n\n")))
        (kept if verdict.keep else left_out)[belongs].append(f"{text} ({verdict.reason})")
    assert len(rows) >= 60
    assert len(kept["yes"]) / len(kept["yes"] + kept["no"]) >= 0.9, kept["no"]
    assert len(kept["yes"]) / len(kept["yes"] + left_out["yes"]) >= 0.97, left_out["yes"]


@pytest.mark.parametrize(
    ("told", "in_passing"),
    [
        ("Chiều 5/6, Ban Thường vụ Tỉnh ủy họp.", "Chiều 5/6, Ban Thường vụ Tỉnh ủy họp mặt."),
        ("Sáng 5/6, Thường trực Tỉnh ủy giao ban.", "Sáng 5/6, Tỉnh ủy giao Ban Cán sự đảng UBND tỉnh kiểm tra."),
        ("Chiều 5/6, UBND tỉnh họp về giá đất.", "Chiều 5/6, UBND tỉnh họp báo về giá đất."),
    ],
)
def test_words_that_only_sound_like_a_meeting_are_none(told: str, in_passing: str) -> None:
    assert judge(article("", told)).keep
    assert not judge(article("", in_passing)).keep


def test_the_lower_a_meeting_stands_the_plainer_it_must_be_told() -> None:
    meeting = "Việc này đã được bàn tại một hội nghị của Tỉnh ủy."
    assert judge(article("", meeting)).keep
    filler = "Con đường qua đèo lại sạt lở sau ba ngày mưa, xe tải xếp hàng dài từ chân dốc đến tận cửa rừng."
    assert not judge(article("", f"{filler}\n\n{meeting}")).keep
    assert judge(article("", f"{filler}\n\nViệc này được bàn tại hội nghị của Tỉnh ủy chiều 5/6.")).keep
    below = f"{filler}\n\n{filler}\n\n{filler}\n\nViệc này được bàn tại hội nghị của Tỉnh ủy chiều 5/6."
    assert not judge(article("", below)).keep
