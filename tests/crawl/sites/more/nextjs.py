"""mau-tinh-uy-co-chien: a party committee's site as Next.js builds it; its pages are data that a script draws."""

import json
from datetime import datetime

from flask import Flask, Response, request
from markupsafe import escape

from tests.crawl.sites.builds.build import Build
from tests.crawl.sites.sample_article import SampleArticle


class NextJsSite(Build):
    """Lists and articles stand in __NEXT_DATA__ alone; without a script the reader sees "Đang tải"."""

    slug = "mau-tinh-uy-co-chien"
    page_size = 5

    def path_of(self, article: SampleArticle) -> str:
        return f"/bai-viet/{article.slug}.{article.id}"

    def write_date(self, moment: datetime) -> str:
        return f"{moment.isoformat(timespec='seconds')}+07:00"

    def add_pages(self, app: Flask) -> None:
        app.add_url_rule("/", "home", self.news)
        app.add_url_rule("/tin-tuc", "list", self.news)
        app.add_url_rule("/bai-viet/<slug>.<int:number>", "article", self.by_number)

    def news(self) -> Response:
        page = self.list_page(self.articles, int(request.args.get("page", 1)))
        items = [{"title": self.title(a), "href": self.path_of(a), "description": a.lede} for a in page.articles]
        further = [f"/tin-tuc?page={number}" for number in page.numbers if number != page.number]
        return self.page("page.html", title="Tin tức", data=self.data("/tin-tuc", {"posts": items, "pages": further}))

    def by_number(self, slug: str, number: int) -> Response:
        return self.article_page(self.article(str(number)))

    def article_text(self, article: SampleArticle, **values: object) -> str:
        figures = "".join(
            f'<figure><img src="/anh/1.gif" alt="{escape(caption)}">'
            + f"<figcaption>{escape(caption)}</figcaption>" * times
            + "</figure>"
            for caption, times in self.captions(article)
        )
        post = {
            "id": int(article.id),
            "title": self.title(article),
            "description": article.lede,
            "content": figures + "".join(f"<p>{escape(text)}</p>" for text in self.paragraphs(article)),
            "author": {"name": article.byline},
            "publishedAt": self.date_line(article),
            "related": [{"title": other.title, "href": self.path_of(other)} for other in self.others_than(article)],
        }
        return self.render("page.html", title=self.title(article), data=self.data("/bai-viet/[slug]", {"post": post}))

    def data(self, route: str, properties: dict[str, object]) -> str:
        text = json.dumps({"props": {"pageProps": properties}, "page": route, "buildId": "mau"}, ensure_ascii=False)
        return text.replace("</", "<\\/")  # so that no text ends the script element
