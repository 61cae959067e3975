"""A month of bad days in minutes: 104 sites, each with its troubles, a clock that jumps, a crawler that dies.

At the end every article that could be had for more than a day is in the archive with the text that it has now, or named
with the reason; and no host was ever asked twice at once, or sooner than the rules allow.
"""

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from crawl.archive.archive import Archive
from crawl.archive.verify import verify
from crawl.fetch.fetcher import SLOW_FACTOR
from crawl.fetch.frontier_reports import failing_pages
from crawl.fetch.limits import Limits
from tests.attacks.conftest import LONG, ROOT
from tests.attacks.simulated_crawl import LOG
from tests.attacks.simulated_world import DAY, DELAY_SECONDS, SimulatedArticle, World, world

SITES, DAYS, KILLS = (104, 30, 60) if LONG else (6, 5, 3)
SEED = 3
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


def test_every_host_is_asked_within_the_rules_at_every_moment(crawled: tuple[World, Path]) -> None:
    _, data = crawled
    longest = Limits().max_pause_seconds
    free_at: dict[str, float] = {}
    hasty = []
    lines = (data / LOG).read_text("ascii").splitlines()
    for line in lines:
        host, began, over, *_ = line.split()
        if float(began) < free_at.get(host, 0.0) - 0.01:
            hasty.append((line, free_at[host]))
        took = float(over) - float(began)
        free_at[host] = float(over) + max(DELAY_SECONDS, min(SLOW_FACTOR * took, longest))
    assert hasty == []
    assert len(lines) > SITES * DAYS * 10
    print(len(lines), "requests")
