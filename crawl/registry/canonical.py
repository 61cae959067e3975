"""URLs as names: what of a URL tells one page from another, decided per source.

The id of an article is its canonical URL. The id may sit in the query string (`?nid=113139`), so which parameters
count is said by the source (`keep_query`), never by a rule for all sites.
"""

import re
from functools import lru_cache
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from w3lib.url import safe_url_string

from crawl.registry.sources import Source
from crawl.registry.url_shape import LINKS_KEPT, names_a_page

MAX_URL_CHARACTERS = 2000  # longer ones are traps or mistakes; servers commonly refuse above 8,000
MAX_REPEATED_SEGMENT = 3  # /a/a/a/…: a relative link that climbs into itself for ever

_SESSION_IN_PATH = re.compile(r";(jsessionid|phpsessid|sid)=[^/?#]*", re.IGNORECASE)
_DEFAULT_PORTS = {"http": "80", "https": "443"}


@lru_cache(maxsize=1)
def _dropped_parameters() -> re.Pattern[str]:
    """Parameters that never name a page, as name=value: sessions, campaigns. Data: dropped_parameters.tsv."""
    lines = Path(__file__).with_name("dropped_parameters.tsv").read_text(encoding="utf-8").splitlines()
    rows = [(*line.split("\t"), "")[:3] for line in lines[1:] if line]
    patterns = [f"(?:{name})={f'(?!(?:{kept})$)' if kept else ''}.*" for name, _, kept in rows]
    return re.compile("|".join(patterns), re.IGNORECASE | re.DOTALL)


@lru_cache(maxsize=LINKS_KEPT)
def host_of(url: str) -> str:
    """Return host[:port] in small letters without a default port; "" where there is none or the port is no number."""
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or ""), parts.port
    except ValueError:
        return ""
    return host if port is None or str(port) == _DEFAULT_PORTS.get(parts.scheme) else f"{host}:{port}"


def absolute_url(base: str, link: str) -> str:
    """Return the http(s) URL that a link on the page `base` leads to, without fragment and session.

    "" for any other link.
    """
    if link.startswith("/") and not link.startswith("//"):
        scheme, _, rest = base.partition("://")
        base = f"{scheme}://{rest.partition('/')[0]}/"  # a menu leads from all pages of a site to the same ones
    return _joined(base, link)


@lru_cache(maxsize=LINKS_KEPT)
def _joined(base: str, link: str) -> str:
    try:
        address, mark, query = link.strip().partition("?")
        url = urljoin(base, address.replace("\\", "/") + mark + query)  # as browsers read it
        if not url.lower().startswith(("http://", "https://")):
            return ""
        parts = urlsplit(safe_url_string(url))
        return urlunsplit(parts._replace(path=_SESSION_IN_PATH.sub("", parts.path), fragment=""))
    except ValueError:
        return ""


def canonical_url(url: str, source: Source) -> str:
    """Return the name of an article: scheme, host, path and the parameters in source.keep_query, in order of name.

    Scheme and trailing slash follow source.example, the host is the first of source.hosts, so that http/https, www
    and slash variants of one page are one page.
    """
    parts = urlsplit(safe_url_string(url.strip()))
    model = urlsplit(source.example)
    host = host_of(url)
    path = re.sub(r"(?<!:)//+", "/", _SESSION_IN_PATH.sub("", parts.path)) or "/"
    if model.path.rstrip("/") and not parts.query:
        stem = path.rstrip("/") or "/"
        path = stem + "/" if model.path.endswith("/") and stem != "/" and not _has_extension(stem) else stem
    keep = source.keep_query
    given = {name for name, _ in parse_qsl(parts.query, keep_blank_values=True)}
    if not source.article and not given & set(keep) and not names_a_page(url):
        keep = ("*",)  # without a pattern nobody said what names an article: the path, or else the query
    query = _written(sorted(_kept_parameters(parts.query, keep)))
    if host in source.hosts:
        host = source.hosts[0]
    return urlunsplit((model.scheme or parts.scheme.lower(), host, path, query, ""))


def article_url(url: str, source: Source) -> str:
    """Return where an article is fetched from: its canonical URL at the scheme and host that the link names."""
    parts = urlsplit(url)
    return urlunsplit(urlsplit(canonical_url(url, source))._replace(scheme=parts.scheme, netloc=host_of(url)))


def list_url(url: str) -> str:
    """Return the name of a list page, feed or sitemap: all parameters but sessions and campaigns, in order of name."""
    parts = urlsplit(safe_url_string(url.strip()))
    path = _SESSION_IN_PATH.sub("", parts.path) or "/"
    return urlunsplit(
        (parts.scheme.lower(), host_of(url), path, _written(sorted(_kept_parameters(parts.query, ("*",)))), "")
    )


def is_trap(url: str) -> bool:
    """Tell whether a URL is one that no reader would be sent to: endless, or a path that climbs into itself."""
    segments = [segment for segment in urlsplit(url).path.split("/") if segment]
    return len(url) > MAX_URL_CHARACTERS or any(segments.count(segment) > MAX_REPEATED_SEGMENT for segment in segments)


def _has_extension(path: str) -> bool:
    return "." in path.rsplit("/", 1)[-1]


def _kept_parameters(query: str, keep: tuple[str, ...]) -> list[tuple[str, str]]:
    if not query or not keep:
        return []
    dropped = _dropped_parameters()
    return [
        (name, value)
        for name, value in parse_qsl(query, keep_blank_values=True)
        if name in keep or ("*" in keep and not dropped.fullmatch(f"{name}={value}"))
    ]


def _written(pairs: list[tuple[str, str]]) -> str:
    return urlencode(pairs, safe="/:,;!()*$")
