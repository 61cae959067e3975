"""Fourteen tasks of a researcher, walked in Chromium, clicks counted: by mouse, by keyboard, without JavaScript.

The searches are typed; a click is a link or a button that is operated. What is found is checked, not only reached.
"""

import csv
import io
import re
from xml.etree import ElementTree

from playwright.sync_api import expect

from tests.web.tasks.conftest import FIRST, LONG_YEARS, PROVINCES, SECOND, YEARS, Letters, Reader, share, walked

ATOM = "{http://www.w3.org/2005/Atom}"


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


@walked(FIRST + SECOND)
def test_a_compare_the_percentages_of_provinces(reader: Reader) -> None:
    reader.search("giải ngân vốn đầu tư công 2023")
    reader.click(reader.page.locator(".figure-panel > p a"))
    table = reader.page.locator(".figure-table tbody tr")
    expect(table).to_have_count(len(PROVINCES))
    expect(table.filter(has_text="Hà Giang")).to_contain_text(f"{share('Hà Giang', 2023)}")
    expect(reader.page.locator(".figure-table thead")).to_contain_text("2023")
    reader.took(clicks=1)


@walked(FIRST)
def test_b_the_numbered_meetings_of_a_body_in_a_term_and_which_are_missing(reader: Reader) -> None:
    reader.search("Sơn La")
    reader.click(reader.page.locator(".card a"))
    term = reader.page.locator(".numbered tbody tr", has_text=re.compile(r"\bXV\b"))
    known, missing = term.locator("td").nth(0), term.locator("td").nth(1)
    expect(known).to_have_text("7, 8, 9, 11")
    expect(known.get_by_role("link")).to_have_count(4)
    expect(missing).to_have_text("1, 2, 3, 4, 5, 6, 10")
    reader.took(clicks=1)


@walked(FIRST + SECOND)
def test_c_what_one_secretary_said_in_2024(reader: Reader) -> None:
    reader.search("Lò A Mẫu 2024")
    reader.click(reader.page.locator(".card a"))
    expect(reader.page.locator("h1")).to_have_text("Lò A Mẫu")
    said = reader.page.locator(".said blockquote")
    expect(said).to_have_count(1)
    expect(said).to_contain_text("phải xong trong năm 2024")
    reader.took(clicks=1)


@walked(SECOND)
def test_d_what_provinces_promised_and_reported_under_a_directive(reader: Reader) -> None:
    reader.search("35-CT/TW")
    reader.click(reader.page.locator(".card a"))
    reader.follow("Theo dấu: tỉnh nào đã làm theo, từ bao giờ")
    expect(reader.page.locator("main")).to_contain_text("phấn đấu xong đại hội cơ sở trước tháng 6/2025")
    expect(reader.page.locator("main")).to_contain_text("98% chi bộ đã xong")
    unseen = reader.page.locator(".unseen li", has=reader.page.get_by_role("link", name="Yên Bái", exact=True))
    expect(unseen).to_contain_text(re.compile(r"\b1 (?:bài|article)\b"))
    reader.took(clicks=2)


@walked(FIRST + SECOND)
def test_e_a_phrase_by_year_and_province_as_a_file(reader: Reader) -> None:
    reader.search("chuyển đổi số")
    reader.follow("Xu hướng")
    expect(reader.page.locator("h1")).to_have_text(reader.says("Xu hướng"))
    text = reader.download(reader.page.locator("a[href*='/xu-huong-tinh.csv']"))
    counted = {
        (row["province_label"], int(row["year"])): int(row["count"]) for row in rows(text) if row["count"] != "0"
    }
    expected = {(province, year): 1 for province in PROVINCES for year in YEARS}
    expected |= {("Sơn La", year): 1 for year in LONG_YEARS} | {("Hà Giang", 2023): 2}
    assert counted == expected
    reader.took(clicks=2)


@walked(FIRST + SECOND, script=True)
def test_f_ten_references(reader: Reader) -> None:
    reader.search("chuyển đổi số")
    for place in range(10):
        reader.click(reader.page.locator(".hit .keep").nth(place))
    reader.click(reader.page.locator("#my-list"))
    expect(reader.page.locator(".kept li")).to_have_count(10)
    text = reader.download(reader.page.get_by_role("link", name="BibTeX"))
    assert text.count("@online{") == 10
    reader.took(clicks=12)


@walked(FIRST)
def test_g_ten_years_of_an_indicator_of_one_province_as_a_file(reader: Reader) -> None:
    reader.search("giải ngân vốn đầu tư công Sơn La")
    reader.click(reader.page.locator(".figure-panel > p a"))
    text = reader.download(reader.page.get_by_role("link", name="CSV"))
    stated = {(row["place"], int(row["first"][:4])): row["value"] for row in rows(text)}
    assert stated == {("son-la", year): str(share("Sơn La", year)) for year in LONG_YEARS}
    reader.took(clicks=2)


