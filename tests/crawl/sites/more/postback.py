"""mau-cong-da-rang: a portal as ASP.NET WebForms builds it; its pager sends the page's own form back."""

from datetime import datetime

from flask import Flask, Response, abort, request

from tests.crawl.sites.builds.build import Build
from tests.crawl.sites.sample_article import SampleArticle

PAGER = "ctl00$main$pager"


class PostbackSite(Build):
    """No page of the list but the first has a URL; a form without its own view state is refused."""

    slug = "mau-cong-da-rang"
    page_size = 5

    def path_of(self, article: SampleArticle) -> str:
        return f"/ChiTiet.aspx?nid={article.id}"

    def write_date(self, moment: datetime) -> str:
        return f"Cập nhật: {moment:%d/%m/%Y %H:%M:%S}"

    def add_pages(self, app: Flask) -> None:
        app.add_url_rule("/", "home", self.news)
        app.add_url_rule("/TinTuc.aspx", "list", self.news, methods=["GET", "POST"])
        app.add_url_rule(
            "/ChiTiet.aspx", "article", lambda: self.article_page(self.article(request.args.get("nid", "")))
        )

    def news(self) -> Response:
        number = 1
        if request.method == "POST":
            if request.form.get("__VIEWSTATE") not in {
                self.view_state(n) for n in self.list_page(self.articles, 1).numbers
            }:
                abort(500)  # as ASP.NET does: "Validation of viewstate failed"
            if request.form.get("__EVENTTARGET") == PAGER and request.form.get("__EVENTARGUMENT", "").isdigit():
                number = int(request.form["__EVENTARGUMENT"])
        return self.page("list.html", page=self.list_page(self.articles, number), pager=PAGER)

    def view_state(self, number: int) -> str:
        return f"/wEPDwUKMTk5{number:06d}ZGQ="
