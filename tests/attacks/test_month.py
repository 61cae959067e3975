"""A month of bad days in minutes: 104 sites, each with its troubles, a clock that jumps, a crawler that dies.

At the end every article that could be had for more than a day is in the archive with the text that it has now, or named
with the reason; and as the server's own log tells, no host was ever asked twice at once, sooner than its pauses and its
Retry-After allow, or for what its robots.txt forbade.
"""

import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from crawl.archive.archive import Archive
from crawl.archive.verify import verify
from crawl.fetch.fetcher import SLOW_FACTOR
from crawl.fetch.frontier_reports import failing_pages
from crawl.fetch.limits import Limits
from tests.attacks.conftest import LONG, ROOT
from tests.attacks.simulated_crawl import LOG
from tests.attacks.simulated_server import FORBIDDEN
from tests.attacks.simulated_world import DAY, DELAY_SECONDS, SimulatedArticle, World, world

SITES, DAYS, KILLS, SEED = (104, 30, 60, 3) if LONG else (10, 3, 3, 30)
ROBOTS_SECONDS = DAY  # RFC 9309: rules that were read longer ago are to be read again
SETTLED_SECONDS = 10 * DAY  # an edit that is older has been seen
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="kills processes and serves on loopback addresses")


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> tuple[World, Path]:
    """Crawl the world to its end, starting the crawler again whenever it was killed."""
    data = tmp_path_factory.mktemp("month")
    numbers = map(str, (SITES, DAYS, KILLS, SEED))
    command = [sys.executable, "-m", "tests.attacks.simulated_crawl", str(data), *numbers]
    kills = 0
    with (data / "said.log").open("w") as said:
        while (ended := subprocess.run(command, cwd=ROOT, stdout=said, stderr=said, check=False)).returncode:
            assert ended.returncode == -9, (data / "said.log").read_text()[-2000:]
            kills += 1
    made = world(SITES, DAYS, KILLS, SEED)
    assert kills == len(made.kills)
    return made, data


@pytest.mark.timeout(7200)
def test_every_article_that_was_offered_for_a_day_is_there_or_named(crawled: tuple[World, Path]) -> None:
    made, data = crawled
    named = {page.url for page in failing_pages(data)}
    with Archive(data, read_only=True) as archive:
        texts = {archived.article.url: archived.article.body for archived in archive.articles()}
    offered, missing, old = Counter[str](), [], []
    for site in made.sites.values():
        for article in site.articles:
            spans = list(site.offered(article, made.end))
            if max(end - begin for begin, end in spans) <= DAY:
                continue
            offered["articles"] += 1
            urls = {f"http://{site.host}{site.path(article, at)}" for at in (0.0, made.end)}
            if not urls & texts.keys():
                (offered.update(("named",)) if urls & named else missing.append((urls, spans)))
            elif was_edited_long_ago(article, made) and not any("năm nội dung" in texts.get(u, "") for u in urls):
                old.append(urls)
    print(dict(offered))
    assert missing == []
    assert old == []
    assert offered["articles"] > SITES * DAYS / 3


def was_edited_long_ago(article: SimulatedArticle, made: World) -> bool:
    return bool(article.edited) and not article.removed and article.edited < made.end - SETTLED_SECONDS


def test_no_article_is_stored_twice(crawled: tuple[World, Path]) -> None:
    _, data = crawled
    with Archive(data, read_only=True) as archive:
        numbers = Counter((found.article.source, found.article.url.rpartition("-")[2]) for found in archive.articles())
    assert [number for number, count in numbers.items() if count > 1] == []
    assert verify(data).damaged == []


@dataclass(frozen=True, slots=True)
class Request:
    """A request as the server saw it. asks: "forbids" (all, in robots.txt), a Retry-After in seconds, "-".

    is_last: the crawler was killed in its midst, before the answer was sent.
    """

    host: str
    began: float
    over: float
    status: int
    path: str
    asks: str
    is_last: bool


@pytest.fixture(scope="module")
def requests(crawled: tuple[World, Path]) -> list[Request]:
    made, data = crawled
    found = []
    for number, line in enumerate((data / LOG).read_text("ascii").splitlines(), 1):
        host, began, over, status, path, asks = line.split()
        found.append(Request(host, float(began), float(over), int(status), path, asks, number in made.kills))
    print(len(found), "requests")
    assert len(found) > SITES * DAYS * 10
    return found


def test_every_host_is_asked_within_the_rules_at_every_moment(requests: list[Request]) -> None:
    longest = Limits().max_pause_seconds
    free_at: dict[str, float] = {}
    hasty = []
    for one in requests:
        if one.began < free_at.get(one.host, 0.0) - 0.01:
            hasty.append((one, free_at[one.host]))
        pause = min(SLOW_FACTOR * (one.over - one.began), longest)
        free_at[one.host] = one.over + max(DELAY_SECONDS, pause)
    assert hasty == []


def test_nobody_is_asked_before_the_time_that_its_retry_after_names(
    crawled: tuple[World, Path], requests: list[Request]
) -> None:
    made, _ = crawled
    told: dict[str, Request] = {}
    hasty, asked = [], 0
    for one in requests:
        if last := told.pop(one.host, None):
            asked += 1
            # who reads "in 900 seconds" from a clock that is set forward meanwhile cannot know better
            is_set_meanwhile = any(last.over < edge <= one.began for edge, _ in made.jumps)
            if one.began < last.over + float(last.asks) - 1.0 and not is_set_meanwhile:
                hasty.append((one, last))
        if one.asks.isdigit() and not one.is_last:
            told[one.host] = one
    assert asked > 0
    assert hasty == []


def test_nothing_is_asked_that_robots_txt_forbids(requests: list[Request]) -> None:
    rules: dict[str, Request] = {}
    broken, forbade = [], 0
    for one in requests:
        if one.path == "/robots.txt":
            if one.is_last:
                rules.pop(one.host, None)  # whoever begins anew has read nothing
            else:
                rules[one.host] = one
                forbade += one.asks == "forbids" or one.status != 200
            continue
        read = rules.get(one.host)
        allowed = read and read.status == 200 and read.asks != "forbids" and one.began - read.over < ROBOTS_SECONDS
        if not allowed or one.path.startswith(f"/{FORBIDDEN}/"):
            broken.append((one, read))
    assert forbade > 0
    assert broken == []
