"""The field kit on the sample sites, over real HTTP: from an address to a table that reads the whole site."""

import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from crawl.archive.archive import Archive
from crawl.errors import CrawlError, SourcesError
from crawl.extraction.extract import extract_article
from crawl.fetch.limits import Limits
from crawl.registry.sources import Selectors, Source, load_sources, source_from_table
from crawl.registry.validation import problems_of
from crawl.trial.confidence import doubts, grade
from crawl.trial.proposal import as_toml, proposed
from crawl.trial.visit import Trial, source_to_try, visit
from hoinghi import main
from search.domain.places import known_slugs
from tests.crawl.sites.likeness import token_f1, true_text
from tests.crawl.sites.sample_article import as_read
from tests.crawl.sites.serve import SampleSites
from tests.crawl.sites.small_site import TEXT, small_site

SITES = ("mau-cong-thai-nguyen", "mau-hdnd-nam-dinh", "mau-bao-song-thuong", "mau-tinh-uy-bien-dong")
LIMITS = Limits(timeout_seconds=5)


@pytest.fixture(scope="module")
def sites() -> Iterator[SampleSites]:
    with SampleSites() as sites:
        yield sites


@pytest.fixture(scope="module")
def trials(sites: SampleSites) -> dict[str, Trial]:
    return {site: _tried(f"{sites.base_url(site)}/") for site in SITES}


def _tried(url: str) -> Trial:
    return visit(replace(source_to_try(url, []), delay_seconds=0), LIMITS)


@pytest.mark.parametrize("site", SITES)
def test_the_proposed_table_passes_the_check_and_reads_every_article(
    sites: SampleSites, trials: dict[str, Trial], site: str
) -> None:
    tables = tomllib.loads(as_toml(proposed(trials[site])))["source"]
    assert problems_of(tables, known_slugs()) == []
    source = source_from_table(tables[0])
    assert source.selectors.body and source.selectors.title
    client = sites.builds[site].app.test_client()
    for article in sites.articles(site):
        answer = client.get(sites.builds[site].path_of(article))
        read = extract_article(answer.data, sites.url_of(article), source, content_type=answer.headers["Content-Type"])
        assert as_read(read.title) == as_read(article.title)
        assert token_f1(f"{read.lede}\n{read.body}", true_text(article)) >= 0.95


def test_a_visit_asks_for_little_and_obeys_robots_txt(sites: SampleSites) -> None:
    before = len(sites.requests)
    trial = _tried(f"{sites.base_url('mau-bao-song-thuong')}/")
    asked = [request.path for request in sites.requests[before:]]
    assert asked[0] == "/robots.txt"
    assert len(asked) <= 1 + 3 + 3
    assert any(page.trouble == "robots.txt forbids it" for page in trial.pages)
    assert not any("/noi-bo/" in path for path in asked)


def test_what_repeats_in_two_articles_is_doubted() -> None:
    ad = "Mời bạn đọc theo dõi trang mẫu của chúng tôi trên mạng xã hội để nhận tin sớm nhất mỗi ngày."
    pages = {
        f"/bai-so-{n}-cua-hoi-nghi-tinh-uy-{n}0.html": (
            200,
            {},
            f"<title>Bài số {n} của hội nghị Tỉnh ủy</title><h1>Bài số {n} của hội nghị Tỉnh ủy</h1><div class=a>"
            f"<p>Ngày {n}/3: {TEXT}</p><p>{n} {TEXT} {n}</p><p>{ad}</p></div>",
        )
        for n in (1, 2, 3)
    }
    links = "".join(f'<a href="{path}">Bài số {path[8]} của hội nghị Tỉnh ủy</a>' for path in pages)
    with small_site({"/": (200, {}, links)} | pages, "127.0.0.43") as site:
        trial = _tried(f"{site.base}/")
    found = doubts(trial)
    assert grade(found) == "low"
    assert any("mời bạn đọc theo dõi" in doubt.why for doubt in found)
    assert any("no date at all" in doubt.why for doubt in found)


