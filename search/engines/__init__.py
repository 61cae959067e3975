"""The engines that can hold the index; each stands behind the port of ports.py."""

from search.engines.ports import Engine
from search.errors import BadIndexAddress, SearchError


def open_engine(url: str, *, memory: int | None = None) -> Engine:
    """Return the engine named by url: "whoosh:<directory>" or "opensearch://host:9200/name?shards=3&replicas=1".

    whoosh:<directory>?check=merge: segments are compared with their checksums when merged, not when they are opened.

    memory: bytes that an embedded engine may keep of what queries asked for; None: by the size of the index.
    A missing index is told by searching, not by opening.
    """
    kind, separator, location = url.partition(":")
    if kind == "whoosh" and separator and location:
        from search.engines.embedded.engine import WhooshEngine

        directory, _, check = location.partition("?check=")
        if check not in ("", "open", "merge"):
            raise BadIndexAddress(
                f'cannot open the index "{url}": check={check} is unknown, expected "open" or "merge"'
            )
        return WhooshEngine(directory, check=check != "merge", memory=memory)
    if kind in ("opensearch", "opensearchs") and location.startswith("//"):
        try:
            from search.engines.opensearch.engine import OpenSearchEngine
        except ModuleNotFoundError as error:
            if error.name != "opensearchpy":
                raise
            raise SearchError(
                "{kind}: opensearch-py is not installed: pip install 'hoinghi[opensearch]'",
                code="opensearch-not-installed",
                kind=kind,
            ) from None
        return OpenSearchEngine(url)
    raise BadIndexAddress(
        'cannot open the index "{value}": expected "whoosh:<directory>", as in whoosh:index_data/whoosh, or '
        '"opensearch://host:9200/name?shards=3&replicas=1"',
        code="bad-index-address",
        value=url,
    )
