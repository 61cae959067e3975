"""Cookies of a run: sent back to the host that set them, and forgotten with the run.

Some sites answer every request without one with a redirect to itself. What a cookie says of paths, secrecy and age is
not followed: nothing secret is kept, and a run is short.
"""

import re

MAX_COOKIES = 50  # of one host; a site that sets more does so without end
MAX_CHARACTERS = 4096  # of one cookie, as browsers

_PAIR = re.compile(r"\s*([!#$%&'*+.^_`|~0-9A-Za-z-]+)\s*=\s*([\x21-\x3a\x3c-\x7e]*)")
_ENDED = re.compile(r";\s*max-age\s*=\s*(0|-\d+)\s*(;|$)", re.IGNORECASE)


class Cookies:
    """What each host asked us to send back."""

    def __init__(self) -> None:
        self._of_host: dict[str, dict[str, str]] = {}

    def header(self, host: str) -> str:
        """Return the Cookie header for a host, "" where there is none."""
        return "; ".join(f"{name}={value}" for name, value in self._of_host.get(host, {}).items())

    def take(self, host: str, headers: list[tuple[str, str]]) -> None:
        """Remember the cookies that an answer of a host sets."""
        kept = self._of_host.setdefault(host, {})
        for header, value in headers:
            found = _PAIR.match(value) if header.lower() == "set-cookie" else None
            if found is None or len(found.group(0)) > MAX_CHARACTERS:
                continue
            name, content = found.groups()
            kept.pop(name, None)
            if not _ENDED.search(value) and len(kept) < MAX_COOKIES:
                kept[name] = content
