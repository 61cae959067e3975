"""Quotes against marked pages of our own (quotes/README.md) and, where they lie, against five real ones."""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from indexer.reading import printed, read
from indexer.rules.people import people_in
from indexer.rules.quotes import quotes_in
from search.domain.quote import Quote

SAMPLES = Path(__file__).parents[2].parent / "shared" / "samples"
PAGES = Path(__file__).with_name("quotes")
_MARKED = re.compile(r"\{(?P<speaker>[^{}|]+)\|(?P<verb>[^{}|]+)\|(?P<words>[^{}]+)\}")
_EDGES = ' \n\t"“”.,;:!?…-–'


@dataclass(frozen=True)
class Utterance:
    speaker: str
    verb: str
    start: int
    end: int


def read_page(marked: str) -> tuple[str, list[Utterance]]:
    """Return a page without its marks, and what they say."""
    text, utterances, end = "", [], 0
    for mark in _MARKED.finditer(marked):
        text += marked[end : mark.start()]
        utterances.append(Utterance(mark["speaker"], mark["verb"], len(text), len(text) + len(mark["words"])))
        text += mark["words"]
        end = mark.end()
    return text + marked[end:], utterances


def pages() -> list[tuple[str, str, list[Utterance]]]:
    found = []
    for file in sorted(PAGES.glob("*.txt")):
        for page in re.split(r"^=== ", file.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
            name, _, marked = page.partition("\n")
            found.append((f"{file.stem}: {name}", *read_page(marked.strip())))
    return found


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start] in _EDGES:
        start += 1
    while start < end and text[end - 1] in _EDGES:
        end -= 1
    return start, end


@dataclass
class Score:
    marked: int = 0
    given: int = 0
    found: int = 0
    speaker: int = 0
    extent: int = 0

    def add(self, text: str, marked: list[Utterance], given: list[Quote]) -> list[str]:
        """Count a page; return what is wrong with it. A quote is of the utterance that it overlaps most."""
        self.marked += len(marked)
        self.given += len(given)
        wrong, left = [], list(marked)
        for quote in given:
            of = max(left, key=lambda one: min(one.end, quote.end) - max(one.start, quote.start), default=None)
            if of is None or min(of.end, quote.end) <= max(of.start, quote.start):
                wrong.append(f"nobody's: {quote.speaker}: {text[quote.start : quote.end]!r}")
                continue
            left.remove(of)
            same = quote.speaker == of.speaker
            exact = trimmed(text, quote.start, quote.end) == trimmed(text, of.start, of.end)
            self.speaker += same
            self.extent += exact
            self.found += same
            if not same:
                wrong.append(f"{quote.speaker} for {of.speaker}")
            if not exact:
                wrong.append(f"{quote.speaker}: {text[quote.start : quote.end]!r} for {text[of.start : of.end]!r}")
        wrong += [f"missed: {one.speaker} {one.verb}: {text[one.start : one.end]!r}" for one in left]
        return wrong


def test_marked_pages() -> None:
    score, wrong = Score(), []
    for name, text, marked in pages():
        wrong += [f"{name}: {one}" for one in score.add(text, marked, quotes_in(read(text), people_in(read(text))))]
    assert score.marked >= 200
    assert score.speaker / score.given >= 0.97, wrong
    assert score.extent / score.given >= 0.93, wrong
    assert score.found / score.marked >= 0.85, wrong


def test_five_real_pages() -> None:
    """Speaker, verb, number of words and of further paragraphs of each utterance, in order, counted by hand."""
    if not SAMPLES.exists():
        pytest.skip("../shared/samples is not there")
    expected = {
        "000": [("Hoàng Duy Chinh", *one) for one in [("nêu rõ", 46, 0), ("nhấn mạnh", 311, 2), ("yêu cầu", 23, 0)]]
        + [("Hoàng Duy Chinh", "đề nghị", 136, 0)],
        "001": [("Nguyễn Thanh Hải", "đề nghị", 74, 0), ("Nguyễn Thanh Hải", "đề nghị", 90, 0)],
        "002": [],
        "003": [("Nguyễn Văn Dũng", "cho rằng", 42, 0), ("Lê Ánh Dương", "đề nghị", 49, 0)]
        + [("Dương Văn Thái", *one) for one in [("nhấn mạnh", 118, 1), ("theo", 241, 1), ("lưu ý", 400, 3)]],
        "004": [("Chẩu Văn Lâm", *one) for one in [("ghi nhận", 36, 0), ("chỉ ra", 42, 0), ("đề nghị", 311, 1)]]
        + [("Chẩu Văn Lâm", *one) for one in [("giao", 176, 1), ("nhấn mạnh", 62, 0)]],
    }
    for file in sorted(SAMPLES.glob("*.txt")):
        text = printed(file.read_text(encoding="utf-8"))
        found = [
            (one.speaker, one.verb, len(one.words(text).split()), one.words(text).count("\n\n"))
            for one in quotes_in(read(text), people_in(read(text)))
        ]
        assert found == expected[file.name[:3]], file.name


def quotes_of(text: str) -> list[Quote]:
    return quotes_in(read(text), people_in(read(text)))


def test_a_quote_says_where_it_stands() -> None:
    text = (
        "Đồng chí Lò Văn Páo, Bí thư Tỉnh uỷ chủ trì.\n\n“Phải làm ngay trong tháng này”, đồng chí Bí thư Tỉnh uỷ nói."
    )
    (quote,) = quotes_of(text)
    assert quote.words(text) == "Phải làm ngay trong tháng này"
    assert quote.frame(text) == "đồng chí Bí thư Tỉnh uỷ nói"
    assert (quote.speaker, quote.role, quote.verb, quote.direct) == ("Lò Văn Páo", "Bí thư Tỉnh uỷ", "nói", True)


def test_roles_are_as_printed_with_the_name() -> None:
    (quote,) = quotes_of("Đồng chí Lò Văn Páo, Phó Bí thư, Chủ tịch UBND tỉnh yêu cầu các sở báo cáo hằng tuần.")
    assert quote.role == "Phó Bí thư, Chủ tịch UBND tỉnh"


def test_what_is_printed_twice_is_said_once() -> None:
    said = "Đồng chí Lò Văn Páo, Bí thư Tỉnh ủy yêu cầu các sở báo cáo hằng tuần."
    assert len(quotes_of(f"{said}\n\n{said}")) == 1


def test_a_title_that_does_not_fit_means_nobody() -> None:
    opening = "Ông Lò Văn Páo, Bí thư Tỉnh ủy cho biết, tỉnh đã có đủ giống cho vụ xuân."
    assert len(quotes_of(f"{opening}\n\nBà đề nghị các huyện xuống giống sớm.")) == 1
    assert len(quotes_of(f"{opening}\n\nÔng đề nghị các huyện xuống giống sớm.")) == 2


@pytest.mark.parametrize("text", ["", "“", "”“", '"', "nói", "Đồng chí", "Theo ông", ":\n\n-", "yêu cầu " * 500])
def test_any_text_is_read(text: str) -> None:
    assert quotes_of(text) == []
