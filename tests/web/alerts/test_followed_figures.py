"""Alerts of an indicator: each new figure once, with its sentence and page, as what it is; by mail and to a program."""

import json
from dataclasses import replace

import pytest

from indexer.figures.writer import FigureWriter
from indexer.rules.figures import read_document
from tests.web.alerts.conftest import Mailbox, Program, Site, article, document
from web.alerts.followed_figures import of_figures

REVENUE = "budget-revenue"


def state(site: Site, *pages: tuple[int, str], day: str = "2024-07-05", read: bool = True) -> None:
    """Publish pages of Bắc Giang, each (number, text); read: whether their figures were read already."""
    site.publish(*((number, f"Hội nghị {number}") for number, _ in pages))
    if read:
        read_figures(site, *pages, day=day)


def read_figures(site: Site, *pages: tuple[int, str], day: str = "2024-07-05") -> None:
    with FigureWriter(site.data_dir) as writer:
        for number, text in pages:
            page = replace(document(number, f"Hội nghị {number}"), text=text, held=day, published=day, kind="bch")
            writer.put(page, read_document(page))
        writer.commit("mẫu")


@pytest.fixture
def stating(alerting: Site) -> Site:
    state(alerting, (10, "Năm 2023, thu ngân sách nhà nước đạt 18.240 tỷ đồng."))
    return alerting


def follow(site: Site, mailbox: Mailbox, **more: str) -> None:
    asked = site.client.post(
        "/theo-doi",
        data={"by": "mail", "address": "ban@thu.mau.vn", "rhythm": "immediate", "indicator": REVENUE} | more,
    )
    assert asked.status_code == 200
    assert "Thu ngân sách" in site.client.post(site.link(mailbox.letters.pop())).text


def test_a_new_figure_is_told_once_with_its_sentence_and_page(stating: Site, mailbox: Mailbox) -> None:
    follow(stating, mailbox)
    assert stating.round().alerts == 0  # what was there when it was confirmed is no news
    sentence = "6 tháng đầu năm 2024, thu ngân sách nhà nước ước đạt 9.115 tỷ đồng."
    state(stating, (11, sentence + " Kim ngạch xuất khẩu đạt 800 triệu USD."))
    assert str(stating.round()) == "alerts: 1 sent, 0 pages told, 1 figures told"
    [letter] = mailbox.letters
    assert letter["Subject"] == "1 số liệu mới · Thu ngân sách nhà nước trên địa bàn"
    text = stating.text(letter)
    assert "Bắc Giang, 6 tháng đầu năm 2024: 9.115 tỷ đồng (ước thực hiện)" in text
    assert f"“{sentence}”" in text and f"/bai/{article(11, '').key}#so-text-" in text
    assert "800" not in text and "không phải số liệu thống kê chính thức" in text
    assert "<strong>9.115 tỷ đồng</strong>" in stating.text(letter, "html")

    state(stating, (12, "Kết quả 6 tháng đầu năm 2024: thu ngân sách nhà nước ước đạt 9.115 tỷ đồng."))
    assert stating.round().alerts == 0  # the same figure on another page
    state(stating, (10, "Năm 2023, thu ngân sách nhà nước đạt 18.240 tỷ đồng. Trang được sửa."))
    assert stating.round().alerts == 0

    leave = stating.link(letter)
    assert "Đã ngừng theo dõi" in stating.client.post(leave).text
    state(stating, (13, "9 tháng đầu năm 2024, thu ngân sách nhà nước đạt 13.900 tỷ đồng."))
    assert stating.round().alerts == 0


def test_what_was_estimated_and_came_out_is_told_as_a_revision(stating: Site, mailbox: Mailbox) -> None:
    state(stating, (11, "Năm 2024, thu ngân sách nhà nước ước đạt 20.100 tỷ đồng."), day="2024-12-06")
    follow(stating, mailbox)
    state(stating, (12, "Năm 2024, thu ngân sách nhà nước đạt 20.480 tỷ đồng."), day="2025-02-03")
    stating.round()
    text = stating.text(mailbox.letters[0])
    assert "20.480 tỷ đồng (kết quả)" in text
    assert "trước đó ước 20.100 tỷ đồng, 6/12/2024" in text


