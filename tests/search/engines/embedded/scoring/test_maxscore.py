"""Leaving documents out that cannot be among the first changes neither which are, nor their order, nor their scores."""

from datetime import date, timedelta

import numpy as np
import pytest

from search.document import Document
from search.engines.embedded import snapshot
from search.engines.embedded.engine import WhooshEngine
from search.engines.embedded.scoring import maxscore
from search.query.nodes import Alternative, And, Filters, Hint, Node, Not, Or, Phrase, Query, Words

COMMON = ["hội", "nghị", "tỉnh", "ủy", "ban", "chấp", "hành", "nhân", "dân", "xã", "hoi", "bản"]
RARE = ["thái", "nguyên", "bắc", "giang", "UBND", "35-CT/TW", "đường", "dương", "2023"]
HINTS = (Hint("province", ("thai-nguyen",), "Thái Nguyên"), Hint("year", (2023,), "2023"))

ROOTS: dict[str, Node] = {
    "common words": Words("hội nghị tỉnh ủy"),
    "a rare word among them": Words("hội nghị ban chấp hành thái bản"),
    "one word": Words("tỉnh"),
    "rare words": Words("bắc giang đường dương"),
    "a name, a year, a number": Words("chỉ thị 35-CT/TW tỉnh Thái Nguyên năm 2023"),
    "another way to say it": Words("UBND tỉnh bắc giang", alternatives=(Alternative(0, 1, "nhân dân", 0.9),)),
    "a phrase beside words": And((Words("nhân dân tỉnh"), Phrase("hội nghị"))),
    "one or the other": Or((Words("thái nguyên"), Words("bắc giang xã"))),
    "without something": And((Words("hội nghị tỉnh"), Not(Words("giang")))),
    "many words": Words(" ".join([*COMMON, *RARE])),
    "a title": Words("hội nghị tỉnh ủy", field="title"),
    "nothing": Words("khôngcó"),
}


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> WhooshEngine:
    dice = np.random.default_rng(3)
    start = date(2022, 6, 1)

    def text(length: int) -> str:
        words = dice.choice(COMMON, length)
        rare = dice.random(length) < 0.04
        words[rare] = dice.choice(RARE, int(rare.sum()))
        return " ".join(words)

    documents = [
        Document(
            id=f"bai-{number:03}",
            key=f"k{number}",
            url="",
            title=text(6),
            text=text(int(dice.integers(5, 150))),
            published=(start + timedelta(days=int(dice.integers(0, 700)))).isoformat() if number % 5 else "",
            year=[None, 2022, 2023][number % 3],
            province_then=["", "thai-nguyen", "bac-giang"][number % 3],
        )
        for number in range(600)
    ]
    documents += [
        Document(id=f"lai-{number:03}", key=f"lai{number}", url="", title=one.title, text=one.text)
        for number, one in enumerate(documents[:100])  # equal scores, in another segment
    ]
    engine = WhooshEngine(tmp_path_factory.mktemp("index"))
    for first in range(0, len(documents), 250):
        with engine.writer() as writer:
            writer.add(documents[first : first + 250])
    with engine.writer() as writer:
        writer.delete([f"bai-{number:03}" for number in range(0, 600, 17)])
    return engine


@pytest.mark.parametrize("by_byte", [True, False], ids=["a byte each", "a number each"])
@pytest.mark.parametrize("limit", [1, 10, 60])
@pytest.mark.parametrize("name", ROOTS)
def test_the_first_are_those_of_scoring_all(
    name: str, limit: int, by_byte: bool, engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    filters = Filters(years=(2022, 2023)) if limit == 60 else Filters()
    wanted = Query("", ROOTS[name], filters, hints=HINTS if "name" in name else ())
    every = engine.search(wanted, limit=700, facets=("year",), depth_only=True)
    monkeypatch.setattr(maxscore, "WORTH", 0)
    monkeypatch.setattr(maxscore, "FEW", 5)
    monkeypatch.setattr(maxscore, "MANY", 20)
    monkeypatch.setattr(snapshot, "ROOMY_BYTES_PER_DOCUMENT", 1 << 40 if by_byte else 0)
    other = WhooshEngine(engine.directory)
    assert [view.by_byte for view in other.collection().views] == [by_byte] * len(engine.collection().views)
    found = other.search(wanted, limit=limit, facets=("year",), depth_only=True)
    assert list(found.ranked) == list(every.ranked)[:limit]
    assert (found.total, found.facets) == (every.total, every.facets)
    assert bool(found.total) == (name != "nothing")