@walked(SECOND)
def test_h_two_papers_on_one_meeting_side_by_side(reader: Reader) -> None:
    reader.search("Hà Giang hội nghị lần thứ 9 2023")
    reader.click(reader.page.locator(".hit a[href*='/hop/ha-giang.']").first)
    reader.follow("Đối chiếu các bài")
    papers = reader.page.locator(".comparison thead").first
    expect(papers).to_contain_text("Báo Mẫu")
    expect(papers).to_contain_text("Báo Khác")
    expect(reader.page.locator(".comparison tbody").first).to_be_visible()
    expect(reader.page.locator(".comparison")).to_contain_text("ở cơ sở")
    reader.took(clicks=2)


@walked(FIRST)
def test_i_pages_changed_after_they_were_published_in_a_province(reader: Reader) -> None:
    reader.search("Yên Bái")
    if reader.is_phone:
        reader.click(reader.page.locator(".to-facets"))
    reader.click(reader.page.locator("#facet-fate li a[href*='fate=edited']"))
    expect(reader.page.locator(".hit")).to_have_count(1)
    expect(reader.page.locator(".hit")).to_contain_text("53% → 54%")
    reader.took(clicks=2 if reader.is_phone else 1)


@walked(SECOND)
def test_j_an_alert_for_a_search_in_a_province(reader: Reader, letters: Letters) -> None:
    reader.search("chuyển đổi số Lào Cai")
    reader.follow("Lào Cai")  # only pages of this province
    expect(reader.page.locator(".chips")).to_contain_text("Lào Cai")
    reader.follow("Theo dõi")
    letters.taken.clear()
    reader.page.locator("#mail").fill(f"doc.gia.{reader.how.replace(' ', '')}@thu.mau.vn")
    reader.click(reader.page.locator("form:has(#mail) button"))
    expect(reader.page.locator("h1")).to_have_text(reader.says("Xin kiểm tra hộp thư"))
    (letter,) = letters.taken
    link = re.search(r"/theo-doi/xac-nhan/[^\s\"<>]+", letters.text(letter))
    assert link
    reader.page.goto(link[0])
    reader.click(reader.page.locator("main form button"))
    expect(reader.page.locator("h1")).to_have_text(reader.says("Đã bắt đầu theo dõi"))
    expect(reader.page.locator("main")).to_contain_text("Lào Cai")
    reader.took(clicks=4)


@walked(FIRST + SECOND)
def test_k_a_link_to_a_passage(reader: Reader) -> None:
    reader.search("người đứng đầu chịu trách nhiệm Sơn La 2023")
    reader.click(reader.page.locator(".hit h2 a").first)
    paragraph = reader.page.locator(".text p", has_text="chịu trách nhiệm")
    expect(paragraph).to_be_in_viewport()
    if reader.how == "no script":  # the address of the page leads to its paragraph
        link = reader.page.url
        assert re.search(r"#doan-\d+", link)
    else:
        paragraph.evaluate("element => getSelection().selectAllChildren(element)")
        reader.click(reader.page.locator(".quoting button").first)
        copied = reader.page.evaluate("navigator.clipboard.readText()")
        assert copied.startswith("“Kết luận hội nghị") and "Báo Mẫu" in copied
        link = copied.rpartition(" ")[2]
        assert ":~:text=" in link
    reader.page.goto("about:blank")
    reader.page.goto(link)
    expect(reader.page.locator(".text p", has_text="chịu trách nhiệm")).to_be_in_viewport()
    reader.took(clicks=1 if reader.how == "no script" else 2)


@walked(FIRST)
def test_l_a_merged_province_then_and_now(reader: Reader) -> None:
    reader.search("Hà Giang")
    reader.click(reader.page.locator(".card a"))
    expect(reader.page.locator("h1")).to_have_text("Tỉnh Hà Giang")
    reader.follow("Tuyên Quang")
    expect(reader.page.locator("h1")).to_have_text("Tỉnh Tuyên Quang")
    expect(reader.page.locator("aside").get_by_role("link", name="Hà Giang")).to_be_visible()
    expect(reader.page.locator("article").get_by_role("link", name="Hà Giang: hội nghị").first).to_be_visible()
    reader.took(clicks=2)


@walked(SECOND)
def test_m_from_a_phrase_to_its_passage_with_the_pages_in_english(reader: Reader) -> None:
    reader.language = "vi"
    reader.search("người đứng đầu chịu trách nhiệm Sơn La 2023")
    reader.click(reader.page.get_by_role("link", name="English"))
    expect(reader.page.locator("#count")).to_contain_text("results")
    reader.click(reader.page.locator(".hit h2 a").first)
    expect(reader.page.locator("html")).to_have_attribute("lang", "en")
    expect(reader.page.locator(".text p", has_text="chịu trách nhiệm")).to_be_in_viewport()
    reader.took(clicks=2)


@walked(FIRST)
def test_n_a_feed_of_what_somebody_says(reader: Reader) -> None:
    reader.search("Lò A Mẫu")
    reader.click(reader.page.locator(".card a"))
    feed = reader.page.locator("header a[href*='/quotes.atom']")
    reader.clicks += 1  # its address is copied into a reader of feeds
    answer = reader.page.request.get(feed.get_attribute("href") or "")
    entries = ElementTree.fromstring(answer.body()).findall(f"{ATOM}entry")
    assert len(entries) == len(LONG_YEARS)
    assert all("chuyển đổi số" in "".join(entry.itertext()) for entry in entries)
    reader.took(clicks=2)
