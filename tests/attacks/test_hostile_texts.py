"""What is done with a page takes time that grows with its length alone, whatever stands in it."""

import statistics
import time
from collections.abc import Callable

import pytest

from crawl.archive.archive import ArchivedArticle
from crawl.article import Article
from indexer import spool
from indexer.interpret import interpret
from indexer.rules.edits import changes
from indexer.rules.figures import read_document
from indexer.spool import interpret_chunk
from indexer.time_limit import OutOfTime, time_limit
from search.document import Document
from search.domain.tracing import trace
from search.engines.embedded.format import segment_writer
from search.highlight.snippet import excerpts_and_titles
from search.query.rewriter import understand
from search.text import segmentation
from tests.attacks.hostile_texts import UNITS, text_of

LENGTH = 10_000
MOST_TIMES_AS_LONG = 3.0  # for twice the text: 2 is linear, 4 is quadratic
LITTLE = 0.02  # seconds of a processor: what takes less for 20,000 characters is no danger, and too short to compare
ATTEMPTS = 5


def article(text: str, identifier: str = "trang") -> ArchivedArticle:
    page = Article(identifier, "https://bao.mau.test/1", "Hội nghị Tỉnh ủy lần thứ 9", text)
    return ArchivedArticle(page, 1, "2023-07-13T00:00:00Z", "", False)


def citing(text: str) -> Document:
    text = f"Thực hiện Chỉ thị số 35-CT/TW, tỉnh họp. {text}"
    numbers = {"document_numbers": ("35-CT/TW",), "citations": (("35-CT/TW", "2024-06-14", text[:40]),)}
    return Document("trang", "k", "", "Bài mẫu", text, province_then="ha-giang", held="2024-07-01", **numbers)


QUERY = understand("hội nghị 12/7/2023 giải ngân")
WORK: dict[str, Callable[[str], object]] = {
    "interpret": lambda text: interpret(article(text)),
    "interpret below a lede": lambda text: interpret(article(f"Sáng 12/7, Tỉnh ủy họp.\n{text}")),
    "figures": lambda text: read_document(Document("trang", "k", "", "Bài mẫu", f"GRDP tăng 5,1%. {text}")),
    "directives": lambda text: trace([citing(text)], "35-CT/TW", "2024-06-14", ["2024-06-14"]),
    "edits": lambda text: changes(
        Article("trang", "", "Bài mẫu", text), Article("trang", "", "Bài mẫu", f"{text} hết.")
    ),
    "index": lambda text: segment_writer.build([Document("trang", "k", "", "Bài mẫu", text)]),
    "excerpt": lambda text: excerpts_and_titles([f"Hội nghị. {text}"], ["Bài mẫu"], QUERY),
}


def spent(work: Callable[[str], object], text: str) -> float:
    """Return the processor time of this thread: what others do meanwhile does not count."""
    before = time.thread_time()
    work(text)
    return time.thread_time() - before


@pytest.mark.parametrize("stage", WORK)
def test_twice_the_text_takes_no_more_than_some_twice_the_time(stage: str) -> None:
    work = WORK[stage]
    work("Hội nghị ngày 12/7/2023.")  # models and tables are read once
    slow = {}
    for unit in UNITS:
        once, twice = text_of(unit, LENGTH), text_of(unit, 2 * LENGTH)
        for _ in range(ATTEMPTS):
            # another process may have emptied the caches of the processor: one attempt without that is enough
            short, long = spent(work, once), spent(work, twice)
            if long < LITTLE or long < MOST_TIMES_AS_LONG * short:
                break
        else:
            slow[unit] = round(long / short, 1)
    assert slow == {}


def test_the_measure_tells_quadratic_from_linear() -> None:
    def quadratic(text: str) -> int:
        return sum(text.count("b", start) for start in range(0, len(text), 8))

    ratios = [spent(quadratic, "a" * 80_000) / spent(quadratic, "a" * 40_000) for _ in range(ATTEMPTS)]
    assert statistics.median(ratios) > MOST_TIMES_AS_LONG


def test_one_page_out_of_time_is_named_and_the_others_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(archived: ArchivedArticle) -> Document:
        while archived.article.id == "hostile":
            pass
        return interpret(archived)

    monkeypatch.setattr(spool, "interpret", endless)
    monkeypatch.setattr(spool, "DOCUMENT_SECONDS", 0.2)
    text = "Sáng 12/7/2023, Tỉnh ủy họp."
    outcomes = interpret_chunk([article(text, "a"), article(text, "hostile"), article(text, "b")])
    assert [made.rejected for made, _ in outcomes] == ["", "took more than 0.2 s to read", ""]


def test_a_limit_stops_what_runs_in_c_too() -> None:
    import re

    with pytest.raises(OutOfTime), time_limit(0.2):
        re.match("(a*)*b", "a" * 60)
    with time_limit(10):  # and leaves nothing behind
        assert re.match("a+", "aaa")


@pytest.mark.parametrize("unit", ["a@", "1-", "a.b@c.d-", "ếa@b.c,", "A.b@c.d", "http://a@b.c", "Tp.a_b@c.dđ"])
def test_addresses_are_found_as_by_the_pattern(unit: str) -> None:
    for length in range(1, 60):
        text = text_of(unit, length)
        assert segmentation._tokens_of(text) == segmentation._TOKEN.findall(text)
