"""What every process that works for another one needs: how many there may be, how one begins, and when it ends."""

import multiprocessing
import os
import signal
import threading


def processors() -> int:
    """Return how many processors this process may use; macOS does not say, and has what it has."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def begin() -> None:
    """Prepare a worker process: Ctrl+C is for its parent to deal with, and where the parent is killed, it ends, too."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
