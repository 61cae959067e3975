"""mau-cong-thai-nguyen: a provincial portal as Liferay builds it."""

from datetime import datetime, timedelta
from urllib.parse import urlencode

from flask import Flask, Response, request

from tests.crawl.sites.builds.build import Build
from tests.crawl.sites.sample_article import SampleArticle

INSTANCE = "x3Fd8QzPmL1k"
PORTLET = f"101_INSTANCE_{INSTANCE}"
TWIN_PORTLET = "101_INSTANCE_Wq7TnB20vYce"  # a second window on the same list
GROUP = 20181


class LiferayPortal(Build):
    """Articles are reached under several p_p_id parameters; the diary has a page for every month there will ever be."""

    slug = "mau-cong-thai-nguyen"
    disallow = ("/tim-kiem", "/c/portal/login")

    def path_of(self, article: SampleArticle) -> str:
        return f"/tin-tuc-su-kien/-/asset_publisher/{INSTANCE}/content/{article.slug}/{GROUP}"

    def linked(self, article: SampleArticle) -> str:
        """Return the path of an article as lists print it, with the parameters of the window it stands in."""
        noise = {"inheritRedirect": "false", "redirect": request.full_path.rstrip("?"), "p_p_id": PORTLET}
        return f"{self.path_of(article)}?{urlencode(noise)}"

    def twin(self, article: SampleArticle) -> str:
        noise = {"p_p_id": TWIN_PORTLET, "p_p_lifecycle": 0, "p_p_state": "maximized"}
        return f"{self.path_of(article)}?{urlencode(noise)}"

    def list_path(self, number: int, portlet: str = PORTLET) -> str:
        query = {
            "p_p_id": portlet,
            "p_p_lifecycle": 0,
            f"_{portlet}_delta": self.page_size,
            f"_{portlet}_keywords": "",
            f"_{portlet}_cur": number,
        }
        return f"/tin-tuc-su-kien?{urlencode(query)}"

    def write_date(self, moment: datetime) -> str:
        return f"Đăng ngày {moment:%d-%m-%Y %H:%M}"

    def add_pages(self, app: Flask) -> None:
        app.add_url_rule("/", "home", lambda: self.page("home.html", articles=self.articles[:5]))
        app.add_url_rule("/tin-tuc-su-kien", "list", self.news, strict_slashes=False)
        app.add_url_rule(
            f"/tin-tuc-su-kien/-/asset_publisher/{INSTANCE}/content/<slug>/{GROUP}", "article", self.article_by_slug
        )
        app.add_url_rule("/lich-cong-tac", "diary", self.diary)
        app.add_url_rule("/gioi-thieu", "about", lambda: self.page("about.html"))
        app.add_url_rule("/tim-kiem", "search", lambda: self.page("search.html", asked=request.args.get("q", "")))

    def news(self) -> Response:
        number = next((int(value) for name, value in request.args.items() if name.endswith("_cur")), 1)
        return self.page("list.html", page=self.list_page(self.articles, number))

    def article_by_slug(self, slug: str) -> Response:
        found = next((article for article in self.articles if article.slug == slug), None)
        return self.article_page(self.article(found.id if found else ""))

    def diary(self) -> Response:
        year, month = int(request.args.get("nam", self.clock.year)), int(request.args.get("thang", self.clock.month))
        first = datetime(min(max(year, 1900), 9000), min(max(month, 1), 12), 1)
        return self.page("diary.html", first=first, before=first - timedelta(days=1), after=first + timedelta(days=32))
