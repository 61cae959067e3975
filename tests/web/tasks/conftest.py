"""The archive that the tasks of a researcher are done with, and a reader who counts the clicks."""

import socket
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from crawl.archive.archive import Archive, SourceRecord
from crawl.article import Article
from indexer.build import build
from search.engines import open_engine
from tests.web.conftest import serving
from tests.web.mail_server import BoundController, bound_socket
from web import create_app
from web.ui.language import english

PROVINCES = {"Lào Cai": "Vàng A Mẫu", "Sơn La": "Lò A Mẫu", "Hà Giang": "Sùng A Mẫu", "Yên Bái": "Hoàng A Mẫu"}
YEARS = (2022, 2023, 2024)
LONG_YEARS = range(2015, 2025)  # of Sơn La
TEXT = (
    "Sáng {day}/7/{year}, Ban Chấp hành Đảng bộ tỉnh {province} khóa {term} họp hội nghị lần thứ {number}. Đồng chí "
    "{chair}, Bí thư Tỉnh ủy chủ trì hội nghị.\n\nSáu tháng đầu năm {year}, tỉnh {province} giải ngân vốn đầu tư công "
    "đạt {share}% kế hoạch.\n\nKết luận hội nghị, đồng chí Bí thư Tỉnh ủy nhấn mạnh: Việc chuyển đổi số ở xã phải xong "
    "trong năm {year}, huyện nào chậm thì người đứng đầu chịu trách nhiệm.{more}\n\n{own}"
)
SUBJECTS = ("trồng rừng", "mở đường lên bản", "giữ lúa nương", "dạy nghề", "nước sạch", "chợ phiên", "nhà ở", "cây quế")
OWN = "Bài mẫu này kể thêm về {0} của {1}: {0} năm {2} được bàn trước, {0} năm sau bàn tiếp, và {3} để lại kỳ khác."
DIRECTIVE = {
    ("Lào Cai", 2024): "Hội nghị quán triệt Chỉ thị 35-CT/TW ngày 14/6/2024; tỉnh phấn đấu xong đại hội cơ sở trước "
    "tháng 6/2025 theo Chỉ thị 35-CT/TW.",
    ("Sơn La", 2024): "Hội nghị báo cáo kết quả thực hiện Chỉ thị 35-CT/TW ngày 14/6/2024: 98% chi bộ đã xong.",
}
CHANGED = ("Yên Bái", 2023)  # the page that was changed after it was published


def share(province: str, year: int) -> int:
    """Return the percentage that the page of a province says."""
    return 30 + list(PROVINCES).index(province) * 5 + year - 2015


def number(year: int) -> int:
    """Return the number of the meeting of a year: one a year, and one of them nobody has written of."""
    return year - 2014 + (year > 2023)


def pages() -> Iterator[tuple[str, int, str, str]]:
    """Yield (province, year, title, text)."""
    for day, (province, chair) in enumerate(PROVINCES.items(), 4):
        for year in LONG_YEARS if province == "Sơn La" else YEARS:
            more = DIRECTIVE.get((province, year), "")
            term = "XIV" if year <= 2020 else "XV"
            subject = SUBJECTS[(year + day) % len(SUBJECTS)]
            own = OWN.format(subject, province, year, SUBJECTS[(year * 3 + day + 1) % len(SUBJECTS)])
            values = {"own": own, "day": day, "year": year, "province": province, "number": number(year), "term": term}
            text = TEXT.format(**values, chair=chair, share=share(province, year), more=more and f"\n\n{more}")
            yield province, year, f"{province}: hội nghị Ban Chấp hành Đảng bộ tỉnh lần thứ {number(year)}", text


def store(archive: Archive, article: Article, day: str) -> None:
    capture = archive.record_response(article.source, article.url, 200, [], article.body.encode())
    archive.store_article(article, replace(capture, fetched_at=f"{day}T08:00:00Z"))


@pytest.fixture(scope="package")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("tasks")
    with Archive(data) as archive:
        names = {"bao-mau": "Báo Mẫu", "bao-khac": "Báo Khác"}
        archive.save_sources([SourceRecord(slug, name, "lao-cai", "newspaper") for slug, name in names.items()])
        for province, year, title, text in pages():
            name = f"{list(PROVINCES).index(province)}-{year}"
            article = Article(name, f"https://mau.test/{name}", title, text, source="bao-mau")
            store(archive, article, f"{year}-07-20")
            if (province, year) == CHANGED:
                corrected = text.replace(f"{share(*CHANGED)}%", f"{share(*CHANGED) + 1}%")
                store(archive, replace(article, body=corrected), f"{year}-07-25")
            if (province, year) == ("Hà Giang", 2023):  # another paper on the same meeting
                other = text.replace("Kết luận hội nghị", "Bế mạc hội nghị").replace("ở xã", "ở cơ sở")
                url = "https://khac.test/1"
                store(archive, Article("other", url, f"Bế mạc: {title}", other, source="bao-khac"), "2023-07-21")
    build(data, open_engine(f"whoosh:{data / 'whoosh'}"), progress=None)
    return data


