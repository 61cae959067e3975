"""When an article counts as gone at its source: after several answers "does not exist" on several days.

An outage is not a deletion. A server that loses its database says 404 for everything; so where a good part of a source
vanishes at once, an alarm is raised, and only months of the same answer make it a deletion.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from crawl.archive.archive import Archive

TRIES = 3
DAYS = 3  # different ones: a night of maintenance is one
MASS_SHARE = 0.2  # of a source's articles; editors delete one page, not every fifth
MASS_ARTICLES = 20  # fewer are no mass, whatever their share
MASS_SPAN = timedelta(days=60)
MASS_ALARM = "vanished"


def mark_gone(archive: Archive, source: str) -> int:
    """Mark what is gone for good at a source, after a run; return how many articles that are.

    Raises an alarm in the archive where many of its articles vanished at once.
    """
    misses = archive.misses(source)
    total, gone = archive.article_counts().get(source, (0, 0))
    there = total - gone
    is_mass = len(misses) >= MASS_ARTICLES and len(misses) > MASS_SHARE * there
    if is_mass:
        detail = f"{len(misses):,} of {there:,} articles are not found any more: the site was moved, rebuilt or closed"
        archive.raise_alarm(source, "", MASS_ALARM, detail)
    vanished = [key for key, moments in misses.items() if is_gone(moments, MASS_SPAN if is_mass else timedelta())]
    archive.set_gone(vanished)
    return len(vanished)


def is_gone(moments: Sequence[str], span: timedelta = timedelta()) -> bool:
    """Tell whether answers of "does not exist" at these moments (ISO 8601, oldest first) are enough."""
    if len(moments) < TRIES or len({moment[:10] for moment in moments}) < DAYS:
        return False
    return datetime.fromisoformat(moments[-1]) - datetime.fromisoformat(moments[0]) >= span
