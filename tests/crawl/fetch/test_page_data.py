"""Data that stand in a page in other ways than as JSON: written as programs do, flat, in attributes."""

import json

import pytest

from crawl.extraction.html_page import HtmlPage
from crawl.fetch.js_literals import NoLiteral, literal
from crawl.fetch.page_data import page_documents
from crawl.fetch.page_programs import PagePrograms
from tests.crawl.fetch.discovered import HOST, LIST, found_on, further


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{id:7,'ten':\"a\\u00e1\",so:-1.5,}", {"id": 7, "ten": "aá", "so": -1.5}),
        ("{co:!0,khong:void 0}", {"co": True, "khong": None}),
        ("(function(a,b){return {tin:[{hot:a},{hot:b}]}}(false,true))", {"tin": [{"hot": False}, {"hot": True}]}),
        ("((a,b)=>({x:a,y:[b]}))(1,'q')", {"x": 1, "y": ["q"]}),
        ("{at:new Date(0),go:function(p){if(p){return '}'}},den(p){go(p)},n:3}", {"at": None, "go": None, "n": 3}),
        ("{a:{b:[/* none */]}}", {"a": {"b": []}}),
        ("'\\ud83d\\ude00'", "😀"),
    ],
)  # fmt: skip
def test_data_are_read_as_programs_write_them(text: str, value: object) -> None:
    read, _ = literal(text, 0)
    assert (
        {name: held for name, held in read.items() if name != "den"} == value
        if isinstance(read, dict)
        else read == value
    )


@pytest.mark.parametrize(
    "text", ["{id:7", "[1,2", "{id 7}", "=", "(function(a){return {x:a}})", "[" * 5_000, "f(" * 5_000]
)
def test_what_is_no_datum_is_refused(text: str) -> None:
    with pytest.raises(NoLiteral):
        literal(text, 0)


def documents(body: str) -> list[object]:
    root = HtmlPage(f"<html><body>{body}</body></html>").root
    return list(page_documents(root, PagePrograms(root).own_text))


def test_data_stand_in_programs_in_attributes_and_flat() -> None:
    whole = {"tin": [{"id": 4107, "slug": "phien-hop-thuong-vu"}]}
    flat = [{"tin": 1}, [2], ["Reactive", 3], {"id": 4, "slug": 5}, 4107, "phien-hop-thuong-vu"]
    attribute = json.dumps(whole).replace('"', "&quot;")
    written = "window.__DATA__ = {tin:[{id:4107,slug:'phien-hop-thuong-vu'}]};"
    assert documents(f"<script>{written}</script>") == [whole]
    assert documents(f'<div data-page="{attribute}"></div>') == [whole]
    assert documents(f'<script id="__NUXT_DATA__" type="application/json">{json.dumps(flat)}</script>') == [whole]


def test_flat_data_that_hold_themselves_come_to_an_end() -> None:
    (read,) = documents('<script id="__NUXT_DATA__" type="application/json">[{"a": 0}]</script>')
    assert isinstance(read, dict)


@pytest.mark.parametrize(("here", "last", "leads_to"), [(1, 3, ["/muc?page=2"]), (3, 3, [])])
def test_the_data_of_a_page_say_whether_its_list_goes_on(here: int, last: int, leads_to: list[str]) -> None:
    url = f"{HOST}/muc" if here == 1 else f"{HOST}/muc?page={here}"
    script = f"<script>var data = {{pagination:{{page:{here},pageCount:{last}}}}};</script>"
    assert further(found_on(LIST + script, url=url)) == leads_to
