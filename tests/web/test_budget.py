"""What a first visit costs, as Chromium's own tracing tells it: bytes on the wire, layout shifts, hosts asked."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from playwright.sync_api import Browser

from crawl.article import article_key

MOST_BYTES = 150_000  # of a first page, compressed, with its fonts
SLOW = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 90_000}  # a phone, 3G
TRACES = 3  # on a busy machine a trace may begin after the visit; such a one says nothing
CATEGORIES = ["devtools.timeline", "loading"]
SETTLED_MS = 600  # after the load, in which a late font or script could still move something
PAGES = {
    "start": "/",
    "results": "/?q=giai+ngan",
    "article": f"/bai/{article_key('https://bao.mau.test/tin/1.html')}?q=giai+ngan",
}
SHIFTING = "<p>text</p><script>setTimeout(() => document.body.prepend(document.createElement('hr')), 300)</script>"


@dataclass
class Visit:
    """bytes: by URL, as encoded. shifts: the scores of layout shifts that no one's click or key had caused."""

    bytes: dict[str, int]
    shifts: list[float]


def visit(browser: Browser, address: str, width: int) -> Visit:
    """Return what a trace says of a first visit: nothing in the cache, a slow line."""
    for _ in range(TRACES):
        named = traced(browser, address, width)
        sent = {data["requestId"]: data["url"] for name, data in named if name == "ResourceSendRequest"}
        if address in sent.values():
            break
    urls = {request: url for request, url in sent.items() if url.startswith("http")}  # chrome: is its own window
    finished = {data["requestId"]: data for name, data in named if name == "ResourceFinish"}
    return Visit(
        bytes={
            url: int(finished[request]["encodedDataLength"]) for request, url in urls.items() if request in finished
        },
        shifts=[data["score"] for name, data in named if name == "LayoutShift" and not data["had_recent_input"]],
    )


def traced(browser: Browser, address: str, width: int) -> list[tuple[str, dict[str, Any]]]:
    """Return the events of a trace of a visit: name and data of each."""
    context = browser.new_context(viewport={"width": width, "height": 844}, locale="vi-VN")
    page = context.new_page()
    context.new_cdp_session(page).send("Network.emulateNetworkConditions", SLOW)
    browser.start_tracing(page=page, categories=CATEGORIES)
    page.goto(address, wait_until="load")
    page.wait_for_timeout(SETTLED_MS)
    events = json.loads(browser.stop_tracing())["traceEvents"]
    context.close()
    return [(event["name"], event["args"].get("data", {})) for event in events if "args" in event]


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("name", PAGES)
def test_a_first_visit_is_small_stays_in_place_and_asks_no_one_else(
    chromium: Browser, site: str, name: str, width: int
) -> None:
    found = visit(chromium, site + PAGES[name], width)
    kinds = {urlsplit(url).path.rpartition(".")[2] for url in found.bytes}
    assert {"css", "js", "woff2"} <= kinds, found.bytes
    assert {urlsplit(url).netloc for url in found.bytes} == {urlsplit(site).netloc}
    assert 20_000 < sum(found.bytes.values()) <= MOST_BYTES, found.bytes
    assert found.shifts == []


def test_the_measure_sees_what_moves(chromium: Browser) -> None:
    assert sum(visit(chromium, f"data:text/html,{quote(SHIFTING)}", 390).shifts) > 0
