"""HTML that is written in Python and not in a template: what a page of results repeats by the hundred.

Ten results, two maps of 34 and 63 tiles and the facets take 1.5 ms of a processor so, and 2.4 ms as templates of the
same markup (benchmarks/bench_markup.py). All text goes through `escaped`; what is marked by snippet.py is
escaped there. Marks and anchors within the text of an article are set by marking.py.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import cache, lru_cache
from typing import Protocol

from markupsafe import Markup

from search.document import Document, Hit
from web.http.urls import address_maker, at, before_query
from web.ui.charts import (
    CHART_WIDTH,
    SHADES,
    TILE_HEIGHT,
    TILE_WIDTH,
    BarMark,
    Bars,
    Mark,
    Picture,
    Tile,
    TileMark,
    Tiles,
)
from web.ui.facets import Choice
from web.ui.fates import MOST_BESIDE_A_RESULT, edited_in_words, gone_in_words
from web.ui.labels import date_in_words, kind_label, number, province_label, unknown_year_in_words
from web.ui.language import current_language, translated
from web.ui.markup import escaped, escaped_query
from web.ui.passages import fragment

MOST_COPIES = 6  # named below a result; an export has a line for each
MOST_SPEAKERS = 4
REMEMBERED = 8192  # many documents share a place, and many a day
BELOW_BARS = 34  # user units for the strip of what is archived, and the names
COUNT_WIDTH = 20  # user units of a bar; above narrower ones only the highest count is written
MANY_BARS = 8  # more of them have smaller letters


# -- results ----------------------------------------------------------------------------------------------------------


class Placed(Protocol):
    """A document or a meeting: slugs of its province then and now."""

    @property
    def province_then(self) -> str: ...
    @property
    def province_now(self) -> str: ...


class Dated(Protocol):
    """A document: ISO dates cut to their precision."""

    @property
    def held(self) -> str: ...
    @property
    def published(self) -> str: ...


def hit_list(hits: Iterable[Hit], here: str, source_names: Mapping[str, str], undated: bool = False) -> Markup:
    """Return results as the items of a list. here: query string of this page of results; titles lead with it.

    undated: they stand apart since their year is unknown, and each says so.
    """
    address = address_maker("pages.article", "key")

    def article(key: str) -> str:
        page = address(key)
        return f"{page}{'&' if '?' in page else '?'}{here}" if here else page

    meeting = address_maker("subjects.meeting", "key")
    return Markup("".join([_item(hit, article, meeting, source_names, undated) for hit in hits]))


def _item(
    hit: Hit,
    article: Callable[[str], str],
    meeting: Callable[[str], str],
    source_names: Mapping[str, str],
    undated: bool,
) -> str:
    document = hit.document
    title = hit.title_marked or escaped(document.title)  # what is marked is escaped (search/highlight/snippet.py)
    kind = escaped(kind_label(document.kind))
    about = ""
    if document.meeting:
        about = f'<a href="{escaped(meeting(document.meeting))}">{translated("trang cuộc họp")}</a>'
    source = escaped(source_names.get(document.source, document.source))
    facts = "".join([f"<span>{fact}</span>" for fact in (kind, source, about) if fact])
    snippet = f'<p class="snippet" lang="vi">{hit.snippet}</p>' if hit.snippet else ""
    lacks = "”, “".join(hit.missing)
    said = translated("thiếu: “{words}”", words=lacks) if lacks else translated("các từ đứng rải rác")
    lacking = "" if hit.is_full else f'<p class="missing">{escaped(said)}</p>'
    if undated:
        lacking = f'<p class="missing">{escaped(unknown_year_in_words(document))}</p>'
    copies = _also_in(hit, source_names) if document.copies else ""
    became = _fate_lines(document) if document.fates else ""
    speakers = _speakers(hit, article(document.key)) if hit.said else ""
    page = f"{escaped(article(document.key))}{_place_in(hit)}"
    return (
        f'      <li class="hit">\n        <h2 lang="vi"><a href="{page}">{title}</a></h2>\n'
        f'        <p class="facts">{place(document)} {dates(document)}\n{facts}</p>\n'
        f"{became}{speakers}{snippet}{lacking}{copies}      </li>\n"
    )


def _fate_lines(document: Document) -> str:
    """Return what stands below a result on what became of the page."""
    lines = (edited_in_words(document, MOST_BESIDE_A_RESULT), gone_in_words(document))
    return "".join([f'<p class="fate">{escaped(line)}</p>\n' for line in lines if line])


def _place_in(hit: Hit) -> str:
    """Return the part of a link that leads to what was looked for in an article, "" for its beginning."""
    if hit.said:
        return f"#loi-{hit.said[0]}"
    return fragment(hit.document, hit.passage) if hit.passage else ""


def _speakers(hit: Hit, page: str) -> str:
    """Return who says what was looked for, each with a link to where it stands."""
    said: dict[tuple[str, str], int] = {}
    for which in hit.said:
        said.setdefault(hit.document.quotes[which][:2], which)
    links = []
    for (name, role), which in list(said.items())[:MOST_SPEAKERS]:
        link = f'<a href="{escaped(page)}#loi-{which}">{escaped(name)}</a>'
        links.append(f'<span lang="vi">{link}{escaped(role and f", {role}")}</span>')
    return f'<p class="facts speakers">{"".join(links)}</p>\n'


def _also_in(hit: Hit, source_names: Mapping[str, str]) -> str:
    copies = hit.also_in()
    if not copies:
        return ""
    links = []
    for key, source in copies[:MOST_COPIES]:
        name = source_names.get(source, source) or translated("bài nhập")
        links.append(f' <a href="{escaped(at("pages.article", key=key))}">{escaped(name)}</a>')
    more = " …" if len(copies) > MOST_COPIES else ""
    return f'<p class="facts">{translated("cũng đăng ở {count} nguồn", count=len(copies))}:{"".join(links)}{more}</p>'


def place(of: Placed, linked: bool = False) -> Markup:
    """Return the province then and, where it is another one, now. linked: with links to their pages."""
    if linked and of.province_then:
        return Markup(_then_and_now(of.province_then, of.province_now, _linked_province))
    return _place(of.province_then, of.province_now, current_language())


@lru_cache(REMEMBERED)
def _place(then: str, now: str, language: str) -> Markup:
    """Return `place` without links, in the language that is spoken."""
    if then:
        return Markup(_then_and_now(then, now, _province))
    return Markup(f'<span class="place{"" if now else " unknown"}">{_province(now)}</span>')


def _then_and_now(then: str, now: str, name: Callable[[str], str]) -> str:
    later = ""
    if now and now != then:
        arrow = '<span class="arrow" aria-hidden="true">→</span>'
        later = f' {arrow}<span class="hidden">, {translated("nay thuộc")}</span> {name(now)}'
    return f'<span class="place">{name(then)}{later}</span>'


def _province(slug: str) -> str:
    return escaped(province_label(slug))


def _linked_province(slug: str) -> str:
    return f'<a href="{escaped(at("holdings.province", slug=slug))}">{_province(slug)}</a>'


def dates(of: Dated) -> Markup:
    """Return the days held and published."""
    return _dates(of.held, of.published, current_language())


@lru_cache(REMEMBERED)
def _dates(held: str, published: str, language: str) -> Markup:
    """Return `dates` in the language that is spoken."""
    told = [(translated("họp"), held)] if held else []
    if published and published != held:
        told.append((translated("đăng"), published))
    if not told:
        return Markup(f'<span class="unknown">{translated("không rõ ngày")}</span>')
    return Markup("".join([f"<span>{how} {_time(day)}</span>" for how, day in told]))


def _time(iso: str) -> str:
    return f'<time datetime="{escaped(iso)}">{escaped(date_in_words(iso))}</time>'


# -- facets -----------------------------------------------------------------------------------------------------------


def choice_list(choices: Iterable[Choice]) -> Markup:
    """Return a list of links that switch choices on and off."""
    return Markup(_listed(choices, escaped(before_query("pages.search"))))


def _listed(choices: Iterable[Choice], page: str) -> str:
    items = []
    for choice in choices:
        link = f'href="{page}{escaped_query(choice.query_string)}" rel="nofollow"'
        current = ' aria-current="true"' if choice.selected else ""
        below = f"  {_listed(choice.children, page)}\n" if choice.children else ""
        items.append(
            f'<li>\n  <a {link}{current}>\n    <span class="label">{escaped(choice.label)}</span>'
            f' <span class="count">{number(choice.count)}</span></a>\n{below}</li>\n'
        )
    return f"<ul>{''.join(items)}</ul>"


# -- pictures (geometry: charts.py): real text, a title and a focus for each mark, no script ---------------------------


def tile_map(picture: Tiles, title: str) -> Markup:
    """Return one tile per unit, linked where it leads to results."""
    page = _search_page()
    return _drawing("tile-map", picture.height, title, picture, [_tile(mark, page) for mark in picture.marks])


def shades(picture: Tiles) -> Markup:
    """Return what the colours of a map's tiles mean."""
    steps = "".join([f'<i class="shade-{step}"></i>' for step in range(1, SHADES + 1)])
    found = f"<span>1 {steps} {escaped(translated('{count} bài', count=number(picture.most)))}</span>"
    none = f'<span><i class="empty"></i> {escaped(translated("chưa có bài nào trong kho"))}</span>'
    return Markup(f'<p class="legend shades">{found if picture.most > 1 else ""} {none}</p>')


