"""The registry: the one that comes with the program is sound, and every mistake in one is named with its remedy."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from crawl.errors import SourcesError
from crawl.registry.canonical import canonical_url
from crawl.registry.sources import DEFAULT_SOURCES, ProvinceSpan, Source, check_sources, load_sources, select_sources
from hoinghi import main
from search.domain.places import known_slugs

GOOD = """
[[source]]
slug = "bao-bac-giang"
name = "Báo Bắc Giang"
province = "bac-giang"
kind = "newspaper"
hosts = ["baobacgiang.vn"]
start = ["https://baobacgiang.vn/bg/chinh-tri/"]
article = '/bg/[a-z-]+/\\d+/[^/?]+\\.html$'
example = "https://baobacgiang.vn/bg/chinh-tri/415208/hoi-nghi.html"
"""


def registry(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "sources.toml"
    path.write_text(text, encoding="utf-8")
    return path


def problems(tmp_path: Path, text: str) -> str:
    return "\n".join(check_sources(registry(tmp_path, text), known_slugs()))


def test_the_registry_that_comes_with_the_program_has_no_problem() -> None:
    assert check_sources(DEFAULT_SOURCES, known_slugs()) == []


SOURCES = load_sources(DEFAULT_SOURCES)
WITH_PATTERN = [source for source in SOURCES if source.article]


@pytest.mark.parametrize("source", WITH_PATTERN, ids=[source.slug for source in WITH_PATTERN])
def test_the_example_of_every_pattern_is_an_article_and_its_lists_are_not(source: Source) -> None:
    assert re.search(source.article, canonical_url(source.example, source))
    for url in source.start:
        assert not re.search(source.article, canonical_url(url, source)), url


def test_the_registry_covers_over_a_hundred_hosts_and_every_province_of_before_july_2025() -> None:
    hosts = [host for source in SOURCES for host in source.hosts]
    covered = {source.province for source in SOURCES} | {span.slug for s in SOURCES for span in s.provinces}
    units = {"bac-giang", "ha-giang", "bac-kan", "dak-nong", "kon-tum", "thua-thien-hue", "bac-lieu", "ca-mau"}
    assert len(hosts) > 100
    assert units <= covered
    assert len(covered - {"", "hue"}) == 63


def test_nothing_in_the_registry_claims_to_have_been_crawled() -> None:
    assert not any(source.checked for source in SOURCES)


def test_the_hosts_known_from_the_facts_are_in_the_registry() -> None:
    facts = Path(__file__).parents[4] / "shared" / "facts" / "sources.tsv"
    if not facts.exists():
        pytest.skip("../shared is not there")
    rows = [line.split("\t") for line in facts.read_text(encoding="utf-8").splitlines()[1:]]
    seen = [row[1] for row in rows if row[6].startswith("verified") or "host+pattern" in row[6]]
    hosts = {host for source in SOURCES for host in source.hosts}
    assert [host for host in seen if host not in hosts] == []


def test_a_good_file_gives_sources_with_defaults(tmp_path: Path) -> None:
    (source,) = load_sources(registry(tmp_path, GOOD), known_slugs())
    assert (source.slug, source.hosts, source.interval_hours, source.delay_seconds) == (
        "bao-bac-giang",
        ("baobacgiang.vn",),
        12,
        1.0,
    )


@pytest.mark.parametrize(
    ("change", "value", "remedy"),
    [
        (('"bac-giang"', '"bac-giangg"'), "bac-giangg", "did you mean 'bac-giang'"),
        (('"newspaper"', '"báo"'), "báo", "newspaper"),
        (("name =", "nam ="), "nam", "did you mean 'name'"),
        (('hosts = ["baobacgiang.vn"]', 'hosts = "baobacgiang.vn"'), "hosts", "list of strings"),
        (("415208/hoi-nghi.html", "hoi-nghi.html"), "does not match", "correct one of the two"),
        (('example = "https', 'note = "https'), "example is missing", "add example"),
        ((r"'/bg/[a-z-]+/", r"'/bg/([a-z-]+/"), "article", "not a regular expression"),
        (('start = ["https://baobacgiang.vn', 'start = ["https://khac.vn'), "khac.vn", "add its host"),
        (('start = ["https://baobacgiang.vn/bg/chinh-tri/"]', ""), "start", "add start"),
        (('kind = "newspaper"', 'kind = "newspaper"\ndelay_seconds = -1'), "delay_seconds", "0 or more"),
        (('kind = "newspaper"', 'kind = "newspaper"\nchecked = "no"'), "checked", "true or false"),
        (('kind = "newspaper"', 'kind = "newspaper"\nsuccessor = "bao-x"'), "bao-x", "successor"),
        (
            ('province = "bac-giang"', 'provinces = [{ slug = "bac-ninh", from = "2025-13-01" }]'),
            "2025-13-01",
            "YYYY-MM-DD",
        ),
    ],
)
def test_each_mistake_is_named_with_file_source_value_and_remedy(
    tmp_path: Path, change: tuple[str, str], value: str, remedy: str
) -> None:
    said = problems(tmp_path, GOOD.replace(*change))
    assert "sources.toml" in said
    assert "bao-bac-giang" in said
    assert value in said
    assert remedy in said


def test_a_bad_selector_is_named(tmp_path: Path) -> None:
    assert "selectors.title = 'h1['" in problems(tmp_path, GOOD + '[source.selectors]\ntitle = "h1["\n')


def test_two_sources_may_not_share_a_host_or_a_slug(tmp_path: Path) -> None:
    said = problems(tmp_path, GOOD + GOOD)
    assert "host 'baobacgiang.vn' also belongs to source 'bao-bac-giang'" in said
    assert "slug 'bao-bac-giang' is used twice" in said


@pytest.mark.parametrize(
    ("text", "said"),
    [("slug = ", "not valid TOML"), ("", "holds no source"), ("[quelle]\n", "unknown table 'quelle'")],
)
def test_a_file_that_is_no_registry_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(SourcesError, match=said):
        load_sources(registry(tmp_path, text))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourcesError, match=r"khong-co\.toml: no such file: .*--sources"):
        load_sources(tmp_path / "khong-co.toml")


def test_all_problems_are_said_at_once(tmp_path: Path) -> None:
    said = problems(tmp_path, GOOD.replace('"newspaper"', '"x"').replace('"bac-giang"', '"y"'))
    assert len(said.splitlines()) == 2


@pytest.mark.parametrize(
    ("date", "slug"),
    [
        ("2025-06-30", "bac-giang"),
        ("2025-07-01", "bac-ninh"),
        ("2024", "bac-giang"),
        ("2025", ""),
        ("2025-06", "bac-giang"),
        ("", ""),
    ],
)
def test_the_province_of_a_merged_paper_follows_from_the_date(date: str, slug: str) -> None:
    spans = (ProvinceSpan("bac-giang", until="2025-06-30"), ProvinceSpan("bac-ninh", since="2025-07-01"))
    source = Source("s", "S", "newspaper", ("s.vn",), "x", "http://s.vn/x", provinces=spans)
    assert source.province_on(date) == slug
    assert source.province_now() == "bac-ninh"


@pytest.mark.parametrize("given", ["bao-bac-gian", "bacgiang", "BAO-BAC-GIANG", "Báo Bắc Giang"])
def test_an_unknown_source_is_refused_with_the_nearest_one(given: str) -> None:
    ended = CliRunner().invoke(main, ["crawl", "--source", given])
    assert ended.exit_code == 2
    assert f"no source {given!r}: expected the slug of a source" in ended.output
    assert "did you mean 'bao-bac-giang'?" in ended.output


def test_where_no_source_is_near_some_are_named() -> None:
    with pytest.raises(SourcesError, match=f"such as {SOURCES[0].slug}, .*; all stand in the registry"):
        select_sources(SOURCES, ["zzz"])
