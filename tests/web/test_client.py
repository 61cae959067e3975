"""The client in Python: over real HTTP, with every call, and typed as the interface is described."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import client as typed
from client import ApiError, Client
from tests.web.conftest import key
from web.http import openapi_schemas

OF_SCHEMA = {
    "Hit": openapi_schemas.HIT,
    "Results": openapi_schemas.RESULTS,
    "Article": openapi_schemas.ARTICLE,
    "Meeting": openapi_schemas.MEETING,
    "Report": openapi_schemas.MEETING["properties"]["reports"]["items"],
    "Quote": openapi_schemas.QUOTE,
    "PageQuote": openapi_schemas.SAID,
    "Quotes": openapi_schemas.SCHEMAS["Quotes"],
    "Witness": openapi_schemas.WITNESS,
    "Statement": openapi_schemas.STATEMENT,
    "Figures": openapi_schemas.SCHEMAS["Figures"],
    "Source": openapi_schemas.SOURCE,
    "Capture": openapi_schemas.SEEN,
    "Province": openapi_schemas.PROVINCE,
}


@pytest.mark.parametrize("name", OF_SCHEMA)
def test_each_type_has_the_names_of_its_schema(name: str) -> None:
    described = getattr(typed, name)
    assert described.__required_keys__ | described.__optional_keys__ == set(OF_SCHEMA[name]["properties"])
    assert described.__required_keys__ >= set(OF_SCHEMA[name]["required"]) - described.__optional_keys__


@pytest.fixture
def asking(site: str) -> Client:
    return Client(site)


def test_a_search_with_filters(asking: Client) -> None:
    found = asking.search("giải ngân", years=[2023], provinces=["bac-giang"], sort="newest")
    assert [hit["key"] for hit in found["hits"]] == [key(1)]
    assert found["hits"][0]["capture"]["fetched_at"]
    assert asking.search(first_day="2025-01-01", last_day="2025-12-31")["total"] == 1


def test_every_hit_page_after_page(asking: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typed, "PAGE", 4)
    total = asking.search("giao ban")["total"]
    found = [hit["key"] for hit in asking.each_hit("giao ban")]
    assert len(found) == len(set(found)) == total == 12
    assert list(asking.each_hit("khongcochunay")) == []


def test_the_other_calls(asking: Client) -> None:
    [hit] = asking.search("giải ngân", provinces=["bac-giang"], years=[2023])["hits"]
    assert asking.article(hit["key"])["versions"][0]["version"]
    assert hit["meeting"] and asking.meeting(hit["meeting"])["reports"][0]["key"] == hit["key"]
    assert asking.coverage()["total"] == asking.search(partial=False, first_day="1990-01-01")["total"] + 1
    assert {source["slug"] for source in asking.sources()} == {"bao-mau", "cong-mau"}
    assert isinstance(asking.suggest("giải"), list)
    assert asking.figures()["statements"] == []
    assert asking.quotes("giải ngân")["quotes"] == []


@pytest.mark.parametrize(
    ("call", "status", "parameter", "words"),
    [
        (lambda client: client.search("rừng", years=[3000]), 400, "year", "expected four digits"),
        (lambda client: client.search("rừng", provinces=["bắc giang"]), 400, "province", "bắc giang"),
        (lambda client: client.search(), 400, "q", "expected words in q"),
        (lambda client: client.search("rừng", limit=1000), 400, "limit", "from 0 to 100"),
        (lambda client: client.article("khong/co"), 404, None, ""),
        (lambda client: client.quotes(), 400, "q", "expected words in q"),
    ],
)
def test_a_mistake_says_what_was_expected(
    asking: Client, call: Callable[[Client], Any], status: int, parameter: str | None, words: str
) -> None:
    with pytest.raises(ApiError) as caught:
        call(asking)
    assert (caught.value.status, caught.value.parameter) == (status, parameter)
    assert words in str(caught.value)


@pytest.fixture
def not_ours(tmp_path: Path) -> Iterator[str]:
    import threading
    from functools import partial
    from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

    (tmp_path / "index.html").write_text("Trang khác")
    handler = partial(SimpleHTTPRequestHandler, directory=str(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_a_wrong_address_is_told(not_ours: str) -> None:
    with pytest.raises(ApiError, match="no JSON of hoinghi"):
        Client(not_ours).search("rừng")
    for address in ("http://[::1", "http://[zz]:8000", "[::1]:8000", "127.0.0.1:8000", "http://::1", "file:///etc", ""):
        with pytest.raises(ApiError, match=r"expected an address such as .* http://\[::1\]:8000"):
            Client(address)
    with pytest.raises(ApiError, match="does not answer") as caught:
        Client("http://127.0.0.1:9").coverage()
    assert caught.value.status == 0


def test_a_name_with_quotation_marks_stays_a_name() -> None:
    asked = []
    answers = Client(fetch=lambda path: (asked.append(path), (200, b'{"quotes": []}'))[1])  # type: ignore[func-returns-value]
    answers.quotes("rừng", speaker='Vàng "A" Phừ')
    assert asked == ["/api/quotes?q=n%C3%B3i%3A%22V%C3%A0ng++A++Ph%E1%BB%AB%22+r%E1%BB%ABng"]
