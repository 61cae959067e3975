"""What is counted of every answer: its route and status, and how long it took. Nothing about who asked, or for what.

Served on an address of its own (web/serving/metrics.py). Where several processes answer, prometheus-client leaves each
one's counts in files, and whichever is asked adds them up.
"""

from time import perf_counter

from flask import Flask, Response, current_app, g, request
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

BUCKETS_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)


class Metrics:
    """The counts of one application."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._answers = Counter(
            "hoinghi_answers", "Answers by route and status.", ("route", "status"), registry=self.registry
        )
        self._seconds = Histogram(
            "hoinghi_answer_seconds",
            "Seconds until an answer was made.",
            ("route",),
            buckets=BUCKETS_SECONDS,
            registry=self.registry,
        )
        self._waiting = Gauge(
            "hoinghi_requests_in_pool",
            "Whole requests that wait or are under way.",
            ("pool",),
            registry=self.registry,
            multiprocess_mode="livesum",
        )

    def note(self, route: str, status: int, seconds: float) -> None:
        self._answers.labels(route, status).inc()
        self._seconds.labels(route).observe(seconds)

    def note_waiting(self, pool: str, count: int) -> None:
        self._waiting.labels(pool).set(count)


def install(app: Flask) -> None:
    app.extensions["metrics"] = Metrics()
    app.before_request(start)
    app.after_request(finish)


def start() -> None:
    g.began = perf_counter()


def finish(response: Response) -> Response:
    metrics: Metrics = current_app.extensions["metrics"]
    route = request.url_rule.rule if request.url_rule else "none"  # never the path: it may hold what was searched for
    metrics.note(route, response.status_code, perf_counter() - g.began)
    return response
