"""/metrics in Prometheus' text format: answers by route and status, and how long they took. Nothing about who asked."""

from bisect import bisect_left
from collections import Counter
from threading import Lock
from time import perf_counter

from flask import Blueprint, Flask, Response, current_app, g, request

BUCKETS_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)

blueprint = Blueprint("metrics", __name__)


class Metrics:
    def __init__(self) -> None:
        self._lock = Lock()
        self._answers: Counter[tuple[str, int]] = Counter()
        self._buckets: Counter[tuple[str, int]] = Counter()
        self._seconds: Counter[str] = Counter()

    def note(self, route: str, status: int, seconds: float) -> None:
        with self._lock:
            self._answers[route, status] += 1
            self._buckets[route, bisect_left(BUCKETS_SECONDS, seconds)] += 1
            self._seconds[route] += seconds  # type: ignore[assignment]  # a Counter of floats

    def text(self) -> str:
        """Return all counts, one per line, with their types."""
        with self._lock:
            lines = ["# TYPE hoinghi_answers_total counter"]
            for (route, status), count in sorted(self._answers.items()):
                lines.append(f'hoinghi_answers_total{{route="{route}",status="{status}"}} {count}')
            lines.append("# TYPE hoinghi_answer_seconds histogram")
            for route in sorted(self._seconds):
                below = 0
                for number, bound in enumerate((*BUCKETS_SECONDS, "+Inf")):
                    below += self._buckets[route, number]
                    lines.append(f'hoinghi_answer_seconds_bucket{{route="{route}",le="{bound}"}} {below}')
                lines.append(f'hoinghi_answer_seconds_sum{{route="{route}"}} {self._seconds[route]:.6f}')
                lines.append(f'hoinghi_answer_seconds_count{{route="{route}"}} {below}')
        return "\n".join([*lines, ""])


def install(app: Flask) -> None:
    app.extensions["metrics"] = Metrics()
    app.before_request(start)
    app.after_request(finish)
    app.register_blueprint(blueprint)


def start() -> None:
    g.began = perf_counter()


def finish(response: Response) -> Response:
    metrics: Metrics = current_app.extensions["metrics"]
    route = request.url_rule.rule if request.url_rule else "none"  # never the path: it may hold what was searched for
    metrics.note(route, response.status_code, perf_counter() - g.began)
    return response


@blueprint.get("/metrics")
def metrics() -> Response:
    return Response(current_app.extensions["metrics"].text(), mimetype="text/plain")
