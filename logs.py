"""The log: set up once, by the command line. Each line has its date; with log_json each line is a JSON object.

What a logger is given in `extra` stands in the JSON object under its name. No line holds what was searched for, or by
whom.
"""

import json
import logging
import sys
from datetime import UTC, datetime

ROOMS = ("crawl", "indexer", "search", "web")
SAID_BY_US = ("pypdf",)  # what they warn of makes a file unreadable, which we tell in our words, or does not matter
OURS = [__name__.removesuffix("logs") + room for room in ROOMS]
USUAL = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **{name: value for name, value in vars(record).items() if name not in USUAL},
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def set_up(level: str, *, as_json: bool) -> None:
    """Write the log to stderr: our own lines from level on, warnings and worse of the libraries."""
    handler = logging.StreamHandler(sys.stderr)
    text = logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s", "%Y-%m-%dT%H:%M:%S%z")
    handler.setFormatter(JsonFormatter() if as_json else text)
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    for name in SAID_BY_US:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    for name in OURS:
        logging.getLogger(name).setLevel(level.upper())
