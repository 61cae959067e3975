"""The sample sites print what their articles say, and every article can be reached by the registry's own rules."""

import gzip
import html
import re
import signal
import socket
import subprocess
import sys
import tomllib
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

import pytest

from tests.crawl.sites.builds.old_party import windows_1258
from tests.crawl.sites.sample_article import SampleArticle, as_read, load_articles
from tests.crawl.sites.serve import HOSTS, SampleSites

SERVE = Path(__file__).parent / "serve.py"
SITES = list(HOSTS)
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


def get(url: str, **headers: str) -> Answer:
    """Fetch url; header names are given with underscores."""
    asked = urllib.request.Request(url, headers={name.replace("_", "-"): value for name, value in headers.items()})
    try:
        with DIRECT.open(asked, timeout=10) as response:
            return Answer(response.status, {k.lower(): v for k, v in response.headers.items()}, response.read())
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, {k.lower(): v for k, v in error.headers.items()}, error.read())


@pytest.fixture(scope="module")
def sites() -> Iterator[SampleSites]:
    with SampleSites() as running:
        yield running


@pytest.fixture
def own_sites() -> Iterator[SampleSites]:
    with SampleSites() as running:
        yield running


def registry(sites: SampleSites) -> dict[str, dict]:
    return {table["slug"]: table for table in tomllib.loads(sites.sources_file.read_text(encoding="utf-8"))["source"]}


def found_by_rules(source: dict) -> set[str]:
    """Return the canonical URLs of the articles that a crawler finds by source's lists, feeds and sitemaps."""
    waiting = [*source["start"], *source["feeds"], *source["sitemaps"]]
    seen, found, fruitless = set(waiting), set(), 0
    while waiting and fruitless < 5:  # a pager without end gives nothing new, again and again
        page = waiting.pop(0)
        body = get(page).body
        text = (gzip.decompress(body) if page.endswith(".gz") else body).decode()
        links = re.findall(r'href="([^"]+)"', text) + re.findall(r"<(?:loc|link)>([^<]+)<", text)
        before = len(found)
        for link in links:
            url = canonical(urljoin(page, html.unescape(link)), source["keep_query"])
            listed = canonical(urljoin(page, html.unescape(link)), None)
            if re.search(source["article"], url):
                found.add(url)
            elif listed not in seen and (
                (source.get("next") and re.search(source["next"], listed)) or "/sitemaps/" in listed
            ):
                seen.add(listed)
                waiting.append(listed)
        fruitless = 0 if len(found) > before or not re.search(r"PageIndex=", page) else fruitless + 1
    return found


def canonical(url: str, keep: list[str] | None) -> str:
    """Return url with the query parameters in keep alone, in order of name; None keeps all but the session id."""
    parts = urlsplit(url)
    asked = parse_qsl(parts.query, keep_blank_values=True)
    query = [(name, value) for name, value in asked if (name != "sid" if keep is None else name in keep)]
    return parts._replace(query=urlencode(sorted(query)), fragment="").geturl()


@pytest.mark.parametrize("site", SITES)
def test_every_article_can_be_reached_by_the_rules_of_the_registry(sites: SampleSites, site: str) -> None:
    source = registry(sites)[site]
    everything = sites.articles(site) + [other for other in sites.others() if other.site == site]
    bait = {sites.base_url(site) + "/bg/noi-bo/99999/hoi-nghi-ban-chap-hanh-tai-lieu-noi-bo.html"}
    assert len(sites.articles(site)) > 0
    assert found_by_rules(source) - bait == {sites.url_of(article) for article in everything}


@pytest.mark.parametrize("site", SITES)
def test_the_example_of_the_registry_is_an_article_url(sites: SampleSites, site: str) -> None:
    source = registry(sites)[site]
    assert re.search(source["article"], source["example"])
    assert all(re.search(source["article"], sites.url_of(article)) for article in sites.articles(site))
    assert source["hosts"] == [f"{HOSTS[site]}:{sites.port}"]


@pytest.mark.parametrize("site", SITES)
def test_an_article_page_prints_its_article_and_says_that_it_is_a_sample(sites: SampleSites, site: str) -> None:
    for article in sites.articles(site):
        answer = get(sites.url_of(article))
        declared = re.search(
            r"charset=([\w-]+)", answer.headers["content-type"] + answer.body[:600].decode("ascii", "ignore")
        )
        charset = "utf-8" if b"charset=utf-8" in answer.body.lower()[:600] else declared[1] if declared else "utf-8"
        seen = as_read(html.unescape(re.sub(r"<[^>]*>", " ", answer.body.decode(charset))))
        for paragraph in article.paragraphs:
            if not article.has("live_blog"):
                assert as_read(paragraph) in seen
        assert as_read(article.title) in seen
        assert sites.printed_date(article) in seen
        assert "Bài mẫu do dự án hoinghi biên soạn" in seen


