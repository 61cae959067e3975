"""One line of the log per request: method, route, status, time, bytes. Never the path or the address.

A path may hold what was searched for, an address says who asked; the route is the pattern that the path fits.
"""

import logging
from time import perf_counter

from flask import Flask, Response, g, request

log = logging.getLogger(__name__)


def install(app: Flask) -> None:
    app.after_request(write_line)


def write_line(response: Response) -> Response:
    if log.isEnabledFor(logging.INFO):
        route = request.url_rule.rule if request.url_rule else "none"
        milliseconds = round((perf_counter() - g.began) * 1000, 1)
        size = response.content_length if response.content_length is not None else "-"
        log.info(
            "%s %s %d %.1f ms %s bytes",
            *(request.method, route, response.status_code, milliseconds, size),
            extra={
                "method": request.method,
                "route": route,
                "status": response.status_code,
                "ms": milliseconds,
                "bytes": response.content_length,
            },
        )
    return response
