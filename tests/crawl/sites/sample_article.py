"""The sample articles: what the sample sites print, and the truth that tests compare with."""

import tomllib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import datetime
from pathlib import Path
from typing import Any

ARTICLES = Path(__file__).parent / "articles"
OTHERS = Path(__file__).parent / "others"


@dataclass(frozen=True, slots=True)
class SampleArticle:
    """One invented article. The fields are those of its TOML file; README.md says what each means."""

    site: str
    id: str
    slug: str
    title: str
    body: str
    lede: str = ""
    byline: str = ""
    captions: tuple[str, ...] = ()
    section: str = ""
    published: str = ""
    held: str = ""
    year: int = 0
    province_then: str = ""
    province_now: str = ""
    kind: str = ""
    ordinal: int = 0
    term: str = ""
    chair: str = ""
    document_numbers: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    oddities: tuple[str, ...] = ()
    composed: bool = False
    reprint_of: str = ""
    edit: tuple[dict[str, str], ...] = ()
    meeting: bool = True

    @property
    def paragraphs(self) -> list[str]:
        return [" ".join(part.split()) for part in self.body.split("\n\n") if part.strip()]

    @property
    def published_at(self) -> datetime | None:
        """The moment of publication, at noon where the truth has the day alone; None where it is not known."""
        if len(self.published) < len("2023-07-05"):
            return None
        moment = datetime.fromisoformat(self.published)
        return moment if "T" in self.published else moment.replace(hour=12)

    def corrected(self) -> "SampleArticle":
        """Return the article with the later corrections of its site ([[edit]]) made."""
        body, title, lede = self.body, self.title, self.lede
        for change in self.edit:
            body, title, lede = (text.replace(change["find"], change["replace"]) for text in (body, title, lede))
        return replace(self, body=body, title=title, lede=lede)

    def has(self, oddity: str) -> bool:
        return oddity in self.oddities


def as_read(text: str) -> str:
    """Return text as a reader sees it, to compare with a crawl: NFC, Ð (U+00D0) as Đ, white space as single spaces."""
    return " ".join(unicodedata.normalize("NFC", text).replace("Ð", "Đ").replace("ð", "đ").split())


def load_articles(folder: Path = ARTICLES) -> list[SampleArticle]:
    """Return the articles on meetings, one file each, sorted by site and id.

    Raises ValueError that names the file where one lacks a field, is not marked as a sample, or repeats an id or slug.
    """
    articles = [_article(tomllib.loads(_read(path)), path) for path in sorted(folder.glob("*/*.toml"))]
    for article, path in zip(articles, sorted(folder.glob("*/*.toml")), strict=True):
        if article.site != path.parent.name:
            raise ValueError(f"{path}: site = {article.site!r}: write {path.parent.name!r}, the name of its folder")
    _check_unique(articles)
    return sorted(articles, key=lambda article: (article.site, article.id))


def load_others(folder: Path = OTHERS) -> list[SampleArticle]:
    """Return the articles that tell of no meeting (weather, sport, …): on the sites, and not in the truth."""
    articles = []
    for path in sorted(folder.glob("*.toml")):
        for table in tomllib.loads(_read(path))["article"]:
            articles.append(_article({"sample": True, "site": path.stem, "meeting": False} | table, path))
    return articles


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _article(table: dict, path: Path) -> SampleArticle:
    if table.pop("sample", None) is not True:
        raise ValueError(f"{path}: sample = true is missing: every article of the sample sites is marked as a sample")
    names = {field.name for field in fields(SampleArticle)}
    if unknown := set(table) - names:
        raise ValueError(f"{path}: unknown field {sorted(unknown)[0]!r}: use one of {', '.join(sorted(names))}")
    if missing := {"site", "id", "slug", "title", "body"} - set(table):
        raise ValueError(f"{path}: field {sorted(missing)[0]!r} is missing")
    values: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in table.items()}
    values["id"] = str(values["id"])
    return SampleArticle(**values)


def _check_unique(articles: Iterable[SampleArticle]) -> None:
    seen: set[tuple[str, str]] = set()
    for article in articles:
        for name in (article.id, article.slug):
            if (article.site, name) in seen:
                raise ValueError(f"{article.site}: {name!r} names two articles: give each its own id and slug")
            seen.add((article.site, name))
