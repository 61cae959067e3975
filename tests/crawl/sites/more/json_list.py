"""mau-dai-tra-khuc: a broadcaster whose lists are drawn by a script from JSON."""

from datetime import datetime

from flask import Flask, Response, jsonify

from tests.crawl.sites.builds.build import Build
from tests.crawl.sites.sample_article import SampleArticle

WEEKDAYS = ("Thứ 2", "Thứ 3", "Thứ 4", "Thứ 5", "Thứ 6", "Thứ 7", "Chủ nhật")


class JsonListSite(Build):
    """Its list page holds no link at all; the JSON names slugs and ids, from which a script makes the URLs."""

    slug = "mau-dai-tra-khuc"
    page_size = 5

    def path_of(self, article: SampleArticle) -> str:
        return f"/tin/{article.slug}-{article.id}.htm"

    def write_date(self, moment: datetime) -> str:
        return f"{WEEKDAYS[moment.weekday()]}, {moment:%d/%m/%Y | %H:%M:%S}"

    def add_pages(self, app: Flask) -> None:
        app.add_url_rule("/", "home", lambda: self.page("list.html"))
        app.add_url_rule("/tin/", "list", lambda: self.page("list.html"))
        app.add_url_rule("/api/tin/<int:number>", "api", self.items)
        app.add_url_rule("/tin/<slug>-<int:number>.htm", "article", self.by_number)

    def items(self, number: int) -> Response:
        shown = self.articles[(number - 1) * self.page_size :][
            : self.page_size
        ]  # none beyond the end, as an API has it
        items = [{"id": int(a.id), "slug": a.slug, "title": a.title, "sapo": a.lede} for a in shown]
        return jsonify({"total": len(self.articles), "page": number, "data": {"items": items}})

    def by_number(self, slug: str, number: int) -> Response:
        return self.article_page(self.article(str(number)))
