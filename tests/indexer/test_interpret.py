"""Article → Document as a whole."""

import unicodedata
from pathlib import Path

import pytest

from crawl.archive.archive import Archive, ArchivedArticle
from crawl.article import Article
from indexer.interpret import interpret
from search.document import Document

SAMPLES = Path(__file__).parents[3] / "shared" / "samples"
BODY = """BẮC GIANG - Sáng 1/12, Ban Chấp hành Đảng bộ tỉnh khóa XIX họp hội nghị lần thứ 16. Đồng chí Hà Văn Bách, \
Bí thư Tỉnh ủy chủ trì.

Hội nghị nghe báo cáo việc thực hiện Chỉ thị số 26-CT/TW ngày 23/11/2023 của Ban Bí thư."""


def made_from(**strings: object) -> Document:
    article = Article(**({"id": "a", "url": "", "title": "Phấn đấu về đích", "body": BODY} | strings))  # type: ignore[arg-type]
    return interpret(ArchivedArticle(article, 3, "2026-11-20T08:00:00Z", "ab12", False, ""))


def test_a_page_with_everything() -> None:
    document = made_from(printed_date="15:34 02/12/2023", byline="Tin, ảnh: Quế Lâm", source="bao-mau")
    assert (document.published, document.held, document.year) == ("2023-12-02", "2023-12-01", 2023)
    assert (document.province_then, document.province_now) == ("bac-giang", "bac-ninh")
    assert (document.kind, document.ordinal, document.term, document.chair) == ("bch", 16, "XIX", "Hà Văn Bách")
    assert document.document_numbers == ("26-CT/TW",)
    assert document.citations == (("26-CT/TW", "2023-11-23", "26-CT/TW"),)
    assert document.roles[0][:2] == ("Hà Văn Bách", "Bí thư Tỉnh ủy")
    assert document.evidence["held"] == "Sáng 1/12"
    assert document.evidence["province"] == "BẮC GIANG → Bắc Giang"
    assert (document.version, document.fetched_at, document.sha256) == (3, "2026-11-20T08:00:00Z", "ab12")


def test_text_is_lede_and_body_as_printed_and_a_lede_is_not_repeated() -> None:
    assert made_from(lede="Mở đầu.").text == f"Mở đầu.\n\n{BODY}"
    assert made_from(lede=BODY.split("\n")[0]).text == BODY


def test_decomposed_text_means_the_same_and_looks_the_same() -> None:
    decomposed = made_from(
        body=unicodedata.normalize("NFD", BODY), title=unicodedata.normalize("NFD", "Phấn đấu về đích")
    )
    assert decomposed == made_from()


def test_old_and_new_tone_marks_mean_the_same() -> None:
    old = made_from(body=BODY.replace("ủy", "uỷ").replace("khóa", "khoá"))
    assert "uỷ" in old.text
    assert (old.kind, old.term, old.chair) == ("bch", "XIX", "Hà Văn Bách")


@pytest.mark.parametrize("gathering", ["tọa đàm", "Toạ\u00a0đàm", "đối thoại", "thu hoạch"])
def test_a_day_is_that_of_a_gathering_however_it_is_spelled(gathering: str) -> None:
    body = f"Sáng 5/7/2023, {gathering} về cây vải đã diễn ra."
    held = made_from(title="Cây vải", body=body, printed_date="06/07/2023").held
    assert held == ("" if gathering == "thu hoạch" else "2023-07-05")


def test_without_a_day_the_unit_is_that_of_the_source_and_the_year_unknown() -> None:
    document = made_from(body="Tỉnh ủy bàn về thủy lợi.", province="bac-giang", source="bao-mau")
    assert (document.year, document.province_then, document.province_now) == (None, "bac-giang", "bac-ninh")


def test_an_article_without_text_is_refused() -> None:
    with pytest.raises(ValueError, match="no text"):
        made_from(title=" ", body="\n")


@pytest.mark.parametrize(
    "junk", ["\x00\x01", "(" * 5000, "ngày " * 3000, "A" * 20000, "1/" * 9000, "Nguyễn Văn " * 2000, "Ủy İ ﬁ 𝟚"]
)
def test_odd_text_neither_fails_nor_hangs(junk: str) -> None:
    assert made_from(body=f"{junk}\n\n{BODY}").document_numbers == ("26-CT/TW",)


EXPECTED = {
    # file: published, held, province then, now, kind, ordinal
    "000": ("2024-07", "2024-07", {"bac-kan", ""}, {"thai-nguyen", ""}, "bch", None),
    "001": ("", "2023-07-05", {"thai-nguyen"}, {"thai-nguyen"}, "giaoban", None),
    "002": ("", "2021-06-29", {""}, {""}, "thongbao", None),
    "003": ("2023-12-01", "2023-12-01", {"bac-giang"}, {"bac-ninh"}, "bch", 16),
    "004": ("", "2020-07-16", {"tuyen-quang"}, {"tuyen-quang"}, "bch", 20),
}


@pytest.mark.skipif(not SAMPLES.is_dir(), reason=f"{SAMPLES} is not there")
def test_the_five_real_pages(tmp_path: Path) -> None:
    from crawl.importing.importer import import_paths

    import_paths([SAMPLES], tmp_path)
    with Archive(tmp_path, read_only=True) as archive:
        documents = {Path(a.article.id).name[:3]: interpret(a) for a in archive.articles()}
    assert documents.keys() == EXPECTED.keys()
    for name, (published, held, then, now, kind, ordinal) in EXPECTED.items():
        document = documents[name]
        assert (document.published, document.held, document.kind, document.ordinal) == (
            published,
            held,
            kind,
            ordinal,
        ), name
        assert document.province_then in then, name
        assert document.province_now in now, name
