"""Where a date of publication comes from besides the printed line, and which of several wins: one order for all.

Read by the crawl (which province of a source held on the day) and by the indexer (the day of publication) alike.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date

# Names of hints, best first. What the source itself says comes before what is read off the address or guessed.
ORDER = ("meta", "feed", "import", "url", "sitemap", "htmldate", "archive_prefix")
SAID_BY_THE_SOURCE = frozenset({"meta", "feed", "import", "sitemap"})

_URL_DAY = re.compile(  # /202112/ /20250219/ /2024-4-25/ /2024/05/07/
    r"/(?P<y>(?:19|20)\d\d)(?:(?P<m>0[1-9]|1[0-2])(?P<d>\d\d)?|(?P<sep>[-/])(?P<m2>0?[1-9]|1[0-2])"
    r"(?:(?P=sep)(?P<d2>\d{1,2}))?)(?=/)"
)


def ordered(hints: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Yield (name, value) of the known hints, best first; of several with one name the first."""
    given: dict[str, str] = {}
    for name, value in hints:
        if value:
            given.setdefault(name, value)
    return ((name, given[name]) for name in ORDER if name in given)


def url_date(url: str) -> str:
    """Return the date in an address as ISO, cut to what it says ("2021-12"), "" where it says none, or no real day."""
    for found in _URL_DAY.finditer(url.split("?", 1)[0] + "/"):
        month, day = int(found["m"] or found["m2"]), found["d"] or found["d2"]
        if not day:
            return f"{found['y']}-{month:02}"
        try:
            return date(int(found["y"]), month, int(day)).isoformat()
        except ValueError:
            continue
    return ""
