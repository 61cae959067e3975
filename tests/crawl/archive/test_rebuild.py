"""archive.db from the captures alone: the same rows, whatever happened on the way."""

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from crawl.archive.archive import Archive
from crawl.archive.database import CAPTURES, DATABASE
from crawl.archive.proof_log import extend_log, verify_log
from crawl.archive.rebuild import rebuild
from crawl.archive.verify import verify
from crawl.archive.warc_reader import read_records
from crawl.archive.withholding import withheld, withhold
from crawl.article import Article
from crawl.errors import ArchiveError
from crawl.importing.importer import import_paths
from hoinghi import main
from tests.crawl.sites.small_site import TEXT, article, listing, small_site

TABLES = {
    "captures": "id", "articles": "id", "versions": "rowid", "misses": "key, tried_at", "sources": "slug", "runs": "id",
    "alarms": "id", "withheld": "key",
    "corrections": "number",
}  # fmt: skip


def rows(database: Path) -> dict[str, list[tuple[object, ...]]]:
    """Return every row of an archive; of changes all but the random mark, which tells archives apart."""
    with closing(sqlite3.connect(database)) as opened:
        found = {
            name: opened.execute(f"SELECT * FROM {name} ORDER BY {order}").fetchall() for name, order in TABLES.items()
        }
        return found | {"changes": opened.execute("SELECT number, id FROM changes ORDER BY number").fetchall()}


@pytest.fixture
def lived(tmp_path: Path) -> Path:
    """An archive with a history: changed, gone and imported articles, 304, pages left out, alarms, a run that died."""
    data = tmp_path / "data"
    pages = {"/": listing(1, 2, 3, 4)} | {f"/bai-{number}": article(number) for number in (1, 2, 3)}
    pages["/bai-4"] = (200, {}, f"<title>Gặt lúa</title><h1>Gặt lúa</h1><p>{'Cánh đồng xã vào mùa gặt. ' * 30}</p>")
    with small_site(pages, "127.0.0.44") as site:
        site.crawled(data)
        body = article(2)[2]
        site.pages["/bai-2"] = (200, {"ETag": '"2b"'}, body.replace("</p>", " Đính chính.</p>"))
        site.pages["/bai-3"] = (404, {}, "")
        site.pages["/bai-1"] = lambda headers: (304, {"ETag": '"1"'}, "") if "If-None-Match" in headers else article(1)
        site.crawled(data)
    (tmp_path / "a.txt").write_text(f"Hội nghị Tỉnh ủy (mẫu) bàn ba việc\n\n{TEXT}", "utf-8")
    import_paths([tmp_path / "a.txt"], data)
    with Archive(data) as archive:
        archive.raise_alarm("trang-mau", "", "challenge", "một trang lạ")
        archive.start_run("trang-mau")
    with Archive(data):  # whoever began the run is dead
        pass
    return data


def test_the_archive_is_made_anew_row_by_row(lived: Path) -> None:
    before = rows(lived / DATABASE)
    assert {len(before[name]) > 0 for name in ("captures", "articles", "versions", "misses", "runs", "alarms")} == {
        True
    }
    assert any(row[-1] for row in before["captures"]) or any("revisit" in row for row in before["captures"])
    summary = rebuild(lived)
    assert (summary.failed, summary.damaged) == (0, [])
    assert rows(lived / DATABASE) == before
    assert rows(lived / summary.set_aside) == before
    assert verify(lived).failed == 0


def test_a_damaged_database_is_replaced_and_what_was_withheld_is_told(lived: Path) -> None:
    before = rows(lived / DATABASE)
    (lived / DATABASE).write_bytes(b"\0damaged" * 900)
    ended = CliRunner().invoke(main, ["rebuild-archive", "--data", str(lived)])
    assert ended.exit_code == 1
    assert "withhold them again and permit again before serving" in ended.output
    assert rows(lived / DATABASE) == before


def test_what_is_withheld_stays_withheld(lived: Path) -> None:
    with Archive(lived, read_only=True) as archive:
        key = next(archive.articles()).article.key
    withhold(lived, key, "đính chính nhân thân")
    before = rows(lived / DATABASE)
    assert rebuild(lived).withheld == 1
    after = rows(lived / DATABASE)
    assert {name: found for name, found in after.items() if name != "changes"} == {
        name: found for name, found in before.items() if name != "changes"
    }
    assert list(withheld(lived)) == [key]


def test_a_damaged_record_costs_itself_alone(lived: Path) -> None:
    with Archive(lived, read_only=True) as archive:
        capture = next(found for found in archive.captures() if found.url.endswith("/bai-3") and found.status == 200)
        count = archive.capture_count()
    path = lived / CAPTURES / capture.warc_file
    content = bytearray(path.read_bytes())
    content[capture.warc_offset + 200 : capture.warc_offset + 240] = bytes(40)
    path.write_bytes(content)
    summary = rebuild(lived)
    assert summary.damaged
    with Archive(lived, read_only=True) as archive:
        assert archive.capture_count() == count - 1


