"""Articles of real length in any number, seeded: sentences of real articles, mixed; with dates, provinces and sources.

Sentences come from ../shared/relevance/news where that is present, else from the sample articles of the tests.
"""

import gzip
import json
import random
import re
import shutil
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from functools import cache
from itertools import islice
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

from crawl.archive.archive import Archive, SourceRecord
from crawl.article import Article, article_key
from search.document import Document
from search.engines.embedded.engine import WhooshEngine
from search.errors import IndexMissing

ROOT = Path(__file__).parent.parent
NEWS = ROOT.parent / "shared" / "relevance" / "news"
SAMPLES = ROOT / "tests" / "crawl" / "sites" / "articles"
KEPT = Path(tempfile.gettempdir()) / "hoinghi-benchmarks"  # one script after the other uses what the first has made
ARCHIVED = 500  # articles that are in the archive as well: enough to open some, and the index answers all else
SOURCES = 30
TITLE_SYLLABLES = 14
PROVINCES = ("bac-giang", "bac-ninh", "thai-nguyen", "bac-kan", "tuyen-quang", "gia-lai", "ho-chi-minh", "can-tho", "")


@cache
def _material() -> tuple[list[str], list[int]]:
    """Return (sentences, lengths of articles in characters)."""
    if NEWS.exists():
        with gzip.open(NEWS / "corpus.jsonl.gz", "rt", encoding="utf-8") as file:
            texts = [json.loads(line)["text"] for line in file]
    else:
        texts = [tomllib.loads(path.read_text(encoding="utf-8"))["body"] for path in sorted(SAMPLES.glob("*/*.toml"))]
    sentences = [sentence for text in texts for sentence in re.split(r"(?<=[.!?])\s+", text) if sentence]
    return sentences, [len(text) for text in texts]


def source() -> str:
    return "sentences of relevance/news" if NEWS.exists() else "sentences of the sample articles"


class Drawn(NamedTuple):
    """An article, and which sentences it was made of: numbers in sentences()."""

    document: Document
    title: int  # the title is the beginning of this sentence
    body: list[int]


def sentences() -> list[str]:
    return _material()[0]


def title_of(sentence: str) -> str:
    return " ".join(sentence.split()[:TITLE_SYLLABLES])


def articles(count: int, seed: int = 1) -> Iterator[Document]:
    return (each.document for each in drawn(count, seed))


def drawn(count: int, seed: int = 1, first: int = 0) -> Iterator[Drawn]:
    """Yield articles. first: the number of the first, by which its address is told from others."""
    sentences, lengths = _material()
    places = range(len(sentences))
    dice = random.Random(seed)
    first_day = date(2019, 1, 1)
    for number in range(first, first + count):
        wanted, body, size = dice.choice(lengths), [], 0
        while size < wanted:
            body.append(dice.choice(places))
            size += len(sentences[body[-1]]) + 1
        parts = [sentences[place] for place in body]
        day = first_day + timedelta(days=dice.randrange(2_700))
        province = dice.choice(PROVINCES)
        title = dice.choice(places)
        document = Document(
            id=f"https://mau.test/{number}",
            key=article_key(f"https://mau.test/{number}"),
            url=f"https://mau.test/{number}",
            title=title_of(sentences[title]),
            text="\n\n".join(" ".join(parts[start : start + 4]) for start in range(0, len(parts), 4)),
            published=day.isoformat(),
            year=day.year,
            province_then=province,
            province_now="bac-ninh" if province == "bac-giang" else province,
            kind=dice.choice(("bch", "btv", "hdnd", "")),
            source=f"nguon-{dice.randrange(SOURCES)}",
        )
        yield Drawn(document, title, body)


def text_bytes(documents: Iterable[Document]) -> int:
    return sum(len((document.title + document.text).encode()) for document in documents)


def data_directory(folder: Path | None, count: int) -> Path:
    """Return a data directory with `count` articles in its index, made if it is not there. None: one in KEPT.

    The index is filled directly; the archive holds the sources and the first ARCHIVED articles.
    """
    folder = folder or KEPT / f"articles-{count}"
    engine = WhooshEngine(folder / "whoosh")
    try:
        held = len(engine.versions())
    except IndexMissing:  # made by another version
        shutil.rmtree(folder)
        return data_directory(folder, count)
    if held == count:
        return folder
    if held:
        sys.exit(
            f"{folder} holds {held:,} articles, {count:,} are wanted: name another directory, or --documents {held}"
        )
    print(f"indexing {count:,} articles in {folder}: about {count / 400:.0f} s", file=sys.stderr)
    archive(folder, articles(min(count, ARCHIVED)))
    with engine.writer() as writer:
        writer.add(articles(count))
    return folder


def archive(folder: Path, documents: Iterable[Document]) -> None:
    """Write the sources and the first ARCHIVED articles to the archive of a data directory."""
    with Archive(folder) as made:
        made.save_sources(SourceRecord(f"nguon-{n}", f"Báo mẫu số {n}", "", "newspaper") for n in range(SOURCES))
        for one in islice(documents, ARCHIVED):
            made.store_article(Article(one.id, one.url, one.title, one.text, source=one.source))


def queries(count: int, seed: int = 2) -> list[str]:
    """Return queries as users send them: two to twelve syllables of real text, half of them without diacritics."""
    return list(map(itemgetter(0), typed_queries(count, seed)))


def typed_queries(count: int, seed: int = 2) -> list[tuple[str, str]]:
    """Return queries() each with the text it was before diacritics were taken off."""
    from search.text.orthography import fold_letters

    headlines = NEWS / "queries.jsonl"
    dice = random.Random(seed)
    sentences, _ = _material()
    pool = sentences
    if headlines.exists():
        pool = [json.loads(line)["text"] for line in headlines.read_text(encoding="utf-8").splitlines()]
    found: list[tuple[str, str]] = []
    while len(found) < count:
        syllables = re.sub(r"[^\w\s/-]", " ", dice.choice(pool)).split()
        if len(syllables) < 2:
            continue
        length = dice.randint(2, min(12, len(syllables)))
        start = dice.randrange(len(syllables) - length + 1)
        text = " ".join(syllables[start : start + length])
        found.append((text if len(found) % 2 else fold_letters(text), text))
    return found
