"""Text as it stands in HTML, for what is written out in Python (hot_markup.py).

markupsafe's escape makes an object for each text that must be unpacked again; a page has four hundred of them.
"""

from markupsafe import escape


def escaped(text: str) -> str:
    return str(escape(text))


def escaped_query(query_string: str) -> str:
    """Return an encoded query string: the one sign of markup that may stand in it is &."""
    return query_string.replace("&", "&amp;")
