"""Article → Document: the strings of a page become typed facts, each with the printed words it rests on.

Interpretation never changes what was captured: a better rule needs a re-index, never a re-crawl.
"""

from crawl.archive.archive import ArchivedArticle
from indexer.literals import Literals
from indexer.page import Page
from indexer.reading import printed, read
from indexer.rules import event_dates
from indexer.rules.agenda import agenda_of
from indexer.rules.document_numbers import documents_in
from indexer.rules.edits import edits_of
from indexer.rules.event_dates import Day
from indexer.rules.level import level_of
from indexer.rules.meeting_numbers import as_number
from indexer.rules.meetings import ReportedMeeting, meeting_of
from indexer.rules.people import chairs_of, people_in
from indexer.rules.personal_numbers import may_have_personal_numbers, without_personal_numbers
from indexer.rules.province import Place, clues_of, place_of
from indexer.rules.quotes import moved, quotes_in
from indexer.rules.terms import years_of
from indexer.rules.years import Year, year_of_any_day, year_of_papers, year_of_term
from search.document import Document

# Without any of these in the first lines a day is that of some other event (frost, harvest), not of a meeting.
_GATHERING = Literals(
    [
        *("hội nghị", "họp", "đại hội", "phiên ", "giao ban", "làm việc", "hội ý", "hội thảo", "tọa đàm", "gặp mặt"),
        *("buổi lễ", "tiếp xúc", "đối thoại"),
    ]
)


def interpret(archived: ArchivedArticle) -> Document:
    """Return the document that an article means, by the present rules.

    Raises ValueError for an article without any text: there is nothing to find.
    """
    article = archived.article
    title, lede, body = printed(article.title).strip(), printed(article.lede).strip(), printed(article.body).strip()
    text = f"{lede}\n\n{body}" if lede and not _repeats(lede, body) else body or lede
    if not (title or text):
        raise ValueError("no text")
    page = Page(title, tuple(filter(None, map(str.strip, text.split("\n")))))
    byline, printed_date = printed(article.byline).strip(), printed(article.printed_date)

    published = event_dates.published(printed_date, article.hints, article.url, page, archived.fetched_at)
    modified = event_dates.modified(printed_date, article.hints)
    meeting = meeting_of(page)
    clues = clues_of(page, byline, article.url)
    timeless: Place | None = None  # the place by what the page says, whenever it was written

    def province() -> str:
        nonlocal timeless
        if article.province:
            return article.province
        timeless = timeless or place_of(clues, "")
        return timeless.then

    held = event_dates.NO_DAY
    gathers = bool(meeting.kind) or _tells_of_gathering(page)
    if gathers:
        held = event_dates.held(
            page,
            published.iso,
            archived.fetched_at,
            meeting,
            province,
            article.url,
        )
    if not held.iso and meeting.kind and len(published.iso) == 7 and published.evidence.startswith("archive_prefix"):
        held = published  # a page is written within days of its meeting: the month holds for both, a day would not
    date = held.iso or published.iso
    year = _year(held, published, meeting)
    if not year.value and meeting.ordinal:
        year = year_of_papers(page, meeting, archived.fetched_at, year)
    place = timeless if not (date or article.province) else None
    place = place or place_of(clues, date, article.province, article.source, archived.many_provinces)
    if not year.value and meeting.kind and not held.evidence:
        year = year_of_any_day(page, meeting, article.province or place.then, archived.fetched_at)
    level, level_words = level_of(page, meeting, article.province or place.then) if gathers else ("", "")
    people = people_in(page.body)
    chairs, chairs_say = chairs_of(people, page.body) if meeting.kind else ((), "")
    in_title = people_in(page.title) if not text.startswith(title.rstrip("…")) else []  # else it is a piece of the text
    in_captions = people_in(read("\n".join(map(printed, article.captions)))) if article.captions else []
    named = [*in_title, *people, *in_captions]
    quotes = moved(quotes_in(page.body, people), page.paragraphs, text)
    citations = documents_in(page.whole, page.signals)
    hidden = without_personal_numbers if may_have_personal_numbers(page.whole) else str
    evidence = {
        "published": published.evidence,
        "modified": modified.evidence,
        "held": held.evidence if held.iso else "",
        "held_day": "" if held.iso else held.evidence,
        "held_year": held.year_evidence if held.iso else "",
        "year": year.words if year.value else "",
        "possible_years": year.words if year.possible else "",
        "province": place.why,
        "kind": meeting.kind_evidence,
        "ordinal": meeting.ordinal_evidence,
        "term": meeting.term_evidence,
        "level": level_words,
        "chair": chairs_say,
    }
    return Document(
        id=article.id,
        key=article.key,
        url=article.url,
        title=hidden(title),
        text=hidden(text),
        lede=hidden(lede),
        byline=byline,
        source=article.source,
        province_then=place.then,
        province_now=place.now,
        published=published.iso,
        held=held.iso,
        modified=modified.iso,
        year=year.value or None,
        kind=meeting.kind,
        ordinal=meeting.ordinal,
        term=meeting.term,
        event=meeting.event,
        organ=meeting.organ,
        place=meeting.place,
        agenda=agenda_of(page) if meeting.kind else (),
        chair=chairs[0] if chairs else "",
        document_numbers=tuple(dict.fromkeys(citation.number for citation in citations)),
        people=tuple(dict.fromkeys(one.name for one in named) | dict.fromkeys(one.speaker for one in quotes)),
        citations=tuple((c.number, c.date, page.whole.text[c.start : c.end]) for c in citations),
        roles=tuple(dict.fromkeys((person.name, person.roles, person.sentence) for person in named)),
        term_years=_term_years(meeting, place.then),
        year_grade=year.grade,
        level=level,
        chairs=chairs,
        quotes=tuple((*quote,) for quote in quotes),
        edits=edits_of([*archived.history, (archived.fetched_at, article)]) if archived.history else (),
        gone=archived.gone_since[:10] if archived.gone else "",
        possible_years=year.possible,
        evidence={name: words for name, words in evidence.items() if words},
        version=archived.version,
        fetched_at=archived.fetched_at,
        sha256=archived.sha256,
    )


def _year(held: Day, published: Day, meeting: ReportedMeeting) -> Year:
    """Return the year that the page counts under: of its meeting, else of its publication, else of the term."""
    if held.iso:
        grade = published.year_grade if held.year_evidence == published.iso else held.year_grade
        return Year(int(held.iso[:4]), held.year_evidence or held.evidence, grade)
    if published.iso:
        return Year(int(published.iso[:4]), published.evidence, published.year_grade)
    known = year_of_term(meeting)
    return known if known.value else Year(words=held.year_evidence, possible=held.possible_years)


def _term_years(meeting: ReportedMeeting, province: str) -> str:
    number = as_number(meeting.term.lower()) if meeting.term and not meeting.term[0].isdigit() else 0
    known = number and province and not meeting.organ
    return meeting.term_years or (years_of(meeting.event, province, number) if known else "")


def _tells_of_gathering(page: Page) -> bool:
    opening = sum(len(paragraph) + 1 for paragraph in page.paragraphs[:2])
    return bool(_GATHERING.find(page.whole.letters[: len(page.title.text) + 1 + opening]))


def _repeats(lede: str, body: str) -> bool:
    """Whether the body begins with the lede, as some papers print it twice."""
    return bool(lede) and body.startswith(lede.rstrip(".…"))