class Letters(BoundController):
    """A mail server on a port that it opens itself; keeps what it is sent."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []
        super().__init__(self, bound_socket())

    async def handle_DATA(self, server, session, envelope):
        self.taken.append(envelope.content)
        return "250 taken"

    @staticmethod
    def text(letter: bytes) -> str:
        body = message_from_bytes(letter, policy=default).get_body(("plain",))
        assert body is not None
        return str(body.get_content())


@pytest.fixture(scope="package")
def letters() -> Iterator[Letters]:
    controller = Letters()
    controller.start()
    yield controller
    controller.stop()


@pytest.fixture(scope="package")
def address(archive: Path, letters: Letters) -> Iterator[str]:
    """The address of a site over the archive that knows its own address, and sends letters."""
    listening = socket.create_server(("127.0.0.1", 0))
    own_address = f"http://127.0.0.1:{listening.getsockname()[1]}"
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("HOINGHI_PUBLIC_URL", own_address)
        environment.setenv("HOINGHI_SECRET", "chỉ dùng khi kiểm thử")
        environment.setenv("HOINGHI_SMTP", f"smtp://127.0.0.1:{letters.port}")
        app = create_app(archive, f"whoosh:{archive / 'whoosh'}")
    app.extensions["alert_limit"].calls = 1000
    with serving(app, listening) as site:
        yield site


@dataclass
class Reader:
    """Operates a page and counts the clicks. by_key: with the keyboard alone."""

    page: Page
    language: str
    how: str
    clicks: int = 0
    searches: int = field(default=0)

    @property
    def is_phone(self) -> bool:
        return (self.page.viewport_size or {"width": 0})["width"] < 500

    def search(self, words: str) -> None:
        self.searches += 1
        self.page.goto(f"/?lang={self.language}")
        box = self.page.locator("#q")
        box.fill(words)
        box.press("Enter")
        expect(self.page.locator("#count")).to_be_visible()

    def click(self, what: Locator) -> None:
        self.clicks += 1
        if self.how == "keys":
            what.focus()
            self.page.keyboard.press("Enter")
        else:
            what.click()

    def says(self, vietnamese: str) -> str:
        """Return a string of the interface in the language of the pages."""
        return str(english().get(vietnamese, vietnamese)) if self.language == "en" else vietnamese

    def follow(self, vietnamese: str) -> None:
        """Click the first link of this name."""
        self.click(self.page.locator("main").get_by_role("link", name=self.says(vietnamese)).first)

    def download(self, what: Locator) -> str:
        with self.page.expect_download() as taken:
            self.click(what)
        return Path(taken.value.path()).read_text(encoding="utf-8-sig")

    def took(self, *, searches: int = 1, clicks: int) -> None:
        assert (self.searches, self.clicks) == (searches, clicks)


Mode = tuple[int, Literal["light", "dark"], str, Literal["mouse", "keys", "no script"]]
# Every pair of values occurs in the six; every value in each three.
FIRST: list[Mode] = [(1280, "light", "vi", "mouse"), (1280, "dark", "en", "keys"), (390, "light", "en", "no script")]
SECOND: list[Mode] = [(390, "dark", "en", "mouse"), (390, "light", "vi", "keys"), (1280, "dark", "vi", "no script")]


def walked(modes: list[Mode], *, script: bool = False) -> pytest.MarkDecorator:
    """Walk a task in these modes. script: it needs JavaScript."""
    chosen = [mode for mode in modes if not script or mode[3] != "no script"]
    return pytest.mark.parametrize("reader", chosen, indirect=True, ids=["-".join(map(str, one)) for one in chosen])


@pytest.fixture
def reader(request: pytest.FixtureRequest, chromium: Browser, address: str) -> Iterator[Reader]:
    width, theme, language, how = request.param
    context = chromium.new_context(
        base_url=address,
        viewport={"width": width, "height": 844},
        color_scheme=theme,
        java_script_enabled=how != "no script",
        bypass_csp=True,
        permissions=["clipboard-read", "clipboard-write"],
    )
    yield Reader(context.new_page(), language, how)
    context.close()
