"""What a run that looks only at what has changed leaves behind is what a run that looks at everything would."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from crawl.archive.archive import Archive
from crawl.article import Article
from indexer import interpretation_cache, spool
from indexer.build import build
from search.document import Document
from search.engines.embedded.engine import WhooshEngine

ROOT = Path(__file__).parents[2]
STEPS = 12
PLACES = ("Tuyên Quang", "Hà Giang")
SENTENCES = (
    "Giải ngân vốn đầu tư công sáu tháng đầu năm đạt bốn mươi hai phần trăm kế hoạch, thấp hơn cùng kỳ năm trước.",
    "Các đại biểu đề nghị sớm tháo gỡ vướng mắc trong giải phóng mặt bằng tuyến đường nối hai huyện vùng cao.",
    "Chương trình mỗi xã một sản phẩm có thêm mười hai sản phẩm được công nhận đạt ba sao trở lên.",
    "Tỉnh giao các sở phối hợp với huyện rà soát quy hoạch đất ở cho đồng bào vùng sạt lở trước mùa mưa.",
    "Nhiều ý kiến cho rằng cần ưu tiên nguồn lực cho trường học bán trú và trạm y tế ở các xã biên giới.",
    "Thu ngân sách trên địa bàn vượt dự toán, trong đó thu từ xuất nhập khẩu tăng khá so với năm ngoái.",
)


def article(dice: random.Random, number: int) -> Article:
    """Return one of few meetings, days and texts, so that many articles are of one company; or one without text."""
    place, day, session = dice.choice(PLACES), dice.randint(10, 14), dice.randint(7, 9)
    parts = [dice.choice(SENTENCES) for _ in range(2)] if dice.random() < 0.3 else list(SENTENCES)
    when = f"Sáng {day}/7, " if dice.random() < 0.8 else ""
    return Article(
        id=f"https://mau.test/{number}",
        url=f"https://mau.test/{number}",
        title=f"Kỳ họp thứ {session} HĐND tỉnh {place} khóa XIX"
        if dice.random() < 0.6
        else f"{place}: chuyện trong ngày",
        body=f"{when}HĐND tỉnh {place} họp. {' '.join(parts)}" if dice.random() < 0.95 else "",
        printed_date=f"{dice.randint(10, 28)}/07/{dice.randint(2022, 2023)}" if dice.random() < 0.7 else "",
        source=dice.choice(("bao-a", "bao-b")),
    )


def change(data: Path, dice: random.Random) -> None:
    """Let a few articles come, change, go from their source, or go from the archive."""
    with Archive(data) as archive:
        present = [archived.article for archived in archive.articles()]
        for number in range(dice.randint(0, 5)):
            archive.store_article(article(dice, dice.randrange(10_000)))
            if present and number % 2:
                one = dice.choice(present)
                archive.store_article(replace(article(dice, 0), id=one.id, url=one.url))
        if present:
            archive.set_gone([dice.choice(present).key])
    if present and dice.random() < 0.5:
        with sqlite3.connect(data / "archive.db") as database:
            database.execute("DELETE FROM articles WHERE id = ?", (dice.choice(present).id,))


def indexed(data: Path, name: str, rebuild: bool = False) -> tuple[dict[str, Document], dict[str, int]]:
    engine = WhooshEngine(data / name)
    summary = build(data, engine, rebuild=rebuild, progress=None)
    documents = {document.id: document for document in engine.documents()}
    assert summary.added + summary.changed + summary.unchanged == len(documents)
    return documents, summary.rejected


@pytest.mark.parametrize("seed", range(4))
def test_step_by_step_comes_to_the_same_as_all_at_once(tmp_path: Path, seed: int) -> None:
    dice = random.Random(seed)
    company = told_by_others = 0
    with Archive(tmp_path) as archive:
        for number in range(30):
            archive.store_article(article(dice, number))
    for _ in range(STEPS):
        change(tmp_path, dice)
        found, rejected = indexed(tmp_path, "whoosh")
        with (
            Archive(tmp_path, read_only=True) as archive,
            interpretation_cache.InterpretationCache(tmp_path) as known,
            spool.Spool() as whole,
        ):
            assert archive.changed_from(known.state()[0], 1) == []
            whole.fill(archive)
            assert found == {document.id: document for document, _ in whole.read_anew()}
            assert sum(rejected.values()) == sum(bool(made.rejected) for made in whole.made.values())
        told_by_others += sum(document.year_grade in ("inferred", "bracketed") for document in found.values())
        company += sum(bool(document.meeting) + bool(document.copies) for document in found.values())
    assert company > 10 * STEPS and told_by_others


def test_only_what_changed_and_its_company_is_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = " ".join(SENTENCES)
    pages = [Article(id=name, url="", title="Chuyện trong ngày", body=f"{text} {name}") for name in ("a", "b")]
    pages.append(Article(id="c", url="", title="Chuyện khác", body=" ".join(reversed(text.split()))))
    with Archive(tmp_path) as archive:
        for page in pages:
            archive.store_article(page)
    indexed(tmp_path, "whoosh")
    seen: list[str] = []
    monkeypatch.setattr("indexer.build.entities.update", lambda *_: 0)  # compares fingerprints of all, by decision 0059
    monkeypatch.setattr(WhooshEngine, "versions", lambda engine: pytest.fail("all documents were compared"))
    monkeypatch.setattr(Archive, "articles", lambda *args, **kwargs: pytest.fail("all articles were read"))
    of_article = Archive.article
    monkeypatch.setattr(Archive, "article", lambda self, key: seen.append(key) or of_article(self, key))
    with Archive(tmp_path) as archive:
        archive.store_article(replace(pages[0], id="new"))
    documents, _ = indexed(tmp_path, "whoosh")
    assert {key for key, _ in documents["a"].copies} == {documents[name].key for name in ("a", "b", "new")}
    assert set(seen) == {documents[name].key for name in ("a", "b", "new")}


KILLED = """
import importlib, os, signal, sys
from pathlib import Path
from indexer.build import build
from search.engines.embedded.engine import WhooshEngine

