"""Markup and script in titles, texts, names and queries stay text.

Tried in a real browser with its policy switched off, so that the escaping alone is what holds.
"""

from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from crawl.archive.archive import Archive, SourceRecord
from crawl.article import Article
from search.document import Document
from search.engines import open_engine
from tests.index_url import index_url

RUN = "window.executed=1"
# How a value could break out of the place it is printed in …
BREAKOUTS = [
    *("", '"', "'", "`", "<", '">', "'>", "-->", "]]>", "</title>", "</script>", "</textarea>", "</style>"),
    *("</a>", "{{7*7}}", "{% raw %}", "&quot;>", "&#34;>", "%22%3E", "\\", "</mark>", "<mark>", "\u2028", "＜"),
]
# … and what it could then run.
PAYLOADS = [
    f"<script>{RUN}</script>",
    f"<ScRiPt >{RUN}</sCrIpT>",
    f"<img src=x onerror={RUN}>",
    f"<svg onload={RUN}>",
    f"<svg><animate onbegin={RUN} attributeName=x dur=1s>",
    f"<body onload={RUN}>",
    f"<details open ontoggle={RUN}>",
    f" onmouseover={RUN} autofocus onfocus={RUN} x=",
    f"javascript:{RUN}",
]
# What all hostile articles tell of: each has one page on which all of them speak.
MEETING, NUMBER, NAME = "bac-giang.bch.2023-07-05", "35-CT/TW", "Lò Văn Mẫu"
VECTORS = [breakout + payload for breakout, payload in product(BREAKOUTS, PAYLOADS)]


def hostile(number: int, vector: str) -> tuple[Article, Document]:
    article = Article(
        id=f"tep/{vector}/{number}",
        url=f"javascript:{RUN}//{number}",
        title=f"hội nghị {vector}",
        body="\n\n".join(VECTORS) if number == 0 else f"hội nghị {vector}",
        lede=vector,
        byline=vector,
        printed_date=vector,
        captions=(vector,),
        attachments=(vector,),
        source=vector,
    )
    document = Document(
        id=article.id,
        key=article.key,
        url=article.url,
        title=article.title,
        text=article.body,
        source=vector,
        held="2023-07-05",
        year=2023,
        document_numbers=(vector, NUMBER),
        people=(vector, NAME),
        term=vector,
        province_then="bac-giang",
        meeting=MEETING,
        organ=vector,
        chair=vector,
        place=vector,
        agenda=(vector,),
        citations=((NUMBER, "", article.title), (NUMBER, "2024-06-14", vector)),
        roles=((vector, vector, vector), (NAME, vector, vector)),
        evidence={"held": vector, "ordinal": vector},
    )
    return article, document


@pytest.fixture(scope="module")
def hostile_site(serve: Callable[[Path], str], tmp_path_factory: pytest.TempPathFactory) -> str:
    data_dir = tmp_path_factory.mktemp("hostile")
    pairs = [hostile(number, vector) for number, vector in enumerate(VECTORS)]
    with Archive(data_dir) as archive, archive.batch():
        archive.save_sources([SourceRecord(VECTORS[0], VECTORS[1], "", VECTORS[2])])
        run = archive.start_run(VECTORS[0])
        archive.finish_run(run, failed=1, error=VECTORS[0])
        for article, _ in pairs:
            archive.store_article(article, None)
    with open_engine(index_url(data_dir / "whoosh")).writer() as writer:
        writer.add(document for _, document in pairs)
    return serve(data_dir)


@pytest.fixture(scope="module")
def page(chromium: Browser, hostile_site: str) -> Iterator[Page]:
    context = chromium.new_context(bypass_csp=True, base_url=hostile_site)
    yield context.new_page()
    context.close()


def executed(page: Page) -> bool:
    return bool(page.evaluate("window.executed === 1"))


def test_there_are_enough_vectors_and_the_trap_works(page: Page) -> None:
    assert len(VECTORS) >= 200
    page.goto("/tro-giup")
    page.evaluate(f"document.body.insertAdjacentHTML('beforeend', '<img src=x onerror={RUN}>')")
    page.wait_for_function("window.executed === 1")


def test_nothing_in_titles_sources_and_excerpts_runs(page: Page) -> None:
    for number in range(1, len(VECTORS) // 10 + 2):
        page.goto(f"/?year=2023&page={number}")
        assert page.locator(".hit").count() > 0
        assert not executed(page), number
    page.goto("/?q=hội nghị window executed")
    assert page.locator(".hit mark").count() > 0
    assert not executed(page)


def test_nothing_in_a_text_and_its_facts_runs(page: Page) -> None:
    for number in range(0, len(VECTORS), 9):
        page.goto(f"/bai/{hostile(number, VECTORS[number])[0].key}?q=hội nghị")
        assert page.locator("h1").inner_text().startswith("hội nghị")
        assert not executed(page), VECTORS[number]
        assert page.locator("a[href^='javascript:' i]").count() == 0


@pytest.mark.parametrize("path", [f"/hop/{MEETING}", "/van-ban/35-CT-TW", "/nguoi/bac-giang/lo-van-mau"])
def test_nothing_that_articles_tell_of_a_meeting_a_document_or_a_person_runs(page: Page, path: str) -> None:
    page.goto(path)
    assert page.locator(".reports a[href^='/bai/']").count() >= len(VECTORS)
    assert not executed(page)
    assert page.locator("a[href^='javascript:' i]").count() == 0


def test_nothing_in_a_query_runs(page: Page) -> None:
    key = hostile(1, VECTORS[1])[0].key
    for start in range(0, len(VECTORS), 12):
        query = " ".join(VECTORS[start : start + 12])
        encoded = page.evaluate("q => new URLSearchParams({q}).toString()", query)
        for path in (f"/bai/{key}?", "/?") if start == 0 else (f"/bai/{key}?",):
            page.goto(path + encoded)
            assert not executed(page), query
            assert page.locator("#q").input_value().split() == query.split()


@pytest.mark.parametrize(
    "path",
    [
        *("/", "/tinh-trang", "/do-phu?source={}", "/?q=a&source={}", "/?year={}", "/{}"),
        *("/tinh/bac-giang", "/nguon/{}", "/?document_number={}"),
    ],
)
def test_nothing_in_a_parameter_or_a_status_runs(page: Page, path: str) -> None:
    page.goto(path.format("%22%3E%3Cscript%3Ewindow.executed=1%3C/script%3E"))
    assert not executed(page)
