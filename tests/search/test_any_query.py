"""Any text of up to 2,000 characters has an answer, and the work for it is bounded: 4,000 queries (10,000 when long).

Work is counted, not timed: nodes of the query tree by kind, its depth, the cost of reading in tokens.
"""

from collections import Counter

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from search.answer import answer
from search.document import Document
from search.engines import open_engine
from search.engines.plan.compiler import YEARS, compile_query
from search.engines.plan.nodes import Enough, Plan, Prefix, StandIn, Together, nodes_of
from search.engines.plan.word_compiler import MOST_NUMBERS
from search.engines.ports import Engine
from search.query.abbreviations import MOST_ALTERNATIVES
from search.query.description import describe
from search.query.nodes import MAX_QUERY_CHARACTERS, Words
from search.query.parser import DEEPEST, MOST_OPERATORS
from search.query.rewriter import MOST_HINTS, understand
from tests.attacks.conftest import rounds

PAGES = [
    Document(
        id="a",
        key="a",
        url="",
        title="Hội nghị Ban Chấp hành Đảng bộ tỉnh Bắc Giang lần thứ 16",
        text="Sáng 12/7/2023, đại biểu bàn giải ngân vốn đầu tư công theo Chỉ thị số 35-CT/TW. UBND tỉnh họp.",
        province_then="bac-giang",
        province_now="bac-ninh",
        year=2023,
        held="2023-07-12",
        kind="bch",
        people=("Lục Thị Mẫu",),
        document_numbers=("35-CT/TW",),
    ),
    Document(id="b", key="b", url="", title="Nông thôn mới", text="Ủy ban nhân dân xã họp.", published="2020-09-03"),
    Document(id="c", key="c", url="", title="", text="đường dương ĐƯỜNG Đường 1.510 hộ 2/63 tỉnh"),
]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    engine = open_engine(f"whoosh:{tmp_path_factory.mktemp('index')}")
    with engine.writer() as writer:
        writer.add(PAGES)
    return engine


SAID = (
    *("giải ngân", "giai ngan", "đường", "Uỷ", "UBND", "KT - XH", "bắc giang", "Hà Nội", "2023", "quý II năm 2023"),
    *("35-CT/TW", "1736/QĐ-TTg", "chỉ thị 05", "lần thứ XX", "12/7/2023", "6 tháng đầu năm", "nhiệm kỳ 2020-2025"),
    *("giair ngaan", "giai3 nga6n", "giaingan", "ngânn", "là gì", "1.510", "13,45", "a", "x" * 40),
)
SIGNS = (
    *(
        '"',
        "“",
        "”",
        "(",
        ")",
        "-",
        "−",
        "|",
        "*",
        ":",
        "/",
        "\\",
        "&&",
        "!",
        "~",
        "^",
        "[",
        "{",
        "?",
        "+",
        "\x00",
        "\n",
    ),
    *(
        "OR",
        "AND",
        "NOT",
        "NEAR",
        "NEAR/3",
        "GẦN/999",
        "HOẶC",
        "năm:",
        "tỉnh:",
        "từ:",
        "đến:",
        "loại:",
        "số:",
        "người:",
    ),
    *("tiêu đề:", "nguồn:", "g*", "gi*", "n*", "*", "-a", "-(", '-"', "((", "))", "năm:2023", "tỉnh:bac-giang", "từ:x"),
    *(
        "\u200b",
        "\ufeff",
        "\u202e",
        "\u2066",
        "\u200d",
        "\u00ad",
        "\u0301",
        "\u0323\u0302",
        "\ud800",
        "\udfff",
        "\U0001f600",
    ),
    *(
        "שלום",
        "مرحبا",
        "日本",
        "Ａ",
        "ﬁ",
        "ß",
        "İ",
        "ǅ",
        "٣",
        "Ⅳ",
        "½",
        "\u1100\u1161",
        "\u0345",
        "<script>",
        "%s",
        "\ud83d",
    ),
)
PIECES = st.sampled_from(SAID) | st.sampled_from(SIGNS)


def mixed(joint: str) -> st.SearchStrategy[str]:
    return st.lists(PIECES, min_size=1, max_size=4).map(joint.join)


ODD = st.text(st.characters(categories=["Cs", "Cf", "Mn", "Po", "Lo"]), max_size=12)
SHORT = st.one_of(mixed(" "), mixed(" "), mixed(""), st.text(max_size=20), ODD)

# One piece many times over: that makes trees deep and work large.
TIMES = st.integers(1, 400)
JOINTS = st.sampled_from(["", " ", " NEAR ", " NEAR/2 ", " OR ", "|", " AND ", " -", " ("])
REPEATED = st.builds(lambda piece, joint, times: joint.join([piece] * times), PIECES, JOINTS, TIMES)
NESTED = st.builds(
    lambda n, inside, m: "(" * n + inside + ")" * m, st.integers(1, 1000), mixed(" "), st.integers(0, 1000)
)
MARKED = st.builds(lambda letter, mark, n: letter + mark * n, PIECES, st.characters(categories=["Mn", "Cf"]), TIMES)
LONG = st.one_of(REPEATED, REPEATED, NESTED, MARKED).map(lambda text: text[:MAX_QUERY_CHARACTERS])

