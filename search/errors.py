"""What the search side tells a user who made a mistake.

    SearchError
    ├── IndexMissing      there is no index yet, or it cannot be opened
    │   └── IndexUnavailable  it is there, but does not answer at present
    └── BadRequest        a parameter is not what it should be (`parameter` says which)

A message names the value, what was expected, and the remedy.
"""


class SearchError(Exception):
    """A mistake that its maker can mend; the message is shown as it is, without a traceback."""


class IndexMissing(SearchError):
    """There is no index at the place named, or it cannot be opened."""


class IndexUnavailable(IndexMissing):
    """The index is there, but it cannot be reached, written to, or trusted at present."""


class BadRequest(SearchError):
    """A parameter of a search is not what it should be."""

    def __init__(self, message: str, parameter: str) -> None:
        super().__init__(message)
        self.parameter = parameter
