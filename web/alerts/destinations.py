"""Where alerts may go: mail addresses, and https addresses of programs."""

import re
from urllib.parse import urlsplit

LONGEST_ADDRESS = 254  # of a mail address (RFC 5321); no server takes more
LONGEST_URL = 1000
LOOPBACK_HOSTS = ("localhost", "127.0.0.1", "::1")
# Narrower than what RFC 5321 allows: no quotes, no comments, nothing that could end a header or name a second person.
LOCAL_PART = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
HOST = re.compile(r"(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])")


class BadAddress(ValueError):
    """Not an address; the message says what was expected and quotes nothing, for it may be shown or logged."""


def mail_address(text: str) -> str:
    """Return a mail address in one form: its domain in small ASCII letters. Raises BadAddress."""
    local, at, domain = text.strip(" ").rpartition("@")
    try:
        domain = domain.encode("idna").decode("ascii").lower()
    except UnicodeError:
        domain = ""
    address = f"{local}@{domain}"
    if not at or not LOCAL_PART.fullmatch(local) or not HOST.fullmatch(domain) or len(address) > LONGEST_ADDRESS:
        raise BadAddress("not a mail address: expected one such as ten@example.vn")
    return address


def mailbox_of(address: str) -> str:
    """Return what two addresses of one mailbox share: small letters, without a tag ("Ten+tin@…" → "ten@…")."""
    local, _, domain = address.rpartition("@")
    return f"{local.partition('+')[0].lower()}@{domain}"


def hook_address(text: str, *, loopback_allowed: bool = False) -> str:
    """Return the address of a program. Raises BadAddress.

    Where its host leads is looked at when it is called (webhooks.py): that can change.
    """
    text = text.strip(" ")
    expected = "not the address of a program: expected one such as https://example.vn/hoinghi"
    if len(text) > LONGEST_URL or not text.isascii() or not text.isprintable() or " " in text:
        raise BadAddress(expected)
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise BadAddress(expected) from None
    is_ours = loopback_allowed and parts.hostname in LOOPBACK_HOSTS
    if parts.scheme != "https" and not (parts.scheme == "http" and is_ours):
        raise BadAddress(expected)
    if not parts.hostname or parts.username is not None or parts.fragment or port == 0:
        raise BadAddress(expected)
    if not is_ours and not HOST.fullmatch(parts.hostname):
        raise BadAddress(expected)
    return text