module, owner, name = sys.argv[2].split(":")
setattr(getattr(importlib.import_module(module), owner), name, lambda *_: os.kill(os.getpid(), signal.SIGKILL))
build(Path(sys.argv[1]), WhooshEngine(Path(sys.argv[1]) / "whoosh"), progress=None)
"""


@pytest.mark.parametrize(
    "where",
    [
        "search.engines.embedded.writer:WhooshWriter:commit",  # before the index has changed
        "indexer.interpretation_cache:InterpretationCache:commit",  # when the index has changed, and the memory has not
    ],
)
def test_what_a_killed_run_has_left_undone_is_done_by_the_next(tmp_path: Path, where: str) -> None:
    dice = random.Random(7)
    with Archive(tmp_path) as archive:
        for number in range(30):
            archive.store_article(article(dice, number))
    indexed(tmp_path, "whoosh")
    change(tmp_path, dice)
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    killed = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path), where], env=environment)
    assert killed.returncode == -signal.SIGKILL
    found, _ = indexed(tmp_path, "whoosh")
    with Archive(tmp_path, read_only=True) as archive, spool.Spool() as whole:
        whole.fill(archive)
        assert found == {document.id: document for document, _ in whole.read_anew()}


def test_an_index_that_another_wrote_to_is_compared_as_a_whole(tmp_path: Path) -> None:
    with Archive(tmp_path) as archive:
        archive.store_article(Article(id="a", url="", title="Hội nghị Tỉnh ủy", body="Tỉnh ủy Hà Giang họp."))
    indexed(tmp_path, "whoosh")
    with WhooshEngine(tmp_path / "whoosh").writer() as writer:
        writer.delete(["a"])
    assert set(indexed(tmp_path, "whoosh")[0]) == {"a"}
    assert set(indexed(tmp_path, "elsewhere")[0]) == {"a"}


def test_an_archive_brought_back_from_a_copy_is_compared_as_a_whole(tmp_path: Path) -> None:
    def store(*names: str) -> None:
        with Archive(tmp_path) as archive:
            for name in names:
                archive.store_article(Article(id=name, url="", title=f"Tin {name}", body="Tỉnh ủy Hà Giang họp."))

    store("a")
    copy = (tmp_path / "archive.db").read_bytes()
    store("b")
    indexed(tmp_path, "whoosh")
    (tmp_path / "archive.db").write_bytes(copy)
    store("c", "d")
    assert set(indexed(tmp_path, "whoosh")[0]) == {"a", "c", "d"}
