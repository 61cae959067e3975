"""What discovery finds on a page of a source without patterns, for the tests of what no link says."""

import json

from crawl.fetch.discover import discover
from crawl.fetch.found_links import Discovery
from crawl.fetch.frontier import Page
from crawl.registry.sources import Source

HOST = "https://baomau.vn"
TITLE = "Ban Thường vụ Tỉnh ủy họp phiên thứ {} trong quý"
LIST = "".join(f'<li><a href="/tin/phien-hop-thuong-vu-{n}.html">{TITLE.format(n)}</a></li>' for n in (1, 2, 3))
MORE = '<button onclick="more()">Xem thêm</button><script>var p = 1, nhom = 7; function more() {{ p++; {} }}</script>'


def found_on(
    body: str, url: str = f"{HOST}/muc", page: Page | None = None, item_url: str = "", files: str = ""
) -> Discovery:
    source = Source("mau", "Mẫu", "other", ("baomau.vn",), start=(f"{HOST}/",), item_url=item_url)
    return discover(source, page or Page(url, url, "list"), url, body.encode(), program_files=files)


def further(found: Discovery) -> list[str]:
    return [page.url.removeprefix(HOST) for page in found.lists.values() if page.depth > 0]


def forms(found: Discovery) -> dict[str, dict[str, str]]:
    return {page.id.removeprefix(HOST): json.loads(page.form) for page in found.lists.values() if page.form}


def entry(number: int) -> str:
    return f'<li><a href="/tin/phien-hop-thuong-vu-{number}.html">{TITLE.format(number)}</a></li>'
