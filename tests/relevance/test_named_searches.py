"""Searches as a specialist makes them, and what must come first: on our sample pages, and on real ones if at hand."""

import csv
from collections.abc import Iterable
from pathlib import Path

import pytest

from crawl.archive.archive import Archive
from crawl.importing.importer import import_paths
from indexer.interpret import interpret
from search.answer import answer
from search.document import Document
from search.engines import open_engine
from search.engines.ports import Engine
from tests.crawl.sites.sample_article import load_articles
from tests.crawl.sites.sample_document import document_of

REAL_NEEDS = Path(__file__).parents[3] / "shared" / "relevance" / "samples" / "queries.tsv"
REAL = Path(__file__).parents[3] / "shared" / "samples"


def engine_over(documents: Iterable[Document], folder: Path) -> Engine:
    engine = open_engine(f"whoosh:{folder}")
    with engine.writer() as writer:
        writer.add(documents)
    return engine


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """The sample articles, with the facts as they are in truth."""
    return engine_over(map(document_of, load_articles()), tmp_path_factory.mktemp("samples"))


def first(engine: Engine, text: str, limit: int = 10) -> list[Document]:
    return [hit.document for hit in answer(engine, text, limit=limit).hits]


@pytest.mark.parametrize("text", ["thái nguyên 2024", "thai nguyen 2024", "THÁI NGUYÊN 2024", "2024 Thái Nguyên"])
def test_a_province_and_a_year(samples: Engine, text: str) -> None:
    """Pages of the province in that year, then the province in other years; the syllables elsewhere prove nothing."""
    found = first(samples, text)
    assert {(d.province_then, d.year) for d in found[:2]} == {("thai-nguyen", 2024)}
    assert {d.province_now for d in found[:8]} == {"thai-nguyen"}


@pytest.mark.parametrize("text", ["bắc cạn 2020", "Bắc Kạn 2020", "bac can 2020"])
def test_a_page_that_never_prints_its_province(samples: Engine, text: str) -> None:
    """The only page of Bắc Kạn names a district of it; the province is known from there."""
    [best, *_] = first(samples, text)
    assert (best.province_then, best.year) == ("bac-kan", 2020)


def test_of_a_province_without_a_page_of_that_year_another_year_comes_first(samples: Engine) -> None:
    [best, *others] = first(samples, "bắc cạn 2024")
    assert (best.province_then, best.year) == ("bac-kan", 2020)
    assert all("Bắc Kạn" in d.text for d in others), "a page that has Bắc of Bắc Giang somewhere is none"


@pytest.mark.parametrize("text", ["Hà Tây", "bac lieu", "Bạc Liêu"])
def test_a_province_without_any_page_finds_none(samples: Engine, text: str) -> None:
    """Nor is another word proposed in its place: the name is right, the archive has nothing."""
    results = answer(samples, text)
    assert (results.total, results.did_you_mean) == (0, "")


def test_a_new_name_finds_its_former_parts(samples: Engine) -> None:
    found = first(samples, "Bắc Ninh 2023")
    assert [(d.province_then, d.province_now, d.year) for d in found[:2]] == [("bac-giang", "bac-ninh", 2023)] * 2


@pytest.mark.parametrize(
    ("text", "province", "ordinal"),
    [
        ("hội nghị lần thứ 20 bình phước", "binh-phuoc", 20),
        ("hoi nghi lan thu hai muoi binh phuoc", "binh-phuoc", 20),
        ("hội nghị lần thứ XX Bình Phước", "binh-phuoc", 20),
        ("HN BCH lần 13 Tuyên Quang", "tuyen-quang", 13),
        ("kỳ họp thứ 11 HĐND tỉnh Nam Định", "nam-dinh", 11),
        ("kỳ họp thứ mười một nam định", "nam-dinh", 11),
    ],
)
def test_a_meeting_by_its_number(samples: Engine, text: str, province: str, ordinal: int) -> None:
    [best, *_] = first(samples, text)
    assert (best.province_then, best.ordinal) == (province, ordinal)


def test_a_number_that_the_province_has_not_reached_finds_its_other_meetings(samples: Engine) -> None:
    hits = answer(samples, "hội nghị lần thứ 20 tuyên quang", limit=40).hits
    others = [hit for hit in hits if hit.missing]
    assert {hit.document.province_now for hit in others[:6]} == {"tuyen-quang"}
    assert all("thứ 20" in hit.missing for hit in others[:6])


