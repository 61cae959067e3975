"""Requests to programs that asked to be told: signed, bounded, and never to a machine of our own network.

    POST {"type": "challenge", "challenge": "…"}    the program confirms by answering 200 with the challenge as the body
    POST {"type": "pages", "id", "sent_at", "query", "url", "hits": […], "unsubscribe"}    hits as in /api/search
    POST {"type": "figures", "id", "sent_at", "query", "url", "figures": […], "unsubscribe"}    as in /api/figures

Any answer of 2xx takes the pages, 410 ends the alert, all else is tried again in the next round.

X-Hoinghi-Signature: sha256=<HMAC-SHA256 of the body, hex>, by the key that the subscriber was told.
"""

import hashlib
import hmac
import http.client
import ipaddress
import json
import socket
import ssl
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

SIGNATURE, DELIVERY = "X-Hoinghi-Signature", "X-Hoinghi-Delivery"
STEP_SECONDS = 5.0  # for connecting, and for each part of an answer
WHOLE_SECONDS = 15.0  # for all of it, however slowly it drips
ANSWER_BYTES = 4096  # read at most
GONE = 410
# Addresses that carry an IPv4 address within: whom they reach is told by that one.
NAT64 = ipaddress.ip_network("64:ff9b::/96")
NOT_PUBLIC = (  # which the library counts as global: deprecated site-local (RFC 3879), 6to4 relays (RFC 7526)
    ipaddress.ip_network("fec0::/10"),
    ipaddress.ip_network("192.88.99.0/24"),
)

RESOLVER = ThreadPoolExecutor(4, "dns")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class WebhookFailed(Exception):
    """The program did not take the request. is_gone: it says that it never will. The message names no address."""

    def __init__(self, message: str, is_gone: bool = False) -> None:
        super().__init__(message)
        self.is_gone = is_gone


def challenge(url: str, text: str, *, loopback_allowed: bool = False) -> bool:
    """Return whether the program answers a challenge: with the text itself, or as JSON {"challenge": text}."""
    body = json.dumps({"type": "challenge", "challenge": text}).encode()
    answer = post(url, body, {}, loopback_allowed=loopback_allowed).strip()
    if hmac.compare_digest(answer, text.encode()):
        return True
    try:
        told = json.loads(answer)
    except ValueError:
        return False
    return isinstance(told, dict) and told.get("challenge") == text


def deliver(url: str, payload: dict[str, Any], key: str, *, loopback_allowed: bool = False) -> None:
    """Hand pages or figures over to a program. Raises WebhookFailed.

    payload: with "type", and "id", which stays the same if it is sent again.
    """
    body = json.dumps(payload, ensure_ascii=False).encode("utf-8", "replace")
    signature = "sha256=" + hmac.new(key.encode(), body, hashlib.sha256).hexdigest()
    post(url, body, {SIGNATURE: signature, DELIVERY: payload["id"]}, loopback_allowed=loopback_allowed)


def post(url: str, body: bytes, headers: dict[str, str], *, loopback_allowed: bool = False) -> bytes:
    """Return the beginning of the answer to a request. A redirect is not followed. Raises WebhookFailed."""
    parts = urlsplit(url)
    host, is_encrypted = parts.hostname or "", parts.scheme == "https"
    port = parts.port or (443 if is_encrypted else 80)
    connection = _Connection(host, port, public_address(host, port, loopback_allowed=loopback_allowed), is_encrypted)
    timer = threading.Timer(WHOLE_SECONDS, connection.break_off)
    timer.daemon = True
    timer.start()
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    sent = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "hoinghi", "Connection": "close"}
    try:
        connection.request("POST", target, body, sent | headers)
        answer = connection.getresponse()
        if not 200 <= answer.status < 300:
            raise WebhookFailed(f"the program answered {answer.status}", is_gone=answer.status == GONE)
        return answer.read(ANSWER_BYTES)
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise WebhookFailed(f"the program cannot be reached ({type(error).__name__})") from None
    finally:
        timer.cancel()
        connection.close()


def public_address(host: str, port: int, *, loopback_allowed: bool = False) -> str:
    """Return the address that a host name leads to. Raises WebhookFailed where it, or one of several, is not public.

    The connection goes to this very address: a name that leads elsewhere a moment later changes nothing.
    """
    found = looked_up(host, port)
    addresses = [ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]
    for address in addresses:
        if not (is_public(address) or (loopback_allowed and address.is_loopback)):
            raise WebhookFailed("the program's host leads to an address that is not public")
    if not addresses:
        raise WebhookFailed("the program's host has no address")
    return str(addresses[0])


def looked_up(host: str, port: int) -> list[Any]:
    """Return what getaddrinfo tells. It cannot be interrupted, so it runs in one of a few threads of its own."""
    asked = RESOLVER.submit(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
    try:
        return asked.result(STEP_SECONDS)
    except TimeoutError:
        asked.cancel()
        raise WebhookFailed("the program's host was not found in time") from None
    except (OSError, UnicodeError):
        raise WebhookFailed("the program's host is not known") from None


def is_public(address: Address) -> bool:
    """Tell whether an address belongs to a machine of the internet, not to this one or its neighbours."""
    if isinstance(address, ipaddress.IPv6Address):
        within = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if address in NAT64:
            within = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if within is not None:
            return is_public(within)
    if any(address.version == network.version and address in network for network in NOT_PUBLIC):
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


class _Connection(http.client.HTTPConnection):
    """A connection to an address that was looked at before, under the name it was found by."""

    def __init__(self, host: str, port: int, address: str, is_encrypted: bool) -> None:
        super().__init__(host, port, timeout=STEP_SECONDS)
        self.default_port = 443 if is_encrypted else 80
        self._address = address
        self._is_encrypted = is_encrypted
        self._is_broken_off = False

    def connect(self) -> None:
        self.sock = socket.create_connection((self._address, self.port), self.timeout)
        if self._is_encrypted:
            self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self.host)
        if self._is_broken_off:
            raise TimeoutError

    def break_off(self) -> None:
        self._is_broken_off = True
        if self.sock is not None:
            with suppress(OSError):  # it is closed already
                self.sock.shutdown(socket.SHUT_RDWR)