# Only found, not made smaller: a failing text is short or regular as it is.
EVERY = settings(deadline=None, suppress_health_check=list(HealthCheck), phases=(Phase.explicit, Phase.generate))


@pytest.mark.timeout(1200)  # half a minute of work; on a machine with other things to do the default is too near
@settings(EVERY, max_examples=rounds(1_500, 3_800))
@given(text=SHORT)
def test_any_short_text_has_an_answer(engine: Engine, text: str) -> None:
    check_answer(engine, text)


@settings(EVERY, max_examples=rounds(2_300, 6_000))
@given(text=SHORT)
def test_any_short_text_is_read_and_compiled(text: str) -> None:
    check_work(text)
    assert describe(understand(text)).endswith(".")


@settings(EVERY, max_examples=200)
@given(text=LONG)
def test_any_long_text_has_an_answer(engine: Engine, text: str) -> None:
    check_answer(engine, text)


def check_answer(engine: Engine, text: str) -> None:
    results = answer(engine, text)
    full = [hit for hit in results.hits if hit.match == "full"]
    assert len(full) <= results.total <= len(PAGES)
    assert len(results.hits) - len(full) <= results.partial_matches <= len(PAGES) - results.total
    assert results.query == text
    assert results.understood.endswith(".")
    check_work(text)


def check_work(text: str) -> None:
    read = understand(text)
    assert len(read.hints) <= MOST_HINTS
    tree = compile_query(read)
    counts = Counter(map(type, nodes_of(tree)))
    assert depth(tree) <= DEEPEST + 12
    assert counts[Prefix] <= MOST_OPERATORS
    assert counts[Together] <= MOST_OPERATORS
    assert counts[Enough] <= MOST_OPERATORS + 1
    things = MOST_NUMBERS + MOST_HINTS + MOST_ALTERNATIVES
    assert counts[StandIn] <= min(things * counts[Enough], len(text))
    seasons = sum(hint.field == "months" for hint in read.hints)  # of any year: two limits for each
    assert sum(counts.values()) <= 40 + 12 * len(text) + 3 * len(YEARS) * seasons


def depth(tree: Plan) -> int:
    return 1 + max(map(depth, tree.children), default=0)


@pytest.mark.parametrize(
    "piece",
    [
        *("a ", "ng* ", "g*", '"của và" ', "a NEAR b ", "-a ", "a OR b ", "(a OR b) ", "(", "a(", "-(", '"', "năm:"),
        *("số:", "tỉnh:hà nội ", "tiêu đề:a người:b ", "UBND HĐND KT-XH ", "lần thứ 20 ", "chỉ thị 7 ", "35-CT/TW "),
        *("1/2/2020 ", "Hà Nội ", "Hà Nội 2020 OR ", "1930 ", "thứ "),
        *("x", "\u0301", "\u200b", "\ud800", "giair ", "a" * 29 + " "),
    ],
)  # fmt: skip
def test_two_thousand_characters_of_one_kind(engine: Engine, piece: str) -> None:
    text = (piece * MAX_QUERY_CHARACTERS)[:MAX_QUERY_CHARACTERS]
    assert answer(engine, text).query == text
    check_work(text)


@pytest.mark.parametrize(
    "text",
    [
        " ".join(f"{number}-NQ/TW" for number in range(10, 200)),
        " ".join(f"chỉ thị {number}" for number in range(10, 160)),
        " ".join(f"{day}/{month}/2020" for month in range(1, 13) for day in range(1, 16)),
        " ".join(a + b + c for a in "bcdghklmnpqrstvx" for b in "aeiou" for c in "ncpt"),
        " ".join(f'"{a} {b}"' for a in "abcdeghikl" for b in "mnopqrstuvxy"),
    ],
    ids=lambda text: text[:20],
)
def test_two_thousand_characters_of_different_things(engine: Engine, text: str) -> None:
    assert len(text) <= MAX_QUERY_CHARACTERS
    assert answer(engine, text).query == text
    check_work(text)


def test_what_stands_beyond_the_last_operator_is_read_as_words() -> None:
    read = understand("a OR " * MOST_OPERATORS + '"giải ngân" tỉnh:huế -vốn')
    assert "như chữ thường" in describe(read)
    last = read.root.children[-1]  # type: ignore[union-attr]
    assert isinstance(last, Words)
    assert last.text.endswith("-vốn") or last.text.endswith("vốn")
    assert read.filters.provinces == ()
