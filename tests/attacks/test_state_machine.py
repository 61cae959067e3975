"""Add, change, delete, merge, rebuild, kill and reopen, in any order: what is found is what a fresh build finds."""

import os
import signal
import tempfile
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from search.answer import answer
from search.document import Document
from search.engines.embedded import writer as writer_module
from search.engines.embedded.engine import WhooshEngine
from tests.attacks.conftest import rounds

WORDS = (
    "hội",
    "hồi",
    "nghị",
    "tỉnh",
    "ủy",
    "đầu",
    "tư",
    "công",
    "cầu",
    "đường",
    "trường",
    "xã",
    "2023",
    "12/7",
    "35-CT/TW",
)
QUERIES = (
    *("hội nghị", "hoi nghi", '"hội nghị"', "tỉnh ủy 2023", "đầu tư công -cầu", "hội OR đường", "tr*", "35-CT/TW"),
    *("nghi tỉnh đương", "cầu đường trường xã tỉnh", "12/7", "hội NEAR tỉnh", "tinhuy"),
)
texts = st.lists(st.sampled_from(WORDS), min_size=1, max_size=14).map(" ".join)
numbers = st.integers(0, 11)
changes = st.dictionaries(numbers, st.tuples(texts, st.sampled_from(["ha-giang", "ca-mau", ""])), max_size=5)
KILLED_AT = ("fsync", "replace", "unlink")


def document(number: int, text: str, province: str) -> Document:
    return Document(
        id=f"bai-{number}",
        key=f"k{number}",
        url="",
        title=f"Bài {text[:12]}",
        text=text,
        province_then=province,
        province_now=province,
        held=f"2023-07-{number + 1:02}",
        year=2023,
    )


def found(engine: WhooshEngine) -> list[object]:
    every: list[object] = []
    for query in QUERIES:
        results = answer(engine, query, limit=100)
        facets = {name: sorted((one.value, one.count) for one in some) for name, some in results.facets.items()}
        every.append((query, sorted(hit.document.id for hit in results.hits), results.total, facets, results.partial))
    return every


class Index(RuleBasedStateMachine):
    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.place = Path(self.folder.name)
        self.engine = WhooshEngine(self.place / "index")
        self.model: dict[int, Document] = {}
        self.usual = writer_module.MERGE_FACTOR
        writer_module.MERGE_FACTOR = 3  # merges come after few commits
        with self.engine.writer() as writer:
            writer.add([])

    def teardown(self) -> None:
        writer_module.MERGE_FACTOR = self.usual
        self.folder.cleanup()

    def write(
        self, engine: WhooshEngine, added: Iterable[Document], gone: Iterable[int], rebuild: bool = False
    ) -> None:
        with engine.writer(rebuild=rebuild) as writer:
            writer.add(added)
            writer.delete([f"bai-{number}" for number in gone])

    @rule(changes=changes, gone=st.sets(numbers, max_size=4))
    def change(self, changes: dict[int, tuple[str, str]], gone: set[int]) -> None:
        added = {number: document(number, *said) for number, said in changes.items()}
        self.write(self.engine, added.values(), gone)
        self.model |= added
        for number in gone:
            self.model.pop(number, None)

    @rule()
    def rebuild(self) -> None:
        self.write(self.engine, self.model.values(), (), rebuild=True)

    @rule()
    def reopen(self) -> None:
        self.engine = WhooshEngine(self.place / "index")

    @rule(changes=changes, gone=st.sets(numbers, max_size=4), call=st.sampled_from(KILLED_AT), nth=st.integers(0, 6))
    def kill(self, changes: dict[int, tuple[str, str]], gone: set[int], call: str, nth: int) -> None:
        """Another process writes and is killed at some call to the file system; the state is that before or after."""
        added = {number: document(number, *said) for number, said in changes.items()}
        child = os.fork()
        if child == 0:
            _die_at(call, nth)
            try:
                self.write(WhooshEngine(self.place / "index"), added.values(), gone)
            finally:
                os._exit(0)
        os.waitpid(child, 0)
        after = {number: one for number, one in (self.model | added).items() if number not in gone}
        now = WhooshEngine(self.place / "index").versions()
        assert now in (_versions(self.model), _versions(after))
        if now == _versions(after):
            self.model = after

    @precondition(lambda self: self.model)
    @rule(number=numbers)
    def give_up(self, number: int) -> None:
        """A writer that fails half-way changes nothing."""
        try:
            with self.engine.writer() as writer:
                writer.add([document(number, "cầu đường", "")])
                raise KeyError
        except KeyError:
            pass

    @invariant()
    def finds_what_a_fresh_build_finds(self) -> None:
        assert self.engine.versions() == _versions(self.model)
        assert not self.engine.damage()
        with tempfile.TemporaryDirectory() as folder:
            fresh = WhooshEngine(Path(folder) / "fresh")
            self.write(fresh, self.model.values(), ())
            assert found(self.engine) == found(fresh)


def _versions(model: dict[int, Document]) -> dict[str, str]:
    return {one.id: one.fingerprint() for one in model.values()}


def _die_at(call: str, nth: int) -> None:
    """Let this process be killed at the nth call."""
    owner = os if call == "fsync" else Path
    original = getattr(owner, call)
    calls = 0

    def counted(*arguments: object, **options: object) -> object:
        nonlocal calls
        if calls == nth:
            os.kill(os.getpid(), signal.SIGKILL)
        calls += 1
        return original(*arguments, **options)

    setattr(owner, call, counted)


TestIndex = pytest.mark.timeout(4 * 3600)(Index.TestCase)
TestIndex.settings = settings(
    max_examples=rounds(12, 1000),
    stateful_step_count=10,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
