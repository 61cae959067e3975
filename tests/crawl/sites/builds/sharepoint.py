"""mau-hdnd-nam-dinh: a people's council's site as SharePoint builds it."""

import hashlib
from datetime import datetime

from flask import Flask, Response, abort, request

from tests.crawl.sites.builds.build import Build, ListPage
from tests.crawl.sites.sample_article import SampleArticle

PAGES_IN_ALL = 200  # the pager goes on showing the last page up to here; a crawler should have stopped long before


class SharePointSite(Build):
    """URLs carry the day of publication; the pager links pages beyond the last, each with the last articles again."""

    slug = "mau-hdnd-nam-dinh"
    disallow = ("/tim-kiem", "/_layouts/")

    def path_of(self, article: SampleArticle) -> str:
        moment = article.published_at or datetime(2019, 1, 2)
        tail = hashlib.sha256(article.id.encode()).hexdigest()[:6]
        return f"/portal/pages/{moment.year}-{moment.month}-{moment.day}/{article.slug[:60].rstrip('-')}{tail}.aspx"

    def list_path(self, number: int) -> str:
        return f"/portal/pages/tin-tuc.aspx?PageIndex={number}"

    def write_date(self, moment: datetime) -> str:
        return f"({moment:%d/%m/%Y %H:%M})"

    def add_pages(self, app: Flask) -> None:
        app.add_url_rule("/", "root", lambda: self.page("home.html", articles=self.articles[:3]))
        app.add_url_rule(
            "/portal/pages/default.aspx", "home", lambda: self.page("home.html", articles=self.articles[:3])
        )
        app.add_url_rule("/portal/pages/tin-tuc.aspx", "list", self.news)
        app.add_url_rule("/portal/pages/<day>/<name>.aspx", "article", self.by_name)
        app.add_url_rule("/portal/pages/gioi-thieu.aspx", "about", lambda: self.page("about.html"))

    def home(self) -> Response:
        return self.page("home.html", articles=self.articles[:3])

    def news(self) -> Response:
        number = int(request.args.get("PageIndex", 1))
        if not 1 <= number <= PAGES_IN_ALL:
            abort(404)
        last = self.list_page(self.articles, 1).count
        shown = self.list_page(self.articles, min(number, last))
        return self.page("list.html", page=ListPage(shown.articles, number, PAGES_IN_ALL))

    def by_name(self, day: str, name: str) -> Response:
        found = next((article for article in self.articles if self.path_of(article) == request.path), None)
        return self.article_page(self.article(found.id if found else ""))
