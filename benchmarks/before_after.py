"""An earlier version beside this one, by the processor's time: index, query, answer, interpretation, crawl, start.

    python benchmarks/before_after.py REVISION [--documents 2000] [--rounds 3] [--only query start]

The earlier version is checked out beside (git worktree) and runs in the same Python; it needs what it depended on, else
its rows say so. Both do the same by the interface that every version has, the command line and HTTP, in turns. A row's
figure is the median of the rounds, the ratio that of the rounds' ratios: a busy machine slows both. What a start costs
is taken off queries and answers. Result: results/before_after.md; with --only it is printed alone.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parents[1]))
from bench_crawl import REGISTRY, generated_sites

from benchmarks import corpus
from benchmarks.bench_interpret import CORPUS, ONE_CHECKOUT
from benchmarks.report import ROOT, cpu_seconds, load, write
from benchmarks.serving import CLIENTS, api_path, page_path

QUERIES, ANSWERS, READ = 400, 300, 1500  # of a round; READ: articles
HOSTS, ON_EACH = 4, 100  # sites of the crawl, articles of each
TEXT = "giải ngân vốn đầu tư công"


class Failed(Exception):
    """A version cannot do a piece of work."""


class Version:
    """A checkout with data of its own."""

    def __init__(self, checkout: Path, folder: Path) -> None:
        self.checkout, self.folder, self.data = checkout, folder, folder / "data"
        folder.mkdir(exist_ok=True)

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, str(self.checkout / "hoinghi.py"), *arguments]

    def spent(self, *arguments: str) -> float:
        """Return the processor's seconds of a command and of its children."""
        with (self.folder / "output").open("w+") as output:
            child = subprocess.Popen(self.command(*arguments), cwd=self.checkout, stdout=output, stderr=output)
            _, status, usage = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
            if child.returncode:
                output.seek(0)
                raise Failed(f"hoinghi {arguments[0]}: {output.read().strip().splitlines()[-1:]}")
        return usage.ru_utime + usage.ru_stime

    @contextmanager
    def served(self) -> Iterator[tuple[int, Callable[[], float]]]:
        """Serve until the block ends; give the port, and what tells the processor's seconds so far."""
        log = (self.folder / "log").open("w")
        command = self.command("serve", "--data", str(self.data), "--port", "0")
        server = subprocess.Popen(command, cwd=self.checkout, stdout=subprocess.PIPE, stderr=log, text=True)
        try:
            assert server.stdout
            told = server.stdout.readline().split()
            if len(told) < 2:
                raise Failed("hoinghi serve did not say where it answers")
            children = Path(f"/proc/{server.pid}/task/{server.pid}/children")

            def so_far() -> float:
                return sum(map(cpu_seconds, [server.pid, *map(int, children.read_text().split())]))

            yield int(told[1].rstrip("/").rpartition(":")[2]), so_far
        finally:
            server.terminate()
            server.communicate(timeout=60)
            log.close()


def ask(port: int, paths: list[str], folder: Path) -> None:
    """Let one client ask for each path once."""
    file = folder / "paths.txt"
    file.write_text("\n".join(paths), encoding="utf-8")
    command = [sys.executable, str(CLIENTS), "127.0.0.1", str(port), "1", "0", str(file)]
    told = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    if told["errors"]:
        raise Failed(told["errors"][0])


# Each returns the processor's seconds of what a row tells, for one round.


def indexed(version: Version, number: int, articles: Path) -> float:
    if not version.data.exists():
        version.spent("import", str(articles), "--data", str(version.data))
    return version.spent("index", "--rebuild", "--data", str(version.data))


def queried(version: Version, number: int) -> float:
    file = version.folder / "queries.jsonl"
    rows = [{"id": str(n), "text": text} for n, text in enumerate(corpus.queries(QUERIES + 1, seed=100 + number))]
    taken = []
    for some in (rows, rows[:1]):
        file.write_text("\n".join(json.dumps(row) for row in some), encoding="utf-8")
        taken.append(version.spent("run", "--queries", str(file), "--depth", "10", "--data", str(version.data)))
    return (taken[0] - taken[1]) / QUERIES


def answered(version: Version, number: int, path_of: Callable[[str], str]) -> float:
    texts = corpus.queries(2 * ANSWERS, seed=200 + number)
    with version.served() as (port, so_far):
        ask(port, [path_of(text) for text in texts[ANSWERS:]], version.folder)
        begun = so_far()
        ask(port, [path_of(text) for text in texts[:ANSWERS]], version.folder)
        return (so_far() - begun) / ANSWERS


