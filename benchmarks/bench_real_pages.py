"""Interpretation of real pages against labels made by hand: by field right, wrong, missing; mistakes by cause.

    python benchmarks/bench_real_pages.py [-v]      -v prints every mistake

Needs ../shared/real_pages. Both halves are reported: rules are tuned on the first, the second only checks them.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.real_pages import Report, pages, report  # noqa: E402
from benchmarks.report import write  # noqa: E402

HALVES = {"tuned on": (0,), "checked on": (1,), "all": (0, 1)}


def main(verbose: bool) -> None:
    results = {name: report(halves) for name, halves in HALVES.items()}
    rows = [[name, *(_cell(result, name) for result in results.values())] for name in results["all"].fields]
    rows += [[name, *(_others(result)[name] for result in results.values())] for name in _others(results["all"])]
    notes = f"{len(pages())} pages. A cell is right / labelled, then wrong. Year, province and level: of meeting pages."
    write("real_pages", "Real pages: interpretation against labels", ["field", *HALVES], rows, notes)
    if verbose:
        print_mistakes(results["all"])


def _cell(result: Report, name: str) -> str:
    found = result.fields[name]
    return f"{found.right}/{found.total} = {found.share_right:.2f}, wrong {found.wrong}"


def _others(result: Report) -> dict[str, str]:
    return {
        "relevance": f"precision {result.precision:.3f}, recall {result.recall:.3f}",
        "linked pairs": f"{result.linked}/{result.pairs}, false {len(result.false_links)}",
        "with province and year, among the results": f"{result.remaining}/{result.asked_for}",
        "the same, or apart below them": f"{result.remaining + result.apart}/{result.asked_for}",
        "held taken for published": str(len(result.confused)),
    }


def print_mistakes(result: Report) -> None:
    for name, found in result.fields.items():
        for cause, mistakes in found.mistakes.items():
            print(f"\n{name}, {cause}: {len(mistakes)}")
            print(*(f"    {mistake}" for mistake in mistakes), sep="\n")
    for name in ("relevance", "unlinked", "false_links", "gone", "confused"):
        print(f"\n{name}", *(f"    {line}" for line in getattr(result, name)), sep="\n")


if __name__ == "__main__":
    main("-v" in sys.argv[1:])
