"""Pages that are not what their URL promises: bot challenges, gambling clones, a server's error page sent as 200.

They are kept as captures and never become articles. Words: soft_errors.tsv, each kind with how many of them it takes;
those of kinds that are seen in an article are regular expressions.
"""

import re
import unicodedata
from functools import cache
from pathlib import Path

from ahocorasick_rs import AhoCorasick, MatchKind
from lxml import etree

from crawl.article import Article
from crawl.extraction.html_page import HtmlPage

SHORT_ARTICLE_CHARACTERS = 600  # of its text; a report that mentions maintenance has more
HEAD_CHARACTERS = 20_000  # challenges are short, clones show their words at once; a long report may cite some below


_WORDS = etree.XPath("//text()[not(parent::style)]", smart_strings=False)


def suspicion(page: HtmlPage) -> str:
    """Return why a page is no page of its site: "challenge", "hijacked", "discontinued"; "" for an honest one."""
    visible = _visible(page)[:HEAD_CHARACTERS]
    for kind, needed, seen_in, words in _kinds():
        if seen_in == "article" or (seen_in == "short" and len(visible) > 1_500):
            continue
        where = page.text[:HEAD_CHARACTERS].lower() if seen_in == "source" else visible
        if len(set(_listed(words).find_matches_as_strings(where))) >= needed:
            return kind
    return ""


def _visible(page: HtmlPage) -> str:
    """Return the words of a page, those that its scripts may write among them, on one line, in small letters."""
    return " ".join(" ".join(_WORDS(page.root)).split()).lower()


def unfinished(article: Article) -> str:
    """Return why an article is none yet: "unfinished", "error page", "not found", "login"; "" for one that is whole.

    Asked of the text alone, and of short ones: a page with its menus is long, whatever stands in its middle.
    """
    text = f"{article.title}\n{article.lede}\n{article.body}"
    if len(article.lede) + len(article.body) > SHORT_ARTICLE_CHARACTERS:
        return ""
    text = unicodedata.normalize("NFC", text)
    return next(
        (kind for kind, _, where, words in _kinds() if where == "article" and re.search(words, text, re.IGNORECASE)), ""
    )


@cache
def _listed(words: str) -> AhoCorasick:
    """Return what finds words that a bar separates, in one pass."""
    return AhoCorasick(words.lower().split("|"), matchkind=MatchKind.LeftmostFirst)


@cache
def _kinds() -> list[tuple[str, int, str, str]]:
    rows = Path(__file__).with_name("soft_errors.tsv").read_text("utf-8").splitlines()[1:]
    fields = (row.split("\t") for row in rows if row)
    return [(kind, int(needed), where, words) for kind, needed, where, words in fields]
