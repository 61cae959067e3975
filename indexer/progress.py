"""How far a long run is: a bar with rate and remaining time on a terminal, plain lines otherwise."""

import sys
import time
from types import TracebackType
from typing import TextIO

from tqdm import tqdm

LINE_EVERY_SECONDS = 10.0  # often enough to see that it lives, seldom enough for a log file


class Progress:
    """Counts units of work. With stream=None nothing is shown."""

    def __init__(self, what: str, total: int, stream: TextIO | None = sys.stderr) -> None:
        self.what, self.total, self.stream = what, total, stream
        self.done = 0
        self._begun = self._shown = time.monotonic()
        self._bar = None
        if stream is not None and stream.isatty():
            self._bar = tqdm(total=total, desc=what, unit=" bài", file=stream, dynamic_ncols=True, leave=True)

    def __enter__(self) -> "Progress":
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._bar is not None:
            self._bar.close()
        elif error is None and self.done:
            self._print()

    def update(self, count: int = 1) -> None:
        self.done += count
        if self._bar is not None:
            self._bar.update(count)
        elif time.monotonic() - self._shown >= LINE_EVERY_SECONDS:
            self._print()

    def _print(self) -> None:
        if self.stream is None:
            return
        self._shown = time.monotonic()
        seconds = max(self._shown - self._begun, 0.001)
        rate = self.done / seconds
        left = f", {(self.total - self.done) / rate:.0f} s left" if self.done < self.total and rate else ""
        print(f"{self.what}: {self.done}/{self.total} ({rate:.0f}/s{left})", file=self.stream, flush=True)
