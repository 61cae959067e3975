"""Which source a URL belongs to: by its host, a variant of it, an old domain, or a subdomain of a newspaper.

Only reading asks this way (imports, WARC files of others). Fetching knows the hosts of a source and nothing else.
"""

from collections.abc import Iterable

from crawl.registry.canonical import host_of
from crawl.registry.sources import Source

VARIANTS = frozenset({"www", "m", "mobile", "amp", "old"})  # first labels that name another form of the same site
ONE_EDITOR = frozenset({"newspaper", "broadcaster"})  # below gov.vn and dcs.vn every subdomain is another office


class Hosts:
    """The hosts of a registry, ready to be asked about any number of URLs."""

    def __init__(self, sources: Iterable[Source] = ()) -> None:
        self._sources: dict[str, Source] = {}
        for source in sources:
            for host in (*source.hosts, *source.aliases):
                self._sources.setdefault(_bare(host), source)

    def source_of(self, url: str) -> Source | None:
        """Return the source that publishes at a URL, None where the registry has none."""
        host = _bare(host_of(url))
        if host in self._sources:
            return self._sources[host]
        while "." in host:
            host = host.partition(".")[2]
            source = self._sources.get(host)
            if source is not None:
                return source if source.kind in ONE_EDITOR else None
        return None


def _bare(host: str) -> str:
    first, _, rest = host.partition(".")
    return rest if first in VARIANTS and "." in rest else host