@pytest.mark.parametrize("site", SITES)
def test_an_unchanged_article_answers_304_and_an_edited_one_200(own_sites: SampleSites, site: str) -> None:
    article = own_sites.articles(site)[0]
    url = own_sites.url_of(article)
    first = get(url)
    validators = {}
    if "etag" in first.headers:
        validators["If_None_Match"] = first.headers["etag"]
    if "last-modified" in first.headers:
        validators["If_Modified_Since"] = first.headers["last-modified"]
    assert validators
    assert get(url, **validators)[::2] == (304, b"")
    own_sites.edit(site, article.id, body=article.body + "\n\nBáo cáo bổ sung được gửi đến đại biểu chiều cùng ngày.")
    again = get(url, **validators)
    assert again.status == 200
    assert again.body != first.body


def test_the_clock_in_the_header_is_not_the_date_of_the_article(sites: SampleSites) -> None:
    for article in sites.articles("mau-bao-song-thuong"):
        assert "Thứ hai, 16/11/2026 - 12:57" in get(sites.url_of(article)).text


def test_robots_forbid_the_bait_that_the_front_page_links(sites: SampleSites) -> None:
    base = sites.base_url("mau-bao-song-thuong")
    bait = "/bg/noi-bo/99999/hoi-nghi-ban-chap-hanh-tai-lieu-noi-bo.html"
    assert "Disallow: /bg/noi-bo/\n" in get(base + "/robots.txt").text
    assert bait in get(base + "/").text
    assert get(base + bait).status == 200


def test_session_ids_differ_between_visitors_and_the_etag_does_not(sites: SampleSites) -> None:
    url = sites.url_of(sites.articles("mau-tinh-uy-bien-dong")[-1])
    one, other = get(url), get(url)
    assert one.body != other.body
    assert one.headers["etag"] == other.headers["etag"]
    assert one.headers["etag"].startswith("W/")


def test_windows_1258_writes_the_tone_after_its_vowel() -> None:
    assert windows_1258("Tỉnh ủy Đắk Lắk") == b"Ti\xd2nh u\xd2y \xd0\xe3\xeck L\xe3\xeck"
    assert as_read(windows_1258("Nghị quyết của Đảng bộ").decode("windows-1258")) == "Nghị quyết của Đảng bộ"


def test_attachments_of_a_notice_hold_its_text(sites: SampleSites) -> None:
    import io

    import docx
    import pypdf

    article = next(article for article in sites.articles() if article.has("attachment"))
    paths = sites.builds[article.site].attachments(article)
    page = html.unescape(get(sites.url_of(article)).text)
    assert len(paths) == 2 and all(path in page for path in paths)
    pdf, word = (io.BytesIO(get(sites.base_url(article.site) + path).body) for path in paths)
    assert as_read(" ".join(page.extract_text() for page in pypdf.PdfReader(pdf).pages)).startswith(article.title)
    assert [paragraph.text for paragraph in docx.Document(word).paragraphs][1:] == article.paragraphs


@pytest.mark.parametrize(("mode", "status"), [("500", 500), ("404", 404), ("403", 403), ("429", 429)])
def test_a_site_can_be_made_to_answer_with_an_error(own_sites: SampleSites, mode: str, status: int) -> None:
    article = own_sites.articles("mau-cong-binh-phuoc")[0]
    own_sites.fail(article.site, mode)
    assert get(own_sites.url_of(article)).status == status
    assert get(own_sites.base_url(article.site) + "/robots.txt").status == 200
    own_sites.fail(article.site, "")
    assert get(own_sites.url_of(article)).status == 200