def test_captures_of_before_there_was_a_journal_are_told(tmp_path: Path) -> None:
    from crawl.archive.warc import WarcWriter

    writer = WarcWriter(tmp_path / CAPTURES)
    writer.write_response("https://mau.example/", 200, {}, b"<p>x</p>", "2024-01-01T00:00:00Z")
    writer.close()
    summary = rebuild(tmp_path)
    assert (summary.captures, summary.untold) == (0, 1)
    assert "hoinghi import" in str(summary)


def test_without_captures_nothing_is_touched(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="expected WARC files"):
        rebuild(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_captures_imported_elsewhere_give_the_same_articles_and_no_lists(lived: Path, tmp_path: Path) -> None:
    summary = import_paths([lived / CAPTURES], tmp_path / "again")
    assert summary.failed == 0
    with Archive(lived, read_only=True) as one, Archive(tmp_path / "again", read_only=True) as other:
        expected = [(archived.article, archived.sha256) for archived in one.articles()]
        assert [(archived.article, archived.sha256) for archived in other.articles()] == expected
        assert {archived.article.source for archived in other.articles()} == {"trang-mau", ""}


def test_runs_share_a_file_and_a_torn_end_is_cut_off(lived: Path) -> None:
    (path,) = (lived / CAPTURES).glob("*.warc.gz")
    whole = path.read_bytes()
    path.write_bytes(whole + b"\x1f\x8b\x08\x00torn by a crash")
    with Archive(lived) as archive:
        archive.raise_alarm("trang-mau", "", "challenge", "một trang lạ nữa")
    assert path.read_bytes().startswith(whole)
    assert b"torn" not in path.read_bytes()
    assert not [record for record in read_records(path) if isinstance(record, Exception)]
    assert list((lived / CAPTURES).iterdir()) == [path]
    before = rows(lived / DATABASE)
    rebuild(lived)
    assert rows(lived / DATABASE) == before


PAGE = "https://mau.example/bai-1"
FORMS = [Article(PAGE, PAGE, "Hội nghị (mẫu)", f"Hội nghị bàn việc {form}.") for form in ("A", "B", "C")]


def stored_in_turns(data: Path, forms: Iterable[int]) -> list[str]:
    """Store forms of one page day by day; return what came of each."""
    with Archive(data) as archive:
        outcomes = []
        for number, form in enumerate(forms, 1):
            moment, page = f"2024-01-{number:02}T00:00:00Z", f"<p>{form}</p>".encode()
            capture = archive.record_response("mau", PAGE, 200, {}, page, fetched_at=moment)
            outcomes.append(archive.store_article(FORMS[form], capture))
    return outcomes


def bodies(data: Path) -> tuple[str, list[str]]:
    """Return the last letter of the current version, and of all versions in order."""
    with Archive(data, read_only=True) as archive:
        kept = archive.versions(FORMS[0].key)
        texts = [archive.article(FORMS[0].key, one.version) for one in kept]
        current = archive.article(FORMS[0].key)
    return current.article.body[-2], [one.article.body[-2] for one in texts]


def test_a_text_that_flips_between_two_forms_is_kept_as_two_and_no_news(tmp_path: Path) -> None:
    outcomes = stored_in_turns(tmp_path, (0, 1, 0, 1, 0, 1, 1))
    assert outcomes == ["new", "changed", "changed", *["unchanged"] * 4]
    assert bodies(tmp_path) == ("A", ["B", "A"])  # the current one last
    with Archive(tmp_path) as archive:
        assert archive.article(FORMS[0].key).history == ()  # no paper is said to have edited its page
        between = archive.record_response("", PAGE, 200, {}, b"C", fetched_at="2024-01-01T12:00:00Z")
        assert archive.store_article(FORMS[2], between) == "changed"  # of a WARC file: from before the last B
    assert bodies(tmp_path) == ("A", ["C", "B", "A"])
    before = rows(tmp_path / DATABASE)
    assert rebuild(tmp_path).failed == 0
    assert rows(tmp_path / DATABASE) == before


def test_a_change_that_is_taken_back_makes_the_first_text_the_current_one(tmp_path: Path) -> None:
    assert stored_in_turns(tmp_path, (0, 1, 0, 0, 2)) == ["new", "changed", "changed", "unchanged", "changed"]
    assert bodies(tmp_path) == ("C", ["A", "B", "C"])


def test_a_third_text_that_stays_becomes_the_current_one(tmp_path: Path) -> None:
    assert stored_in_turns(tmp_path, (0, 1, 2, 1, 0, 2, 2, 2))[-1] == "unchanged"
    assert bodies(tmp_path)[0] == "C"
    before = rows(tmp_path / DATABASE)
    assert rebuild(tmp_path).failed == 0
    assert rows(tmp_path / DATABASE) == before


def test_a_text_that_earlier_programs_stored_again_stays_as_they_stored_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as earlier:
        earlier.setattr("crawl.archive.archive.version_before", lambda *_: None)
        stored_in_turns(tmp_path, (0, 1, 0))
    assert bodies(tmp_path) == ("A", ["A", "B", "A"])
    extend_log(tmp_path)
    before = rows(tmp_path / DATABASE)
    assert rebuild(tmp_path).failed == 0
    assert rows(tmp_path / DATABASE) == before
    assert verify_log(tmp_path).wrong == []