def test_a_site_that_answers_nothing_is_told_and_not_proposed(tmp_path: Path) -> None:
    with small_site({"/": (200, {}, "<p>Chỉ một dòng</p>")}, "127.0.0.43") as site:
        ended = CliRunner().invoke(main, ["sources", "try", f"{site.base}/", "--data", str(tmp_path)])
    assert ended.exit_code == 1
    assert "name the page that lists the articles" in ended.output and "[[source]]" not in ended.output


@pytest.mark.parametrize("target", ["ftp://mau.example/", "http://"])
def test_what_is_no_address_is_refused(target: str) -> None:
    with pytest.raises(CrawlError, match="expected the slug of a source, or an http"):
        source_to_try(target, [])


def test_an_unknown_slug_is_refused_with_the_nearest() -> None:
    with pytest.raises(SourcesError, match="did you mean 'ha-noi-moi'"):
        source_to_try("ha-noi-mo", load_sources())


def test_recorded_pages_are_read_again_and_differences_named(sites: SampleSites, tmp_path: Path) -> None:
    registry = tmp_path / "sources.toml"
    registry.write_text(sites.sources_file.read_text("utf-8"), "utf-8")
    common = ["--sources", str(registry), "--data", str(tmp_path)]
    slug = "mau-hdnd-nam-dinh"
    ended = CliRunner().invoke(main, ["sources", "try", slug, "--record", *common])
    assert ended.exit_code == 0, ended.output
    ended = CliRunner().invoke(main, ["sources", "check", "--recorded", *common])
    assert ended.exit_code == 0, ended.output
    assert "3 pages read again, 0 parts read otherwise" in ended.output
    registry.write_text(registry.read_text("utf-8").replace('".chitiettin .title"', '".ngaydang"'), "utf-8")
    ended = CliRunner().invoke(main, ["sources", "check", "--recorded", *common])
    assert ended.exit_code == 1
    assert f"{slug}: http" in ended.output and ": title: expected “" in ended.output
    (tmp_path / "recorded" / slug / "pages.jsonl").write_text("{", "utf-8")
    ended = CliRunner().invoke(main, ["sources", "check", "--recorded", *common])
    assert ended.exit_code == 2
    assert "record it again" in ended.output


def test_a_rebuilt_site_raises_an_alarm(tmp_path: Path) -> None:
    def page(number: int, name: str) -> tuple[int, dict[str, str], str]:
        title = f"Hội nghị Tỉnh ủy lần {number}"
        return 200, {}, f"<title>{title}</title><h1>{title}</h1><div class={name}><p>{number} {TEXT}</p></div>"

    links = "".join(f'<a href="/bai-{number}">b</a>' for number in range(1, 9))
    pages = {"/": (200, {}, links)} | {f"/bai-{number}": page(number, "cu") for number in range(1, 5)}
    with small_site(pages, "127.0.0.43") as site:
        assert not site.crawled(tmp_path, selectors=Selectors(body="div.cu")).notes
        site.pages |= {f"/bai-{number}": page(number, "moi") for number in range(5, 9)}
        summary = site.crawled(tmp_path, selectors=Selectors(body="div.cu"))
    assert summary.new == 4
    with Archive(tmp_path, read_only=True) as archive:
        (alarm,) = archive.alarms()
    assert alarm.kind == "rebuilt" and "of 4 articles" in alarm.detail


def test_a_source_of_the_registry_survives_being_written_as_toml() -> None:
    for source in load_sources():
        assert source_from_table(tomllib.loads(as_toml(source))["source"][0]) == source


def test_a_url_of_the_registry_is_tried_as_its_source() -> None:
    source = Source("bao-mau", "Báo mẫu", "newspaper", ("baomau.example",), start=("https://baomau.example/",))
    assert source_to_try("https://baomau.example/tin-tuc", [source]) is source