@pytest.mark.parametrize("text", ["35-CT/TW", "35 CT/TW", "35 - CT/T.Ư", "35-ct/tw"])
def test_a_document_number(samples: Engine, text: str) -> None:
    """All pages that cite it, in whichever spelling, and no page that has a 35 somewhere."""
    citing = {d.id for d in documents_citing("35-CT/TW")}
    assert {d.id for d in first(samples, text, limit=50)} == citing
    assert len(citing) == 9


def documents_citing(number: str) -> list[Document]:
    return [
        Document(id=f"{a.site}/{a.id}", key="", url="", title="", text="")
        for a in load_articles()
        if number in a.document_numbers
    ]


@pytest.mark.parametrize("text", ["chỉ thị 35 2019", "Chỉ thị số 35 năm 2019", "chi thi 35 nam 2019"])
def test_a_document_and_its_year(samples: Engine, text: str) -> None:
    """Directive 35 of 2019: pages of that time cite it; those of 2024 cite another of the same number."""
    found = first(samples, text)
    assert all("35-CT/TW" in d.document_numbers for d in found[:4])
    assert {d.year for d in found[:4]} == {2019}


def test_the_day_of_a_document_is_not_the_day_of_the_page(samples: Engine) -> None:
    found = first(samples, "35-CT/TW ngày 14/6/2024")
    assert "Chỉ thị số 35-CT/TW, ngày 14/6/2024" in found[0].text
    assert all("35-CT/TW" in d.document_numbers for d in found[:8])


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """The five real pages, read and interpreted as they would be."""
    if not REAL.exists():
        pytest.skip("no real pages at ../shared/samples")
    data = tmp_path_factory.mktemp("real")
    import_paths([REAL], data)
    with Archive(data, read_only=True) as archive:
        return engine_over([interpret(article) for article in archive.articles()], data / "index")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("bắc cạn 2024", ["000"]),
        ("bac can 2024", ["000"]),
        ("thái nguyên 2024", ["000", "001"]),  # Bắc Kạn is a part of today's Thái Nguyên
        ("thái nguyên 2023", ["001"]),
        ("thai nguyen 2023", ["001"]),
        ("bắc ninh 2023", ["003"]),  # Bắc Giang is a part of today's Bắc Ninh
        ("tuyên quang", ["004"]),
        ("hội nghị lần thứ 20 tuyên quang", ["004"]),
        ("hội nghị lần thứ hai mươi", ["004"]),
        ("35-CT/TW", ["000", "004"]),  # the directive of 2024 by its number; "Chỉ thị số 35 của Bộ Chính trị"
        ("chỉ thị 35 2019", ["004", "000"]),  # of 2020 and so the directive of 2019, before the one of 2024
        ("bb 104 tu 2021", ["002"]),
    ],
)
def test_real_pages(real: Engine, text: str, expected: list[str]) -> None:
    assert [d.id[:3] for d in first(real, text)][: len(expected)] == expected


def test_only_pages_that_cite_a_document_are_found_by_its_number(real: Engine) -> None:
    assert [d.id[:3] for d in first(real, "35-CT/TW")] == ["000", "004"]


def real_needs() -> list[dict[str, str]]:
    if not REAL_NEEDS.exists():
        return []
    with REAL_NEEDS.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, delimiter="\t"))


@pytest.mark.skipif(not REAL_NEEDS.exists(), reason="no judged needs at ../shared/relevance/samples")
@pytest.mark.parametrize("row", real_needs(), ids=lambda row: row["qid"])
def test_a_need_over_the_real_pages(real: Engine, row: dict[str, str]) -> None:
    """All that answer it come first, as far as three places go.

    Of the full matches, and of the partial ones, none that is beside the point stands before one that answers.
    """
    grades = {name.removeprefix("rel_"): int(grade) for name, grade in row.items() if name.startswith("rel_")}
    hits = answer(real, row["query"]).hits
    found = [grades[hit.document.id[:3]] for hit in hits]
    assert found[:3].count(2) == min(3, list(grades.values()).count(2))
    for match in ("full", "partial"):
        alike = [grades[hit.document.id[:3]] for hit in hits if hit.match == match]
        last = max((place for place, grade in enumerate(alike) if grade == 2), default=0)
        assert 0 not in alike[:last]
