"""A bit is flipped or a file cut, anywhere: answers are right, or say that they are not all, or an error tells.

Never a wrong answer that looks right, never a traceback, and "hoinghi index --rebuild" always brings back the whole.
"""

import os
import random
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from crawl.archive.archive import Archive
from crawl.archive.proof_log import extend_log, verify_log
from crawl.archive.verify import verify
from crawl.importing.importer import import_paths
from indexer.build import build
from search.answer import answer
from search.document import Results
from search.engines.embedded.engine import WhooshEngine
from search.entities.store import EntityStore
from search.errors import HoinghiError
from search.figures.store import FigureStore
from search.query.suggest import Suggester
from search.semantic.passages import Passage
from search.semantic.store import VectorStore
from tests.attacks.conftest import rounds, write_articles
from web.alerts.subscriptions import Subscriptions

QUERIES = ("tỉnh ủy giải ngân", '"bài số 7"', "hội nghị -châu", "bài rừng OR cầu", "rừng nông thôn mới 2023")
NAMED = (
    *("archive.db", "captures", "interpreted", "suggestions", "commit_", ".arrays"),
    *("entities.db", "figures.db", "subscriptions.db", "vectors", "proof"),
)
DERIVED = ("entities.db", "figures.db", "vectors")

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
    told: dict[str, object]

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
    fill_others(data)
    # the log of a database goes into its file: what is flipped then counts
    for path in [*data.glob("*.db"), *data.glob("vectors/*.db")]:
        with closing(sqlite3.connect(path)) as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return Sound(data, engine.versions(), answers, texts, {kind: other(data, kind) for kind in NAMED if kind in OTHERS})


def fill_others(data: Path) -> None:
    """Fill the files that an installation has besides archive and index."""
    extend_log(data)
    with Subscriptions(data) as subscriptions:
        for number in range(30):
            now = datetime(2024, 1, 1, tzinfo=UTC)
            asked = subscriptions.ask("mail", f"ban.doc.{number}@thu.mau.vn", f"q=bài+{number}", "daily", "vi", now)
            assert asked is not None
            subscriptions.confirm(asked.id, now, 0, {f"k{number}": number})
    store = VectorStore(data / "vectors" / "mau.db", "mau", 8)
    store.create()
    for document in WhooshEngine(data / "whoosh").documents():
        vectors = np.random.default_rng(len(document.text)).normal(size=(1, 8)).astype(np.float32)
        store.put(document, [Passage(0, 0, 50)], vectors, is_whole=True)
    store.seal()


def entities(data: Path) -> object:
    store = EntityStore(data)
    return [store.listed(kind).entities for kind in sorted(store.counts())]


def figures(data: Path) -> object:
    store = FigureStore(data)
    return (store.indicators(), store.counts()) if not store.is_damaged() else ()


def vectors(data: Path) -> object:
    found = VectorStore(data / "vectors" / "mau.db", "mau", 8).vectors()
    return None if found is None else (found.rows.tobytes(), found.steps.tobytes(), found.keys)


def subscriptions(data: Path) -> object:
    with Subscriptions(data) as opened:
        return {(one, tuple(sorted(opened.known_pages(one.id)))) for one in opened.confirmed()}, opened.damaged()


def proofs(data: Path) -> object:
    return verify_log(data).wrong


OTHERS: dict[str, Callable[[Path], object]] = {
    **{"entities.db": entities, "figures.db": figures, "vectors": vectors},
    **{"subscriptions.db": subscriptions, "proof": proofs},
}


def other(data: Path, kind: str) -> object:
    """Return what is read from a file; "told" where an error tells a user."""
    try:
        return OTHERS[kind](data)
    except (HoinghiError, sqlite3.DatabaseError):  # the command line tells both
        return "told"


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


def outcome_of_other(sound: Sound, data: Path, name: str) -> str:
    """Return how the reading of a file went that is neither archive nor index; raise where it is silently wrong."""
    right: Any = sound.told[name]
    found: Any = other(data, name)
    if name == "subscriptions.db":
        if found == "told":
            return "told"
        (rows, damaged), (known, _) = found, right
        assert damaged or rows == known
        assert {one for one, _ in rows} <= {one for one, _ in known}
        return "partial" if damaged else "right"
    if name == "proof":
        with suppress(HoinghiError):  # the next run says what is wrong, or goes on
            extend_log(data)
        return "told" if found else "right"
    assert found == right or found in ("told", [], (), ({}, {}))
    if name != "vectors":
        build(data, WhooshEngine(data / "whoosh"), progress=None)
        assert other(data, name) == right
    elif found == "told":
        store = VectorStore(data / "vectors" / "mau.db", "mau", 8)
        store.create()  # as the next run does
        assert store.known() == {}
    return "right" if found == right else "told"


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
    for path, dice in runs(sound, rounds(60, 1000), seed=16):
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
        elif name in OTHERS:
            kind = outcome_of_other(sound, data, name)
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
    assert all(outcomes[name, "told"] for name in DERIVED)


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
