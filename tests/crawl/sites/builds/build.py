"""What every sample site has in common: articles newest first, lists, conditional answers, printed oddities."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask, Response, abort, render_template, request

from tests.crawl.sites.builds.attachment import docx_of, pdf_of
from tests.crawl.sites.sample_article import SampleArticle

TEMPLATES = Path(__file__).parent.parent / "templates"
NOTICE = "(Bài mẫu do dự án hoinghi biên soạn, nhân vật và số liệu là hư cấu.)"
PAGE_CLOCK = datetime(2026, 11, 16, 12, 57)  # a fixed "now" in page headers; a real one would change every answer
WEEKDAYS = ("Thứ hai", "Thứ ba", "Thứ tư", "Thứ năm", "Thứ sáu", "Thứ bảy", "Chủ nhật")
LINE_WIDTH = 96  # columns of an official notice pasted from Word, where its lines break in mid-sentence


@dataclass(frozen=True, slots=True)
class ListPage:
    """One page of a list: its articles, its number and how many there are (the first is 1)."""

    articles: Sequence[SampleArticle]
    number: int
    count: int

    @property
    def numbers(self) -> range:
        return range(1, self.count + 1)


class Build:
    """A website of one build. A subclass names its URLs and date line and adds its pages to the Flask app."""

    slug = ""
    page_size = 6
    disallow: tuple[str, ...] = ("/tim-kiem",)
    validators: tuple[str, ...] = ("etag", "last_modified")  # of its articles; list pages never carry any

    def __init__(self, articles: Iterable[SampleArticle]) -> None:
        self._articles = {article.id: article for article in articles}
        self._edited: dict[str, datetime] = {}
        self.clock = PAGE_CLOCK
        self.app = Flask(self.slug, template_folder=str(TEMPLATES), static_folder=None)
        self.app.jinja_env.trim_blocks = self.app.jinja_env.lstrip_blocks = True
        self.app.jinja_env.globals.update(site=self, notice=NOTICE, split_time=split_time)
        self.app.jinja_env.globals.update(section_name=section_name, section_slug=section_slug)
        self.app.add_url_rule("/robots.txt", "robots", self.robots)
        self.app.add_url_rule("/tep/<article_id>/<name>", "attachment", self.attachment)
        self.app.add_url_rule("/anh/<name>", "image", lambda name: Response(_PIXEL, mimetype="image/gif"))
        self.add_pages(self.app)

    # What a subclass says.

    def add_pages(self, app: Flask) -> None:
        raise NotImplementedError

    def path_of(self, article: SampleArticle) -> str:
        """Return the canonical path (and query) of an article."""
        raise NotImplementedError

    def date_line(self, article: SampleArticle) -> str:
        """Return the line of publication as this site prints it, "" where the article has none."""
        moment = self.printed_moment(article)
        return self.write_date(moment) if moment else ""

    def write_date(self, moment: datetime) -> str:
        raise NotImplementedError

    # The articles.

    @property
    def articles(self) -> list[SampleArticle]:
        """All articles, newest first."""
        return sorted(self._articles.values(), key=lambda article: (article.published, article.id), reverse=True)

    def article(self, article_id: str) -> SampleArticle:
        if article_id not in self._articles:
            abort(404)
        return self._articles[article_id]

    def put(self, article: SampleArticle) -> None:
        """Add an article or replace the one of its id; its Last-Modified becomes now."""
        self._articles[article.id] = article
        self._edited[article.id] = datetime.now(UTC).replace(microsecond=0)

    def take_down(self, article_id: str) -> None:
        del self._articles[article_id]

    def in_section(self, section: str) -> list[SampleArticle]:
        return [article for article in self.articles if section_slug(article) == section]

    @property
    def sections(self) -> dict[str, str]:
        """Slug → name of each section that has an article."""
        return {section_slug(article): section_name(article) for article in reversed(self.articles)}

    def list_page(self, articles: Sequence[SampleArticle], number: int) -> ListPage:
        """Return page number of a list; 404 beyond its end."""
        count = max(1, -(-len(articles) // self.page_size))
        if not 1 <= number <= count:
            abort(404)
        return ListPage(articles[(number - 1) * self.page_size :][: self.page_size], number, count)

    def others_than(self, article: SampleArticle, limit: int = 4) -> list[SampleArticle]:
        """Return the newest articles but this one: what "related" blocks link."""
        return [other for other in self.articles if other.id != article.id][:limit]

    # What is printed of an article.

    def printed_moment(self, article: SampleArticle) -> datetime | None:
        return None if article.has("no_publish_line") else article.published_at

    def title(self, article: SampleArticle) -> str:
        return unicodedata.normalize("NFD", article.title) if article.has("nfd_title") else article.title

    def paragraphs(self, article: SampleArticle) -> list[str]:
        """Return the paragraphs as this page prints them: lede repeated, lines broken, where the article is so odd."""
        paragraphs = article.paragraphs
        if article.has("official_notice"):
            paragraphs = [line for paragraph in paragraphs for line in _broken_lines(paragraph)]
        if article.has("repeated_lede") and article.lede:
            paragraphs = [article.lede, *paragraphs]
        return paragraphs

    def captions(self, article: SampleArticle) -> list[tuple[str, int]]:
        """Return each caption and how many times its page prints it."""
        return [(caption, 3 if article.has("repeated_captions") else 1) for caption in article.captions]

    def attachments(self, article: SampleArticle) -> list[str]:
        """Return the paths of the files that its page links."""
        if not article.has("attachment"):
            return []
        name = slug_of(article.document_numbers[0]) if article.document_numbers else article.slug
        return [f"/tep/{article.id}/{name}.{kind}" for kind in ("pdf", "docx")]

    def attachment(self, article_id: str, name: str) -> Response:
        article = self.article(article_id)
        if request.path not in self.attachments(article):
            abort(404)
        kind, content = ("application/pdf", pdf_of) if name.endswith(".pdf") else (_DOCX, docx_of)
        response = Response(content(article), mimetype=kind)
        response.set_etag(hashlib.sha256(article.body.encode()).hexdigest())  # DOCX bytes hold the time of writing
        return self.conditional(response, self.modified(article))

    def modified(self, article: SampleArticle) -> datetime:
        moment = self._edited.get(article.id) or article.published_at or datetime(2019, 1, 2, 8)
        return moment.replace(tzinfo=UTC)

    # Answers.

    def render(self, template: str, **values: object) -> str:
        return render_template(f"{self.slug}/{template}", **values)

    def page(self, template: str, **values: object) -> Response:
        return Response(self.render(template, **values), mimetype="text/html")

    def article_text(self, article: SampleArticle, **values: object) -> str:
        text = self.render("article.html", article=article, **values)
        return text.replace("Đ", "Ð").replace("đ", "ð") if article.has("d_stroke_u00d0") else text

    def article_page(self, article: SampleArticle, **values: object) -> Response:
        text = self.article_text(article, **values)
        return self.conditional(Response(text, mimetype="text/html"), self.modified(article))

    def conditional(self, response: Response, modified: datetime) -> Response:
        """Give response its validators, and turn it into a 304 where the request already has it."""
        if "etag" in self.validators:
            response.add_etag()
        if "last_modified" in self.validators:
            response.last_modified = modified
        response.make_conditional(request.environ)
        del response.headers["Date"]  # the server sends its own
        return response

    def robots(self) -> Response:
        lines = ["User-agent: *", *(f"Disallow: {path}" for path in self.disallow), *self.robots_extra()]
        return Response("\n".join(lines) + "\n", mimetype="text/plain")

    def robots_extra(self) -> list[str]:
        return []


def split_time(paragraph: str) -> tuple[str, str]:
    """Return the time that opens an entry of a live blog ("8h00:") and the rest; "" where there is none."""
    found = re.match(r"\d{1,2}(?:h|:)\d{2}:?", paragraph)
    return (found[0], paragraph[found.end() :].strip()) if found else ("", paragraph)


def section_name(article: SampleArticle) -> str:
    return article.section or "Chính trị"


def section_slug(article: SampleArticle) -> str:
    return slug_of(section_name(article))


def slug_of(text: str) -> str:
    """Return text without diacritics, in lower case, its words joined by hyphens: "Thời sự" → "thoi-su"."""
    plain = unicodedata.normalize("NFD", text.lower().replace("đ", "d")).encode("ascii", "ignore").decode()
    return "-".join(re.findall(r"[a-z0-9]+", plain))


def clock_12(moment: datetime) -> str:
    """Return the time of day as "8:28:04 AM"."""
    return f"{moment:%I:%M:%S %p}".lstrip("0")


def _broken_lines(paragraph: str) -> list[str]:
    """Return paragraph in lines of LINE_WIDTH, as text pasted from Word stands on such pages; short ones stay whole."""
    lines, line = [], ""
    for word in paragraph.split():
        if line and len(line) + 1 + len(word) > LINE_WIDTH:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    return [*lines, line]


_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_PIXEL = bytes.fromhex(  # a GIF of one transparent pixel, for every picture
    "47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b"
)
