"""What the crawl side tells a user who made a mistake.

    CrawlError
    ├── SourcesError      the registry of sources cannot be used as it stands
    ├── ArchiveError      the data directory is missing, damaged or in use
    └── ImportFailed      nothing of what was to be imported could be read

A message names the value, what was expected, and the remedy.
"""

from search.errors import HoinghiError


class CrawlError(HoinghiError):
    """A mistake or a trouble on the side of the crawl and the archive."""


class SourcesError(CrawlError):
    """The registry of sources cannot be used as it stands."""


class ArchiveError(CrawlError):
    """The data directory is missing, damaged or in use."""


class ImportFailed(CrawlError):
    """Nothing of what was to be imported could be read."""
