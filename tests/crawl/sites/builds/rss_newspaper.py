"""mau-bao-song-thuong: a provincial newspaper with RSS."""

from datetime import datetime
from email.utils import format_datetime
from zoneinfo import ZoneInfo

from flask import Flask, Response, request

from tests.crawl.sites.builds.build import WEEKDAYS, Build, section_slug
from tests.crawl.sites.sample_article import SampleArticle

FEED_LENGTH = 8  # a feed holds the newest alone; the rest is in the lists
BAIT = "/bg/noi-bo/99999/hoi-nghi-ban-chap-hanh-tai-lieu-noi-bo.html"


class RssNewspaper(Build):
    """A clock in every header, doubled captions, a related block in the article, and an article robots.txt forbids."""

    slug = "mau-bao-song-thuong"
    disallow = ("/tim-kiem/", "/bg/noi-bo/")
    bait = BAIT

    def path_of(self, article: SampleArticle) -> str:
        return f"/bg/{section_slug(article)}/{article.id}/{article.slug}.html"

    def list_path(self, section: str, number: int) -> str:
        return f"/bg/{section}/" + (f"trang-{number}.html" if number > 1 else "")

    def write_date(self, moment: datetime) -> str:
        return f"{moment:%H:%M %d/%m/%Y}"

    def clock_line(self) -> str:
        return f"{WEEKDAYS[self.clock.weekday()]}, {self.clock:%d/%m/%Y - %H:%M}"

    def captions(self, article: SampleArticle) -> list[tuple[str, int]]:
        return [(caption, 4 if article.has("repeated_captions") else 2) for caption in article.captions]

    def add_pages(self, app: Flask) -> None:
        app.add_url_rule("/", "home", lambda: self.page("home.html", articles=self.articles[:6]))
        app.add_url_rule("/bg/<section>/", "list", self.news)
        app.add_url_rule("/bg/<section>/trang-<int:number>.html", "list_page", self.news)
        app.add_url_rule("/bg/<section>/<int:number>/<slug>.html", "article", self.by_number)
        app.add_url_rule(BAIT, "bait", lambda: self.page("bait.html"))
        app.add_url_rule("/rss/home.rss", "feed", lambda: self.feed("Trang chủ", self.articles))
        app.add_url_rule(
            "/rss/<section>.rss", "section_feed", lambda section: self.feed(section, self.in_section(section))
        )
        app.add_url_rule("/tim-kiem/", "search", self.search)
        app.add_url_rule("/bg/lien-he.html", "contact", lambda: self.page("about.html"))

    def news(self, section: str, number: int = 1) -> Response:
        page = self.list_page(self.in_section(section), number)
        return self.page("list.html", page=page, section=section, name=self.sections.get(section, section))

    def by_number(self, section: str, number: int, slug: str) -> Response:
        return self.article_page(self.article(str(number)))

    def feed(self, name: str, articles: list[SampleArticle]) -> Response:
        text = self.render("feed.xml", name=name, articles=articles[:FEED_LENGTH], base=request.host_url.rstrip("/"))
        modified = max((self.modified(article) for article in articles[:FEED_LENGTH]), default=self.clock)
        return self.conditional(Response(text, mimetype="application/rss+xml"), modified)

    def feed_date(self, article: SampleArticle) -> str:
        """Return the date as RSS writes it (RFC 822), "" where the page prints none."""
        moment = self.printed_moment(article)
        return format_datetime(moment.replace(tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))) if moment else ""

    def search(self) -> Response:
        return self.page("search.html", asked=request.args.get("q", ""), number=int(request.args.get("page", 1)))
