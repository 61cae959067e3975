"""figures.db in step with the index: new, changed and deleted pages, a lost store, and what others read in it."""

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from crawl.archive.archive import Archive
from crawl.article import Article
from hoinghi import main
from indexer.build import build
from search.engines import open_engine
from search.figures.schema import FIGURE_MEANINGS, FILE
from search.figures.statements import Asked, Statement
from search.figures.store import FigureStore
from web import create_app

DISBURSED = Article(
    id="one",
    url="https://example.vn/1",
    title="Hội nghị Ban Chấp hành Đảng bộ tỉnh lần thứ 20",
    body="Sáng 16/7/2020, Tỉnh ủy Tuyên Quang tổ chức hội nghị. Đến hết tháng 6/2020, giải ngân vốn đầu tư công "
    "của tỉnh đạt 31,5% kế hoạch.",
)
SAME = replace(DISBURSED, id="two", url="https://example.vn/2", title="Tuyên Quang dồn sức giải ngân")
OTHER = replace(
    DISBURSED,
    id="three",
    url="https://example.vn/3",
    title="Tuyên Quang: tiến độ giải ngân",
    body=DISBURSED.body.replace("31,5%", "31,7%"),
)
ASKED = Asked("public-investment-disbursement")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    put(tmp_path, DISBURSED, SAME, OTHER)
    run(tmp_path)
    return tmp_path


def put(data: Path, *articles: Article) -> None:
    with Archive(data) as archive:
        for article in articles:
            archive.store_article(article)


def run(data: Path, rebuild: bool = False) -> None:
    build(data, open_engine(f"whoosh:{data / 'whoosh'}"), rebuild=rebuild, progress=None)


def stated(data: Path) -> dict[str, Statement]:
    return {one.figure.value: one for one in FigureStore(data).statements(ASKED)}


def test_one_statement_has_all_its_witnesses_and_another_value_stands_beside_it(data: Path) -> None:
    found = stated(data)
    assert sorted(found) == ["31.5", "31.7"]
    assert {one.url for one in found["31.5"].witnesses} == {"https://example.vn/1", "https://example.vn/2"}
    assert found["31.5"].slot == found["31.7"].slot
    assert (found["31.5"].figure.place, found["31.5"].figure.last) == ("tuyen-quang", "2020-06-30")


def test_a_changed_page_states_what_it_says_now(data: Path) -> None:
    put(data, replace(OTHER, body=OTHER.body.replace("31,7%", "33%")))
    run(data)
    assert sorted(stated(data)) == ["31.5", "33"]


def test_a_deleted_page_states_nothing(data: Path) -> None:
    with sqlite3.connect(data / "archive.db") as database:
        database.execute("PRAGMA foreign_keys = OFF")
        database.execute("DELETE FROM articles WHERE id = 'three'")
    run(data)
    assert sorted(stated(data)) == ["31.5"]


def test_a_second_run_reads_nothing_again(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("indexer.spool.read_document", lambda document: pytest.fail("read again"))
    run(data)
    assert len(stated(data)) == 2


@pytest.mark.parametrize("damage", ["lost", "damaged", "rebuilt"])
def test_a_store_that_is_not_of_the_last_run_is_made_anew(data: Path, damage: str) -> None:
    before = stated(data)
    for file in data.glob(f"{FILE}*"):
        if damage == "lost":
            file.unlink()
        elif damage == "damaged":
            file.write_bytes(b"no database" * 500)
    run(data, rebuild=damage == "rebuilt")
    assert stated(data) == before


def flip(data: Path) -> None:
    """Change a figure in the file as a fault of the disk would: SQLite does not notice."""
    file = data / FILE
    content = file.read_bytes()
    assert content.count(b"31.7") and not (data / f"{FILE}-wal").exists()
    file.write_bytes(content.replace(b"31.7", b"91.7"))


def test_a_flipped_figure_is_not_shown_and_the_next_run_mends_it(data: Path) -> None:
    flip(data)
    store = FigureStore(data)
    assert store.is_damaged() and not store.exists()
    assert stated(data) == {} and store.indicators() == {}
    run(data)
    assert sorted(stated(data)) == ["31.5", "31.7"]
    assert not FigureStore(data).is_damaged()


def test_damage_that_comes_while_it_is_read_ends_in_no_figures(data: Path) -> None:
    store = FigureStore(data)
    assert len(store.statements(ASKED)) == 2
    (data / FILE).write_bytes(b"no database" * 500)
    assert store.statements(ASKED) == [] and store.is_damaged()


def test_the_command_says_what_is_damaged_and_what_helps(data: Path) -> None:
    flip(data)
    result = CliRunner().invoke(main, ["figures", "--data", str(data)])
    assert result.exit_code == 2
    assert "figures.db is damaged" in result.output and "hoinghi index" in result.output


def test_the_page_says_what_is_damaged_and_others_answer(data: Path) -> None:
    flip(data)
    client = create_app(data).test_client()
    assert "Kho số liệu bị hỏng" in client.get("/so-lieu").text
    assert client.get("/?q=giải+ngân").status_code == 200


def test_the_store_describes_itself(data: Path) -> None:
    with sqlite3.connect(data / FILE) as database:
        columns = {row[1] for row in database.execute("PRAGMA table_info(figures)")}
        described = {
            row[0] for row in database.execute('SELECT "column" FROM data_dictionary WHERE "table" = \'figures\'')
        }
        indicators = database.execute("SELECT count(*) FROM indicators").fetchone()[0]
    assert described == set(FIGURE_MEANINGS) == columns - {"number", "page"}
    assert indicators >= 40
    reach = FigureStore(data).reach()
    assert (reach.pages, reach.figures) == (3, 3)
    assert reach.with_numbers >= reach.named >= reach.understood >= 3
