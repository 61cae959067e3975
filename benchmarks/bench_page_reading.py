"""What a page costs from its bytes to its judged article: processor time on the pages of the sample sites.

As they are (7 KB), and with the menus, boxes and programs that real pages carry around their text (80 KB); by the
selectors of the registry, and by the generic rules.

    python benchmarks/bench_page_reading.py --dump FILE     write what is read instead, a line of JSON for each page;
                                                            files of two checkouts that are equal read the same
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import NamedTuple

from report import ROOT, write

sys.path.insert(0, str(ROOT))

from crawl.extraction.extract import extract_article
from crawl.extraction.relevance import judge
from crawl.registry.sources import Selectors, Source, load_sources
from tests.crawl.sites.more_sites import MoreSites
from tests.crawl.sites.serve import SampleSites

SAMPLES = ROOT.parent / "shared" / "samples"
PORTS = (8793, 8794)  # fixed, so that two runs read the same addresses
WARM_UP = 20
ENTRY = "<li class='item-{0}'><a href='/muc/{0}'><span>Mục số {0}</span></a></li>"
BOX = (
    "<div class='tin-khac box-{0}'><a href='/tin/bai-{0}.html'><img src='/{0}.jpg' alt='Ảnh'></a><h3>"
    "<a href='/tin/bai-{0}.html'>Một bài khác của trang mẫu, số {0}</a></h3>"
    "<p>Vài lời về bài số {0} của trang.</p></div>"
)
MENU = "".join(map(ENTRY.format, range(250)))
BEFORE = f"<div class='menu'><ul>{MENU}</ul></div><script>{'var a = 1;' * 3000}</script>"
AFTER = f"<aside class='sidebar'>{''.join(map(BOX.format, range(80)))}</aside>"


class Page(NamedTuple):
    url: str
    body: bytes
    content_type: str
    source: Source | None


def pages_of_the_sites() -> list[Page]:
    """Return every article page of the sample sites."""
    pages = []
    for sites in (SampleSites(PORTS[0]), MoreSites(PORTS[1])):
        with sites:
            sources = {source.slug: source for source in load_sources(sites.sources_file)}
            for site, build in sites.builds.items():
                client = build.app.test_client()
                others = [article for article in sites.others() if article.site == site]
                for article in [*sites.articles(site), *others]:
                    answer = client.get(build.path_of(article))
                    if answer.status_code == 200:
                        kind = answer.headers["Content-Type"]
                        pages.append(Page(sites.url_of(article), answer.data, kind, sources[site]))
    return pages


def furnished(page: Page) -> Page | None:
    """Return a page of UTF-8 with menus and boxes around its text, None for any other."""
    try:
        text = page.body.decode("utf-8")
    except UnicodeDecodeError:
        return None
    start = text.lower().find("<body")
    if start < 0:
        return None
    start = text.index(">", start) + 1
    return page._replace(body=f"{text[:start]}{BEFORE}{text[start:]}{AFTER}".encode())


def sample_texts() -> list[Page]:
    """Return the sample articles outside the project as plain pages, where they are present."""
    pages = []
    for path in sorted(SAMPLES.glob("*.txt")):
        lines = [line for line in path.read_text("utf-8").splitlines() if line.strip()]
        paragraphs = "".join(f"<p>{line}</p>" for line in lines[1:])
        body = f"<title>{lines[0]}</title><body><h1>{lines[0]}</h1><div>{paragraphs}</div></body>"
        pages.append(Page(f"https://mau.example/{path.stem}", body.encode(), "text/html; charset=utf-8", None))
    return pages


def without_selectors(page: Page) -> Page:
    return page._replace(source=page.source and replace(page.source, selectors=Selectors(), article=""))


def read(page: Page) -> dict[str, object]:
    try:
        article = extract_article(page.body, page.url, page.source, content_type=page.content_type)
    except ValueError as error:
        return {"url": page.url, "error": str(error)}
    return asdict(article) | {"verdict": asdict(judge(article))}


def milliseconds(pages: Sequence[Page], reader: Callable[[Page], object]) -> float:
    """Return the processor time of a page: the mean of one pass, after some pages to warm up."""
    for page in pages[:WARM_UP]:
        reader(page)
    start = time.process_time()
    for page in pages:
        reader(page)
    return (time.process_time() - start) / len(pages) * 1000


def as_the_crawl_does(page: Page) -> None:
    from crawl.extraction.extract import extract_page
    from crawl.extraction.html_page import HtmlPage
    from crawl.fetch.list_pages import is_list_page
    from crawl.fetch.soft_errors import suspicion, unfinished

    parsed = HtmlPage.of(page.body, page.content_type)
    suspicion(parsed)
    article = extract_page(parsed, page.url, page.source)
    if page.source and not page.source.article:
        is_list_page(parsed, page.url, page.source, article)
    unfinished(article)
    judge(article)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dump", type=Path)
    target = parser.parse_args().dump
    plain = pages_of_the_sites()
    heavy = [page for page in map(furnished, plain) if page]
    if target:
        given = [*plain, *map(without_selectors, plain), *heavy, *map(without_selectors, heavy), *sample_texts()]
        lines = [json.dumps(read(page), ensure_ascii=False, sort_keys=True) + "\n" for page in given]
        target.write_text("".join(lines), "utf-8")
        print(f"{len(lines):,} pages read into {target}")
        return
    rows: list[list[object]] = []
    for name, pages in (("as they are", plain), ("with menus and boxes", heavy)):
        size = sum(len(page.body) for page in pages) / len(pages) / 1024
        by_registry = milliseconds(pages, as_the_crawl_does)
        generic = milliseconds([without_selectors(page) for page in pages], as_the_crawl_does)
        rows.append([name, len(pages), f"{size:.0f}", f"{by_registry:.1f}", f"{generic:.1f}"])
    header = ("pages of the sample sites", "number", "KB", "by the registry, ms", "generic rules, ms")
    write("page_reading", "From bytes to a judged article", header, rows, "Processor time of a page, one process.")


if __name__ == "__main__":
    main()
