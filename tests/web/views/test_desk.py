"""A reader's list: shown and exported from its address alone; articles describe themselves to Zotero."""

import csv
import html
import io
import json
import re
import zipfile
from urllib.parse import parse_qsl, unquote

import pybtex.database
import pytest
import rispy
from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
from citeproc.source.json import CiteProcJSON
from flask.testing import FlaskClient

from crawl.article import article_key
from web.http.list_parameters import ListItem, list_link, read_list


def key(number: int) -> str:
    return article_key(f"https://bao.mau.test/tin/{number}.html")


TEXT_1 = (
    "Hội nghị bàn việc chung của Bắc Giang.\n\n"
    "Chiều ngày 05/07, tại trụ sở Tỉnh ủy, Ban Thường vụ Tỉnh ủy Bắc Giang họp cho ý kiến về giải ngân vốn đầu tư công."
    "\n\nĐến cuối kỳ, toàn tỉnh giải ngân được 41,5% kế hoạch. Chỉ thị 35-CT/TW được nhắc lại tại hội nghị."
)
START = TEXT_1.index("toàn tỉnh giải ngân")
PASSAGE = f"{key(1)}@2.{START}-{START + len('toàn tỉnh giải ngân được 41,5% kế hoạch.')}"
LIST = {"bai": [key(1), key(2), PASSAGE], "ghi": ["chương 3", "", "số của quý II; =1+1"]}


def test_a_list_is_shown_from_its_address(client: FlaskClient) -> None:
    page = client.get("/danh-sach", query_string=LIST).text
    entries = re.findall(r"<li data-item=.*?</li>", page, re.DOTALL)
    assert len(entries) == 3
    assert "Bắc Giang đôn đốc" in entries[0] and '<p class="note">chương 3</p>' in entries[0]
    assert "Bắc Ninh bàn việc" in entries[1] and '<p class="note" hidden>' in entries[1]
    assert '<blockquote lang="vi">toàn tỉnh giải ngân được 41,5% kế hoạch.</blockquote>' in entries[2]
    link = html.unescape(re.findall(r'href="([^"]+)"', entries[2])[0])
    address, _, directive = unquote(link).partition(":~:text=")
    assert address == f"http://localhost/bai/{key(1)}?version=2#doan-2"
    assert directive == "toàn tỉnh giải ngân được 41,5% kế hoạch."
    assert client.get(f"/bai/{key(1)}?version=2").text.count('id="doan-2"') == 1


def test_a_passage_is_of_its_version_and_never_other_words(client: FlaskClient) -> None:
    other = PASSAGE.replace("@2.", "@1.")
    page = client.get("/danh-sach", query_string={"bai": other}).text
    assert '<blockquote lang="vi">toàn tỉnh giải ngân được 41% kế hoạch. C</blockquote>' in page and "41,5%" not in page
    lost = client.get("/danh-sach", query_string={"bai": [key(1), "0" * 16, f"{key(1)}@9.1-5", f"{key(1)}@1.5-999999"]})
    assert "3 mục không còn trong kho" in lost.text and lost.text.count("data-item=") == 1


def test_bibtex_as_a_program_reads_it(client: FlaskClient) -> None:
    text = client.get("/danh-sach.bib", query_string=LIST).text
    entries = pybtex.database.parse_string(text, "bibtex").entries
    assert list(entries) == [f"hoinghi-{key(1)}", f"hoinghi-{key(2)}"]  # each article once
    entry = entries[f"hoinghi-{key(1)}"]
    assert entry.type == "online" and entry.fields["title"] == "{Bắc Giang đôn đốc giải ngân vốn đầu tư công}"
    assert [str(person) for person in entry.persons["author"]] == ["{Người Mẫu}"]
    assert (entry.fields["organization"], entry.fields["date"]) == ("Báo Mẫu", "2023-07-05")
    assert entry.fields["url"] == "https://bao.mau.test/tin/1.html"
    assert "chương 3" in entry.fields["annotation"] and "toàn tỉnh" in entry.fields["annotation"]


def test_ris_as_a_program_reads_it(client: FlaskClient) -> None:
    first, second = rispy.loads(client.get("/danh-sach.ris", query_string=LIST).text)
    assert (first["type_of_reference"], second["type_of_reference"]) == ("NEWS", "NEWS")
    assert first["title"] == "Bắc Giang đôn đốc giải ngân vốn đầu tư công" and first["authors"] == ["Người Mẫu"]
    assert (first["secondary_title"], first["date"], first["year"]) == ("Báo Mẫu", "2023/07/05", "2023")
    assert first["urls"] == ["https://bao.mau.test/tin/1.html"]
    assert any("toàn tỉnh" in note for note in first["notes"]) and "chương 3" in first["notes"]


