"""How often one address may ask for what is expensive: a whole result at once."""

from collections import OrderedDict
from ipaddress import ip_address, ip_network
from threading import Lock
from time import monotonic

from flask import Flask, current_app, request

from search.errors import HoinghiError

WINDOW_SECONDS = 60
EXPORTS_PER_WINDOW = 30  # a person downloads a handful, a script should page through /api/search
ADDRESSES_REMEMBERED = 10_000  # bounds the memory; the one longest unseen is forgotten first


class TooOften(HoinghiError):
    """An address has asked more often than it may."""

    def __init__(self, limit: "RateLimit", what: str, wait: float) -> None:
        super().__init__(
            "more than {calls} {what} in {window:g} seconds: try again in {wait:.0f} seconds",
            code="too-often",
            calls=limit.calls,
            what=what,
            window=limit.window_seconds,
            wait=wait,
        )
        self.retry_seconds = int(wait) + 1


class RateLimit:
    """Counts calls per address in windows that begin with an address's first call."""

    def __init__(self, calls: int, window_seconds: float) -> None:
        self.calls = calls
        self.window_seconds = window_seconds
        self._lock = Lock()
        self._seen: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def wait_seconds(self, address: str, now: float) -> float:
        """Count a call of address at a time; return 0, or how long to wait where it is one too many."""
        with self._lock:
            began, calls = self._seen.pop(address, (now, 0))
            if now - began >= self.window_seconds:
                began, calls = now, 0
            self._seen[address] = (began, calls + 1)
            while len(self._seen) > ADDRESSES_REMEMBERED:
                self._seen.popitem(last=False)
            return began + self.window_seconds - now if calls >= self.calls else 0


def install(app: Flask) -> None:
    app.extensions["export_limit"] = RateLimit(EXPORTS_PER_WINDOW, WINDOW_SECONDS)
    app.before_request(limit_exports)


def limit_exports() -> None:
    if request.blueprint == "exports":
        enforce(current_app.extensions["export_limit"], "exports")


def enforce(limit: RateLimit, what: str) -> None:
    """Count the present request; raise TooOften where it is one too many of its address, of IPv6: of its /64."""
    address = request.remote_addr
    wait = limit.wait_seconds(network_of(address, 32, 64) or address or "", monotonic())
    if wait:
        raise TooOften(limit, what, wait)


def network_of(address: str | None, ipv4_bits: int = 24, ipv6_bits: int = 48) -> str:
    """Return the network that an address belongs to, "" for what is no address.

    By default it is as big as one customer gets at most. A single line gets a /64 of IPv6: all of it is one reader.
    """
    try:
        parsed = ip_address(address or "")
    except ValueError:
        return ""
    parsed = getattr(parsed, "ipv4_mapped", None) or parsed  # as a server sees IPv4 that listens on "::"
    return str(ip_network((parsed, ipv4_bits if parsed.version == 4 else ipv6_bits), strict=False))
