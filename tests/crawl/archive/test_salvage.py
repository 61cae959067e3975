"""A damaged archive.db is exported as far as it can be read: what comes out is right, what does not is named."""

import json
import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from crawl.archive.archive import Archive, SourceRecord
from crawl.archive.database import CAPTURES, DATABASE
from crawl.archive.export import export_jsonl, export_warc
from crawl.archive.permits import permit
from crawl.archive.warc_reader import read_records
from crawl.archive.withholding import withhold
from crawl.article import Article, article_key
from crawl.errors import ArchiveError
from hoinghi import main

PAGE_BYTES = 4096
COUNT, WITHHELD = 300, 7
TREES = ("versions", "sqlite_autoindex_versions_1", "articles", "sqlite_autoindex_articles_2", "captures")


def url(number: int) -> str:
    return f"https://bao.mau.test/tin-{number:03}.html"


@dataclass(frozen=True)
class Sound:
    """An archive, the lines of its export by id, and which of its pages belong to which tree."""

    data: Path
    lines: dict[str, dict[str, object]]
    pages: dict[str, list[int]]

    def damaged(self, folder: Path, *pages: int) -> Path:
        """Return a copy in which pages are overwritten; the first is page 1."""
        content = bytearray((self.data / DATABASE).read_bytes())
        for page in pages:
            content[(page - 1) * PAGE_BYTES : page * PAGE_BYTES] = bytes(range(256)) * (PAGE_BYTES // 256)
        folder.mkdir(exist_ok=True)
        (folder / DATABASE).write_bytes(content)
        return folder


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Sound:
    data = tmp_path_factory.mktemp("sound")
    with Archive(data) as archive, archive.batch():
        archive.save_sources([SourceRecord(slug, slug, "", "newspaper") for slug in ("bao-mau", "bao-kin")])
        for number in range(COUNT):
            for version in range(1 + (number % 10 == 0)):
                text = f"Hội nghị mẫu bàn việc {number}, lần {version}. " * 25
                article = Article(url(number), url(number), f"Họp lần {number}", text, source="bao-mau")
                capture = archive.record_response("bao-mau", url(number), 200, {}, f"{number} {version}".encode())
                archive.store_article(article, capture)
        archive.store_article(Article("kin", "", "Họp kín", "Hội nghị mẫu chỉ được dẫn. " * 40, source="bao-kin"))
    withhold(data, article_key(url(WITHHELD)), "theo yêu cầu")
    permit(data, "excerpt", "bao-kin")
    with closing(sqlite3.connect(data / DATABASE)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        try:
            rows = database.execute("SELECT name, pageno FROM dbstat ORDER BY pageno").fetchall()
        except sqlite3.OperationalError:
            pytest.skip("this SQLite is built without dbstat, which tells which page is whose")
    pages: dict[str, list[int]] = {}
    for name, number in rows:
        pages.setdefault(name, []).append(number)
    lines, lost = exported(data, data / "kho.jsonl")
    assert (len(lines), lost) == (COUNT, {})  # one is withheld, one shown in part
    return Sound(data, lines, pages)


def exported(data: Path, target: Path) -> tuple[dict[str, dict[str, object]], dict[str, str]]:
    """Return the lines of an export, by id, and what it names as lost."""
    lost: dict[str, str] = {}
    count = export_jsonl(data, target, damaged=lambda name, error: lost.__setitem__(name, str(error)))
    lines = [json.loads(line) for line in target.read_text("utf-8").splitlines()]
    assert count == len(lines)
    return {line["id"]: line for line in lines}, lost


def without_digest(line: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in line.items() if name != "sha256"}


def assert_right(sound: Sound, data: Path) -> int:
    """Check that an export gives nothing but what was stored and names the rest; return how many are lost."""
    lines, lost = exported(data, data / "kho.jsonl")
    assert {name: without_digest(line) for name, line in lines.items()}.items() <= {
        name: without_digest(line) for name, line in sound.lines.items()
    }.items()
    missing = sound.lines.keys() - lines.keys()
    assert missing <= lost.keys() and len(lost) <= len(missing) + 1  # a withheld one may not be known as such
    return len(missing)


@pytest.mark.parametrize("tree", TREES)
def test_an_overwritten_page_costs_what_stood_on_it(sound: Sound, tmp_path: Path, tree: str) -> None:
    root, *others = sound.pages[tree]
    missing = [assert_right(sound, sound.damaged(tmp_path, page)) for page in others[::30][:4]]
    assert len(missing) >= 1
    assert max(missing) <= (4 if tree == "versions" else 0), missing
    if tree != "versions":
        assert assert_right(sound, sound.damaged(tmp_path, root)) == 0


def test_what_stands_behind_a_long_damage_is_found(sound: Sound, tmp_path: Path) -> None:
    _, *leaves = sound.pages["versions"]
    lines, lost = exported(sound.damaged(tmp_path, *leaves[1:-8]), tmp_path / "kho.jsonl")
    assert len(lost) > COUNT * 0.8
    assert url(COUNT - 1) in lines and len(lines) >= 12


def test_nothing_is_shown_whose_right_to_be_shown_cannot_be_read(sound: Sound, tmp_path: Path) -> None:
    pages = (*sound.pages["articles"], *sound.pages["withheld"])
    lines, lost = exported(sound.damaged(tmp_path, *pages), tmp_path / "kho.jsonl")
    assert lines == {} and Counter(lost.values())["whether it is withheld cannot be read"] == COUNT + 1
    lines, lost = exported(sound.damaged(tmp_path, *sound.pages["articles"]), tmp_path / "kho.jsonl")
    assert url(WITHHELD) not in lines and article_key(url(WITHHELD)) not in lost
    lines, lost = exported(sound.damaged(tmp_path, *sound.pages["permits"]), tmp_path / "kho.jsonl")
    assert lines == {} and set(lost.values()) == {"how much of it may be shown cannot be read"}


def test_the_command_names_what_is_lost_and_ends_as_done_in_part(sound: Sound, tmp_path: Path) -> None:
    data = sound.damaged(tmp_path, sound.pages["versions"][20])
    with pytest.raises(ArchiveError, match="rebuild-archive"):  # for who needs all of it, as a public dump
        export_jsonl(data, tmp_path / "dump.jsonl")
    ended = CliRunner().invoke(main, ["export", str(tmp_path / "kho.jsonl"), "--data", str(data)])
    assert (ended.exit_code, type(ended.exception)) == (1, SystemExit), ended.output
    *named, told, last = ended.output.splitlines()
    count = len((tmp_path / "kho.jsonl").read_text("utf-8").splitlines())
    assert 0 < len(named) == len(sound.lines) - count < 6
    assert all(line.startswith("  https://bao.mau.test/tin-") for line in named)
    assert told == f"{tmp_path / 'kho.jsonl'}: {count} articles"
    assert last.startswith(f"{len(named)} articles cannot be read from the damaged archive.db") and "rebuild" in last


def test_captures_are_exported_while_it_can_be_told_which_are_withheld(sound: Sound, tmp_path: Path) -> None:
    first, *_, last = sound.pages["captures"]
    data, target = sound.damaged(tmp_path / "data", last), tmp_path / "kho.warc.gz"
    (data / CAPTURES).symlink_to(sound.data / CAPTURES)
    assert export_warc(data, target) == 1
    assert {record.url for record in read_records(target)} == {url(n) for n in range(COUNT) if n != WITHHELD}
    target.unlink()
    sound.damaged(data, first)
    with pytest.raises(ArchiveError, match="rebuild-archive"):
        export_warc(data, target)
    assert not target.exists()


def test_a_file_that_is_no_database_is_told_as_before(sound: Sound, tmp_path: Path) -> None:
    data = sound.damaged(tmp_path, 1)
    ended = CliRunner().invoke(main, ["export", str(tmp_path / "kho.jsonl"), "--data", str(data)])
    assert ended.exit_code == 2 and 'or run "hoinghi rebuild-archive"' in ended.output
    assert [path.name for path in tmp_path.iterdir()] == [DATABASE]
