"""Each nasty site is visited: what is to be had is stored, what is not is told, and the visit costs little."""

from dataclasses import replace
from pathlib import Path

import pytest

from crawl.archive.archive import Archive
from crawl.archive.verify import verify
from crawl.fetch.crawler import crawl
from crawl.fetch.limits import Limits
from crawl.fetch.progress import no_progress
from tests.attacks.conftest import rounds
from tests.attacks.nasty_sites import NASTY, Nasty, nasty_site

QUICK = Limits(retries=1, retry_seconds=0.02, max_bytes=4 << 20, failures_in_a_row=6)


def test_there_are_more_than_forty_kinds() -> None:
    assert len(NASTY) >= 40


@pytest.mark.parametrize("nasty", NASTY.values(), ids=list(NASTY))
def test_a_nasty_site_costs_nothing_but_its_own_harm(nasty: Nasty, tmp_path: Path) -> None:
    nasty = replace(nasty, runs=nasty.runs * rounds(1, 4), most=nasty.most * rounds(1, 4))
    limits = replace(QUICK, timeout_seconds=nasty.patience)
    with nasty_site(nasty) as site:
        start = tuple(site.base + path for path in nasty.start)
        source = site.source(start=start, feeds=tuple(site.base + path for path in nasty.feeds))
        said = []
        for _ in range(nasty.runs):
            said.append(str(crawl([source], tmp_path, limits=limits, progress=no_progress)))
    assert len(site.asked) <= nasty.most, site.paths()
    with Archive(tmp_path, read_only=True) as archive:
        stored = list(archive.articles())
        numbers = sorted(int(found.article.title.split()[5]) for found in stored)
        versions = max(len(archive.versions(found.article.key)) for found in stored)
    assert numbers == sorted(nasty.stored), said
    assert versions <= nasty.versions
    assert "error of the program" not in said[0]
    assert nasty.told in said[0] if nasty.told else said[0].startswith("✓"), said[0]
    assert verify(tmp_path).damaged == []
