"""/metrics in Prometheus' text format, on an address of its own: the answers, and how archive and index stand."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from flask import Flask
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.values import ValueClass

from crawl.archive.frontier_file import waiting_pages
from crawl.archive.index_run import last_run
from crawl.errors import ArchiveError
from search.errors import HoinghiError
from web.alerts.subscriptions import Subscriptions
from web.services import Library

StartResponse = Callable[..., Any]


def metrics_application(app: Flask) -> Callable[[dict[str, Any], StartResponse], Iterable[bytes]]:
    """Return what answers GET /metrics about an application."""

    def answer(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"] != "/metrics":
            start_response("404 Not Found", [("Content-Type", "text/plain")])
            return [b"expected /metrics\n"]
        start_response("200 OK", [("Content-Type", CONTENT_TYPE_LATEST)])
        return [metrics_text(app)]

    return answer


def metrics_text(app: Flask) -> bytes:
    """Return all that is measured, of every process of this server."""
    registry = app.extensions["metrics"].registry
    if counts_are_shared():
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    state = CollectorRegistry(auto_describe=False)
    state.register(StateCollector(app.extensions["library"]))
    return generate_latest(registry) + generate_latest(state)


def counts_are_shared() -> bool:
    """Whether prometheus-client keeps its values in files for all processes; it decides so when it is loaded."""
    return str(ValueClass.__name__) == "MmapedValue"


class StateCollector:
    """Reads how the archive, the index and the alerts stand, whenever it is asked."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def collect(self) -> Iterator[Metric]:
        now = datetime.now(UTC)
        ages = GaugeMetricFamily(
            "hoinghi_source_age_seconds", "Since the last crawl that succeeded.", labels=["source"]
        )
        failing = GaugeMetricFamily("hoinghi_source_failing", "1: failing, stale or moved.", labels=["source"])
        articles = GaugeMetricFamily("hoinghi_source_articles", "Articles archived.", labels=["source"])
        not_followed = GaugeMetricFamily(
            "hoinghi_source_links_not_followed",
            "Links like pages of a list that the latest crawl could not follow.",
            labels=["source"],
        )
        for source in self._library.source_states():
            if source.succeeded:
                age = (now - datetime.fromisoformat(source.succeeded)).total_seconds()
                ages.add_metric([source.slug], age)
            failing.add_metric([source.slug], source.state in ("failing", "stale", "moved"))
            articles.add_metric([source.slug], source.articles)
            not_followed.add_metric([source.slug], source.not_followed_links)
        yield from (ages, failing, articles, not_followed)
        yield self._frontier()
        yield from self._index()
        yield from self._last_run()
        yield from self._alerts()
        backup = self._library.last_backup()
        if backup is not None:
            name = "hoinghi_last_backup_timestamp_seconds"
            yield GaugeMetricFamily(name, "When the last backup was completed.", value=backup)

    def _frontier(self) -> Metric:
        found = GaugeMetricFamily("hoinghi_frontier_waiting", "Pages that wait to be asked for.", labels=["source"])
        with suppress(ArchiveError):  # a damaged frontier is told by "hoinghi status"
            for source, count in waiting_pages(self._library.data_dir).items():
                found.add_metric([source], count)
        return found

    def _index(self) -> Iterator[Metric]:
        try:
            engine = self._library.engine()
            documents, generation = engine.count(), engine.generation()
            yield GaugeMetricFamily("hoinghi_index_documents", "Documents in the index.", value=documents)
            if generation is not None:
                yield GaugeMetricFamily("hoinghi_index_generation", "Number of the commit.", value=generation)
        except HoinghiError:
            yield GaugeMetricFamily("hoinghi_index_documents", "Documents in the index.", value=0)

    def _last_run(self) -> Iterator[Metric]:
        run = last_run(self._library.data_dir)
        if run is None:
            return
        yield GaugeMetricFamily("hoinghi_index_failing", "1: the last run failed.", value=bool(run.trouble))
        if run.succeeded:
            when = datetime.fromisoformat(run.succeeded).timestamp()
            yield GaugeMetricFamily("hoinghi_index_last_success_timestamp_seconds", "Last run done.", value=when)

    def _alerts(self) -> Iterator[Metric]:
        found = GaugeMetricFamily("hoinghi_alerts", "Alerts by state and kind.", labels=["state", "kind"])
        counts: dict[tuple[str, str], int] = {}
        if Subscriptions.exist(self._library.data_dir):
            with Subscriptions(self._library.data_dir) as subscriptions:
                for (state, kind, _), count in subscriptions.counts().items():
                    counts[state, kind] = counts.get((state, kind), 0) + count
        for labels, count in counts.items():
            found.add_metric(list(labels), count)
        yield found
