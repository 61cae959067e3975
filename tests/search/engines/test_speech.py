"""What somebody says is found by who says it and by its words: nói:"…" and the filter, on every engine."""

from collections.abc import Callable, Iterator

import pytest

from search.answer import answer
from search.document import Document
from search.engines import open_engine
from search.engines.ports import Engine
from search.query.nodes import Filters
from search.query.rewriter import understand
from search.query.speech import quotes_asked_for


def page(number: int, title: str, text: str, *quotes: tuple[str, str]) -> Document:
    """quotes: (speaker, words of the text)."""
    places = [(who, text.index(words), text.index(words) + len(words)) for who, words in quotes]
    said = tuple((who, "", "nói", start, end, False, 0, 0) for who, start, end in places)
    return Document(id=f"bai-{number}", key=f"k{number}", url="", title=title, text=text, quotes=said)


PAGES = [
    page(
        1,
        "Hội nghị quý ba",
        "Vốn đầu tư công còn chậm. Đồng chí Đinh Văn Lựu nhấn mạnh: phải đẩy nhanh giải ngân. Không chờ đợi, không né "
        "tránh việc khó.\n\nÔng Tạ Quang Mẫn đề nghị bố trí đất ở cho đồng bào.",
        ("Đinh Văn Lựu", "phải đẩy nhanh giải ngân. Không chờ đợi, không né tránh việc khó."),
        ("Tạ Quang Mẫn", "bố trí đất ở cho đồng bào"),
    ),
    page(
        2,
        "",
        "Báo cáo nêu giải ngân chậm. Đồng chí Đinh Văn Lựu yêu cầu siết chặt kỷ luật công vụ.",
        ("Đinh Văn Lựu", "siết chặt kỷ luật công vụ"),
    ),
    page(3, "Không ai nói", "Giải ngân vốn đầu tư công, bố trí đất ở."),
    page(
        4,
        "Hop bao",
        "Ong Ta Quang Man noi rang phai day nhanh giai ngan von dau tu cong ngay trong thang nay de kip tien do nam.",
        ("Ta Quang Man", "phai day nhanh giai ngan von dau tu cong"),
    ),
    page(
        5,
        "Hai người",
        "Bà Tạ Thị Lựu cho biết vốn đã về. Ông Đinh Văn Lựu nói việc giải ngân đang chậm.",
        ("Tạ Thị Lựu", "vốn đã về"),
        ("Đinh Văn Lựu", "việc giải ngân đang chậm"),
    ),
]


@pytest.fixture(scope="module")
def engine(new_address: Callable[[], str]) -> Iterator[Engine]:
    engine = open_engine(new_address())
    with engine.writer() as writer:
        assert writer.add(PAGES) == len(PAGES)
    yield engine
    engine.close()


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ('nói:"Đinh Văn Lựu" giải ngân', "15"),  # 2 prints both, but he does not say it
        ('nói:"dinh van luu" giải ngân', "15"),
        ('nói:"Lựu" vốn', "5"),
        ("nói:Tạ Thị Lựu vốn", "5"),
        ('nói:"Đinh Văn Lựu" vốn', ""),  # beside his words on 1, in hers on 5
        ('nói:"Đinh Văn Lựu" giải ngân né tránh', "1"),  # two sentences of one quote
        ('nói:"Đinh Văn Lựu" "giải ngân"', "15"),
        ('nói:"Đinh Văn Lựu" "giải ngân không"', "1"),
        ('nói:"Đinh Văn Lựu" kỷ luật -giải', ""),
        ('nói:"Đinh Văn Lựu" kỷ luật', "2"),
        ('nói:"Đinh Văn Lựu" (kỷ luật OR né tránh)', "12"),
        ('nói:"Đinh Văn Lựu" (vốn đồng bào OR giải ngân)', "15"),  # on 1 the first two stand on both sides of his words
        ('nói:"Đinh Văn Lựu" giải ng*', "15"),
        ('nói:"Đinh Văn Lựu" phải NEAR/3 nhanh', "1"),
        ('nói:"Đinh Văn Lựu" phải NEAR/3 khó', ""),  # both in one quote, but far apart
        ('nói:"Đinh Văn Lựu" (phải NEAR/3 khó OR kỷ luật)', "2"),
        ('nói:"Đinh Văn Lựu" chậm NEAR/2 giải', "5"),  # on 2 it is the report that says both near one another
        ('nói:"Tạ Quang Mẫn" đất NEAR/20 khó', ""),  # near, across the border of two quotes
        ('nói:"Đinh Văn Lựu" phải NEAR/3 nhanh NEAR/3 ngân', "1"),
        ('nói:"Đinh Văn Lựu" phải NEAR/1 nhanh NEAR/1 ngân', "1"),
        ('nói:"Đinh Văn Lựu" phải NEAR/1 nhanh NEAR/1 chờ', ""),
        ('nói:"Đinh Văn Lựu"', "125"),
        ('nói:"Văn"', ""),  # nobody is called by the middle of a name
        ('nói:"Tạ Quang Mẫn" giải ngân', ""),
        ('nói:"Ta Quang Man" giải ngân', "4"),
        ('giải ngân -nói:"Đinh Văn Lựu"', "34"),
        ('nói:"Đinh Văn Lựu" nói:"Tạ Thị Lựu"', "5"),
    ],
)
def test_words_within_what_somebody_says(engine: Engine, typed: str, expected: str) -> None:
    found = answer(engine, typed)
    assert sorted(hit.document.key for hit in found.hits) == [f"k{number}" for number in expected]
    assert found.total == len(expected)


@pytest.mark.parametrize(
    ("typed", "expected"), [("giải ngân", "145"), ("bố trí đất ở", "1"), ("", "1245"), ('tiêu đề:"hai người" vốn', "5")]
)
def test_only_in_what_is_said(engine: Engine, typed: str, expected: str) -> None:
    found = answer(engine, typed, filters=Filters(said=True))
    assert sorted(hit.document.key for hit in found.hits) == [f"k{number}" for number in expected]
    assert not found.partial_matches


def test_the_excerpt_is_of_what_is_said(engine: Engine) -> None:
    [hit] = answer(engine, 'nói:"Đinh Văn Lựu" kỷ luật').hits
    assert hit.snippet == "siết chặt <mark>kỷ luật</mark> công vụ"


def test_what_a_headline_says_after_a_colon_is_no_speaker(engine: Engine) -> None:
    assert "lời của" not in answer(engine, 'Bí thư nói: "Không chờ đợi"').understood


def test_nearness_is_asked_within_each_quote() -> None:
    text = "Vốn thì còn rất nhiều việc phải làm cho kịp, đường thì chậm. Vốn làm đường đã về đủ."
    [far, near] = [("Đinh Văn Lựu", one) for one in text.split(". ")]
    asked = understand('nói:"Đinh Văn Lựu" vốn NEAR/2 đường', None).root
    assert quotes_asked_for([page(6, "", text, far, near)], asked) == [(1,)]