def interpreted(version: Version, number: int) -> float:
    command = [sys.executable, "-P", "-c", ONE_CHECKOUT, str(version.checkout), str(CORPUS), str(READ)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise Failed(done.stderr.strip().splitlines()[-1])
    return float(done.stdout) / 1000


def crawled(version: Version, number: int) -> float:
    with generated_sites(HOSTS, ON_EACH) as folder:
        sources, data = str(folder / REGISTRY), str(folder / "data")
        return version.spent("crawl", "--sources", sources, "--data", data) / (HOSTS * ON_EACH)


def searched_once(version: Version, number: int) -> float:
    return version.spent("search", TEXT, "--data", str(version.data))


def served_once(version: Version, number: int) -> float:
    with version.served() as (port, so_far):
        ask(port, [api_path(TEXT)], version.folder)
        return so_far()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("revision", help="of the earlier version, as git names it")
    parser.add_argument("--documents", type=int, default=2_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", nargs="+", default=(), metavar="ROW", help="the first words of rows; needs index")
    options = parser.parse_args()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # an installation keeps what it has compiled
    with (
        tempfile.TemporaryDirectory(prefix="hoinghi-before-") as name,
        checked_out(options.revision, Path(name)) as old,
    ):
        folder = Path(name)
        articles = folder / "articles.jsonl"
        with articles.open("w", encoding="utf-8") as lines:
            for one in corpus.articles(options.documents):
                row = {"id": one.id, "title": one.title, "text": one.text, "published": one.published}
                lines.write(json.dumps(row | {"province": one.province_then}, ensure_ascii=False) + "\n")
        versions = Version(old, folder / "before"), Version(ROOT, folder / "after")
        works: dict[str, Callable[[Version, int], float]] = {
            f"index {options.documents:,} articles": lambda version, number: indexed(version, number, articles),
            "query (hoinghi run)": queried,
            "answer over HTTP, JSON": lambda version, number: answered(version, number, api_path),
            "answer over HTTP, page": lambda version, number: answered(version, number, page_path),
            "interpret an article": interpreted,
            "crawl an article": crawled,
            "start: hoinghi search": searched_once,
            "start: hoinghi serve to the first answer": served_once,
        }
        rows: list[tuple[str, str, str, str, str]] = []
        for what, work in works.items():
            if not options.only or what.startswith(("index", *options.only)):
                rows.append((what, *compared(work, versions, options.rounds)))
                tell(options, rows, whole=len(rows) == len(works))  # after each: one that is broken off has told it


def tell(options: argparse.Namespace, rows: list[tuple[str, str, str, str, str]], whole: bool) -> None:
    command = ["git", "rev-parse", "--short", "HEAD"]
    commit = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
    write(
        "before_after",
        f"{options.revision} beside {commit}",
        ("", "before", "after", "ratio", "ratios"),
        rows,
        f"The processor's milliseconds, {options.rounds} rounds in turns, {options.documents:,} articles, "
        f"{corpus.source()}, every query new; interpretation without quotes, which only later versions read. {load()}",
        whole=whole,
    )


@contextmanager
def checked_out(revision: str, folder: Path) -> Iterator[Path]:
    checkout = folder / "checkout"
    subprocess.run(["git", "worktree", "add", "--quiet", "--detach", str(checkout), revision], cwd=ROOT, check=True)
    try:
        yield checkout
    finally:
        subprocess.run(["git", "worktree", "remove", "--force", str(checkout)], cwd=ROOT, check=True)


def compared(
    work: Callable[[Version, int], float], versions: tuple[Version, Version], rounds: int
) -> tuple[str, str, str, str]:
    """Return the cells of a row: milliseconds before and after, their ratio, and the ratio of each round."""
    taken: list[list[float]] = [[], []]
    for number in range(rounds):
        for which in (0, 1) if number % 2 == 0 else (1, 0):
            try:
                taken[which].append(work(versions[which], number) * 1000)
            except Failed as why:
                return ("", f"not measured: {why}", "", "") if which else (f"not measured: {why}", "", "", "")
    ratios = [after / before for before, after in zip(*taken, strict=True)]
    before, after = (f"{median(some):,.1f}" for some in taken)
    return before, after, f"{median(ratios):.2f}", ", ".join(f"{ratio:.2f}" for ratio in sorted(ratios))


if __name__ == "__main__":
    main()
