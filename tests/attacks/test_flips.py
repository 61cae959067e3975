"""A bit is flipped or a file cut, anywhere: answers are right, or say that they are not all, or an error tells.

Never a wrong answer that looks right, never a traceback, and "hoinghi index --rebuild" always brings back the whole.
"""

import os
import random
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from crawl.archive.archive import Archive
from crawl.archive.verify import verify
from crawl.importing.importer import import_paths
from indexer.build import build
from search.answer import answer
from search.document import Results
from search.engines.embedded.engine import WhooshEngine
from search.errors import HoinghiError
from search.query.suggest import Suggester
from tests.attacks.conftest import rounds, write_articles

QUERIES = ("tỉnh ủy giải ngân", '"bài số 7"', "hội nghị -châu", "bài rừng OR cầu", "nông thôn mới 2023")
NAMED = ("archive.db", "captures", "interpreted", "suggestions", "commit_", ".arrays")

Told = tuple[list[tuple[str, str]], int, object]


def told(results: Results) -> Told:
    """Return what an answer says: hits with their excerpts, total, facets."""
    hits = [(hit.document.id, hit.snippet) for hit in results.hits]
    return hits, results.total, results.facets


@dataclass(frozen=True)
class Sound:
    """A data directory as it was left, and what is right to answer from it."""

    data: Path
    versions: dict[str, str]
    answers: tuple[Told, ...]
    texts: dict[str, str]

    def files(self) -> list[Path]:
        every = sorted(path.relative_to(self.data) for path in self.data.rglob("*") if path.is_file())
        return [
            path
            for path in every
            if path.suffix not in (".lock", ".db-shm") and self.data.joinpath(path).stat().st_size
        ]


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Sound:
    """Return 60 articles in three segments, each of a run."""
    folder = tmp_path_factory.mktemp("flips")
    data, file = folder / "data", folder / "bai.jsonl"
    engine = WhooshEngine(data / "whoosh")
    for first in (0, 25, 50):
        write_articles(file, 25 if first < 50 else 10, first)
        import_paths([file], data)
        build(data, engine, progress=None)
    with Archive(data, read_only=True) as archive:
        texts = {archived.article.id: archived.article.body for archived in archive.articles()}
    engine = WhooshEngine(data / "whoosh")
    answers = tuple(told(answer(engine, query)) for query in QUERIES)
    assert all(hits for hits, *_ in answers)
    # the log of the archive goes into its file: what is flipped then counts
    with closing(sqlite3.connect(data / "archive.db")) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return Sound(data, engine.versions(), answers, texts)


@pytest.fixture
def spoilt(sound: Sound, tmp_path: Path) -> Callable[[], Path]:
    """Return what gives a fresh copy of the sound directory."""

    def copy() -> Path:
        shutil.rmtree(tmp_path / "copy", ignore_errors=True)
        shutil.copytree(sound.data, tmp_path / "copy")
        return tmp_path / "copy"

    return copy


def outcome(sound: Sound, data: Path) -> str:
    """Return how a search over a damaged directory went: right, partial, or told; raise for anything else."""
    engine = WhooshEngine(data / "whoosh")
    kinds = set()
    for query, right in zip(QUERIES, sound.answers, strict=True):
        try:
            results = answer(engine, query)
        except HoinghiError as error:
            assert "hoinghi index" in str(error)
            kinds.add("told")
            continue
        if results.partial:
            for hit in results.hits:  # what is there is right
                assert hit.document.fingerprint() == sound.versions[hit.document.id]
            assert results.total <= right[1]
            kinds.add("partial")
        else:
            assert told(results) == right, query
            kinds.add("right")
    (kind,) = kinds
    return kind


def flip(path: Path, dice: random.Random) -> None:
    whole = bytearray(path.read_bytes())
    whole[dice.randrange(len(whole))] ^= 1 << dice.randrange(8)
    path.write_bytes(whole)


def cut(path: Path, dice: random.Random) -> None:
    os.truncate(path, dice.randrange(path.stat().st_size))


def assert_archive_is_not_believed(sound: Sound, data: Path) -> str:
    """Check that a damaged archive gives the texts that were stored, or names those that it cannot."""
    missing: list[str] = []
    try:
        with Archive(data, read_only=True) as archive:
            read = {
                a.article.id: a.article.body for a in archive.articles(damaged=lambda name, _: missing.append(name))
            }
        damaged = verify(data).damaged
    except (HoinghiError, sqlite3.DatabaseError):  # the command line tells both
        return "told"
    assert read.items() <= sound.texts.items()
    return "partial" if missing or damaged else "right"


def runs(sound: Sound, count: int, seed: int) -> Iterator[tuple[Path, random.Random]]:
    """Yield a file for each round, every kind as often as the others."""
    dice = random.Random(seed)
    kinds = [[path for path in sound.files() if name in str(path)] for name in NAMED]
    assert all(kinds), "a kind of file that is not there"
    for number in range(count):
        yield dice.choice(kinds[number % len(kinds)]), dice


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("spoil", [flip, cut])
def test_no_damage_passes_for_an_answer(
    sound: Sound, spoilt: Callable[[], Path], spoil: Callable[[Path, random.Random], None]
) -> None:
    outcomes: Counter[tuple[str, str]] = Counter()
    for path, dice in runs(sound, rounds(90, 1000), seed=16):
        data = spoilt()
        spoil(data / path, dice)
        name = next(kind for kind in NAMED if kind in str(path))
        if name in ("archive.db", "captures"):
            kind = assert_archive_is_not_believed(sound, data)
        elif name == "interpreted":
            summary = build(data, WhooshEngine(data / "whoosh"), progress=None)
            assert (summary.added, summary.changed, summary.deleted, summary.failed) == (0, 0, 0, 0)
            kind = "right"
        elif name == "suggestions":
            known, right = (Suggester.load(one / "suggestions.npz") for one in (data, sound.data))
            assert known is None or right is None or known._entries == right._entries
            kind = "right" if known else "made anew"
        else:
            kind = outcome(sound, data)
            if kind != "right":
                assert WhooshEngine(data / "whoosh").verify().failed
        if name in (".arrays", "commit_"):
            engine = WhooshEngine(data / "whoosh")
            build(data, engine, rebuild=True, progress=None)
            assert engine.versions() == sound.versions and not engine.damage()
        outcomes[name, kind] += 1
    print(dict(sorted(outcomes.items())))
    assert outcomes[".arrays", "partial"] and outcomes["commit_", "right"]


@pytest.mark.timeout(1200)
def test_a_run_after_damage_brings_back_what_was_damaged(sound: Sound, spoilt: Callable[[], Path]) -> None:
    dice = random.Random(3)
    for _ in range(rounds(4, 60)):
        data = spoilt()
        segments = sorted((data / "whoosh").glob("*.arrays"))
        flip(dice.choice(segments), dice)
        engine = WhooshEngine(data / "whoosh")
        try:
            build(data, engine, progress=None)
        except HoinghiError:
            build(data, engine, rebuild=True, progress=None)
        assert engine.versions() == sound.versions
        assert outcome(sound, data) == "right"
