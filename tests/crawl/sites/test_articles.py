"""The sample articles are the truth of other tests, so they are checked themselves."""

import subprocess
import sys
import tomllib
import unicodedata
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
MERGER = "2025-07-01"
SITES = (
    "mau-bao-song-lo",
    "mau-bao-song-thuong",
    "mau-cong-binh-phuoc",
    "mau-cong-thai-nguyen",
    "mau-hdnd-nam-dinh",
    "mau-tinh-uy-bien-dong",
)
KINDS = {
    "bch",
    "btv",
    "thuongtruc",
    "giaoban",
    "daihoi",
    "ttuong",
    "quantriet",
    "bcv",
    "sotongket",
    "kiemdiem",
    "canbo",
    "hdnd",
    "ubnd",
    "ubkt",
    "lamviec",
    "doithoai",
    "thongbao",
}
TEXT_FIELDS = ("title", "lede", "body", "byline", "section", "chair", "term")


def read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text("utf-8"))


PATHS = sorted((HERE / "articles").glob("*/*.toml"))
ARTICLES = [read(path) for path in PATHS]
PLACES = tomllib.loads((HERE / "places.toml").read_text("utf-8"))
each = pytest.mark.parametrize("article", ARTICLES, ids=[f"{a['site']}/{a['id']}" for a in ARTICLES])


def text_of(article: dict[str, Any]) -> str:
    return "\n".join((article["title"], article["lede"], article["body"]))


def test_there_are_enough_articles_of_every_site() -> None:
    per_site = Counter(article["site"] for article in ARTICLES)
    assert sorted(per_site) == sorted(SITES)
    assert min(per_site.values()) >= 13
    assert sum(not article["composed"] for article in ARTICLES) >= 30


def test_years_provinces_and_kinds_are_spread() -> None:
    assert {article["year"] for article in ARTICLES} == set(range(2019, 2027))
    assert len({article["province_then"] for article in ARTICLES}) >= 12
    assert {"bch", "btv", "hdnd", "giaoban", "daihoi", "quantriet", "sotongket", "ubkt", "canbo", "lamviec"} <= {
        article["kind"] for article in ARTICLES
    }


def test_ids_are_unique_within_a_site() -> None:
    ids = Counter((article["site"], article["id"]) for article in ARTICLES)
    assert [key for key, count in ids.items() if count > 1] == []


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem[:40])
def test_file_stands_where_its_fields_say(path: Path) -> None:
    article = read(path)
    assert (path.parent.name, path.name) == (article["site"], f"{article['id']}-{article['slug']}.toml")


@each
def test_article_is_marked_as_sample_and_realistically_long(article: dict[str, Any]) -> None:
    words = [word for word in text_of(article).split() if any(c.isalnum() for c in word)]
    assert article["sample"] is True
    assert 300 <= len(words) <= 1500
    assert "hư cấu" not in article["body"], "the template adds the notice"


@each
def test_text_is_nfc(article: dict[str, Any]) -> None:
    for name in TEXT_FIELDS:
        assert unicodedata.is_normalized("NFC", article[name]), name
    for text in (*article["captions"], *article["people"]):
        assert unicodedata.is_normalized("NFC", text), text


@each
def test_dates_agree(article: dict[str, Any]) -> None:
    published = datetime.fromisoformat(article["published"])
    assert "2019-01-01" <= article["published"] < "2026-11-22"
    assert article["held"] <= article["published"][:10]
    if article["held"]:
        assert (published - datetime.fromisoformat(article["held"])).days <= 7
    assert article["year"] == int((article["held"] or article["published"])[:4])


@each
def test_province_exists_on_the_day(article: dict[str, Any]) -> None:
    then, now = article["province_then"], article["province_now"]
    day = article["held"] or article["published"]
    assert PLACES[then]["now"] == now
    assert day < MERGER or then == now, f"{then} became part of {now}"


@each
def test_kind_and_number_agree(article: dict[str, Any]) -> None:
    assert article["kind"] in KINDS
    assert article["ordinal"] == 0 or article["kind"] in {"bch", "btv", "hdnd", "ubkt", "daihoi"}


@each
def test_people_and_chair_are_named_in_the_text(article: dict[str, Any]) -> None:
    text = text_of(article)
    assert [name for name in article["people"] if name not in text] == []
    assert not article["chair"] or article["chair"] in article["people"]


@each
def test_every_person_of_the_cast_in_the_text_is_in_the_truth(article: dict[str, Any]) -> None:
    cast = tomllib.loads((HERE / "cast.toml").read_text("utf-8"))
    names = {name for eras in cast.values() for people in eras.values() for name in people.values()}
    assert {name for name in names if name in text_of(article)} <= set(article["people"])


@each
def test_cited_documents_stand_in_the_text(article: dict[str, Any]) -> None:
    for number in article["document_numbers"]:
        printed = number.replace("-", "").replace("/", "")
        text = text_of(article).replace(" ", "").replace("T.Ư", "TW").replace("-", "").replace("/", "")
        digits = number.partition("-")[0].partition("/")[0]
        assert printed in text or f"Chỉthị{digits}" in text or f"số{digits}của" in text or f"quyết{digits}" in text


@each
def test_edits_and_reprints_point_at_something(article: dict[str, Any]) -> None:
    for edit in article.get("edit", []):
        assert article["body"].count(edit["find"]) == 1
        assert edit["at"] > article["published"]
    if "reprint_of" in article:
        assert article["reprint_of"] in {f"{other['site']}/{other['id']}" for other in ARTICLES}


def test_composing_again_gives_the_same_bytes() -> None:
    run = subprocess.run(
        [sys.executable, str(HERE / "compose.py"), "--check"], capture_output=True, text=True, check=False
    )
    assert (run.returncode, run.stderr) == (0, "")
