"""An Article: the strings of one page, as printed. No interpretation happens here."""

import hashlib
from dataclasses import dataclass
from typing import Any


def article_key(article_id: str) -> str:
    """Return the short name of an article in permalinks: the first 16 hex digits of SHA-256 of its id."""
    return hashlib.sha256(article_id.encode("utf-8")).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Article:
    """The strings of one page as printed in the source, before any interpretation.

    id: canonical URL for crawled pages; for imports the given id, else the URL, else the relative path of the file.
    body: paragraphs separated by an empty line; captions and byline are kept apart.
    printed_date: the publication line as printed ("15:34 01/12/2023"), "" where there is none.
    hints: further dates that the source carries, by name: "url", "feed", "sitemap", "meta", "htmldate",
    "archive_prefix", "import".
    province: slug known from the registry or from the importer, "" where it is not known.
    """

    id: str
    url: str
    title: str
    body: str
    lede: str = ""
    byline: str = ""
    printed_date: str = ""
    captions: tuple[str, ...] = ()
    attachments: tuple[str, ...] = ()
    hints: tuple[tuple[str, str], ...] = ()
    source: str = ""
    province: str = ""

    @classmethod
    def of(cls, stored: dict[str, Any]) -> "Article":
        """Return an article from its fields as JSON keeps them. Raises TypeError, ValueError, KeyError for others."""
        lists = {name: tuple(stored[name]) for name in ("captions", "attachments")}
        return cls(**(stored | lists | {"hints": tuple((name, value) for name, value in stored["hints"])}))

    @property
    def key(self) -> str:
        return article_key(self.id)

    def text_sha256(self) -> str:
        """Return the SHA-256 (hex) of what a reader sees; a new version is one whose digest differs."""
        seen = "\x1f".join((self.title, self.lede, self.body, self.byline, self.printed_date, *self.captions))
        return hashlib.sha256(seen.encode("utf-8")).hexdigest()
