"""Pages that are not what their URL promises: bot challenges, gambling clones, a server's error page sent as 200.

They are kept as captures and never become articles. Words: suspicion.tsv, each kind with how many of them it takes.
"""

import re
from functools import cache
from pathlib import Path

from bs4 import BeautifulSoup

from crawl.extraction.page_size import refuse_monster

HEAD_CHARACTERS = 20_000  # challenges are short, clones show their words at once; a long report may cite some below


def suspicion(text: str) -> str:
    """Return why a page (HTML) is no page of its site: "challenge", "hijacked", "discontinued"; "" for an honest one.

    Raises ValueError for a page out of all bounds.
    """
    refuse_monster(text)
    soup = BeautifulSoup(text[: 10 * HEAD_CHARACTERS], "lxml")
    for element in soup(["style"]):
        element.decompose()
    visible = " ".join(soup.get_text(" ").split())[:HEAD_CHARACTERS]
    for kind, needed, seen_in, pattern in _kinds():
        where = text[:HEAD_CHARACTERS] if seen_in == "source" else visible
        if seen_in == "short" and len(visible) > 1_500:
            continue
        if len({match.group(0).casefold() for match in pattern.finditer(where)}) >= needed:
            return kind
    return ""


@cache
def _kinds() -> list[tuple[str, int, str, re.Pattern[str]]]:
    rows = Path(__file__).with_name("soft_errors.tsv").read_text("utf-8").splitlines()[1:]
    fields = (row.split("\t") for row in rows if row)
    return [(kind, int(needed), where, re.compile(words, re.IGNORECASE)) for kind, needed, where, words in fields]
