"""Real pages with labels made by hand, read as crawled pages of their hosts, and how far interpretation agrees.

The pages lie beside the repository (`../shared/real_pages`) and are not part of it. Each is read as a page of its host
would be: the lines of its text are sorted into title, date line, body and byline, and a host of the registry gives the
source and its province. A page is judged by what its labels say; a label left empty judges only where it says that
there is nothing (no day held, for instance, says nothing about a day that can be told otherwise).
"""

import csv
import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from itertools import combinations
from pathlib import Path

from crawl.archive.archive import ArchivedArticle
from crawl.article import Article
from crawl.extraction.plain_text import read_plain_text
from crawl.extraction.relevance import judge
from crawl.importing.readers import JSON, article_of
from crawl.registry.hosts import Hosts
from crawl.registry.sources import load_sources
from indexer.grouping import Grouping
from indexer.interpret import interpret
from indexer.meeting_clusters import link, sighting_of
from indexer.meeting_days import infer_days
from search.document import Document
from search.engines.indexed_fields import possible_years

PAGES = Path(__file__).parents[2] / "shared" / "real_pages"
FETCHED_AT = "2026-11-20T08:00:00Z"


# What is no title whoever reads it: a few letters, a date or clock alone, the weather, breadcrumbs, parts of a site.
_JUNK = re.compile(
    r"^\W*(?:\w+\W*){0,2}$|^[\d\s:/.,|-]+$|°|^\W*[>»•|]|^(?:liên kết|lượt|thống kê|trang chủ|skip |truy cập|kính thưa)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class RealPage:
    """One page with its labels. half: 0 for tuning, 1 for checking; by a hash of the address, so it never changes."""

    article: Article
    text: str
    label: dict[str, str]
    has_title: bool
    half: int

    @property
    def is_meeting(self) -> bool:
        return self.label["is_provincial_meeting"] == "yes"

    @property
    def year(self) -> str:
        return (self.label["held"] or self.label["published"])[:4]


@dataclass(slots=True)
class Field:
    """Counts of one field, and its mistakes by cause."""

    right: int = 0
    wrong: int = 0
    missing: int = 0
    mistakes: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    @property
    def total(self) -> int:
        return self.right + self.wrong + self.missing

    @property
    def share_right(self) -> float:
        return self.right / max(1, self.total)

    @property
    def share_wrong(self) -> float:
        return self.wrong / max(1, self.total)

    def add(self, found: object, wanted: object, page: RealPage, cause: str) -> None:
        if found == wanted:
            self.right += 1
            return
        self.wrong += bool(found)
        self.missing += not found
        self.mistakes[cause].append(f"{page.article.url[:90]}: {found!r}, label {wanted!r}")


@cache
def pages() -> tuple[RealPage, ...]:
    """Return the labelled pages in the order of their labels; those without a text are left out."""
    with (PAGES / "pages.jsonl").open(encoding="utf-8") as lines:
        texts = {row["url"]: row for row in map(json.loads, lines)}
    with (PAGES / "labels.tsv").open(encoding="utf-8", newline="") as file:
        labels = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return tuple(_page(texts[label["url"]], label) for label in labels if label["url"] in texts)


def _page(given: dict[str, str], label: dict[str, str]) -> RealPage:
    half = int(hashlib.sha256(given["url"].encode()).hexdigest(), 16) % 2
    return RealPage(
        _as_crawled(given["url"], given["title"], given["text"]), given["text"], label, bool(given["title"]), half
    )


def _as_crawled(url: str, title: str, text: str) -> Article:
    line = json.dumps({"url": url, "title": title, "text": text}).encode()
    return article_of(line, JSON, "", hosts=_hosts())


@cache
def _hosts() -> Hosts:
    return Hosts(load_sources())


@dataclass(slots=True)
class Report:
    """fields: name → counts. kept: pages judged relevant, of them meetings. pairs: of pages of one meeting.

    With province and year switched on, pages are remaining (among the results), apart (below them, since their year is
    unknown and may be that one) or gone.
    """

    fields: dict[str, Field]
    documents: dict[str, Document]
    relevant: int = 0
    kept: int = 0
    kept_relevant: int = 0
    pairs: int = 0
    linked: int = 0
    false_links: list[str] = field(default_factory=list)
    unlinked: list[str] = field(default_factory=list)
    remaining: int = 0
    apart: int = 0
    gone: list[str] = field(default_factory=list)
    relevance: list[str] = field(default_factory=list)
    confused: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        return self.kept_relevant / max(1, self.kept)

    @property
    def asked_for(self) -> int:
        """How many relevant pages have a labelled province and year."""
        return self.remaining + self.apart + len(self.gone)

    @property
    def recall(self) -> float:
        return self.kept_relevant / max(1, self.relevant)


def report(halves: Iterable[int] = (0, 1)) -> Report:
    """Return how interpretation agrees with the labels of some halves."""
    chosen = [page for page in pages() if page.half in tuple(halves)]
    documents: dict[str, Document] = {}
    for page in chosen:
        try:
            documents[page.article.url] = interpret(_archived(page.article))
        except ValueError:
            continue
    known = infer_days(said for document in documents.values() if (said := sighting_of(document)))
    grouping = Grouping({}, {}, known)
    documents = {url: grouping.of(document) for url, document in documents.items()}
    found = Report(defaultdict(Field), documents)
    for page in chosen:
        _relevance(page, found)
        if document := documents.get(page.article.url):
            _compare(page, document, found)
    _linking([page for page in chosen if page.article.url in documents], found)
    return found


def _archived(article: Article) -> ArchivedArticle:
    many = article.source in _of_many_provinces()
    return ArchivedArticle(article, 1, FETCHED_AT, "", False, many_provinces=many)


@cache
def _of_many_provinces() -> frozenset[str]:
    return frozenset(source.slug for source in load_sources() if source.many_provinces)


def _relevance(page: RealPage, found: Report) -> None:
    if page.label["is_provincial_meeting"] == "unclear" or page.label["spam"] == "1":
        return
    verdict = judge(page.article)
    found.relevant += page.is_meeting
    found.kept += verdict.keep
    found.kept_relevant += verdict.keep and page.is_meeting
    if verdict.keep != page.is_meeting:
        found.relevance.append(f"{'kept' if verdict.keep else 'lost'}: {page.article.url[:90]} ({verdict.reason})")


def _compare(page: RealPage, document: Document, found: Report) -> None:
    label, fields = page.label, found.fields
    if label["published"]:
        fields["published"].add(document.published, label["published"], page, label["published_from"])
    if page.is_meeting or label["is_provincial_meeting"] == "unclear":
        if label["held"]:
            fields["held"].add(document.held, label["held"], page, label["held_from"])
        kind = label["kind"] if label["kind"] != "-" else ""
        if kind:
            fields["kind"].add(document.event or document.kind, kind, page, kind)
        if label["ordinal"]:
            fields["ordinal"].add(document.ordinal, int(label["ordinal"]), page, label["kind"])
        elif document.ordinal:
            fields["ordinal"].add(document.ordinal, None, page, "says one where there is none")
        if label["term"]:
            fields["term"].add(document.term, label["term"], page, label["kind"])
    if page.is_meeting:
        if page.year:
            cause = label["held_from"] or f"published: {label['published_from']}"
            fields["year"].add(str(document.year or ""), page.year, page, cause)
        level = getattr(document, "level", None)
        if level is not None:
            fields["level"].add(level, "province", page, label["kind"])
        _filtered(page, document, found)
    if label["province_then"] and page.is_meeting:
        cause = "source" if page.article.source else "text alone"
        fields["province"].add(document.province_then, label["province_then"], page, cause)
    if label["held"] and document.held and document.held == label["published"] != label["held"]:
        found.confused.append(page.article.url)
    _title(page, fields["title"])
    _people(label["people"], document, fields["roles"], page)
    cited = {number for number in label["documents"].split(";") if number}
    for number in cited:
        fields["documents"].add(number if number in document.document_numbers else "", number, page, "cited")


def _title(page: RealPage, titles: Field) -> None:
    """Count the title that is read from the lines alone; where none is printed, a beginning of the text is right."""
    read = read_plain_text(page.text)
    if page.has_title and " ".join(page.article.title.split()) in " ".join(page.text.split()):
        titles.add(" ".join(read.title.split()), " ".join(page.article.title.split()), page, "printed")
    elif not page.has_title:
        titles.add(read.title if read.titled and _JUNK.search(read.title) else "", "", page, "none printed")


def _people(printed: str, document: Document, roles: Field, page: RealPage) -> None:
    said: dict[str, list[str]] = defaultdict(list)
    for name, role, _ in document.roles:
        said[_plain(name)].append(_plain(role))
    for person in filter(None, printed.split("; ")):
        name, _, wanted = person.partition("=")
        if not wanted:
            continue
        given = said.get(_plain(name), [])
        parts = [part for part in _plain(wanted).split(", ") if part]
        complete = any(all(part in role for part in parts) for role in [", ".join(given), *given])
        if complete:
            roles.right += 1
        else:
            roles.wrong += bool(given)
            roles.missing += not given
            roles.mistakes["cut short" if given else "not named"].append(f"{page.article.url[:60]}: {person} ← {given}")


def _plain(words: str) -> str:
    words = words.lower().replace("uỷ", "ủy").replace("hoà", "hòa").replace("–", "-").replace(" - ", "-")
    return " ".join(words.split())


def _filtered(page: RealPage, document: Document, found: Report) -> None:
    """Count the page as found with its province and year switched on, among the results or apart from them."""
    if not (page.year and page.label["province_then"]):
        return
    is_there = page.label["province_then"] in (document.province_then, document.province_now)
    if is_there and str(document.year or "") == page.year:
        found.remaining += 1
    elif is_there and int(page.year) in possible_years(document):
        found.apart += 1
    else:
        found.gone.append(f"{page.article.url[:80]}: {document.province_then} {document.year}")


def _linking(chosen: list[RealPage], found: Report) -> None:
    keys = link(filter(None, map(sighting_of, found.documents.values())))
    for one, other in combinations([page for page in chosen if page.label["kind"] not in ("", "-")], 2):
        first, second = keys.get(one.article.url), keys.get(other.article.url)
        same = _same_meeting(one.label, other.label)
        if same:
            found.pairs += 1
            found.linked += bool(first and first == second)
            if not first or first != second:
                found.unlinked.append(f"{one.article.url[:60]} {first} | {other.article.url[:60]} {second}")
        elif same is False and first and first == second:
            found.false_links.append(f"{one.article.url[:60]} | {other.article.url[:60]} {first}")


def _same_meeting(one: dict[str, str], other: dict[str, str]) -> bool | None:
    """Whether two labels are of one meeting; None where they leave it open."""
    if one["province_then"] != other["province_then"] or not one["province_then"]:
        return False
    if one["kind"] != other["kind"]:
        return None
    if one["ordinal"] and other["ordinal"]:
        terms = {one["term"], other["term"]} - {""}
        return one["ordinal"] == other["ordinal"] if len(terms) < 2 else one["term"] == other["term"]
    if one["kind"] == "daihoi":
        return None if one["held"][:7] == other["held"][:7] else False  # days of one congress, as far as can be told
    if len(one["held"]) == len(other["held"]) == 10:
        return one["held"] == other["held"]
    return None
