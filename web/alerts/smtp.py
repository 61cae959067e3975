"""Letters to a mail server: one connection for many, and plain words for what it answers, without any address."""

import re
import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from email.message import EmailMessage
from types import TracebackType
from typing import Self

from web.alerts.settings import SmtpServer

TIMEOUT_SECONDS = 20.0  # for each answer; a server that takes longer is tried again in the next round
LETTERS_PER_CONNECTION = 50  # many servers hang up after a hundred
OUR_FAULT = re.compile(rb"5\.7\.")  # RFC 3463: the server refuses us (policy, spam, relaying), not the recipient


class MailServerDown(Exception):
    """The server cannot be reached, or does not serve us now: nothing can be sent in this round."""


class NotTakenNow(Exception):
    """The server takes no letter for this recipient now (4xx)."""


class NotTaken(Exception):
    """The server takes no letter for this recipient, ever (5xx)."""


def always() -> bool:
    return True


class Mailer:
    """Connects when the first letter is sent."""

    def __init__(self, server: SmtpServer, sender: str, host: str, timeout_seconds: float = TIMEOUT_SECONDS) -> None:
        self._server = server
        self._sender = sender
        self._host = host
        self._timeout = timeout_seconds
        self._connection: smtplib.SMTP | None = None
        self._sent = 0  # over this connection

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._say_goodbye()

    def send(self, letter: EmailMessage, recipient: str, before_content: Callable[[], bool] = always) -> bool:
        """Send a letter; return whether before_content, asked when all but the content is agreed on, let it go.

        When this returns True, the server has taken it. Raises MailServerDown, NotTakenNow, NotTaken; then it has not.
        """
        if self._sent >= LETTERS_PER_CONNECTION:
            self._say_goodbye()
        try:
            connection = self._connected()
            self._expect(connection.mail(self._sender), MailServerDown, MailServerDown)
            self._expect(connection.rcpt(recipient), NotTakenNow, NotTaken)
            if not before_content():
                connection.rset()
                return False
            self._expect(connection.data(letter.as_bytes()), NotTakenNow, NotTaken)
        except smtplib.SMTPDataError as error:  # the server does not even want to begin
            self._reset()
            raise NotTakenNow(f"the mail server answered {error.smtp_code}") from None
        except (smtplib.SMTPException, OSError) as error:
            self._break_off()
            raise MailServerDown(_reason(error)) from None  # the error itself may quote an address
        except (NotTakenNow, NotTaken):
            self._reset()
            raise
        except MailServerDown:
            self._break_off()
            raise
        self._sent += 1
        return True

    def _expect(self, answer: tuple[int, bytes], now: type[Exception], ever: type[Exception]) -> None:
        code, text = answer
        if 200 <= code < 300:
            return
        said = f"the mail server answered {code}"
        if code == 421 or (500 <= code < 600 and OUR_FAULT.match(text)):
            raise MailServerDown(said)
        raise (ever if 500 <= code < 600 else now)(said)

    def _connected(self) -> smtplib.SMTP:
        if self._connection is None:
            context = ssl.create_default_context()
            server = self._server
            connection: smtplib.SMTP
            if server.security == "tls":
                connection = smtplib.SMTP_SSL(
                    server.host, server.port, local_hostname=self._host, timeout=self._timeout, context=context
                )
            else:
                connection = smtplib.SMTP(server.host, server.port, local_hostname=self._host, timeout=self._timeout)
            try:
                if server.security == "starttls":
                    connection.starttls(context=context)
                connection.ehlo_or_helo_if_needed()
                if server.user:
                    connection.login(server.user, server.password)
            except BaseException:
                connection.close()
                raise
            self._connection, self._sent = connection, 0
        return self._connection

    def _reset(self) -> None:
        try:
            if self._connection is not None:
                self._connection.rset()
        except (smtplib.SMTPException, OSError):
            self._break_off()

    def _say_goodbye(self) -> None:
        if self._connection is not None:
            with suppress(smtplib.SMTPException, OSError):  # all letters were answered before: its goodbye is nothing
                self._connection.quit()
            self._connection = None

    def _break_off(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _reason(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return "the mail server does not take our user and password: see HOINGHI_SMTP"
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return "the mail server has no STARTTLS or no login: see HOINGHI_SMTP"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"the mail server answered {error.smtp_code}"
    if isinstance(error, ssl.SSLError):
        return f"the mail server's certificate or encryption is not accepted ({error.reason})"
    if isinstance(error, TimeoutError):
        return "the mail server does not answer"
    return f"the mail server cannot be reached ({type(error).__name__})"
