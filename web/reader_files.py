"""What readers tell the operator through forms: a line of JSON each in files of the data directory, never public."""

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from filelock import FileLock

REQUESTS = "reader_requests.jsonl"  # with the answers to all three
FIGURES = "figure_reports.jsonl"
PROPOSALS = "meeting_proposals.jsonl"


def append(file: Path, told: Mapping[str, Any]) -> None:
    """Add a line, under a lock, for several processes answer. The file is readable by its owner alone."""
    with FileLock(file.with_suffix(".lock")):
        descriptor = os.open(file, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)  # mail addresses stand in it
        with open(descriptor, "a", encoding="utf-8") as lines:
            lines.write(json.dumps(told, ensure_ascii=False) + "\n")


def read_lines(file: Path) -> Iterator[dict[str, Any] | None]:
    """Yield what readers told, oldest first; None for each line that is damaged. Nothing where there is no file."""
    if not file.exists():
        return
    with file.open(encoding="utf-8", errors="replace") as lines:
        for line in lines:
            try:
                told = json.loads(line)
            except ValueError:
                told = None
            yield told if isinstance(told, dict) else None
