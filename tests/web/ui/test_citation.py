import json
import re

import pytest
from flask.testing import FlaskClient

from crawl.article import article_key
from web.ui.citation import CREDIT, Reference, authors, bibtex, citation, escaped

REFERENCE = Reference(
    key="0a1b",
    title="Đôn đốc giải ngân {50%} & báo cáo",
    byline="Người Mẫu",
    source="Báo Mẫu",
    published="2023-07",
    url="https://bao.mau.test/tin/1.html",
    captured="2026-11-20T08:15:00Z",
    permalink="https://tim.mau.test/bai/0a1b",
)


def test_a_citation_names_what_is_known() -> None:
    assert citation(REFERENCE) == (
        "Người Mẫu, “Đôn đốc giải ngân {50%} & báo cáo”, Báo Mẫu, tháng 7/2023, https://bao.mau.test/tin/1.html "
        "(bản chụp ngày 20/11/2026, hoinghi: https://tim.mau.test/bai/0a1b)."
    )


def test_bibtex_is_balanced_and_escaped() -> None:
    entry = bibtex(REFERENCE)
    assert entry.startswith("@online{hoinghi-0a1b,\n")
    assert r"  title = {{Đôn đốc giải ngân 50\% \& báo cáo}}," in entry
    assert "  date = {2023-07}," in entry
    assert entry.count("{") == entry.count("}")


@pytest.mark.parametrize(("text", "expected"), [(r"a\b", "ab"), ("}x{", "x"), ("35_CT#1", r"35\_CT\#1")])
def test_characters_that_bibtex_reads_as_commands_are_escaped(text: str, expected: str) -> None:
    assert escaped(text) == expected


def test_an_article_describes_itself_to_machines(client: FlaskClient) -> None:
    page = client.get(f"/bai/{article_key('https://bao.mau.test/tin/1.html')}").text
    script = re.search(r'<script type="application/ld\+json">(.*?)</script>', page)
    assert script
    data = json.loads(script[1])
    assert data["@type"] == "Article"
    assert data["headline"] == "Bắc Giang đôn đốc giải ngân vốn đầu tư công"
    assert data["datePublished"] == "2023-07-05"
    assert data["isBasedOn"] == "https://bao.mau.test/tin/1.html"


@pytest.mark.parametrize(
    ("byline", "author"),
    [
        ("Tin, ảnh: Quế Lâm", "Quế Lâm"),
        ("Bài và ảnh: Minh An – Thu Hà", "Minh An – Thu Hà"),
        ("Tin Ân", "Tin Ân"),
        ("Minh An", "Minh An"),
    ],
)
def test_what_a_byline_says_besides_names_is_left_out(byline: str, author: str) -> None:
    assert CREDIT.sub("", byline) == author


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("Tin, ảnh: Lê An Mẫu", ["Lê An Mẫu"]),
        ("Trần Mẫu\nmau.gov.vn", ["Trần Mẫu"]),
        ("An Mẫu - Bình Mẫu", ["An Mẫu", "Bình Mẫu"]),
        ("Bài: An Mẫu; ảnh: Bình Mẫu", ["An Mẫu"]),  # who took the pictures wrote nothing
        ("Theo TTXVN", []),
        ("PV", []),
        ("baomau.vn", []),
        ("Tác giả bài viết: Nguyễn Thị Mẫu", ["Nguyễn Thị Mẫu"]),
        ("", []),
    ],
)
def test_the_authors_of_a_byline(byline: str, names: list[str]) -> None:
    assert authors(byline) == names