def bars(picture: Bars, title: str, results: object | None = None) -> Markup:
    """Return one linked bar per year or month. results: what the bars count; without, they show the archive itself.

    Templates that have no results pass jinja2's Undefined, which is false.
    """
    page, is_found = _search_page(), bool(results)
    most = max((mark.count for mark in picture.marks), default=0)
    drawn = [_bar(mark, page, picture.height, is_found, most) for mark in picture.marks]
    many = len(picture.marks) > MANY_BARS
    name = "histogram narrow" if picture.width < CHART_WIDTH else "histogram many" if many else "histogram"
    return _drawing(name, picture.height + BELOW_BARS, title, picture, drawn)


def _drawing(name: str, height: int, title: str, picture: Picture[Mark], drawn: list[str]) -> Markup:
    return Markup(
        f'<svg class="{name}" viewBox="0 0 {picture.width} {height}" role="group" aria-label="{escaped(title)}">\n'
        f"{''.join(drawn)}</svg>"
    )


def _search_page() -> str:
    return escaped(before_query("pages.search"))


def _link(mark: Mark, page: str) -> str:
    current = ' aria-current="true"' if mark.selected else ""
    return f'href="{page}{escaped_query(mark.query_string)}"{current}'


def _tile(mark: TileMark, page: str) -> str:
    if not mark.is_link:
        return _tile_without_results(mark.tile, mark.says, bool(mark.archived))
    empty = "" if mark.archived else " empty"
    return (
        f'<a {_link(mark, page)} class="shade-{mark.shade}{empty}"><title>{escaped(mark.says)}</title>'
        f"{_tile_itself(mark.tile)}</a>\n"
    )


