"""Commands in a process of their own that is killed (SIGKILL) at a chosen one of its calls to the system."""

import os
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

CALLS = ("open", "sqlite3.connect", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.truncate", "os.scandir")


def run_command(arguments: list[str], log: Path, kill_at: int = -1) -> tuple[int, int]:
    """Run a command of hoinghi to its end, or until its call number kill_at; return (exit code, calls), -9 if killed.

    log: what it prints is written there. Calls are counted, not seconds: a slow machine kills at the same places.
    """
    count = log.with_suffix(".calls")
    # A fork has all modules imported, so that hundreds of runs take no second each to start. Of the threads of the test
    # process it has this one alone: what the command needs from others (pools, loops) it must begin itself, as it does.
    child = os.fork()
    if child == 0:
        os.setsid()  # with its helpers
        output = os.open(log, os.O_CREAT | os.O_TRUNC | os.O_WRONLY)
        os.dup2(output, 1)
        os.dup2(output, 2)
        _count_calls(kill_at, count)
        os._exit(_run(arguments))
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return -os.WTERMSIG(status), kill_at
    return os.WEXITSTATUS(status), int(count.read_text()) if count.exists() else 0


def _run(arguments: list[str]) -> int:
    from hoinghi import main

    sys.stdout = sys.stderr = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115 (pytest's own are captured)
    sys.argv = ["hoinghi", *arguments]
    try:
        code = main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except BaseException:
        traceback.print_exc()
        code = 70
    sys.stdout.flush()
    return int(code or 0)


def _count_calls(kill_at: int, count: Path) -> None:
    calls = 0

    def called(event: str, _: object) -> None:
        nonlocal calls
        if event in CALLS:
            if calls == kill_at:
                os.killpg(0, signal.SIGKILL)
            calls += 1

    def synced(descriptor: int, sync: Callable[[int], None] = os.fsync) -> None:
        called("open", ())
        sync(descriptor)

    def ended(code: int, end: Callable[[int], None] = os._exit) -> None:
        if kill_at < 0:
            count.write_text(str(calls))
        end(code)

    os.fsync, os._exit = synced, ended  # type: ignore[assignment]
    sys.addaudithook(called)