def test_aims_are_told_as_aims_and_what_is_not_of_the_province_not_at_all(stating: Site, mailbox: Mailbox) -> None:
    follow(stating, mailbox)
    aim = "Phấn đấu năm 2025 thu ngân sách nhà nước đạt 22.000 tỷ đồng."
    state(
        stating, (11, aim + " Huyện Lạng Giang thu ngân sách đạt 612 tỷ đồng. Cả nước thu ngân sách đạt 1.800 tỷ đồng.")
    )
    stating.round()
    text = stating.text(mailbox.letters[0])
    assert "22.000 tỷ đồng (mục tiêu)" in text
    assert "612" not in text and "1.800" not in text


def test_province_and_year_are_kept(stating: Site, mailbox: Mailbox) -> None:
    follow(stating, mailbox, province="bac-ninh", year="2024")
    state(stating, (11, "Năm 2022, thu ngân sách nhà nước đạt 17.000 tỷ đồng."))
    assert stating.round().alerts == 0
    state(stating, (12, "6 tháng đầu năm 2024, thu ngân sách nhà nước đạt 9.000 tỷ đồng."))
    assert stating.round().figures == 1  # Bắc Giang is a part of Bắc Ninh now
    assert "Bắc Ninh · 2024" in mailbox.letters[0]["Subject"]


def test_a_page_whose_figures_were_not_read_yet_is_told_when_they_are(stating: Site, mailbox: Mailbox) -> None:
    follow(stating, mailbox)
    page = (11, "6 tháng đầu năm 2024, thu ngân sách nhà nước đạt 9.000 tỷ đồng.")
    state(stating, page, read=False)
    assert stating.round().alerts == 0
    read_figures(stating, page)
    assert stating.round().figures == 1


def test_a_letter_that_is_refused_for_now_is_sent_in_the_next_round(stating: Site, mailbox: Mailbox) -> None:
    follow(stating, mailbox)
    state(stating, (11, "6 tháng đầu năm 2024, thu ngân sách nhà nước đạt 9.000 tỷ đồng."))
    mailbox.answers["DATA"] = "451 sau"
    assert stating.round().failed == 1
    mailbox.answers.clear()
    assert stating.round().figures == 1
    assert len(mailbox.letters) == 1


def test_a_program_gets_the_figures_as_the_interface_gives_them(stating: Site, program: Program) -> None:
    data = {"by": "webhook", "address": program.url, "rhythm": "immediate", "indicator": REVENUE}
    assert "X-Hoinghi-Signature" in stating.client.post("/theo-doi", data=data).text
    state(stating, (11, "6 tháng đầu năm 2024, thu ngân sách nhà nước đạt 9.000 tỷ đồng."))
    assert stating.round().figures == 1
    told = json.loads(program.requests[-1][1])
    assert told["type"] == "figures" and told["query"] == f"indicator={REVENUE}"
    [figure] = told["figures"]
    asked = stating.client.get(f"/api/figures?indicator={REVENUE}&year=2024").get_json()
    assert figure == asked["statements"][0]
    assert stating.round().figures == 0


def test_the_page_of_an_indicator_leads_to_the_form_which_says_what_is_followed(stating: Site) -> None:
    page = stating.client.get(f"/so-lieu?indicator={REVENUE}&province=bac-giang").text
    assert f'href="/theo-doi?indicator={REVENUE}&amp;province=bac-giang"' in page
    form = stating.client.get(f"/theo-doi?indicator={REVENUE}&province=bac-giang&lang=en").text
    assert "Follow an indicator" in form and "State budget revenue" in form and "Bắc Giang" in form
    form = stating.client.get(f"/theo-doi?indicator={REVENUE}&province=bac-giang").text
    assert "Theo dõi một chỉ tiêu" in form
    assert f'href="/so-lieu.atom?indicator={REVENUE}&amp;province=bac-giang"' in form


@pytest.mark.parametrize(
    "wrong", ["indicator=khong-co", f"indicator={REVENUE}&q=thu", f"indicator={REVENUE}&province=x"]
)
def test_a_strange_value_is_told(stating: Site, wrong: str) -> None:
    assert stating.client.get(f"/theo-doi?{wrong}").status_code == 400


def test_a_search_is_never_taken_for_an_indicator() -> None:
    assert not of_figures("q=indicator%3Dgrdp") and of_figures("indicator=grdp&province=bac-giang")
