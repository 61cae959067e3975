"""What every benchmark shares: where results go, which machine and day they are from, how times are summed up."""

import os
import platform
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

ROOT = Path(__file__).parents[1]
RESULTS = Path(os.environ.get("HOINGHI_BENCH_RESULTS") or Path(__file__).parent / "results")
NEWS = ROOT.parent / "shared" / "relevance" / "news"


def machine() -> str:
    """Return processor, cores in use, Python and day: "AMD EPYC 7B13, 2 cores, Debian's Python 3.11.2, 2026-11-22".

    Whose Python is of interest: Debian's is built with profiles of what programs do, and quicker than a plain build.
    """
    info = Path("/proc/cpuinfo")
    names = [line.split(":", 1)[1].strip() for line in info.read_text().splitlines() if line.startswith("model name")]
    name = names[0] if names else platform.processor() or platform.machine()
    whose = "Debian's " if sys.base_prefix == "/usr" and Path("/etc/debian_version").exists() else ""
    python = f"{whose}Python {platform.python_version()}"
    return f"{name}, {len(os.sched_getaffinity(0))} cores, {python}, {date.today()}"


def load() -> str:
    """Return how busy the machine is: above one program for each core, times of the clock say little."""
    busy = os.getloadavg()[0]
    cores = len(os.sched_getaffinity(0))
    told = "other programs kept it busy: the processor time counts, the seconds do not" if busy > cores + 1 else "quiet"
    return f"Load average at the end {busy:.0f} on {cores} cores ({told})."


def table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Return a table in Markdown."""
    lines = [f"| {' | '.join(header)} |", f"|{'---|' * len(header)}"]
    return "\n".join(lines + [f"| {' | '.join(str(cell) for cell in row)} |" for row in rows])


def write(
    name: str, title: str, header: Sequence[str], rows: Sequence[Sequence[object]], notes: str = "", whole: bool = True
) -> None:
    """Print a table in Markdown and write it to results/NAME.md. whole: False prints alone, and the file stays."""
    lines = [f"# {title}", "", machine(), "", table(header, rows)]
    lines += ["", notes.strip(), ""] if notes else [""]
    print("\n".join(lines))
    if whole:
        RESULTS.mkdir(exist_ok=True)
        (RESULTS / f"{name}.md").write_text("\n".join(lines), encoding="utf-8")


def seconds_in_turns(contestants: dict[str, Callable[[], object]], rounds: int = 5) -> dict[str, float]:
    """Return the median seconds of each contestant; they run in turns, so that a busy moment hits all alike."""
    taken: dict[str, list[float]] = {name: [] for name in contestants}
    for _ in range(rounds):
        for name, work in contestants.items():
            start = perf_counter()
            work()
            taken[name].append(perf_counter() - start)
    return {name: median(times) for name, times in taken.items()}


def quantile(values: Sequence[float], share: float) -> float:
    """Return the value below which this share of values lies: 0.5 the median, 0.95 the p95."""
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


def resident_bytes(process: int) -> int:
    """Return what a process holds in memory now, files mapped into it included."""
    return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def private_bytes(process: int) -> int:
    """Return what a process holds in memory for itself: without files that the system can drop and read again."""
    return _mapped_bytes(process, "Private_Dirty")


def proportional_bytes(process: int) -> int:
    """Return what a process holds in memory, files included; what processes share counts once over all of them."""
    return _mapped_bytes(process, "Pss")


def _mapped_bytes(process: int, kind: str) -> int:
    lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith(f"{kind}:")) * 1024


def cpu_seconds(process: int) -> float:
    """Return the processor time that a process has used so far."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def plot(name: str, title: str, across: str, up: str) -> Iterator[Any]:
    """Give axes to draw on and write results/NAME.svg; nothing is written where matplotlib is not installed."""
    try:
        import matplotlib
    except ImportError:
        print(f'no plot: install matplotlib with pip install ".[bench]" for {name}.svg', file=sys.stderr)
        yield _Nowhere()
        return
    matplotlib.use("svg")
    matplotlib.rcParams["svg.hashsalt"] = name  # the same figures give the same file
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(7, 4))
    yield axes
    axes.set(title=title, xlabel=across, ylabel=up)
    axes.grid(alpha=0.3)
    if axes.get_legend_handles_labels()[0]:
        axes.legend()
    figure.tight_layout()
    RESULTS.mkdir(exist_ok=True)
    figure.savefig(RESULTS / f"{name}.svg", metadata={"Date": None})
    pyplot.close(figure)


class _Nowhere:
    """Takes every call of matplotlib's axes."""

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *_, **__: None
