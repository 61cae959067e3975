"""What alerts need to know of the world, from the settings, checked; nothing of it is stored or logged.

HOINGHI_PUBLIC_URL               where readers find this site, for the links in letters: https://hoinghi.example.vn
HOINGHI_SECRET            at least 16 characters that only this site knows; links are signed with it
HOINGHI_SMTP              smtp://user:password@host:587?starttls, or smtps://user:password@host
HOINGHI_MAIL_FROM         the sender of letters; without it hoinghi@<host of HOINGHI_PUBLIC_URL>
HOINGHI_WEBHOOK_LOOPBACK  1: webhooks may lead to this machine, by http as well (for trials)
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import SplitResult, unquote, urlsplit

from search.errors import SearchError
from web.alerts.destinations import LOOPBACK_HOSTS, BadAddress, mail_address

URL, SECRET, SMTP, MAIL_FROM = "HOINGHI_PUBLIC_URL", "HOINGHI_SECRET", "HOINGHI_SMTP", "HOINGHI_MAIL_FROM"
WEBHOOK_LOOPBACK = "HOINGHI_WEBHOOK_LOOPBACK"
SHORTEST_SECRET = 16  # characters; less can be guessed
PORTS = {"none": 25, "starttls": 587, "tls": 465}


class AlertsMisconfigured(SearchError):
    """A setting cannot be used, or one that is needed is missing."""


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """security: "none", "starttls" or "tls". user "": no login."""

    host: str
    port: int
    security: str
    user: str = ""
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Settings:
    """url: without a slash at its end; "" and None: not set."""

    url: str = ""
    secret: str = field(default="", repr=False)
    smtp: SmtpServer | None = None
    sender: str = ""
    loopback_allowed: bool = False

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or "localhost"

    def missing(self, kind: str) -> list[str]:
        """Return the names of what is needed for a kind of alert ("mail", "webhook") and not set."""
        needed = {URL: self.url, SECRET: self.secret}
        if kind == "mail":
            needed[SMTP] = self.smtp  # type: ignore[assignment]  # only asked whether there is one
        return [name for name, value in needed.items() if not value]


def alert_settings(environment: Mapping[str, str]) -> Settings:
    """Return the settings. Raises AlertsMisconfigured, naming the variable and never a password or secret."""
    url, secret, smtp = (environment.get(name, "").strip() for name in (URL, SECRET, SMTP))
    parts = _split(URL, url)
    if url and (parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment):
        raise AlertsMisconfigured(f'{URL} "{url[:200]}": expected an address such as https://hoinghi.example.vn')
    if secret and len(secret) < SHORTEST_SECRET:
        raise AlertsMisconfigured(
            f"{SECRET} has {len(secret)} characters: expected at least {SHORTEST_SECRET}, "
            "as python3 -c 'import secrets; print(secrets.token_hex())' makes them"
        )
    sender = environment.get(MAIL_FROM, "").strip()
    if sender or url:
        try:
            sender = mail_address(sender or f"hoinghi@{_mail_host(parts)}")
        except BadAddress as error:
            raise AlertsMisconfigured(f"{MAIL_FROM}: {error}") from None
    loopback = environment.get(WEBHOOK_LOOPBACK, "").strip()
    if loopback not in ("", "0", "1"):
        raise AlertsMisconfigured(f'{WEBHOOK_LOOPBACK} "{loopback[:60]}": expected 1, or nothing')
    return Settings(url.rstrip("/"), secret, _smtp_server(smtp) if smtp else None, sender, loopback == "1")


def _mail_host(url: SplitResult) -> str:
    """Return a host that a mail address may end with; one that is a number goes in brackets, so "localhost" does."""
    host = url.hostname or ""
    return host if "." in host and not host.replace(".", "").isdigit() and ":" not in host else "localhost.localdomain"


def _smtp_server(text: str) -> SmtpServer:
    expected = "expected smtp://user:password@host:587?starttls or smtps://user:password@host"
    parts = _split(SMTP, text)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname or parts.path not in ("", "/"):
        raise AlertsMisconfigured(f"{SMTP}: not the address of a mail server; {expected}")
    if parts.query not in ("", "starttls", "starttls=1") or (parts.scheme == "smtps" and parts.query):
        raise AlertsMisconfigured(f'{SMTP}: unknown option "{parts.query[:60]}"; {expected}')
    security = "tls" if parts.scheme == "smtps" else "starttls" if parts.query else "none"
    if parts.password and security == "none" and parts.hostname not in LOOPBACK_HOSTS:
        raise AlertsMisconfigured(
            f"{SMTP}: the password would cross the network readable; add ?starttls to the address"
        )
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if not (user + password).isascii():
        raise AlertsMisconfigured(
            f"{SMTP}: expected a user and a password in ASCII; Python's SMTP logs in with no others"
        )
    return SmtpServer(parts.hostname, parts.port or PORTS[security], security, user, password)


def _split(name: str, url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:  # its own message may quote what stands there, a password as well
        raise AlertsMisconfigured(f"{name}: not an address, or its port is not a number") from None
    return parts
