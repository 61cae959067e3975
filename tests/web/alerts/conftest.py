"""A site of its own for every test, with a real mail server beside it that keeps what it is sent."""

import http.server
import json
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from aiosmtpd.smtp import Envelope
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from crawl.archive.archive import Archive
from crawl.article import Article
from search.document import Document
from search.engines import open_engine
from search.engines.ports import Engine
from tests.web.mail_server import BoundController, bound_socket
from web import create_app
from web.alerts.delivery import RoundSummary, send_due
from web.alerts.settings import Settings, alert_settings
from web.alerts.subscriptions import Subscriptions
from web.ui.labels import VIETNAM

SITE = "https://hoinghi.mau.vn"
READER = "ban.doc@thu.mau.vn"
LINK = re.compile(rf"{SITE}(/theo-doi/[^\s\"<>]+)")


@pytest.fixture
def noon() -> datetime:
    """Noon in Vietnam tomorrow, in UTC: whoever subscribes does so by the real clock, today."""
    return datetime.combine(datetime.now(VIETNAM).date() + timedelta(days=1), time(12), VIETNAM).astimezone(UTC)


@dataclass
class Mailbox:
    """Handles the server's side of SMTP. answers: what to say instead of taking a letter, by command; "" hangs up."""

    letters: list[EmailMessage] = field(default_factory=list)
    envelopes: list[Envelope] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)

    async def handle_MAIL(self, server, session, envelope, address, options):
        envelope.mail_from = address
        return self.answers.get("MAIL", "250 OK")

    async def handle_RCPT(self, server, session, envelope, address, options):
        envelope.rcpt_tos.append(address)
        return self.answers.get("RCPT", "250 OK")

    async def handle_DATA(self, server, session, envelope):
        if "DATA" in self.answers:
            if not self.answers["DATA"]:
                server.transport.abort()
            return self.answers["DATA"]
        self.envelopes.append(envelope)
        letter = message_from_bytes(envelope.content, policy=default)
        assert isinstance(letter, EmailMessage)
        self.letters.append(letter)
        return "250 taken"


@dataclass
class MailServer:
    """Can be stopped and started on its port."""

    mailbox: Mailbox
    port: int
    controller: BoundController | None = None

    def start(self) -> None:
        self.controller = BoundController(self.mailbox, bound_socket(self.port))
        self.controller.start()

    def stop(self) -> None:
        if self.controller is not None:
            self.controller.stop()
            self.controller = None


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    with bound_socket() as held:
        server = MailServer(Mailbox(), held.getsockname()[1])
        server.start()
        yield server
        server.stop()


@pytest.fixture
def mailbox(mail_server: MailServer) -> Mailbox:
    return mail_server.mailbox


@pytest.fixture
def environment(mail_server: MailServer, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    values = {
        "HOINGHI_PUBLIC_URL": SITE,
        "HOINGHI_HOSTS": "localhost, 127.0.0.1",
        "HOINGHI_SECRET": "chỉ dùng khi kiểm thử",
        "HOINGHI_SMTP": f"smtp://127.0.0.1:{mail_server.port}",
        "HOINGHI_WEBHOOK_LOOPBACK": "1",
    }
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    return values


@dataclass
class Site:
    """One data directory and what happens to it: a reader's requests, new pages, rounds."""

    data_dir: Path
    client: FlaskClient
    settings: Settings

    @property
    def engine(self) -> Engine:
        return open_engine(f"whoosh:{self.data_dir / 'whoosh'}")

    def publish(self, *pages: tuple[int, str], indexed: bool = True) -> None:
        """Archive and index pages, each (number, title); a number published again is a later edition."""
        with Archive(self.data_dir) as archive:
            for number, title in pages:
                archive.store_article(article(number, title))
        if indexed:
            self.index(*pages)

    def index(self, *pages: tuple[int, str]) -> None:
        with self.engine.writer() as writer:
            writer.add([document(number, title) for number, title in pages])

    def ask(self, q: str = "giải ngân", **more: str) -> TestResponse:
        fields = {"by": "mail", "address": READER, "rhythm": "immediate", "q": q} | more
        return self.client.post("/theo-doi", data=fields)

    def follow(self, mailbox: Mailbox, q: str = "giải ngân", **more: str) -> None:
        """Ask by the form and confirm by the link in the letter."""
        assert self.ask(q, **more).status_code == 200
        assert self.client.post(self.link(mailbox.letters.pop())).status_code == 200

    def round(self, now: datetime | None = None) -> RoundSummary:
        return send_due(self.data_dir, self.engine, self.settings, now)

    def subscriptions(self) -> Subscriptions:
        return Subscriptions(self.data_dir)

    @staticmethod
    def text(letter: EmailMessage, form: str = "plain") -> str:
        body = letter.get_body((form,))
        assert body is not None
        return str(body.get_content())

    def link(self, letter: EmailMessage) -> str:
        """Return the path of the link to confirm or to end in the plain text of a letter."""
        [path] = LINK.findall(self.text(letter))
        return str(path)

    def titles(self, letter: EmailMessage) -> list[str]:
        """Return the titles of the pages that a letter tells of, in its order."""
        return re.findall(r"^\d+\. (.+?)\r?$", self.text(letter), re.MULTILINE)


def article(number: int, title: str) -> Article:
    url = f"https://bao.mau.test/tin/{number}.html"
    return Article(id=url, url=url, title=title, body=f"Bài mẫu viết để kiểm thử việc báo tin, số {number}.")


def document(number: int, title: str) -> Document:
    page = article(number, title)
    return Document(
        id=page.id,
        key=page.key,
        url=page.url,
        title=title,
        text=page.body,
        held=f"2023-07-{number % 28 + 1:02}",
        published=f"2023-07-{number % 28 + 1:02}",
        year=2023,
        province_then="bac-giang",
        province_now="bac-ninh",
        fetched_at=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    )


@pytest.fixture
def alerting(tmp_path: Path, environment: dict[str, str]) -> Site:
    """A site with two pages, one of them on disbursement."""
    site = Site(tmp_path, create_app(tmp_path).test_client(), alert_settings(environment))
    site.client.application.extensions["alert_limit"].calls = 1000
    site.publish((1, "Bắc Giang đôn đốc giải ngân vốn"), (2, "Bắc Giang bàn việc nông thôn mới"))
    return site


@dataclass
class Program:
    """A program that gets requests. answer: what it says to a request's JSON, as (status, body)."""

    answer: Callable[[dict], tuple[int, str]]
    requests: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    url: str = ""

    def pages(self) -> list[dict]:
        told = [json.loads(body) for _, body in self.requests]
        return [one for one in told if one["type"] == "pages"]


def echo(asked: dict) -> tuple[int, str]:
    return (200, asked["challenge"]) if asked["type"] == "challenge" else (204, "")


@pytest.fixture
def program() -> Iterator[Program]:
    receiver = Program(echo)

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.requests.append((dict(self.headers), body))
            status, text = receiver.answer(json.loads(body))
            self.send_response(status)
            if status == 302:
                self.send_header("Location", text)
            self.end_headers()
            self.wfile.write(text.encode() if status != 204 else b"")

        def log_message(self, *arguments: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    receiver.url = f"http://127.0.0.1:{server.server_port}/nhan?o=1"
    yield receiver
    server.shutdown()
    thread.join()
    server.server_close()
