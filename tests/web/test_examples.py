"""Every example of the help, the front page, the page for programs and both READMEs finds something in the samples."""

import csv
import re
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from client import Client
from crawl.fetch.crawler import crawl
from crawl.fetch.progress import no_progress
from crawl.registry.sources import load_sources
from indexer.build import build
from search.engines import open_engine
from tests.crawl.sites.serve import SampleSites, make_corrections
from tests.index_url import index_url
from web import create_app
from web.mcp_server import in_process

ROOT = Path(__file__).parents[2]
QUERIES = re.compile(r"\n\| (?:gõ \| nghĩa|typed \| meaning) \|\n\|[-|]+\|\n((?:\|.*\n)+)")

SHEETS = re.compile(r'IMPORTDATA\("http://localhost([^"]*)" & ENCODEURL\("((?:[^"]|"")*)"\)(?: & "([^"]*)")?\)')


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    """The samples as `make run` gathers them: before and after their corrections."""
    data = tmp_path_factory.mktemp("examples")
    with SampleSites() as sites:
        sources = [replace(source, delay_seconds=0) for source in load_sources(sites.sources_file)]
        crawl(sources, data, progress=no_progress)
        make_corrections(sites)
        crawl(sources, data, progress=no_progress)
    build(data, open_engine(index_url(data / "whoosh")), progress=None)
    return create_app(data, index_url(data / "whoosh")).test_client()


def typed_in(readme: str) -> list[str]:
    """Return the queries of the table of a README: what stands in its first column, in backquotes."""
    [rows] = QUERIES.findall((ROOT / readme).read_text(encoding="utf-8"))
    return [typed for row in rows.splitlines() for typed in re.findall("`([^`]+)`", row.split(" | ")[0])]


def linked_from(client: FlaskClient, address: str, choice: str) -> list[str]:
    return [str(link["href"]) for link in BeautifulSoup(client.get(address).data, "lxml").select(choice)]


def totals(client: FlaskClient, queries: list[str]) -> dict[str, int]:
    return {typed: client.get("/api/search", query_string={"q": typed}).get_json()["total"] for typed in queries}


@pytest.mark.parametrize("readme", ["README.md", "README.en.md"])
def test_of_the_readme(client: FlaskClient, readme: str) -> None:
    found = totals(client, typed_in(readme))
    assert len(found) >= 15
    assert {typed for typed, total in found.items() if not total} == set()


@pytest.mark.parametrize(
    ("address", "choice", "least"),
    [
        ("/tro-giup", "a.example", 12),
        ("/tro-giup?lang=en", "a.example", 12),
        ("/", ".examples a", 4),
        ("/xu-huong", ".examples a", 2),
    ],
)
def test_of_a_page(client: FlaskClient, address: str, choice: str, least: int) -> None:
    links = linked_from(client, address, choice)
    assert len(links) >= least
    for link in links:
        page = BeautifulSoup(client.get(link).data, "lxml")
        assert page.select(".hits > li") if "xu-huong" not in link else page.select("table tbody tr"), link


def test_of_the_page_for_programs(client: FlaskClient) -> None:
    page = unescape(client.get("/api").text)
    example = re.search(r"<code>(from hoinghi.*?)</code>", page, re.DOTALL)
    printed: list[tuple[object, ...]] = []
    inside = in_process(client.application, "http://localhost")
    names = {"Client": lambda server: Client(server, fetch=inside), "print": lambda *values: printed.append(values)}
    assert example is not None
    exec(example[1].replace("from hoinghi.client import ApiError, Client", "from client import ApiError"), names)
    shapes = [len(values) for values in printed]  # total and query, hits, quotes, figures, the error
    assert shapes.count(3) >= 2 and shapes.count(4) >= 1 and str(printed[0][1]).startswith("Các bài")
    said = [str(values[0]) for values in printed if len(values) == 3 and str(values[2]).startswith("http")]
    assert said, "no quote was printed"


def test_of_the_page_for_a_spreadsheet_and_r(client: FlaskClient) -> None:
    page = unescape(client.get("/api").text)
    sheets = SHEETS.findall(page)
    assert len(sheets) == 2
    for path, words, more in sheets:
        answer = client.get(path + words.replace('""', '"') + more)
        names, *rows = csv.reader(answer.text.splitlines())
        assert rows and rows[0][names.index("url")], words
    [province] = re.findall(r"&province=([a-z-]+)&limit=100", page)
    assert client.get("/api/search", query_string={"q": "giải ngân", "province": province}).get_json()["total"]


def test_without_an_index_the_help_stands_and_links_no_speaker(tmp_path: Path) -> None:
    client = create_app(tmp_path).test_client()
    answer = client.get("/tro-giup")
    assert answer.status_code == 200
    assert any("Nguyễn Văn Mẫu" in one.text for one in BeautifulSoup(answer.data, "lxml").select("span.example"))
