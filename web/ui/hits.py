"""Results as they stand in a page, and what stands below any title: the province and the dates of a document.

Written out in Python, as the pictures are (svg.py): ten results of twenty values each took a third of a page's time.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Protocol

from markupsafe import Markup

from search.document import Hit
from web.http.urls import address_maker, at
from web.ui.fates import fate_lines
from web.ui.labels import date_in_words, kind_label, province_label
from web.ui.language import current_language, translated
from web.ui.markup import escaped
from web.ui.passages import fragment

MOST_COPIES = 6  # named below a result; an export has a line for each
MOST_SPEAKERS = 4
REMEMBERED = 8192  # many documents share a place, and many a day


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


def hit_list(hits: Iterable[Hit], here: str, source_names: Mapping[str, str]) -> Markup:
    """Return results as the items of a list. here: query string of this page of results; titles lead with it."""
    address = address_maker("pages.article", "key")

    def article(key: str) -> str:
        page = address(key)
        return f"{page}{'&' if '?' in page else '?'}{here}" if here else page

    meeting = address_maker("subjects.meeting", "key")
    return Markup("".join([_item(hit, article, meeting, source_names) for hit in hits]))


def _item(
    hit: Hit, article: Callable[[str], str], meeting: Callable[[str], str], source_names: Mapping[str, str]
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
    copies = _also_in(hit, source_names) if document.copies else ""
    became = fate_lines(document) if document.fates else ""
    speakers = _speakers(hit, article(document.key)) if hit.said else ""
    page = f"{escaped(article(document.key))}{_place_in(hit)}"
    return (
        f'      <li class="hit">\n        <h2 lang="vi"><a href="{page}">{title}</a></h2>\n'
        f'        <p class="facts">{place(document)} {dates(document)}\n{facts}</p>\n'
        f"{became}{speakers}{snippet}{lacking}{copies}      </li>\n"
    )


def _place_in(hit: Hit) -> str:
    """Return the part of a link that leads to what was looked for in an article, "" for its beginning."""
    if hit.said:
        return f"#loi-{hit.said[0]}"
    return fragment(hit.document, hit.passage) if hit.passage else ""


def _speakers(hit: Hit, page: str) -> str:
    """Return who says what was looked for, each with a link to where it stands."""
    said: dict[tuple[str, str], int] = {}
    for number in hit.said:
        said.setdefault(hit.document.quotes[number][:2], number)
    links = []
    for (name, role), number in list(said.items())[:MOST_SPEAKERS]:
        link = f'<a href="{escaped(page)}#loi-{number}">{escaped(name)}</a>'
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
