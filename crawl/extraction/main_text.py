"""Where the text of an unknown page stands: trafilatura says which lines belong to it, the page itself is then read."""

import unicodedata

from bs4 import BeautifulSoup, Tag

from crawl.extraction.blocks import Line, lines_of

MIN_LINE_CHARACTERS = 30  # shorter lines (names, buttons) occur in many places of a page
MIN_TEXT_CHARACTERS = 200  # less than this is a notice rather than a report; the densest block is taken instead
_SHARE = 0.9  # of the text that the container must hold


def find_main_text(soup: BeautifulSoup, text: str, without: set[int]) -> tuple[Tag | None, list[Line]]:
    """Return the element that holds the text of an article, and its lines from the first to the last of the text."""
    body = soup.body or soup
    lines = lines_of(body, without)
    known = _trafilatura_lines(text)
    chosen = [number for number, line in enumerate(lines) if _is_known(line, known)]
    if sum(len(lines[number].text) for number in chosen) < MIN_TEXT_CHARACTERS:
        chosen = [
            number for number, line in enumerate(lines) if len(line.text) > 60 and line.linked * 2 < len(line.text)
        ]
    if not chosen:
        return None, []
    container = _common_element(body, [lines[number] for number in chosen])
    inside = [line for line in lines if line.element is container or container in line.element.parents]
    wanted = {id(lines[number]) for number in chosen}
    siblings = {(id(lines[number].element.parent), lines[number].element.name) for number in chosen}
    numbers = [
        number
        for number, line in enumerate(inside)
        if id(line) in wanted
        or line.after_picture
        or _in_figure(line)
        # too short to be known: a letterhead, a signature, a byline between or beside the paragraphs
        or ((id(line.element.parent), line.element.name) in siblings and line.linked == 0)
    ]
    return container, inside[numbers[0] : numbers[-1] + 1]


def _in_figure(line: Line) -> bool:
    return line.element.name == "figcaption" or line.element.find_parent("figure") is not None


def _common_element(body: Tag, lines: list[Line]) -> Tag:
    """Return the smallest element that holds nearly all of the lines."""
    total = sum(len(line.text) for line in lines)
    weights: dict[int, int] = {}
    elements: dict[int, Tag] = {}
    for line in lines:
        for element in [line.element, *line.element.parents]:
            weights[id(element)] = weights.get(id(element), 0) + len(line.text)
            elements[id(element)] = element
            if element is body:
                break
    holding = [elements[key] for key, weight in weights.items() if weight >= _SHARE * total]
    return min(holding, key=lambda element: -len(list(element.parents)), default=body)


def _trafilatura_lines(text: str) -> frozenset[str]:
    import trafilatura  # slow to import, and not needed where selectors are known

    found = trafilatura.extract(
        text, favor_recall=True, include_comments=False, include_tables=True, output_format="txt"
    )
    return frozenset(_plain(line) for line in (found or "").splitlines() if len(line) >= MIN_LINE_CHARACTERS)


def _is_known(line: Line, known: frozenset[str]) -> bool:
    return len(line.text) >= MIN_LINE_CHARACTERS and _plain(line.text) in known


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())