def test_csl_json_becomes_a_bibliography(client: FlaskClient) -> None:
    items = json.loads(client.get("/danh-sach.json", query_string=LIST).text)
    assert [item["id"] for item in items] == [f"hoinghi-{key(1)}", f"hoinghi-{key(2)}"]
    style = CitationStylesStyle("harvard-cite-them-right", validate=False)
    bibliography = CitationStylesBibliography(style, CiteProcJSON(items), formatter.plain)
    bibliography.register(Citation([CitationItem(items[0]["id"])]))
    (line,) = map(str, bibliography.bibliography())
    assert line.startswith("Người Mẫu (2023)") and "Bắc Giang đôn đốc giải ngân vốn đầu tư công" in line
    assert "Báo Mẫu" in line and "https://bao.mau.test/tin/1.html" in line


def test_the_table_has_a_line_for_each_item_and_runs_nothing(client: FlaskClient) -> None:
    text = client.get("/danh-sach.csv", query_string={**LIST, "ghi": ["=1+1", "", "x"]}).get_data(as_text=True)
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert [row["note"] for row in rows] == ["'=1+1", "", "x"]
    assert rows[2]["passage"] == "toàn tỉnh giải ngân được 41,5% kế hoạch." and "#doan-2" in rows[2]["passage_link"]


def test_the_document_opens_in_word_with_all_that_is_kept(client: FlaskClient) -> None:
    from docx import Document as WordDocument

    answer = client.get("/danh-sach.docx", query_string={**LIST, "ghi": ["có \x01 dấu", "", "y"]})
    assert zipfile.ZipFile(io.BytesIO(answer.data)).testzip() is None
    paragraphs = [(one.style.name, one.text) for one in WordDocument(io.BytesIO(answer.data)).paragraphs]
    assert [style for style, _ in paragraphs].count("List Number") == 2
    assert any(style == "Quote" and text.startswith("“toàn tỉnh giải ngân") for style, text in paragraphs)
    assert ("Normal", "Ghi chú: có  dấu") in paragraphs


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("bai=a b", "cần mã của một bài"),
        (f"bai={key(1)}@1.9-3", "cần mã của một bài"),
        (f"bai={key(1)}&ghi=a&ghi=b", "2 ghi chú cho 1 mục"),
        (f"bai={key(1)}&ghi={'x' * 501}", "501 ký tự"),
        ("&".join(f"bai=k{number}" for number in range(101)), "101 mục"),
        ("key=1", "Không có tham số"),
    ],
)
def test_a_wrong_address_says_what_is_expected(client: FlaskClient, query: str, expected: str) -> None:
    for path in ("/danh-sach", "/danh-sach.bib"):
        answer = client.get(f"{path}?{query}")
        assert answer.status_code == 400 and expected in answer.text


def test_an_unknown_format_and_an_empty_list(client: FlaskClient) -> None:
    assert client.get(f"/danh-sach.pdf?bai={key(1)}").status_code == 404
    assert "Chưa có gì" in client.get("/danh-sach").text
    assert client.get("/danh-sach.ris").text == ""


def test_an_address_reads_back_as_it_was_written() -> None:
    from werkzeug.datastructures import MultiDict

    items = (ListItem("a1", None, "ghi & chú"), ListItem("b2", (3, 10, 20)))
    assert read_list(MultiDict(parse_qsl(list_link(items), keep_blank_values=True))) == items


def test_articles_tell_citation_programs_what_they_are(client: FlaskClient) -> None:
    page = client.get(f"/bai/{key(1)}").text
    metas = dict(re.findall(r'<meta name="(citation_\w+)" content="([^"]*)">', page))
    assert metas == {
        "citation_title": "Bắc Giang đôn đốc giải ngân vốn đầu tư công",
        "citation_author": "Người Mẫu",
        "citation_publication_date": "2023/07/05",
        "citation_publisher": "Báo Mẫu",
        "citation_language": "vi",
        "citation_public_url": "https://bao.mau.test/tin/1.html",
    }
    (title,) = re.findall(r'<span class="Z3988" title="([^"]*)">', page)
    assert parse_qsl(html.unescape(title)) == [
        ("ctx_ver", "Z39.88-2004"),
        ("rft_val_fmt", "info:ofi/fmt:kev:mtx:dc"),
        ("rft.type", "newspaperArticle"),
        ("rft.title", "Bắc Giang đôn đốc giải ngân vốn đầu tư công"),
        ("rft.source", "Báo Mẫu"),
        ("rft.date", "2023-07-05"),
        ("rft.identifier", "https://bao.mau.test/tin/1.html"),
        ("rft.language", "vi"),
        ("rft.au", "Người Mẫu"),
    ]
