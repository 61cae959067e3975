"""Compare the three packages that import as `whoosh` on several Pythons: does what hoinghi needs work, and how fast?

    python benchmarks/bench_whoosh_distributions.py [--pythons python3.11 python3.12 …] [--out FILE]

For each Python and each package a venv is made in a temporary folder (network needed) and this same file is run in it
with --probe. Then every index is opened by the other packages of that Python. Result: a Markdown table.
"""

import argparse
import json
import platform
import random
import shutil
import subprocess
import sys
import tempfile
import time
import traceback
from datetime import date
from pathlib import Path

PACKAGES = ("Whoosh==2.7.4", "whoosh-reloaded==2.7.5", "whoosh3==3.54.0")
RESULT = Path(__file__).parent / "results" / "whoosh_distributions.md"
SYLLABLES = """
    hội nghị ban chấp hành đảng bộ tỉnh bắc giang thái nguyên tuyên quang giải ngân vốn đầu tư công nghị quyết
    chỉ thị uỷ ủy thường vụ kỳ họp bế mạc đường dương nông thôn mới phát triển kinh tế xã năm quý tháng đồng chí
""".split()  # noqa: SIM905
DOCUMENTS = 800


def sample_texts(count: int) -> list[str]:
    """Return seeded texts of 300 syllables; text 0 is long enough for positions beyond 65,535."""
    dice = random.Random(7)
    texts = [" ".join(dice.choices(SYLLABLES, k=300)) for _ in range(count)]
    texts[0] = " ".join(dice.choices(SYLLABLES, k=70_000)) + " kết thúc tại đây"
    return texts


