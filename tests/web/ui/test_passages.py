from dataclasses import replace
from urllib.parse import unquote

import pytest

from search.answer import answer
from search.document import Document
from search.engines import open_engine
from web.ui.passages import fragment, fragment_of, lede_and_body, paragraph_at

LEDE = "Câu mở đầu của bài mẫu."
PARAGRAPHS = [
    "Đoạn thứ nhất, nói về đường.",
    "   ",
    "Đoạn thứ hai\ncó hai dòng.",
    "Đoạn cuối: chuyển đổi số - việc chung & việc riêng.",
]
DOCUMENT = Document("1", "k1", "", "Bài mẫu", "\n\n".join([LEDE, *PARAGRAPHS]), lede=LEDE)


@pytest.mark.parametrize(
    ("words", "number"), [("mở đầu", 0), ("thứ nhất", 1), ("hai dòng", 2), ("Đoạn cuối", 3), ("riêng", 3)]
)
def test_paragraphs_are_numbered_as_the_page_shows_them(words: str, number: int) -> None:
    assert paragraph_at(DOCUMENT, DOCUMENT.text.index(words)) == number


def test_without_a_lede_the_first_paragraph_is_number_1() -> None:
    plain = replace(DOCUMENT, lede="")
    assert lede_and_body(plain) == ("", plain.text)
    assert paragraph_at(plain, 0) == 1
    assert paragraph_at(plain, plain.text.index("thứ nhất")) == 2


def test_a_fragment_names_paragraph_and_words() -> None:
    start = DOCUMENT.text.index("Đoạn cuối")
    name, directive = fragment(DOCUMENT, (start, len(DOCUMENT.text))).split(":~:text=")
    assert name == "#doan-3"
    first, last = directive.split(",")
    assert unquote(first) == "Đoạn cuối: chuyển đổi số" and unquote(last) == "việc chung & việc riêng."
    assert fragment_of(1, "số - việc") == "#doan-1:~:text=s%E1%BB%91%20%2D%20vi%E1%BB%87c" and "&" not in last
    assert fragment_of(2, "hai dòng") == "#doan-2:~:text=hai%20d%C3%B2ng"
    assert fragment_of(2, " ") == "#doan-2"


def test_a_hit_knows_where_its_best_passage_stands(tmp_path: object) -> None:
    engine = open_engine(f"whoosh:{tmp_path}/whoosh")
    with engine.writer() as writer:
        writer.add([DOCUMENT])
    (hit,) = answer(engine, "chuyển đổi số").hits
    assert hit.passage is not None
    assert DOCUMENT.text[slice(*hit.passage)] == PARAGRAPHS[-1]
    (title_only,) = answer(engine, "tiêu đề:mẫu").hits
    assert title_only.passage is None or "mẫu" in DOCUMENT.text[slice(*title_only.passage)]
