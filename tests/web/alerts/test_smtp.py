"""The mail server's door: encryption, certificates, login. A real server, with certificates of an authority of ours."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
import trustme
from aiosmtpd.smtp import AuthResult, LoginPassword

from tests.web.mail_server import BoundController, bound_socket
from web.alerts import smtp
from web.alerts.settings import SmtpServer, alert_settings
from web.alerts.smtp import Mailer, MailServerDown

USER, PASSWORD = "ban", "mat khau:@/%"
LOGIN = "ban:mat%20khau%3A%40%2F%25"


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def server_context(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context


@pytest.fixture
def trusted(authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority.cert_pem.write_to_path(tmp_path / "authority.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))


def check_login(server, session, envelope, mechanism: str, login: LoginPassword) -> AuthResult:
    return AuthResult(success=login == LoginPassword(USER.encode(), PASSWORD.encode()), handled=False)


class Taker:
    def __init__(self) -> None:
        self.taken: list[tuple[bool, bool]] = []  # (encrypted, logged in)

    async def handle_DATA(self, server, session, envelope) -> str:
        encrypted = session.ssl is not None or server.transport.get_extra_info("sslcontext") is not None
        self.taken.append((encrypted, bool(session.authenticated)))
        return "250 taken"


@contextmanager
def running(taker: Taker, **options) -> Iterator[int]:
    controller = BoundController(taker, bound_socket(), **options)
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


def send(address: str) -> None:
    server = alert_settings({"HOINGHI_SMTP": address}).smtp
    assert server is not None
    letter = EmailMessage()
    letter["Subject"] = f"Thư thử {datetime.now(UTC):%Y}"
    with Mailer(server, "hoinghi@mau.vn", "mau.vn", timeout_seconds=5) as mailer:
        assert mailer.send(letter, "ban@mau.vn")


def test_starttls_with_a_login(server_context, trusted) -> None:
    taker = Taker()
    options = {"tls_context": server_context, "require_starttls": True, "auth_required": True}
    with running(taker, **options, authenticator=check_login) as port:
        send(f"smtp://{LOGIN}@127.0.0.1:{port}?starttls")
        assert taker.taken == [(True, True)]
        with pytest.raises(MailServerDown, match="user and password"):
            send(f"smtp://ban:sai@127.0.0.1:{port}?starttls")


def test_encrypted_from_the_beginning(server_context, trusted) -> None:
    taker = Taker()
    with running(taker, ssl_context=server_context) as port:
        send(f"smtps://127.0.0.1:{port}")
    assert taker.taken == [(True, False)]


@pytest.mark.parametrize("options", [{"tls_context"}, {"ssl_context"}])
def test_a_server_that_nobody_vouches_for_gets_nothing(server_context, options: set[str]) -> None:
    taker = Taker()
    [option] = options
    with running(taker, **{option: server_context}) as port, pytest.raises(MailServerDown, match="certificate"):
        send(f"smtp://127.0.0.1:{port}?starttls" if option == "tls_context" else f"smtps://127.0.0.1:{port}")
    assert taker.taken == []


def test_a_server_without_starttls_gets_nothing(trusted) -> None:
    taker = Taker()
    with running(taker) as port, pytest.raises(MailServerDown, match="STARTTLS"):
        send(f"smtp://{LOGIN}@127.0.0.1:{port}?starttls")
    assert taker.taken == []


def test_after_so_many_letters_a_new_connection_is_made(monkeypatch) -> None:
    monkeypatch.setattr(smtp, "LETTERS_PER_CONNECTION", 2)
    peers = []

    class Noting(Taker):
        async def handle_DATA(self, server, session, envelope) -> str:
            peers.append(session.peer)
            return "250 taken"

    with running(Noting()) as port, Mailer(SmtpServer("127.0.0.1", port, "none"), "a@mau.vn", "mau.vn") as mailer:
        for _ in range(5):
            assert mailer.send(EmailMessage(), "ban@mau.vn")
    assert [peers.index(peer) for peer in peers] == [0, 0, 2, 2, 4]
