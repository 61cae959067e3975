"""The index kept in step by itself: what was withheld until today comes back, an index that cannot be read is rebuilt.

How each run ended is noted beside the archive (crawl/archive/index_run.py).
"""

from collections.abc import Callable
from datetime import date
from pathlib import Path

from crawl.archive.index_run import note_run
from crawl.archive.proof_log import extend_log
from crawl.archive.withholding import lift_due
from indexer.build import BuildSummary, build
from search.engines.ports import Engine
from search.errors import IndexMissing


def keep_in_step(data_dir: Path, engine: Engine, say: Callable[[str], None]) -> BuildSummary:
    """Index what has changed; build a new index beside one of another version, which takes its place when it is whole.

    say: told what takes long. Raises what `build` does, after it was noted.
    """
    try:
        lift_due(data_dir, date.today())
        try:
            summary = build(data_dir, engine)
        except IndexMissing as reason:
            say(f"index: {reason.args[0]}; a new one is built beside it now, and takes its place when it is whole")
            summary = build(data_dir, engine, rebuild=True)
            say("index: the new one is in place")
        extend_log(data_dir)
    except Exception as error:
        note_run(data_dir, f"{type(error).__name__}: {error}")
        raise
    note_run(data_dir)
    return summary