@lru_cache(maxsize=8192)  # most tiles of most searches
def _tile_without_results(tile: Tile, says: str, is_archived: bool) -> str:
    shade = "shade-0" if is_archived else "shade-0 empty"
    return f'<g class="{shade}"><title>{escaped(says)}</title>{_tile_itself(tile)}</g>\n'


@cache  # the tiles of a map stay, whatever is found
def _tile_itself(tile: Tile) -> str:
    rows = (19.5,) if len(tile.lines) == 1 else (14, 25)
    texts = (
        f'<text x="{tile.x + 28}" y="{tile.y + row}">{escaped(line)}</text>'
        for row, line in zip(rows, tile.lines, strict=True)
    )
    size = f'width="{TILE_WIDTH - 2}" height="{TILE_HEIGHT - 2}"'
    return f'<rect x="{tile.x + 1}" y="{tile.y + 1}" {size} rx="3"/>{"".join(texts)}'


def _bar(mark: BarMark, page: str, height: int, is_found: bool, most: int) -> str:
    has_room = mark.width >= COUNT_WIDTH or mark.count == most or mark.selected
    middle = mark.x + mark.width / 2
    place = f'x="{mark.x}" width="{mark.width}"'
    count = (
        f'<text class="count" x="{middle}" y="{mark.y - 4}">{number(mark.count)}</text>'
        if mark.count and has_room
        else ""
    )
    strip = ""
    if is_found or not mark.archived:
        strip = f'<rect class="coverage shade-{mark.shade}" {place} y="{height + 3}" height="5"/>'
    label = f'<text class="name" x="{middle}" y="{height + 26}">{escaped(mark.label)}</text>' if mark.label else ""
    link = f'data-first="{mark.days[0]}" data-last="{mark.days[1]}" {_link(mark, page)}'
    return (
        f"<a {link}><title>{escaped(mark.says)}</title>"
        f'<rect class="area" {place} y="0" height="{height + BELOW_BARS}"/>'
        f'<rect class="bar" {place} y="{mark.y}" height="{mark.height}"/>{count}{strip}'
        f"{label}</a>\n"
    )
