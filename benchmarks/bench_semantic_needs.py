"""English needs over pages in Vietnamese: what the list "near in meaning" shows of them.

    python benchmarks/bench_semantic_needs.py [--data DIR]

needs/sample_sites.tsv: over the sample sites; a page is right where it holds the Vietnamese cue of the need (of
several, one). A need without a cue asks for what no page tells. needs/samples.tsv: over the five pages in
../shared/samples, with the numbers of those that are right. Takes four minutes, one of them for gathering and reading
the sample sites.
Result: results/semantic_needs.md.
"""

import argparse
import csv
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
from benchmarks.report import ROOT, write
from search.answer import answer
from search.document import Document
from search.engines.embedded.engine import WhooshEngine
from search.engines.ports import Engine
from search.semantic.embedding import embed
from search.semantic.encoders import NANO_E5, Encoder, open_encoder
from search.semantic.hybrid import Meaning
from search.semantic.opening import store_of

NEEDS = Path(__file__).parent / "needs"
SAMPLES = ROOT.parent / "shared" / "samples"
SITES = ROOT / "tests" / "crawl" / "sites"
FIRST = 3  # pages looked at: as many as the list has


def rows_of(name: str) -> list[dict[str, str]]:
    with (NEEDS / name).open(encoding="utf-8", newline="") as file:
        return [{key: value or "" for key, value in row.items()} for row in csv.DictReader(file, delimiter="\t")]


def gathered(data: Path) -> None:
    """Crawl the sample sites and index them, as "make run" does."""
    python, hoinghi = sys.executable, str(ROOT / "hoinghi.py")
    sources = ["--sources", str(SITES / "sources.toml")]
    crawl = [python, str(SITES / "serve.py"), "--", python, hoinghi, "crawl", *sources, "--data", str(data)]
    for command in (crawl, [python, hoinghi, "index", "--data", str(data)]):
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def read(data: Path) -> tuple[float, str]:
    """Read an index by meaning with the command; return seconds of processors, and its last line."""
    command = [sys.executable, str(ROOT / "hoinghi.py"), "embed", "--encoder", NANO_E5, "--niceness", "0"]
    before = os.times()
    done = subprocess.run([*command, "--data", str(data)], check=True, capture_output=True, text=True)
    after = os.times()
    spent = after.children_user + after.children_system - before.children_user - before.children_system
    return spent, done.stdout.splitlines()[-1].partition(" in ")[0]


def judged(
    engine: Engine, meaning: Meaning, needs: list[tuple[str, Callable[[Document], bool]]]
) -> tuple[str, str, str, str]:
    """Return shares of needs: the list has a page; of these its first is right, one is; of all, words find one."""
    first = among = empty = by_words = 0  # first, among: of the needs whose list shows anything
    for need, is_right in needs:
        found = answer(engine, need, limit=FIRST, meaning=meaning)
        right = [is_right(near.document) for near in found.near]
        first += right[:1] == [True]
        among += any(right)
        empty += not right
        by_words += any(is_right(hit.document) for hit in answer(engine, need, limit=FIRST).hits)
    shown, some = max(len(needs) - empty, 1), max(len(needs), 1)
    return f"{1 - empty / some:.2f}", f"{first / shown:.2f}", f"{among / shown:.2f}", f"{by_words / some:.2f}"


def of_sample_sites(data: Path, encoder: Encoder) -> Iterator[tuple[str, ...]]:
    engine = WhooshEngine(data / "whoosh")
    meaning = Meaning(encoder, store_of(data, encoder))
    texts = [f"{one.title}\n{one.text}".casefold() for one in engine.documents()]
    needs, foreign = [], []
    for row in rows_of("sample_sites.tsv"):
        cues = [cue.casefold() for cue in row["cue"].split("|") if cue]
        if not cues:
            foreign.append((row["need"], lambda document: False))
        elif any(cue in text for text in texts for cue in cues):
            needs.append((row["need"], holds_one_of(cues)))
    halves = ("one half", needs[::2]), ("the other half", needs[1::2])
    for half, some in halves:
        yield f"sample sites, {half}", f"{len(texts)}", f"{len(some)}", *judged(engine, meaning, some)
    yield "sample sites, nothing told", f"{len(texts)}", f"{len(foreign)}", *judged(engine, meaning, foreign)


def holds_one_of(cues: list[str]) -> Callable[[Document], bool]:
    return lambda document: any(cue in f"{document.title}\n{document.text}".casefold() for cue in cues)


def is_one_of(ids: list[str]) -> Callable[[Document], bool]:
    return lambda document: document.id in ids


def of_samples(folder: Path, encoder: Encoder) -> Iterator[tuple[str, ...]]:
    engine = WhooshEngine(folder / "whoosh")
    with engine.writer() as writer:
        writer.add(
            Document(file.name[:3], file.name[:3], "", "", file.read_text(encoding="utf-8"))
            for file in sorted(SAMPLES.glob("*.txt"))
        )
    store = store_of(folder, encoder)
    for _ in embed(engine, encoder, NANO_E5, store):
        pass
    needs = [(row["need"], is_one_of(row["right"].split())) for row in rows_of("samples.tsv")]
    yield "five samples", f"{engine.count()}", f"{len(needs)}", *judged(engine, Meaning(encoder, store), needs)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--data", type=Path, help="a data directory with the sample sites, indexed; else they are crawled"
    )
    options = parser.parse_args()
    os.environ["OMP_NUM_THREADS"] = "1"
    encoder = open_encoder(NANO_E5)
    assert encoder is not None
    rows: list[tuple[str, ...]] = []
    with tempfile.TemporaryDirectory() as folder:
        data = options.data or Path(folder) / "sites"
        if options.data is None:
            gathered(data)
        seconds, said = read(data)
        rows += of_sample_sites(data, encoder)
        if SAMPLES.exists():
            rows += of_samples(Path(folder) / "samples", encoder)
    header = ("pages of", "pages", "English needs", "list shows a page", "its first right", f"one of its {FIRST} right")
    write(
        "semantic_needs",
        "English needs, pages in Vietnamese",
        (*header, f"words alone: one of {FIRST} right"),
        rows,
        f"Encoder {encoder.name}. Needs whose cue no page holds are left out. Reading the sample sites,\n"
        f'where they were not read yet: {seconds:.0f} s of one processor, "{said}".',
    )


if __name__ == "__main__":
    main()