def test_html_can_be_cut_and_a_connection_dropped_in_the_middle(own_sites: SampleSites) -> None:
    article = own_sites.articles("mau-cong-binh-phuoc")[0]
    whole = get(own_sites.url_of(article)).body
    own_sites.fail(article.site, "cut")
    assert get(own_sites.url_of(article)).body == whole[: len(whole) // 2]
    own_sites.fail(article.site, "drop", "/vi/news/tin")
    with pytest.raises(Exception, match="IncompleteRead"):
        get(own_sites.url_of(article))


def test_a_hanging_site_never_answers_and_stops_all_the_same(own_sites: SampleSites) -> None:
    own_sites.fail("mau-bao-song-lo", "hang")
    with pytest.raises(TimeoutError):
        DIRECT.open(own_sites.base_url("mau-bao-song-lo") + "/", timeout=0.3)


def test_an_unknown_fault_or_site_is_refused(own_sites: SampleSites) -> None:
    with pytest.raises(ValueError, match="'slow' is no fault: use one of 500, 404"):
        own_sites.fail("mau-bao-song-lo", "slow")
    with pytest.raises(ValueError, match="'bao-khac' is not served here: use one of mau-cong-thai-nguyen"):
        own_sites.fail("bao-khac", "500")


def test_what_was_asked_for_is_logged(own_sites: SampleSites) -> None:
    get(own_sites.base_url("mau-tinh-uy-bien-dong") + "/index.php?page=chitiet&id=khong-co")
    [request] = own_sites.requests
    assert request[:4] == ("mau-tinh-uy-bien-dong", "GET", "/index.php?page=chitiet&id=khong-co", 404)
    assert request.agent.startswith("Python-urllib")
    assert own_sites.most_at_once("mau-tinh-uy-bien-dong") == 1


def test_an_article_can_be_added_and_taken_down(own_sites: SampleSites) -> None:
    article = own_sites.articles("mau-bao-song-lo")[0]
    url = own_sites.url_of(article)
    own_sites.take_down(article.site, article.id)
    assert get(url).status == 404
    assert article not in own_sites.articles()
    own_sites.add(article)
    assert get(url).status == 200


def test_selectors_can_be_left_out_of_the_registry() -> None:
    with SampleSites(without_selectors=["mau-bao-song-lo"]) as sites:
        sources = registry(sites)
    assert "selectors" not in sources["mau-bao-song-lo"]
    assert sources["mau-bao-song-thuong"]["selectors"]["title"] == "h1.detail-title"
    assert sources["mau-tinh-uy-bien-dong"]["selectors"]["body"] == "td.noidung"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('site = "s"\nid = "1"\nslug = "a"\ntitle = "A"\nbody = "B"\n', "sample = true is missing"),
        ('sample = true\nsite = "s"\nid = "1"\nslug = "a"\ntitle = "A"\n', "field 'body' is missing"),
        ('sample = true\nsite = "x"\nid = "1"\nslug = "a"\ntitle = "A"\nbody = "B"\n', "site = 'x': write 's'"),
        ('sample = true\nsite = "s"\nid = "1"\nslug = "a"\ntitle = "A"\nbody = "B"\nday = 1\n', "unknown field 'day'"),
    ],
)
def test_a_faulty_article_file_is_named(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "s").mkdir()
    (tmp_path / "s" / "1-a.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=re.escape(message)):
        load_articles(tmp_path)


def test_corrections_of_an_article_are_made_when_asked_for() -> None:
    article = SampleArticle("s", "1", "a", "Kỳ họp thứ 8", "Có 47 đại biểu.", edit=({"find": "47", "replace": "48"},))
    assert article.corrected().body == "Có 48 đại biểu."


def serve(port: int, *command: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(SERVE), "--port", str(port), "--", *command],
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_the_command_runs_beside_the_sites_and_its_exit_code_is_passed_on(sites: SampleSites) -> None:
    code = (
        "import os, sys; print(open(os.environ['HOINGHI_SAMPLE_SOURCES'], encoding='utf-8').read()[:2000]); sys.exit(7)"
    )
    child = serve(0, sys.executable, "-c", code)
    printed, said = child.communicate(timeout=60)
    assert child.returncode == 7
    assert 'slug = "mau-cong-thai-nguyen"' in printed
    assert said.startswith("sample sites on http://127.0.0.11:")


def test_a_signal_reaches_the_command() -> None:
    child = serve(0, "sh", "-c", "echo ready; sleep 60; echo never")
    assert child.stdout is not None and child.stdout.readline() == "ready\n"
    child.send_signal(signal.SIGTERM)
    printed, _ = child.communicate(timeout=60)
    assert child.returncode == 128 + signal.SIGTERM
    assert printed == ""


def test_a_taken_port_is_told_with_its_remedy() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.13", 0))
        taken.listen()
        port = taken.getsockname()[1]
        child = serve(port, "true")
        _, said = child.communicate(timeout=60)
    assert child.returncode == 2
    assert f"127.0.0.13:{port} (Address already in use)" in said
    assert "stop the program that listens there" in said
    assert "Traceback" not in said


def test_a_command_that_does_not_exist_is_told() -> None:
    child = serve(0, "khong-co-lenh-nay")
    _, said = child.communicate(timeout=60)
    assert child.returncode == 127
    assert "cannot run 'khong-co-lenh-nay': No such file or directory" in said
