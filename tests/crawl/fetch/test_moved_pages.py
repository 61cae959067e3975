"""A redesign gives every page another address: its articles stay the same ones. Two pages that live stay two."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from crawl.archive.archive import Archive, ArchivedArticle
from crawl.archive.rebuild import rebuild
from crawl.article import article_key
from indexer.build import build
from search.engines import open_engine
from tests.crawl.sites.small_site import QUICK, Answer, Site, article, listing

NUMBERS = range(1, 5)
PATIENT = replace(QUICK, retries=0, failures_in_a_row=100)
PATTERN = r"/(bai|tin)-\d+$"


def old(number: int) -> str:
    return f"/bai-{number}"


def new(number: int) -> str:
    return f"/tin-{number}"


def redirected(number: int) -> Answer:
    return 301, {"Location": new(number)}, ""


def redirected_in_steps(number: int) -> Answer:
    return 302, {"Location": f"/cu/{number}"}, ""


def not_found(number: int) -> Answer:
    return 404, {}, ""


def said_not_to_exist(number: int) -> Answer:
    text = (
        "<title>Không tìm thấy trang</title><h1>Không tìm thấy trang</h1>"
        "<p>Trang mà bạn đọc yêu cầu không tồn tại hoặc đã được đổi địa chỉ, mời xem các tin khác ở trang chủ.</p>"
    )
    return 200, {}, text


def redesign(site: Site, left: Callable[[int], Answer]) -> None:
    """Give the pages of a site new addresses, and say what their old ones answer from now on."""
    names = "".join(f'<a href="{new(number)}">b</a>' for number in NUMBERS)
    site.pages = {"/": (200, {}, names)}
    for number in NUMBERS:
        site.pages |= {new(number): article(number), old(number): left(number), f"/cu/{number}": redirected(number)}


def before_and_after(site: Site, data: Path, left: Callable[[int], Answer]) -> tuple[set[str], list[ArchivedArticle]]:
    site.pages = {"/": listing(*NUMBERS)} | {old(number): article(number) for number in NUMBERS}
    assert site.crawled(data, PATIENT, article=PATTERN).new == len(NUMBERS)
    redesign(site, left)
    summary = site.crawled(data, PATIENT, article=PATTERN)
    assert (summary.moved, summary.new, summary.error) == (len(NUMBERS), 0, "")
    assert "4 at a new address" in summary.in_words()
    with Archive(data, read_only=True) as archive:
        return {f"{site.base}{old(number)}" for number in NUMBERS}, list(archive.articles())


@pytest.mark.parametrize("left", [redirected, redirected_in_steps, not_found, said_not_to_exist])
def test_articles_keep_their_names_at_new_addresses(site: Site, tmp_path: Path, left: Callable[[int], Answer]) -> None:
    from hoinghi import main

    ids, stored = before_and_after(site, tmp_path, left)
    assert {found.article.id for found in stored} == ids
    assert {found.article.url for found in stored} == {f"{site.base}{new(number)}" for number in NUMBERS}
    for _ in range(2):
        summary = site.crawled(tmp_path, PATIENT, article=PATTERN)
        assert (summary.moved, summary.new, summary.changed, summary.gone, summary.failing) == (0, 0, 0, 0, 0)
    with Archive(tmp_path, read_only=True) as archive:
        assert archive.count() == len(NUMBERS)
        assert archive.misses("trang-mau") == {}
        for number in NUMBERS:  # of both addresses, each with its bytes
            for address in (old(number), new(number)):
                bodies = [capture for capture in archive.captures(f"{site.base}{address}") if capture.status == 200]
                assert archive.body(bodies[0].id)
        key = article_key(f"{site.base}{old(1)}")
        assert [(one.version, one.title) for one in archive.versions(key)] == [
            (1, "Hội nghị Tỉnh ủy lần 1"),
            (2, "Hội nghị Tỉnh ủy lần 1"),
        ]
    said = CliRunner().invoke(main, ["status", "--data", str(tmp_path)])
    assert "4 bài, 4 bài đã sang địa chỉ mới" in said.output


def test_the_index_leads_to_the_new_address_and_tells_of_no_edit(site: Site, tmp_path: Path) -> None:
    site.pages = {"/": listing(1), old(1): article(1)}
    site.crawled(tmp_path, article=PATTERN)
    engine = open_engine(f"whoosh:{tmp_path / 'whoosh'}")
    build(tmp_path, engine, progress=None)
    redesign(site, redirected)
    site.crawled(tmp_path, article=PATTERN)
    build(tmp_path, engine, progress=None)
    document = engine.get(article_key(f"{site.base}{old(1)}"))
    assert document is not None and document.url == f"{site.base}{new(1)}"
    assert not document.edits


def test_the_archive_is_made_anew_with_its_addresses(site: Site, tmp_path: Path) -> None:
    _, stored = before_and_after(site, tmp_path, redirected)
    rebuild(tmp_path)
    with Archive(tmp_path, read_only=True) as archive:
        assert list(archive.articles()) == stored
        assert archive.article_at(f"{site.base}{new(1)}") == f"{site.base}{old(1)}"
        assert archive.moved_counts() == {"trang-mau": len(NUMBERS)}


def test_an_article_that_moved_is_gone_when_its_new_address_is(site: Site, tmp_path: Path) -> None:
    before_and_after(site, tmp_path, not_found)
    site.pages[new(2)] = not_found(2)
    assert site.crawled(tmp_path, PATIENT, article=PATTERN).gone == 1
    with Archive(tmp_path, read_only=True) as archive:
        assert list(archive.misses("trang-mau")) == [article_key(f"{site.base}{old(2)}")]


def test_an_article_may_move_back(site: Site, tmp_path: Path) -> None:
    ids, _ = before_and_after(site, tmp_path, not_found)
    site.pages = {"/": listing(*NUMBERS)} | {old(number): article(number) for number in NUMBERS}
    for _ in range(2):
        summary = site.crawled(tmp_path, PATIENT, article=PATTERN)
        assert (summary.new, summary.gone, summary.failing) == (0, 0, 0)
    with Archive(tmp_path, read_only=True) as archive:
        assert archive.misses("trang-mau") == {} and archive.moved_counts() == {}
        assert {found.article.id for found in archive.articles()} == ids
        assert {found.article.url for found in archive.articles()} == ids
    redesign(site, not_found)  # and once more
    assert site.crawled(tmp_path, PATIENT, article=PATTERN).gone == 0
    with Archive(tmp_path, read_only=True) as archive:
        assert archive.count() == len(NUMBERS) and archive.misses("trang-mau") == {}


def test_a_reprint_beside_a_page_that_lives_is_a_page_of_its_own(site: Site, tmp_path: Path) -> None:
    site.pages = {"/": listing(1), old(1): article(1)}
    site.crawled(tmp_path, article=PATTERN)
    site.pages |= {"/": (200, {}, '<a href="/bai-1">b</a><a href="/tin-1">b</a>'), new(1): article(1)}
    summary = site.crawled(tmp_path, article=PATTERN)
    assert (summary.new, summary.moved) == (1, 0)


def test_another_text_under_the_title_of_a_page_that_went_is_a_page_of_its_own(site: Site, tmp_path: Path) -> None:
    site.pages = {"/": listing(1), old(1): article(1)}
    site.crawled(tmp_path, article=PATTERN)
    status, heads, body = article(1)
    other = (status, heads, body.replace("bốn nội dung", "năm nội dung"))
    site.pages = {"/": (200, {}, '<a href="/tin-1">b</a>'), new(1): other}
    summary = site.crawled(tmp_path, article=PATTERN)
    assert (summary.new, summary.moved) == (1, 0)


def test_a_page_waits_while_its_old_address_gives_no_answer(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.pages = {"/": listing(1), old(1): article(1)}
    site.crawled(tmp_path, PATIENT, article=PATTERN)
    site.pages = {"/": (200, {}, '<a href="/tin-1">b</a>'), new(1): article(1), old(1): (500, {}, "")}
    summary = site.crawled(tmp_path, PATIENT, article=PATTERN)
    assert (summary.new, summary.failing) == (0, 1)
    assert "at a new address, which cannot be asked: answered 500" in summary.failures[0][1]
    site.pages[old(1)] = redirected(1)
    assert site.crawled(tmp_path, PATIENT, article=PATTERN).moved == 1

    site.pages |= {"/": (200, {}, '<a href="/tin-2">b</a>'), new(2): article(1), new(1): (500, {}, "")}
    assert site.crawled(tmp_path, PATIENT, article=PATTERN).new == 0
    monkeypatch.setattr("crawl.fetch.source_crawl.UNFINISHED_SECONDS", 0.0)  # unknown for days
    assert site.crawled(tmp_path, PATIENT, article=PATTERN).new == 1
