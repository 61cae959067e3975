"""A saved search: the query string of its result page, read anew each time it is asked."""

from urllib.parse import parse_qsl

from werkzeug.datastructures import MultiDict

from web.http.parameters import SearchRequest, read_search


def saved_search(query_string: str) -> SearchRequest:
    """Return the search. Raises BadRequest where a value in it is no longer known."""
    return read_search(MultiDict(parse_qsl(query_string)))
