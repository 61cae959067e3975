"""Pages that are not what their URL promises: bot challenges, gambling clones, a server's error page sent as 200.

They are kept as captures and never become articles. Words: soft_errors.tsv, each kind with how many of them it takes.
"""

import re
import unicodedata
from functools import cache
from pathlib import Path

from lxml import html

from crawl.article import Article
from crawl.extraction.page_size import refuse_monster

SHORT_ARTICLE_CHARACTERS = 600  # of its text; a report that mentions maintenance has more
HEAD_CHARACTERS = 20_000  # challenges are short, clones show their words at once; a long report may cite some below


def suspicion(text: str) -> str:
    """Return why a page (HTML) is no page of its site: "challenge", "hijacked", "discontinued"; "" for an honest one.

    Raises ValueError for a page out of all bounds.
    """
    refuse_monster(text)
    visible = _visible(text[: 10 * HEAD_CHARACTERS])[:HEAD_CHARACTERS]
    for kind, needed, seen_in, pattern in _kinds():
        where = text[:HEAD_CHARACTERS] if seen_in == "source" else visible
        if seen_in == "short" and len(visible) > 1_500:
            continue
        if seen_in == "article":
            continue
        if len({match.group(0).casefold() for match in pattern.finditer(where)}) >= needed:
            return kind
    return ""


def _visible(text: str) -> str:
    """Return the words of a page, those that its scripts may write among them, on one line."""
    if not text.strip():
        return ""
    root = html.document_fromstring(text.encode("utf-8", "surrogatepass"), parser=html.HTMLParser(encoding="utf-8"))
    return " ".join(" ".join(root.xpath("//text()[not(parent::style)]")).split())


def unfinished(article: Article) -> str:
    """Return why an article is none yet: "unfinished", "error page", "login"; "" for one that says something.

    Asked of the text alone, and of short ones: a page with its menus is long, whatever stands in its middle.
    """
    text = f"{article.title}\n{article.lede}\n{article.body}"
    if len(article.lede) + len(article.body) > SHORT_ARTICLE_CHARACTERS:
        return ""
    text = unicodedata.normalize("NFC", text)
    return next((kind for kind, _, where, words in _kinds() if where == "article" and words.search(text)), "")


@cache
def _kinds() -> list[tuple[str, int, str, re.Pattern[str]]]:
    rows = Path(__file__).with_name("soft_errors.tsv").read_text("utf-8").splitlines()[1:]
    fields = (row.split("\t") for row in rows if row)
    return [(kind, int(needed), where, re.compile(words, re.IGNORECASE)) for kind, needed, where, words in fields]
