"""mau-bao-song-lo: a provincial newspaper whose articles are found through sitemaps."""

import gzip
import hashlib
from datetime import date, datetime, timedelta

from flask import Flask, Response, abort, request

from tests.crawl.sites.builds.build import Build, clock_12, section_slug
from tests.crawl.sites.sample_article import SampleArticle

NEWS_LENGTH = 10  # a Google-News sitemap holds the newest alone


class SitemapNewspaper(Build):
    """Its lists show the newest alone; ledes of other articles follow each body; every day has an archive page."""

    slug = "mau-bao-song-lo"
    disallow = ("/tim-kiem", "/in/")
    validators = ("last_modified",)

    def path_of(self, article: SampleArticle) -> str:
        moment = article.published_at or datetime(2019, 1, 2)
        tail = hashlib.sha256(article.id.encode()).hexdigest()[:7]
        return f"/{section_slug(article)}/{moment:%Y%m}/{article.slug}-{tail}/"

    def write_date(self, moment: datetime) -> str:
        return f"Cập nhật: {moment:%d/%m/%Y} | {clock_12(moment)}"

    @property
    def years(self) -> list[int]:
        return sorted({(article.published_at or datetime(2019, 1, 2)).year for article in self.articles})

    def add_pages(self, app: Flask) -> None:
        app.add_url_rule("/", "home", lambda: self.page("home.html", articles=self.articles[:5]))
        app.add_url_rule("/<section>/", "list", self.news)
        app.add_url_rule("/<section>/<int:month>/<name>/", "article", self.by_name)
        app.add_url_rule("/ngay/<int:year>/<int:month>/<int:day>/", "day", self.day)
        app.add_url_rule("/toa-soan/", "about", lambda: self.page("about.html"))
        app.add_url_rule("/sitemap.xml", "sitemaps", lambda: self.xml("sitemap_index.xml"))
        app.add_url_rule(
            "/sitemap-news.xml", "news_map", lambda: self.xml("sitemap_news.xml", self.articles[:NEWS_LENGTH])
        )
        app.add_url_rule("/sitemaps/trang.xml", "pages_map", lambda: self.xml("sitemap_pages.xml"))
        app.add_url_rule("/sitemaps/tin-<int:year>.xml.gz", "year_map", self.year_map)

    def robots_extra(self) -> list[str]:
        base = request.host_url.rstrip("/")
        return ["Crawl-delay: 0", f"Sitemap: {base}/sitemap.xml", f"Sitemap: {base}/sitemap-news.xml"]

    def news(self, section: str) -> Response:
        articles = self.in_section(section)
        if not articles:
            abort(404)
        return self.page("list.html", articles=articles[:3], name=self.sections[section])

    def by_name(self, section: str, month: int, name: str) -> Response:
        found = next((article for article in self.articles if self.path_of(article) == request.path), None)
        return self.article_page(self.article(found.id if found else ""))

    def day(self, year: int, month: int, day: int) -> Response:
        try:
            today = date(year, month, day)
            around = today - timedelta(days=1), today + timedelta(days=1)
        except (ValueError, OverflowError):
            abort(404)
        articles = [article for article in self.articles if article.published[:10] == today.isoformat()]
        return self.page("day.html", today=today, before=around[0], after=around[1], articles=articles)

    def xml(self, template: str, articles: list[SampleArticle] | None = None) -> Response:
        text = self.render(template, articles=articles, base=request.host_url.rstrip("/"))
        return Response(text, mimetype="application/xml")

    def news_map(self) -> Response:
        return self.xml("sitemap_news.xml", self.articles[:NEWS_LENGTH])

    def year_map(self, year: int) -> Response:
        articles = [a for a in self.articles if (a.published_at or datetime(2019, 1, 2)).year == year]
        if not articles:
            abort(404)
        packed = gzip.compress(self.xml("sitemap_year.xml", articles).data, mtime=0)
        return Response(packed, mimetype="application/x-gzip")  # a .gz file, not a Content-Encoding
