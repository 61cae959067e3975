"""Generated newspapers on loopback for measuring a crawl: served fast, by one process, without a framework.

    python generated_site.py HOSTS PAGES PORT        HOSTS sites of PAGES articles each, on 127.0.1.1, 127.0.1.2, …

Prints "ready" when it answers. Every article is another: its number stands in title, lede and paragraphs, which are
drawn by a seeded generator from the sample articles.
"""

import asyncio
import contextlib
import random
import sys
from functools import cache
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.crawl.sites.builds.build import NOTICE
from tests.crawl.sites.sample_article import load_articles

LINKS_ON_A_LIST = 50
PARAGRAPHS = 6


def host(number: int) -> str:
    return f"127.0.1.{number + 1}"


def registry(hosts: int, port: int) -> str:
    """Return the registry of the generated sites, without delay."""
    return "\n".join(
        f"""[[source]]
slug = "sinh-{number}"
name = "Báo sinh {number}"
kind = "newspaper"
hosts = ["{host(number)}:{port}"]
start = ["http://{host(number)}:{port}/tin/"]
next = '/tin/\\d+/$'
article = '/bai/\\d+\\.html'
example = "http://{host(number)}:{port}/bai/1.html"
delay_seconds = 0.0
sample = true
[source.selectors]
title = "h1"
lede = ".sapo"
body = ".noi-dung"
date = ".ngay"
"""
        for number in range(hosts)
    )


@cache
def _sentences() -> list[str]:
    return [paragraph for article in load_articles() for paragraph in article.paragraphs if len(paragraph) > 200]


def article(address: str, number: int) -> str:
    """Return an article of some 600 syllables; the same address and number give the same text."""
    chosen = random.Random(f"{address}/{number}")
    day, month, year = chosen.randint(1, 28), chosen.randint(1, 12), chosen.randint(2019, 2026)
    title = f"Hội nghị Ban Chấp hành Đảng bộ tỉnh, bản tin số {number} của {address}"
    paragraphs = "".join(f"<p>({number}) {text}</p>\n" for text in chosen.sample(_sentences(), PARAGRAPHS))
    return (
        f'<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>{title}</title></head><body>'
        f'<nav>{NOTICE}</nav><h1>{title}</h1><div class="ngay">08:15 {day:02}/{month:02}/{year}</div>'
        f'<p class="sapo">Bản tin số {number}, ngày {day}/{month}.</p><div class="noi-dung">{paragraphs}</div>'
        f"<footer>{NOTICE}</footer></body></html>"
    )


def listing(number: int, pages: int) -> str:
    first = (number - 1) * LINKS_ON_A_LIST + 1
    links = "".join(
        f'<li><a href="/bai/{n}.html">Bản tin số {n}</a></li>'
        for n in range(first, first + LINKS_ON_A_LIST)
        if n <= pages
    )
    further = f'<a href="/tin/{number + 1}/">Trang sau</a>' if first + LINKS_ON_A_LIST <= pages else ""
    head = '<!doctype html><html lang="vi"><head><meta charset="utf-8"></head>'
    return f"{head}<body>{NOTICE}<ul>{links}</ul>{further}</body></html>"


def answer(address: str, path: str, pages: int) -> tuple[str, str]:
    """Return status line and body."""
    parts = path.strip("/").split("/")
    if parts[0] == "bai" and parts[-1].removesuffix(".html").isdigit():
        number = int(parts[-1].removesuffix(".html"))
        if 1 <= number <= pages:
            return "200 OK", article(address, number)
    if parts[0] == "tin":
        return "200 OK", listing(int(parts[1]) if len(parts) > 1 else 1, pages)
    return "404 Not Found", ""


async def serve(hosts: int, pages: int, port: int) -> None:
    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        address = writer.get_extra_info("sockname")[0]
        try:
            while request := await reader.readuntil(b"\r\n\r\n"):
                status, text = answer(address, request.split(b" ", 2)[1].decode(), pages)
                body = text.encode()
                head = f"HTTP/1.1 {status}\r\nContent-Type: text/html\r\nContent-Length: {len(body)}\r\n\r\n"
                writer.write(head.encode() + body)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    servers = [await asyncio.start_server(connected, host(number), port) for number in range(hosts)]
    print("ready", flush=True)
    await asyncio.gather(*(server.serve_forever() for server in servers))


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(*(int(value) for value in sys.argv[1:4])))
