"""What a page says in a language that is not its own.

What is quoted stands in elements of its own language (`lang`); names are the same in both.
"""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

from search.domain import places

# Words that only one of the languages has; names of formats and of this program are neither.
ENGLISH = re.compile(
    r"\b(?:the|and|of|is|are|was|for|with|from|this|that|not|no|by|all|page|pages|search|year|expected|unknown|try)\b",
    re.IGNORECASE,
)
VIETNAMESE = re.compile("[ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ]", re.IGNORECASE)
PIECES = {piece for unit in places.units() for piece in unit.name.split()}  # of a name on a tile of the map
NAMES = {unit.name for unit in places.units()} | {
    "Báo Mẫu",
    "Báo Khác",
    "Cổng thông tin Mẫu",
    "Người Mẫu",
    "Tiếng Việt",
}
CODE = frozenset(("script", "style", "pre", "code"))
SPOKEN_ATTRIBUTES = ("title", "aria-label", "placeholder", "alt")


class Texts(HTMLParser):
    """Collects what a reader sees or hears, with the language that it stands in."""

    VOID = frozenset(("meta", "link", "input", "br", "img", "hr"))

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self._open: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        language = values.get("lang") or (self._open[-1][1] if self._open else "")
        if tag not in self.VOID:
            self._open.append((tag, language))
        if values.get("class") != "Z3988" and tag != "link":
            self.found += [(language, value) for name in SPOKEN_ATTRIBUTES if (value := values.get(name))]

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self._open and [tag for tag, _ in self._open[-3:]] == ["html", "head", "title"]:
            data = data.split(" · ")[-1]  # before it the page says in its own words what it is about
        if data.strip() and self._open and not CODE.intersection(tag for tag, _ in self._open):
            self.found.append((self._open[-1][1], data.strip()))


def texts(page: str) -> Iterator[tuple[str, str]]:
    parser = Texts()
    parser.feed(page)
    yield from parser.found


def without_names(text: str) -> str:
    for name in sorted(NAMES, key=len, reverse=True):
        text = text.replace(name, "")
    text = text.partition("chọn một trong:")[0]  # values of parameters are the same in both languages, as addresses are
    return re.sub(r'“[^”]*”|"[^"]*"|/\S*', "", text)  # what was typed is quoted


def stray(page: str, language: str) -> list[str]:
    foreign = ENGLISH if language == "vi" else VIETNAMESE
    return [
        text
        for spoken, text in texts(page)
        if spoken == language and text not in PIECES and foreign.search(without_names(text))
    ]
