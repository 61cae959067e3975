"""mau-bao-ham-luong: a newspaper that moved to a new domain; the old one redirects, page by page."""

from datetime import datetime

from flask import Flask, Response, redirect, request

from tests.crawl.sites.builds.build import Build
from tests.crawl.sites.sample_article import SampleArticle

OLD_SLUG = "mau-bao-ham-luong-cu"
OLD_HOST = "127.0.0.25"


class MovedNewspaper(Build):
    """URLs have another form than on the old domain, and every second link in its lists still names that."""

    slug = "mau-bao-ham-luong"
    page_size = 5

    def path_of(self, article: SampleArticle) -> str:
        return f"/{article.slug}-post{article.id}.html"

    def linked(self, article: SampleArticle) -> str:
        if int(article.id) % 2:
            return self.path_of(article)
        return f"http://{OLD_HOST}:{request.host.rpartition(':')[2]}/chinh-tri/{article.slug}-a{article.id}.html"

    def write_date(self, moment: datetime) -> str:
        return f"{moment:%H:%M | %d/%m/%Y}"

    def add_pages(self, app: Flask) -> None:
        app.add_url_rule("/", "home", self.news)
        app.add_url_rule("/thoi-su/", "list", self.news)
        app.add_url_rule("/thoi-su/page/<int:number>", "list_page", self.news)
        app.add_url_rule("/<slug>-post<int:number>.html", "article", self.by_number)

    def news(self, number: int = 1) -> Response:
        return self.page("list.html", page=self.list_page(self.articles, number))

    def by_number(self, slug: str, number: int) -> Response:
        return self.article_page(self.article(str(number)))


def old_domain(host: str) -> Flask:
    """Return the app of the old domain: everything is a redirect to host, the domain of today."""
    app = Flask(OLD_SLUG, static_folder=None)

    def moved(path: str = "") -> Response:
        port = request.host.rpartition(":")[2]
        return redirect(f"http://{host}:{port}/{path}", 301)  # type: ignore[return-value]

    app.add_url_rule("/", "home", moved)
    app.add_url_rule("/chinh-tri/", "list", lambda: moved("thoi-su/"))
    app.add_url_rule(
        "/chinh-tri/<slug>-a<int:number>.html", "article", lambda slug, number: moved(f"{slug}-post{number}.html")
    )
    app.add_url_rule("/<path:path>", "rest", moved)
    return app