def probe(folder: Path) -> dict[str, object]:
    """Do what the project does with Whoosh in this interpreter; a value other than True or a number is a failure."""
    from whoosh import fields, index, query, sorting
    from whoosh.writing import CLEAR

    outcome: dict[str, object] = {}
    schema = fields.Schema(
        id=fields.ID(unique=True, stored=True),
        body=fields.TEXT(phrase=True),
        province=fields.ID(sortable=True),
        day=fields.NUMERIC(int, sortable=True),
    )
    folder.mkdir(parents=True)
    place = index.create_in(str(folder), schema)
    texts = sample_texts(DOCUMENTS)

    def add(writer, numbers) -> None:  # type: ignore[no-untyped-def]
        for n in numbers:
            writer.update_document(id=f"n{n}", body=texts[n], province="bac-giang" if n % 3 else "", day=20_000_000 + n)

    started = time.perf_counter()
    writer = place.writer()
    for n in range(DOCUMENTS // 2):
        writer.add_document(id=f"n{n}", body=texts[n], province="bac-giang" if n % 3 else "", day=20_000_000 + n)
    writer.commit()
    seconds = time.perf_counter() - started
    outcome["words/s added"] = round(sum(len(t.split()) for t in texts[: DOCUMENTS // 2]) / seconds)

    def check(name: str, test) -> None:  # type: ignore[no-untyped-def]
        try:
            outcome[name] = bool(test())
        except Exception as error:
            outcome[name] = f"{type(error).__name__}: {error}"[:90]

    def second_commit() -> bool:
        with place.writer() as more:
            add(more, range(DOCUMENTS // 2, DOCUMENTS))
        return place.doc_count() == DOCUMENTS

    def replace_and_delete() -> bool:
        with place.writer() as more:
            add(more, [5])
            more.delete_by_term("id", "n6")
        return place.doc_count() == DOCUMENTS - 1

    def merge() -> bool:
        place.optimize()
        with place.reader() as reader:
            return len(list(reader.leaf_readers())) == 1 and reader.doc_count_all() == DOCUMENTS - 1

    def phrase_far_away() -> bool:
        with place.searcher() as searcher:
            found = searcher.search(query.Phrase("body", ["kết", "thúc", "tại", "đây"]))
            return [hit["id"] for hit in found] == ["n0"]

    def facet_and_filter() -> bool:
        with place.searcher() as searcher:
            everything = query.Every()
            counts = searcher.search(everything, groupedby=sorting.FieldFacet("province"), maptype=sorting.Count)
            total = sum(counts.groups().values())
            only = searcher.search(everything, filter=query.Term("province", "bac-giang"), limit=10)
            return total == DOCUMENTS - 1 and len(only) == counts.groups()["bac-giang"]

    def range_and_sort() -> bool:
        with place.searcher() as searcher:
            wanted = query.NumericRange("day", 20_000_010, 20_000_019)
            found = searcher.search(wanted, sortedby=sorting.FieldFacet("day", reverse=True), limit=None)
            return [hit["id"] for hit in found] == [f"n{n}" for n in range(19, 9, -1)]

    def lock() -> bool:
        first = place.writer()
        try:
            place.writer()
        except index.LockError:
            return True
        finally:
            first.cancel()
        return False

    def clear() -> bool:
        other = index.create_in(str(folder / "c"), schema) if (folder / "c").mkdir() is None else None
        writer = other.writer()
        writer.add_document(id="n", body="hội nghị")
        writer.commit()
        writer = other.writer()
        writer.commit(mergetype=CLEAR)
        return other.doc_count() == 0

    check("second commit", second_commit)
    check("replace, delete", replace_and_delete)
    check("merge", merge)
    check("phrase after position 65,535", phrase_far_away)
    check("facets, filter", facet_and_filter)
    check("range, sort", range_and_sort)
    check("lock refuses a second writer", lock)
    check("clear", clear)
    with place.searcher() as searcher:
        wanted = query.Or([query.Term("body", word) for word in SYLLABLES[:8]])
        times = []
        for _ in range(15):
            started = time.perf_counter()
            searcher.search(wanted, limit=10, groupedby="province")
            times.append(time.perf_counter() - started)
    outcome["query ms (8 syllables OR, facet)"] = round(sorted(times)[len(times) // 2] * 1000, 1)
    return outcome


def read_other(folder: Path) -> bool | str:
    """Open an index that another package wrote and search it."""
    from whoosh import index, query

    try:
        with index.open_dir(str(folder)).searcher() as searcher:
            return len(searcher.search(query.Phrase("body", ["kết", "thúc", "tại", "đây"]))) == 1
    except Exception as error:
        return f"{type(error).__name__}: {error}"[:60]


def run(command: list[str]) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def compare(pythons: list[str], work: Path) -> list[tuple[str, str, dict[str, object]]]:
    rows = []
    for python in pythons:
        version = run([python, "-c", "import platform; print(platform.python_version())"]).strip()
        bins = {}
        for package in PACKAGES:
            name = package.partition("==")[0]
            venv = work / f"{version}-{name}"
            run([python, "-m", "venv", str(venv)])
            bins[name] = str(venv / "bin" / "python")
            run([bins[name], "-m", "pip", "install", "--quiet", package])
        for name, binary in bins.items():
            outcome = json.loads(run([binary, __file__, "--probe", str(work / f"index-{version}-{name}")]))
            compiled = subprocess.run(
                [binary, "-W", "always", "-m", "compileall", "-qf", str(Path(binary).parent.parent / "lib")],
                capture_output=True,
                text=True,
            )
            lines = (compiled.stdout + compiled.stderr).splitlines()
            outcome["compile warnings"] = sum("Warning" in line and "whoosh" in line for line in lines)
            rows.append((version, name, outcome))
        for name, binary in bins.items():
            outcome = next(o for v, n, o in rows if (v, n) == (version, name))
            for other in bins:
                if other != name:
                    outcome[f"reads {other}"] = json.loads(
                        run([binary, __file__, "--read", str(work / f"index-{version}-{other}")])
                    )
        print(version, "done", file=sys.stderr)
    return rows


def table(rows: list[tuple[str, str, dict[str, object]]]) -> str:
    names = list(dict.fromkeys(key for _, _, outcome in rows for key in outcome))
    lines = [
        "# Packages that import as `whoosh`",
        "",
        f"{date.today().isoformat()}, {platform.machine()}, {platform.system()}; {Path(__file__).name}",
        "",
        "| | " + " | ".join(f"{name} on {version}" for version, name, _ in rows) + " |",
        "|---" * (len(rows) + 1) + "|",
    ]
    for name in names:
        cells = [outcome.get(name, "") for _, _, outcome in rows]
        shown = ["yes" if c is True else "no" if c is False else str(c).replace("|", "/") for c in cells]
        lines.append(f"| {name} | " + " | ".join(shown) + " |")
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pythons", nargs="+", default=["python3.11", "python3.12", "python3.13"])
    parser.add_argument("--out", type=Path, default=RESULT)
    parser.add_argument("--probe", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--read", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.probe:
        try:
            print(json.dumps(probe(options.probe)))
        except Exception:
            print(json.dumps({"failed": traceback.format_exc().splitlines()[-1]}))
        return
    if options.read:
        print(json.dumps(read_other(options.read)))
        return
    pythons = [python for python in options.pythons if shutil.which(python)]
    for missing in set(options.pythons) - set(pythons):
        print(f"no interpreter {missing}: left out", file=sys.stderr)
    with tempfile.TemporaryDirectory() as work:
        text = table(compare(pythons, Path(work)))
    options.out.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
