"""mau-tinh-uy-bien-dong: the old site of a provincial party committee, tables within tables."""

import secrets
import unicodedata
from datetime import datetime

from flask import Flask, Response, request
from markupsafe import Markup

from tests.crawl.sites.builds.build import WEEKDAYS, Build, clock_12
from tests.crawl.sites.sample_article import SampleArticle

_SID = "SID-OF-THIS-ANSWER"


class OldPartySite(Build):
    """One script answers everything by its query; a session id in every link; no two pages in the same charset.

    Its oldest report of a meeting is still in windows-1258, and declared so; the next is UTF-8 that the header calls
    ISO-8859-1; of all others the meta element alone tells the charset.
    """

    slug = "mau-tinh-uy-bien-dong"
    disallow = ("/tim-kiem", "/admin/")
    validators = ("etag",)

    def path_of(self, article: SampleArticle) -> str:
        return f"/index.php?id={article.id}&page=chitiet"  # by name, as canonical.py writes them

    def linked(self, article: SampleArticle) -> Markup:
        """Return the address of an article as the pages link it."""
        return self.href(f"/index.php?page=chitiet&id={article.id}")

    def href(self, path: str) -> Markup:
        """Return path with the session id behind it, ready for an attribute."""
        return Markup(f"{path}&sid={_SID}".replace("&", "&amp;"))

    def list_path(self, number: int) -> str:
        return f"/index.php?page=danhsach&cat=2&p={number}"

    def write_date(self, moment: datetime) -> str:
        return f"Đăng ngày: {moment:%d/%m/%Y} - {clock_12(moment)}"

    def clock_line(self) -> str:
        now = self.clock
        day = f"ngày {now.day} tháng {now.month} năm {now.year}"
        return f"{WEEKDAYS[now.weekday()].title()}, {day} - {clock_12(now)}"

    def add_pages(self, app: Flask) -> None:
        app.add_url_rule("/", "root", self.answer)
        app.add_url_rule("/index.php", "index", self.answer)

    def answer(self) -> Response:
        asked = request.args.get("page", "trangchu")
        if asked == "chitiet":
            return self.one(self.article(request.args.get("id", "")))
        if asked == "danhsach":
            page = self.list_page(self.articles, int(request.args.get("p", 1)))
            return self.sent(Response(self.render("list.html", page=page), mimetype="text/html"))
        if asked in ("gioithieu", "lienhe"):
            return self.sent(self.page("about.html", asked=asked))
        return self.sent(self.page("home.html", articles=self.articles[:4]))

    def one(self, article: SampleArticle) -> Response:
        text = self.article_text(article)
        if article.id == self.oldest(1):
            body = windows_1258(text.replace("charset=utf-8", "charset=windows-1258"))
            response = Response(body, content_type="text/html; charset=windows-1258")
        elif article.id == self.oldest(2):
            response = Response(text, content_type="text/html; charset=ISO-8859-1")
        else:
            response = Response(text, content_type="text/html")
        response.add_etag(weak=True)  # of the page without the session id, which differs in every answer
        etag = response.headers["ETag"]
        response = self.sent(response)
        response.headers["ETag"] = etag
        response.make_conditional(request.environ)
        del response.headers["Date"]  # the server sends its own
        return response

    def oldest(self, rank: int) -> str:
        """Return the id of the report of a meeting that is the oldest (1), the next (2), …; "" where there is none."""
        meetings = [article.id for article in reversed(self.articles) if article.meeting]
        return meetings[rank - 1] if rank <= len(meetings) else ""

    def sent(self, response: Response) -> Response:
        """Return response with a session id in its links: the one that was asked with, or a new one."""
        sid = request.args.get("sid") or secrets.token_hex(16)
        response.data = response.data.replace(_SID.encode(), sid.encode())
        return response


def windows_1258(text: str) -> bytes:
    """Return text in windows-1258, which writes a tone as a mark of its own after the vowel."""
    tones = "\u0300\u0301\u0303\u0309\u0323"
    spelt = ""
    for letter in unicodedata.normalize("NFC", text):
        marks = unicodedata.normalize("NFD", letter)
        tone = next((mark for mark in marks if mark in tones), "")
        spelt += unicodedata.normalize("NFC", marks.replace(tone, "", 1)) + tone if tone else letter
    return spelt.encode("windows-1258", "xmlcharrefreplace")
