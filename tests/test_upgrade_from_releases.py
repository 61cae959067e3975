"""The data of each release, made by that release (tests/upgrade_data/make.py), brought up to date by this program."""

import json
import sqlite3
import subprocess
import sys
import tarfile
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from crawl.archive.archive import Archive
from crawl.archive.schema import VERSION
from web.alerts.subscriptions import Subscriptions

ROOT = Path(__file__).parents[1]
RELEASES = sorted((ROOT / "tests" / "upgrade_data").glob("*.tar.gz"))


@pytest.fixture(params=RELEASES, ids=lambda path: path.name.removesuffix(".tar.gz"))
def release(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, dict[str, Any]]:
    """Return the data directory of a release and what the release said of it."""
    with tarfile.open(request.param) as tar:
        tar.extractall(tmp_path, filter="data")
    return tmp_path / "data", json.loads((tmp_path / "told.json").read_text(encoding="utf-8"))


def hoinghi(data: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "hoinghi.py", *arguments, "--data", str(data)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=250, check=False)


def rows(database: Path, question: str) -> list[list[object]]:
    with closing(sqlite3.connect(database)) as held:
        return [list(row) for row in held.execute(question)]


VERSIONS = "SELECT key, version, fetched_at, text_sha256 FROM versions ORDER BY 1, 2"
CAPTURES = "SELECT id, url, sha256 FROM captures ORDER BY id"
UPGRADE = """
import sys
from pathlib import Path
from indexer.keep_in_step import keep_in_step
from search.engines import open_engine
data = Path(sys.argv[1])
print(keep_in_step(data, open_engine(f"whoosh:{data / 'whoosh'}"), print))
"""


def test_every_release_of_the_changelog_has_its_data() -> None:
    told = [line[4:].partition("]")[0] for line in (ROOT / "CHANGELOG.md").read_text().splitlines() if "## [" in line]
    assert {path.name.removesuffix(".tar.gz") for path in RELEASES} == set(told) - {"Unreleased"}


def test_nothing_is_lost_and_the_index_is_built_anew(release: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    data, told = release
    before = hoinghi(data, "search", "giải ngân")
    assert (before.returncode, "--rebuild" in before.stderr) == (2, True), before.stderr  # says what helps
    done = subprocess.run(
        [sys.executable, "-c", UPGRADE, str(data)], cwd=ROOT, capture_output=True, text=True, timeout=250, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "a new one is built beside it now" in done.stdout
    assert "the new one is in place" in done.stdout
    found = json.loads(hoinghi(data, "search", "giải ngân", "--json").stdout)
    assert found["total"] == told["found"]
    archive = data / "archive.db"
    assert rows(archive, VERSIONS) == told["versions"]
    assert rows(archive, CAPTURES) == told["captures"]
    assert rows(archive, "PRAGMA user_version") == [[VERSION]]
    copy = data / f"archive.db.before-{told['schema']}"
    assert rows(copy, VERSIONS) == told["versions"]
    with Archive(data, read_only=True) as opened:
        changed = [one for one in opened.articles() if one.history]
        assert len(changed) == 1
        assert "45,5%" in changed[0].article.body
        assert "45%" in changed[0].history[0][1].body
    checked = hoinghi(data, "verify")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    status = hoinghi(data, "status")
    assert status.returncode == 0, status.stderr
    assert "bao-mau" in status.stdout
    if (data / "subscriptions.db").exists():
        with Subscriptions(data) as subscriptions:
            (held,) = subscriptions.confirmed()
        assert (held.address, held.query, held.rhythm) == ("ban.doc@thu.mau.vn", "q=giai+ngan", "daily")
    go_on(data, told, tmp_path)


def go_on(data: Path, told: dict[str, Any], folder: Path) -> None:
    """Back the upgraded directory up, bring it back elsewhere, and crawl on there."""
    assert hoinghi(data, "backup", str(folder / "kho.tar")).returncode == 0
    restored = folder / "restored"
    assert hoinghi(restored, "restore", str(folder / "kho.tar")).returncode == 0
    assert rows(restored / "archive.db", CAPTURES) == told["captures"]
    site = told["captures"][0][1].removesuffix("/robots.txt")
    registry = folder / "sources.toml"
    registry.write_text(
        f'[[source]]\nslug = "bao-mau"\nname = "Báo Mẫu"\nkind = "newspaper"\nhosts = ["{site[7:]}"]\n'
        f'start = ["{site}/"]\narticle = "/tin/bai-"\nexample = "{site}/tin/bai-1.html"\nsample = true\n',
        encoding="utf-8",
    )
    crawled = hoinghi(restored, "crawl", "--sources", str(registry), "--max-pages", "1")  # nobody is there any more
    assert crawled.returncode == 1, crawled.stderr
    assert "✗ bao-mau  1 waiting for the next run" in crawled.stdout
    with closing(sqlite3.connect(restored / "frontier.db")) as frontier:
        states = dict(frontier.execute("SELECT url, state FROM pages WHERE kind = 'article'").fetchall())
    assert states == {f"{site}/tin/bai-{number}.html": "done" for number in (1, 2, 3)}  # what it knew, it knows
    assert rows(restored / "archive.db", VERSIONS) == told["versions"]
