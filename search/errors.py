"""What a user is told who made a mistake, or whose machine did not do its part. All rooms' errors descend from here.

    HoinghiError
    ├── SearchError
    │   ├── BadRequest          a parameter is not what it should be (`parameter` says which)
    │   ├── BadIndexAddress     no index can be meant by the address
    │   ├── IndexMissing        there is no index yet, or it cannot be read and has to be made anew
    │   ├── IndexBusy           another process is writing to it
    │   └── IndexUnavailable    it is there, but does not answer at present, or cannot be trusted
    └── CrawlError              crawl/errors.py

A message names the value, what was expected, and the remedy. It is written in English where the error is raised, as the
command line and the JSON interface show it. Where a page may show it, a code and the values that stand in the message
go with it: web/translations/errors.toml says the same in Vietnamese.
"""

import errno
import sqlite3
from typing import Any

_FULL = (errno.ENOSPC, errno.EDQUOT)
_FULL_TO_SQLITE = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_SHMSIZE)


class HoinghiError(Exception):
    """A mistake or a trouble that can be mended; the message is shown as it is, without a traceback.

    message: English, with {names} that values fill in. code: names the message for translation, "" where it has none.
    """

    def __init__(self, message: str, *, code: str = "", **values: Any) -> None:
        super().__init__(message.format(**values) if values else message)
        self.code, self.values = code, values


class SearchError(HoinghiError):
    """A mistake or a trouble on the side of the search."""


class IndexMissing(SearchError):
    """There is no index at the path or address named, or it cannot be read and has to be made anew."""


class IndexBusy(SearchError):
    """Another process is writing to the index."""


class IndexUnavailable(SearchError):
    """The index is there, but it cannot be reached, written to, or trusted at present."""


def no_index(location: object) -> IndexMissing:
    """Return the error of a path or an address where nobody has made an index."""
    return IndexMissing('no index at {location}: run "hoinghi index" first', code="index-missing", location=location)


def in_part() -> IndexUnavailable:
    """Return the error of what must be whole, where a part of a cluster did not answer."""
    return IndexUnavailable(
        "a part of the index does not answer, and pages would be lacking: try again", code="index-in-part"
    )


class BadIndexAddress(SearchError):
    """No index can be meant by the address."""


class BadRequest(SearchError):
    """A parameter of a search is not what it should be."""

    def __init__(self, message: str, parameter: str, *, code: str = "", **values: Any) -> None:
        super().__init__(message, code=code, **values)
        self.parameter = parameter


def is_disk_full(error: BaseException | None) -> bool:
    """Tell whether an error is, or was raised because of, a disk (or a quota) that is full."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in _FULL:
            return True
        if isinstance(error, sqlite3.Error) and getattr(error, "sqlite_errorcode", None) in _FULL_TO_SQLITE:
            return True
        error = error.__cause__ or error.__context__
    return False
