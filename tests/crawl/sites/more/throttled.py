"""mau-bao-xuan-dai: a newspaper that asks for a pause after every few requests, with 429 and Retry-After."""

import threading
import time
from datetime import datetime

from flask import Flask, Response, request

from tests.crawl.sites.builds.build import Build
from tests.crawl.sites.sample_article import SampleArticle

ALLOWANCE = 4  # requests between two refusals, however slowly they come: so that every crawler meets one
RETRY_AFTER_SECONDS = 1


class ThrottledNewspaper(Build):
    """impatient: how many requests came before the time was over that a 429 had asked them to wait."""

    slug = "mau-bao-xuan-dai"
    page_size = 5

    def path_of(self, article: SampleArticle) -> str:
        return f"/news/thoi-su/{article.id}/{article.slug}"

    def write_date(self, moment: datetime) -> str:
        return f"{moment:%H:%M, %d/%m/%Y}"

    def add_pages(self, app: Flask) -> None:
        self.impatient = 0
        self._left = ALLOWANCE
        self._closed_until = 0.0
        self._lock = threading.Lock()
        app.before_request(self.refuse)
        app.add_url_rule("/", "home", self.news)
        app.add_url_rule("/news/thoi-su/", "list", self.news)
        app.add_url_rule("/news/thoi-su/<int:number>/<slug>", "article", self.by_number)

    def refuse(self) -> Response | None:
        if request.path == "/robots.txt":
            return None
        now = time.monotonic()
        with self._lock:
            if now < self._closed_until:
                self.impatient += 1
            elif self._left:
                self._left -= 1
                return None
            else:
                self._left = ALLOWANCE
                self._closed_until = now + RETRY_AFTER_SECONDS
        return Response("Quá nhiều yêu cầu", 429, {"Retry-After": str(RETRY_AFTER_SECONDS)}, mimetype="text/plain")

    def news(self) -> Response:
        return self.page("list.html", page=self.list_page(self.articles, int(request.args.get("page", 1))))

    def by_number(self, slug: str, number: int) -> Response:
        return self.article_page(self.article(str(number)))
