"""How long an answer may take. What is not ready in time is given up before its next step, and the reader is told.

A step is one question to the engine. An embedded index answers one in milliseconds, and a distributed one leaves out
the parts that are slow (opensearch.request.SEARCH_SECONDS): so the limit is overrun by one step at most.
"""

from time import monotonic

from flask import Flask, current_app, g, has_request_context, request

ANSWER_SECONDS = 25.0  # a little more than a slow distributed index takes for one answer, that may still be partial
EXPORT_SECONDS = 300.0  # 10,000 results take ten; on a busy cluster or a slow line longer
LARGEST_BODY_BYTES = 64_000  # the forms that are sent to us hold a query and an address
RETRY_SECONDS = 30


class TooSlow(Exception):
    """The time for an answer is over."""


class Deadline:
    def __init__(self, seconds: float) -> None:
        self._end = monotonic() + seconds

    def check(self) -> None:
        """Raises TooSlow when the time is over."""
        if monotonic() > self._end:
            raise TooSlow


def install(app: Flask) -> None:
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY_BYTES
    app.extensions["answer_seconds"] = ANSWER_SECONDS
    app.extensions["export_seconds"] = EXPORT_SECONDS
    app.before_request(begin)


def begin() -> None:
    limit = "export_seconds" if request.blueprint == "exports" else "answer_seconds"
    g.deadline = Deadline(current_app.extensions[limit])


def current_deadline() -> Deadline | None:
    """Return the deadline of the request that is being answered; None where nobody waits."""
    return g.get("deadline") if has_request_context() else None


def check() -> None:
    """Raises TooSlow when the time of the request is over."""
    deadline = current_deadline()
    if deadline is not None:
        deadline.check()
