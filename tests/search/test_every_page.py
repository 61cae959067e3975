"""An export holds each page once, reprints among them, of one state of the index; result pages follow one another."""

from dataclasses import replace
from pathlib import Path

import pytest

from search.answer import answer, every_page
from search.document import Document
from search.engines.embedded.engine import WhooshEngine

PAGES = 460


def page(number: int) -> Document:
    """Return page `number`; a third of them are reprints of the one before."""
    first = number - number % 3
    copies = ((f"k{first:03}", "bao"), (f"k{first + 1:03}", "cong")) if number % 3 < 2 and first + 1 < PAGES else ()
    text = f"Hội nghị tỉnh bàn giải ngân, bài của nhóm {first}." + " thêm" * (number % 7)
    return Document(f"bai-{number}", f"k{number:03}", "", f"Bài {number}", text, copies=copies)


@pytest.fixture
def engine(tmp_path: Path) -> WhooshEngine:
    engine = WhooshEngine(tmp_path / "index")
    with engine.writer() as writer:
        writer.add(map(page, range(PAGES)))
    return engine


def test_every_page_comes_once(engine: WhooshEngine) -> None:
    total, pages = every_page(engine, "giải ngân tỉnh", most=10_000)
    ids = [document.id for document in pages]
    assert len(ids) == len(set(ids)) == total == PAGES
    _, some = every_page(engine, "giải ngân tỉnh", most=100)
    assert [document.id for document in some] == ids[:100]


def test_what_is_deleted_meanwhile_moves_nothing(engine: WhooshEngine) -> None:
    total, pages = every_page(engine, "giải ngân tỉnh", most=10_000)
    ids = [next(pages).id for _ in range(50)]
    for rebuild in (False, True):
        with engine.writer(rebuild=rebuild) as writer:
            writer.add(map(page, range(200, 210)))
            writer.delete([f"bai-{number}" for number in range(0, PAGES, 2)])
    ids += [document.id for document in pages]
    assert len(set(ids)) == len(ids) == total == PAGES


def test_result_pages_neither_repeat_nor_lose_a_text_however_deep(engine: WhooshEngine) -> None:
    shown: list[str] = []
    for offset in range(0, PAGES, 40):
        hits = answer(engine, "giải ngân tỉnh", limit=40, offset=offset).hits
        shown += [hit.document.copies[0][0] if hit.document.copies else hit.document.key for hit in hits]
    groups = {(one.copies[0][0] if one.copies else one.key) for one in map(page, range(PAGES))}
    assert len(shown) == len(set(shown))
    assert set(shown) == groups
    found = answer(engine, "giải ngân tỉnh", limit=0)
    assert (found.texts, found.total) == (len(groups), PAGES)


def test_texts_are_counted_over_segments_and_merges(engine: WhooshEngine) -> None:
    for first in range(0, 300, 30):  # each commit has one of the two that print a text
        with engine.writer() as writer:
            writer.add(map(page, range(first, first + 30, 3)))
    found = answer(engine, "giải ngân tỉnh", limit=1000)
    assert (found.texts, found.total) == (len(found.hits), PAGES)
    assert found.texts < PAGES


def test_pages_that_hold_some_of_the_words_are_not_exported(engine: WhooshEngine) -> None:
    with engine.writer() as writer:
        writer.add([replace(page(0), id="khac", key="khac", text="Hội nghị bàn việc khác ở tỉnh bạn.", copies=())])
    total, pages = every_page(engine, "giải ngân tỉnh", most=10_000)
    assert "khac" not in {document.id for document in pages}
    assert total == PAGES
