"""A table for sources.toml from what a visit saw: kind, province, pattern of articles, selectors.

A selector is proposed where one rule finds the same part on all pages that were read, and where reading by it repeats
no line of the site in two articles. What is not sure is left out: the generic rules then go on.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from urllib.parse import parse_qsl, urlsplit

from bs4 import BeautifulSoup, Tag

from crawl.article import Article
from crawl.extraction.line_key import line_key
from crawl.registry.sources import Selectors, Source
from crawl.trial.confidence import repeated_lines
from crawl.trial.visit import Trial, TriedPage, read_page
from search.domain import place_names

BODY_SHARE = 0.9  # of its characters that the element of a body must hold
MAX_PARENTS = 3  # of an element whose class may tell it
_KINDS = (
    ("council", re.compile(r"hdnd|hoidongnhandan|dbnd|hội đồng nhân dân")),
    ("party_committee", re.compile(r"tinhuy|thanhuy|tinhdang|dangbo|tỉnh ủy|thành ủy|đảng bộ")),
    ("broadcaster", re.compile(r"ptth|truyenhinh|phát thanh|truyền hình")),
    ("newspaper", re.compile(r"\bbao|báo ")),
    ("portal", re.compile(r"\.gov\.vn|cổng thông tin")),
)
_NAME = re.compile(r"[A-Za-z][\w-]*\Z")


def proposed(trial: Trial) -> Source:
    """Return the source of a trial with what the visit taught; of a source in the registry its own entries stay."""
    source = trial.source
    if not trial.read:
        return source
    if not source.article and (pattern := article_pattern(trial)):
        source = replace(source, article=pattern, example=trial.read[0].url)
        if "?" in pattern:
            name = re.findall(r"\w+", pattern)[-2]
            source = replace(source, keep_query=(name,))
    if source.name in source.hosts and trial.site_title:
        source = replace(source, name=trial.site_title)
    if source.kind == "other":
        told = f"{source.hosts[0]} {source.name.casefold()}"
        source = replace(source, kind=next((kind for kind, words in _KINDS if words.search(told)), "other"))
    if not source.province and not source.provinces:
        slugs = {mention.slug for mention in place_names.find(source.name)}
        source = replace(source, province=slugs.pop() if len(slugs) == 1 else "")
    return _with_selectors(source, trial)


def article_pattern(trial: Trial) -> str:
    """Return a regular expression for the addresses of articles, "" where none tells them from the other links."""
    others = [url for url, _ in trial.lists] + trial.further
    for ending in (_ending_of_path, _name_in_query):
        patterns = {ending(url) for url in trial.named}
        pattern = patterns.pop() if len(patterns) == 1 else ""
        if pattern and not any(re.search(pattern, url) for url in others):
            return pattern
    return ""


def _ending_of_path(url: str) -> str:
    """Return the number and the extension that the path of an article ends with: `[-_/]\\d+\\.html$`."""
    parts = urlsplit(url)
    found = re.search(r"([-_/])(?:[a-z]{0,4})(\d{2,})((?:\.\w{2,5})?/?)$", parts.path)
    if parts.query or not found:
        return ""
    prefix = found.group(0)[len(found.group(1)) : found.group(0).index(found.group(2))]
    return rf"[-_/]{prefix}\d+{re.escape(found.group(3))}$"


def _name_in_query(url: str) -> str:
    numbered = [name for name, value in parse_qsl(urlsplit(url).query) if value.isdigit() and len(value) > 1]
    return rf"[?&]{numbered[-1]}=\d+" if numbered else ""


def _with_selectors(source: Source, trial: Trial) -> Source:
    """Add selectors one by one; each has to leave the readings as good as they were."""
    soups = [(BeautifulSoup(page.page.text, "lxml"), page.article) for page in trial.read if page.page and page.article]
    for part in ("title", "body", "lede", "date"):
        if getattr(source.selectors, part) or len(soups) < 2:
            continue
        for css in _candidates(soups, part):
            selectors = replace(source.selectors, **{part: css})  # type: ignore[arg-type]  # all of them are str
            if _reads_as_well(replace(source, selectors=selectors), trial):
                source = replace(source, selectors=selectors)
                break
    return source


def _candidates(soups: list[tuple[BeautifulSoup, Article]], part: str) -> Iterator[str]:
    """Yield the selectors that find the part first on every page, the plainest first."""
    elements = [(soup, _element_of(soup, article, part)) for soup, article in soups]
    if any(element is None for _, element in elements):
        return
    first = elements[0][1]
    assert first is not None
    for css in _names(first):
        if all(soup.select_one(css) is element for soup, element in elements):
            yield css


def _names(element: Tag) -> Iterator[str]:
    """Yield what may tell an element: its id, its tag with a class, its tag below an id or class of a parent."""
    own = [f"#{element['id']}"] if _NAME.match(str(element.get("id") or "")) else []
    own += [f"{element.name}.{name}" for name in element.get_attribute_list("class") if name and _NAME.match(name)]
    yield from own
    if element.name == "h1":
        yield "h1"
    for parent in list(element.parents)[:MAX_PARENTS]:
        names = [f"#{parent['id']}"] if _NAME.match(str(parent.get("id") or "")) else []
        names += [f".{name}" for name in parent.get_attribute_list("class") if name and _NAME.match(name)]
        yield from (f"{name} {last}" for name in names for last in [*own, element.name])


def _element_of(soup: BeautifulSoup, article: Article, part: str) -> Tag | None:
    """Return the smallest element of a page that holds a part of its article, None where no single one does."""
    holds: Callable[[str], bool]
    if part == "body":
        paragraphs = [line_key(paragraph) for paragraph in article.body.split("\n\n")]
        wanted = BODY_SHARE * sum(map(len, paragraphs))

        def holds(text: str) -> bool:
            return sum(len(paragraph) for paragraph in paragraphs if paragraph in text) >= wanted
    else:
        value = line_key({"title": article.title, "lede": article.lede, "date": article.printed_date}[part])
        if not value:
            return None

        def holds(text: str) -> bool:
            return value in text and (part == "date" or text == value)

    best: tuple[int, Tag] | None = None
    for element in (soup.body or soup).find_all(True):
        text = line_key(element.get_text(" "))
        if holds(text) and (best is None or len(text) <= best[0]):
            best = len(text), element
    return best[1] if best else None


def _reads_as_well(source: Source, trial: Trial) -> bool:
    articles = []
    for page in trial.read:
        again = read_page(TriedPage(page.url, page.body, page.content_type), source).article
        if again is None or page.article is None or again.title != page.article.title:
            return False
        if page.article.printed_date and again.printed_date != page.article.printed_date:
            return False
        if len(again.lede) + len(again.body) < BODY_SHARE * (len(page.article.lede) + len(page.article.body)):
            return False
        articles.append(again)
    before = [page.article for page in trial.read if page.article]
    return len(repeated_lines(articles)) <= len(repeated_lines(before))


def as_toml(source: Source) -> str:
    """Return a source as a [[source]] table for sources.toml, without entries that have their defaults."""
    lines = ["[[source]]"]
    defaults = Source("", "", "", ())
    for entry in fields(Source):
        value = getattr(source, entry.name)
        if entry.name in ("selectors", "provinces") or value == getattr(defaults, entry.name):
            continue
        lines.append(f"{entry.name} = {_toml_value(entry.name, value)}")
    if source.provinces:
        spans = [
            ", ".join(f'{key} = "{day}"' for key, day in (("slug", s.slug), ("from", s.since), ("to", s.until)) if day)
            for s in source.provinces
        ]
        lines.append(f"provinces = [{', '.join(f'{{ {span} }}' for span in spans)}]")
    if source.selectors != Selectors():
        lines += ["", "[source.selectors]"]
        for entry in fields(Selectors):
            value = getattr(source.selectors, entry.name)
            if value:
                lines.append(f"{entry.name} = {_toml_value(entry.name, value)}")
    return "\n".join(lines) + "\n"


def _toml_value(name: str, value: object) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(json.dumps(item, ensure_ascii=False) for item in value)}]"
    if name in ("article", "next", "clock") and "'" not in str(value):
        return f"'{value}'"  # a pattern keeps its backslashes
    return json.dumps(value, ensure_ascii=False)
