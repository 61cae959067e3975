"""robots.txt of a host: what it forbids and how long it asks to wait (RFC 9309)."""

from dataclasses import dataclass
from itertools import islice

from protego import Protego

MAX_BYTES = 500 * 1024  # RFC 9309: a crawler reads at least this much
MAX_CRAWL_DELAY_SECONDS = 60.0  # a longer one would keep a source from ever being read
MAX_SITEMAPS = 50
AGENT = "hoinghi"


@dataclass(frozen=True, slots=True)
class Robots:
    """What a host allows. refusal: why nothing of it may be fetched now, "" where the rules decide.

    not_before: when the host lets us ask again, ISO 8601, "" where it did not say.
    """

    rules: Protego
    refusal: str = ""
    not_before: str = ""

    def allows(self, url: str) -> bool:
        return not self.refusal and self.rules.can_fetch(url, AGENT)

    def sitemaps(self) -> list[str]:
        """Return the first MAX_SITEMAPS that robots.txt names."""
        return list(islice(self.rules.sitemaps, MAX_SITEMAPS))

    def delay_seconds(self) -> float:
        return min(float(self.rules.crawl_delay(AGENT) or 0.0), MAX_CRAWL_DELAY_SECONDS)


def robots_of(status: int, body: bytes) -> Robots:
    """Return what an answer to /robots.txt means: 2xx its rules, 4xx no rules, anything else no permission for now."""
    if 200 <= status < 300:
        return Robots(Protego.parse(body[:MAX_BYTES].decode("utf-8", "replace")))
    if 400 <= status < 500 and status != 429:
        return Robots(Protego.parse(""))
    return unreachable_robots(f"answered {status}")


def unreachable_robots(why: str, not_before: str = "") -> Robots:
    """Return the rules of a host whose robots.txt cannot be read: RFC 9309 says to fetch nothing from it."""
    refusal = f"robots.txt cannot be read ({why}): nothing is fetched until it can"
    return Robots(Protego.parse(""), refusal, not_before)
