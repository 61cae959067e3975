"""Where the text of an unknown page stands: trafilatura says which lines belong to it, the page itself is then read."""

import unicodedata
from copy import deepcopy

from lxml.html import HtmlElement

from crawl.extraction.blocks import Line, lines_of
from crawl.extraction.html_page import HtmlPage

MIN_LINE_CHARACTERS = 30  # shorter lines (names, buttons) occur in many places of a page
MIN_TEXT_CHARACTERS = 200  # less than this is a notice rather than a report; the densest block is taken instead
_NO_TEXT = frozenset({"script", "style"})
_SHARE = 0.9  # of the text that the container must hold


def find_main_text(page: HtmlPage, without: set[HtmlElement]) -> tuple[HtmlElement | None, list[Line]]:
    """Return the element that holds the text of an article, and its lines from the first to the last of the text."""
    body = page.body
    lines = lines_of(body, without)
    known = _trafilatura_lines(page.root, without)
    chosen = [number for number, line in enumerate(lines) if _is_known(line, known)]
    if sum(len(lines[number].text) for number in chosen) < MIN_TEXT_CHARACTERS:
        chosen = [
            number for number, line in enumerate(lines) if len(line.text) > 60 and line.linked * 2 < len(line.text)
        ]
    if not chosen:
        return None, []
    container = _common_element(body, [lines[number] for number in chosen])
    inside = [line for line in lines if line.element is container or container in line.element.iterancestors()]
    wanted = {id(lines[number]) for number in chosen}
    siblings = {(lines[number].element.getparent(), lines[number].element.tag) for number in chosen}
    numbers = [
        number
        for number, line in enumerate(inside)
        if id(line) in wanted
        or line.after_picture
        or _in_figure(line)
        # too short to be known: a letterhead, a signature, a byline between or beside the paragraphs
        or ((line.element.getparent(), line.element.tag) in siblings and line.linked == 0)
    ]
    return container, inside[numbers[0] : numbers[-1] + 1]


def _in_figure(line: Line) -> bool:
    return line.element.tag == "figcaption" or next(line.element.iterancestors("figure"), None) is not None


def _common_element(body: HtmlElement, lines: list[Line]) -> HtmlElement:
    """Return the smallest element that holds nearly all of the lines."""
    total = sum(len(line.text) for line in lines)
    weights: dict[HtmlElement, int] = {}
    for line in lines:
        for element in [line.element, *line.element.iterancestors()]:
            weights[element] = weights.get(element, 0) + len(line.text)
            if element is body:
                break
    holding = [element for element, weight in weights.items() if weight >= _SHARE * total]
    return max(holding, key=lambda element: len(list(element.iterancestors())), default=body)


def _trafilatura_lines(root: HtmlElement, without: set[HtmlElement]) -> frozenset[str]:
    """Return the lines that trafilatura takes for the text of a page without its furniture."""
    import trafilatura  # slow to import, and not needed where selectors are known

    copied = deepcopy(root)
    dropped = [
        copy
        for element, copy in zip(root.iter(), copied.iter(), strict=True)
        if element in without or element.tag in _NO_TEXT
    ]
    for element in dropped:
        if element.getparent() is not None:
            element.drop_tree()
    found = trafilatura.extract(  # it cuts the tree down as it reads
        copied, favor_recall=True, include_comments=False, include_tables=True, output_format="txt"
    )
    lines = [line for line in (found or "").splitlines() if len(line) >= MIN_LINE_CHARACTERS]
    return frozenset((_row if line.startswith("|") else _plain)(line) for line in lines)


def _is_known(line: Line, known: frozenset[str]) -> bool:
    form = _row if line.element.tag == "tr" else _plain
    return len(line.text) >= MIN_LINE_CHARACTERS and form(line.text) in known


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def _row(text: str) -> str:
    """Return a row of a table in the one form that both kinds of lines have."""
    return "|" + _plain(text.replace("|", " "))
