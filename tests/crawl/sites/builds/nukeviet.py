"""mau-cong-binh-phuoc: a provincial portal as NukeViet builds it."""

from datetime import datetime

from flask import Flask, Response, request

from tests.crawl.sites.builds.build import WEEKDAYS, Build, section_name, section_slug, slug_of
from tests.crawl.sites.sample_article import SampleArticle


class NukeVietPortal(Build):
    """Each article has a print view of its own, tags, and a search that links on and on."""

    slug = "mau-cong-binh-phuoc"
    disallow = ("/tim-kiem", "/vi/users/")

    def path_of(self, article: SampleArticle) -> str:
        return f"/vi/news/{section_slug(article)}/{article.slug.capitalize()}-{article.id}.html"

    def print_path(self, article: SampleArticle) -> str:
        return self.path_of(article).replace("/vi/news/", "/vi/news/print/", 1)

    def list_path(self, section: str, number: int) -> str:
        return f"/vi/news/{section}/" + (f"page-{number}/" if number > 1 else "")

    def write_date(self, moment: datetime) -> str:
        return f"{WEEKDAYS[moment.weekday()]} - {moment:%d/%m/%Y %H:%M}"

    def views(self, article: SampleArticle) -> str:
        """Return the count of views, with the dot that Vietnamese writes between thousands: "3.217"."""
        return f"{1000 + sum(article.title.encode()) % 8000:,}".replace(",", ".")

    def tags(self, article: SampleArticle) -> list[tuple[str, str]]:
        return [(slug_of(word), word) for word in ("hội nghị", section_name(article).lower())]

    def add_pages(self, app: Flask) -> None:
        app.add_url_rule("/", "home", lambda: self.page("home.html", articles=self.articles[:4]))
        app.add_url_rule("/vi/news/", "all", lambda: self.page("home.html", articles=self.articles[:4]))
        app.add_url_rule("/vi/news/<section>/", "list", self.news)
        app.add_url_rule("/vi/news/<section>/page-<int:number>/", "list_page", self.news)
        app.add_url_rule("/vi/news/<section>/<slug>-<int:number>.html", "article", self.by_number)
        app.add_url_rule("/vi/news/print/<section>/<slug>-<int:number>.html", "print", self.print_view)
        app.add_url_rule("/vi/news/tag/<tag>/", "tag", self.tag)
        app.add_url_rule("/vi/about/", "about", lambda: self.page("about.html"))
        app.add_url_rule("/vi/seek/", "seek", self.seek)

    def news(self, section: str, number: int = 1) -> Response:
        page = self.list_page(self.in_section(section), number)
        return self.page("list.html", page=page, section=section, name=self.sections.get(section, section))

    def by_number(self, section: str, slug: str, number: int) -> Response:
        return self.article_page(self.article(str(number)))

    def print_view(self, section: str, slug: str, number: int) -> Response:
        return self.page("print.html", article=self.article(str(number)))

    def tag(self, tag: str) -> Response:
        found = [article for article in self.articles if tag in dict(self.tags(article))]
        return self.page("tag.html", tag=tag, articles=found[:5])

    def seek(self) -> Response:
        """Find nothing, and offer the next page of it: a trap without end."""
        number = int(request.args.get("page", 1))
        return self.page("seek.html", asked=request.args.get("q", ""), number=number)
