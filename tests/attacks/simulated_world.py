"""Sites that have bad days, as a function of time alone: whoever asks at the same moment gets the same answer.

Each site publishes articles, some of which are edited, taken down, or put up unfinished, and has troubles of KINDS for
hours or days: nothing that an article was offered in is lost by a crawler that comes again.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from crawl.registry.sources import Source

HOUR, DAY = 3600.0, 86_400.0
START = datetime(2026, 3, 1, tzinfo=UTC).timestamp()
DELAY_SECONDS = 1.0
PER_PAGE = 10
PATTERN = r"/(bai|tin)-\d+$"
# what a trouble is, and how long it lasts at least and at most, in hours
KINDS = {
    "answers 500": (2, 30),
    "answers 503 with Retry-After": (1, 10),
    "cuts every connection": (1, 60),
    "never answers": (1, 12),
    "a notice of maintenance with status 200": (2, 20),
    "all redirected to a notice": (2, 20),
    "robots.txt forbids all": (3, 40),
    "robots.txt answers 500": (2, 20),
    "a challenge for browsers": (4, 30),
    "a login before every page": (4, 30),
    "lists without entries": (3, 30),
    "every article answers 404": (2, 60),
    "answers 429": (1, 6),
}


@dataclass(frozen=True, slots=True)
class SimulatedArticle:
    """published, removed, edited: moments; the latter two 0.0 for never. ready: when its page is what it will be.

    before: what its page shows until it is ready: "404", "unfinished".
    """

    number: int
    published: float
    ready: float
    before: str
    removed: float
    edited: float

    def title(self) -> str:
        return f"Ban Thường vụ Tỉnh ủy họp phiên thứ {self.number}"

    def text(self, at: float) -> str:
        count = "năm" if self.edited and at >= self.edited else "bốn"
        return (
            f"Sáng nay, Ban Thường vụ Tỉnh ủy (mẫu) họp phiên thứ {self.number}, cho ý kiến về {count} nội dung quan"
            f" trọng của tỉnh, trong đó có đề án {self.number * 37 % 1009} và tờ trình {self.number * 91 % 2003}. "
        ) * 4


@dataclass(frozen=True, slots=True)
class SimulatedSite:
    """One site. troubles: (begin, end, kind); redesigned: when it gave its pages other addresses, 0.0 for never."""

    slug: str
    articles: tuple[SimulatedArticle, ...]
    troubles: tuple[tuple[float, float, str], ...]
    answer_seconds: float
    validators: bool
    redesigned: float
    redirects: bool
    interval_hours: float

    @property
    def host(self) -> str:
        return f"{self.slug}.test"

    def source(self) -> Source:
        base = f"http://{self.host}"
        return Source(
            *(self.slug, self.slug, "newspaper", (self.host,), PATTERN, f"{base}/bai-1"),
            start=(f"{base}/",),
            interval_hours=self.interval_hours,
            delay_seconds=DELAY_SECONDS,
        )

    def path(self, article: SimulatedArticle, at: float) -> str:
        return f"/{'tin' if self.redesigned and at >= self.redesigned else 'bai'}-{article.number}"

    def trouble(self, at: float) -> str:
        return next((kind for begin, end, kind in self.troubles if begin <= at < end), "")

    def offered(self, article: SimulatedArticle, until: float) -> Iterator[tuple[float, float]]:
        """Yield the spans of time in which an article could be had: named by the list, whole, without trouble."""
        begin, last = max(article.ready, START), min(article.removed or until, until)
        for trouble, end, _ in sorted(self.troubles):
            if trouble > begin:
                yield begin, min(trouble, last)
            begin = max(begin, end)
        yield begin, last


@dataclass
class World:
    """Sites for a number of days. kills: requests, counted over all sites, in whose midst the crawler dies.

    jumps: (when, how far ahead the clock of the crawler's machine is from then on).
    """

    sites: dict[str, SimulatedSite]
    days: float
    kills: frozenset[int]
    jumps: tuple[tuple[float, float], ...] = field(default=())

    @property
    def end(self) -> float:
        return START + self.days * DAY


def world(count: int, days: float, kills: int, seed: int) -> World:
    """Return a world of so many sites, the same for the same seed."""
    dice = random.Random(seed)
    sites = [_site(f"mau-{number:03d}", number, days, random.Random(f"{seed} {number}")) for number in range(count)]
    share = days / 30
    jumps = (
        (START + 9 * share * DAY, 3 * 365 * DAY),  # three years ahead, for some hours
        (START + 9 * share * DAY + 5 * HOUR, 0.0),
        (START + 15 * share * DAY, -2 * DAY),
        (START + 15 * share * DAY + 3 * HOUR, 0.0),
        (START + 20 * share * DAY, 40 * 60.0),
    )
    requests = count * days * 15
    moments = frozenset(dice.randrange(20, int(requests)) for _ in range(kills))
    return World({site.host: site for site in sites}, days, moments, jumps)


def _site(slug: str, number: int, days: float, dice: random.Random) -> SimulatedSite:
    a_day = dice.choice((0.3, 0.7, 1.0, 1.5, 3.0))
    moments = [START - dice.uniform(1, 40) * DAY for _ in range(dice.randrange(4, 14))]
    moments += [START + dice.uniform(0, days) * DAY for _ in range(max(1, round(a_day * days)))]
    articles = tuple(_article(place, moment, dice) for place, moment in enumerate(sorted(moments), start=1))
    kinds = list(KINDS)
    troubles = []
    for place in range(max(1, round(days / 6))):
        kind = kinds[(number * 5 + place) % len(kinds)]
        begin = START + dice.uniform(0.02, 0.9) * days * DAY
        troubles.append((begin, begin + dice.uniform(*KINDS[kind]) * HOUR, kind))
    return SimulatedSite(
        slug,
        articles,
        tuple(troubles),
        answer_seconds=25.0 if number % 26 == 7 else (4.0 if number % 8 == 3 else dice.uniform(0.05, 0.6)),
        validators=number % 3 != 1,
        redesigned=START + dice.uniform(0.3, 0.7) * days * DAY if number % 4 == 2 else 0.0,
        redirects=number % 8 == 2,
        interval_hours=dice.choice((6, 12, 12, 24)),
    )


def _article(number: int, moment: float, dice: random.Random) -> SimulatedArticle:
    before = dice.choices(("", "404", "unfinished"), (8, 1, 1))[0]
    ready = moment + (dice.uniform(0.5, 20) * HOUR if before else 0.0)
    removed = ready + dice.uniform(1.05, 6) * DAY if dice.random() < 0.1 else 0.0
    edited = ready + dice.uniform(1, 30) * HOUR if dice.random() < 0.1 else 0.0
    return SimulatedArticle(number, moment, ready, before, removed, edited)
