"""What the pages count is what the texts hold: charts, facets, exports, feeds and alerts, against plain Python."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple
from urllib.parse import quote
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from crawl.article import article_key
from search.document import Document
from search.engines import open_engine
from search.query.nodes import Filters
from tests.crawl.sites.sample_article import load_articles
from tests.crawl.sites.sample_document import document_of
from tests.index_url import index_url
from tests.search.full_match_oracle import Corpus, generated
from tests.web.atom_rules import ATOM
from web import create_app
from web.alerts.delivery import keys_found
from web.http.limits import RateLimit
from web.views.feeds import ENTRIES

TYPED = ("giải ngân", "lợn", "đầu tư công", "giai ngan von dau tu cong", "UBND tỉnh", "35-CT/TW", "kỷ luật -cảnh")
GENERATED = 40


class Counted(NamedTuple):
    corpus: Corpus
    client: FlaskClient

    def expected(self, text: str) -> list[Document]:
        ids = self.corpus.expected(self.corpus.read(text))
        return [one for one in self.corpus.documents if one.id in ids]

    def typed(self) -> Iterator[str]:
        yield from TYPED
        yield from generated(list(self.corpus.texts.values()), GENERATED)


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory) -> Counted:
    directory = tmp_path_factory.mktemp("counted")
    url = index_url(directory / "whoosh")
    documents = [replace(one, key=article_key(one.id)) for one in map(document_of, load_articles())]
    app = create_app(directory, url)
    app.extensions["export_limit"] = RateLimit(10 * GENERATED, 60.0)
    return Counted(Corpus(documents, open_engine(url)), app.test_client())


def test_what_is_counted_anywhere_is_what_the_texts_hold(counted: Counted) -> None:
    asked = list(counted.typed())
    found = Counter(compared(counted, text) for text in asked)
    assert sum(found.values()) == len(asked)
    assert found[0] < len(asked) // 2  # most of them are found somewhere


def compared(counted: Counted, text: str) -> int:
    """Compare all that is counted for a query; return how many pages hold it."""
    expected, client, q = counted.expected(text), counted.client, quote(text)
    ids = {one.id for one in expected}
    keys = [one.key for one in counted.corpus.documents]
    told = keys_found(counted.corpus.engine, text, Filters(), keys)
    assert told == {one.key for one in expected}, text
    if not expected and '"' in text:  # a phrase that nobody has: pages look for its words, and say so
        return 0
    years = Counter(one.year for one in expected if one.year)
    answer = client.get(f"/api/search?q={q}&limit=0").get_json()
    assert answer["total"] == len(expected), text
    assert {one["value"]: one["count"] for one in answer["facets"]["year"]} == years, text
    assert chart(client, q) == years, text
    rows = list(csv.DictReader(io.StringIO(client.get(f"/export.csv?q={q}").data.decode("utf-8-sig"))))
    assert {row["id"] for row in rows} == ids, text
    assert len(rows) == len(ids), text
    entries = ElementTree.fromstring(client.get(f"/atom?q={q}").data).findall(f"{ATOM}entry")
    assert len(entries) == min(len(expected), ENTRIES), text
    return len(expected)


def chart(client: FlaskClient, q: str) -> dict[int, int]:
    """Return the years that the chart above the results draws, with the number that each bar bears."""
    drawn = BeautifulSoup(client.get(f"/?q={q}").data, "html.parser").select_one("svg.histogram")
    titles = [] if drawn is None else [bar.get_text() for bar in drawn.select("a[data-first] title")]
    numbers = [re.findall(r"\d+", title) for title in titles]  # the year, pages found, pages held
    return {int(year): int(found) for year, found, _ in numbers if int(found)}


def test_pages_of_another_reading_are_not_mailed(counted: Counted) -> None:
    """An alert on giải ngân does not tell of giải phóng mặt bằng."""
    keys = [one.key for one in counted.corpus.documents]
    told = keys_found(counted.corpus.engine, "giải ngân", Filters(), keys)
    assert 0 < len(told) < len(keys)
    for one in counted.corpus.documents:
        says_it = "giải ngân" in " ".join(f"{one.title} {one.text}".lower().split())
        assert says_it or one.key not in told
