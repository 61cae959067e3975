"""The alarms of a run of a source: pages that fail for days, articles that no longer look as the registry says."""

from crawl.archive.archive import Archive
from crawl.fetch.frontier import DAY, Frontier

CANARY_ARTICLES = 3  # one page may be built like no other
ALARM_PAGES = 5  # a few pages fail at every site
ALARM_AFTER_SECONDS = 3 * DAY  # an outage is over by then


def raise_alarm_of_failing(archive: Archive, frontier: Frontier, slug: str) -> None:
    """Tell when more than a few pages of a source could not be fetched for days."""
    long_failing = frontier.failing(for_seconds=ALARM_AFTER_SECONDS)
    if long_failing > ALARM_PAGES:
        detail = f"{long_failing:,} pages could not be fetched for more than {ALARM_AFTER_SECONDS / DAY:.0f} days"
        archive.raise_alarm(slug, "", "unfetched", f'{detail}: "hoinghi status" names them')


def raise_alarm_of_build(archive: Archive, slug: str, as_built: int, otherwise: int) -> str:
    """Tell when most pages no longer look as the registry says: they are read by the generic rules, less surely.

    as_built, otherwise: articles that its selectors match, or do not. Returns what was told, "" for nothing.
    """
    if otherwise < CANARY_ARTICLES or otherwise <= as_built:
        return ""
    read = as_built + otherwise
    detail = f"selectors.body of the registry matches {as_built:,} of {read:,} articles read: rebuilt?"
    archive.raise_alarm(slug, "", "rebuilt", f'{detail} "hoinghi sources try" proposes others')
    return detail
