"""What becomes of documents and searches when nodes, disks and processes fail. The nodes are really killed."""

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest

from search.document import Document
from search.engines import open_engine
from search.engines.opensearch import alias
from search.engines.opensearch.engine import OpenSearchEngine
from search.errors import IndexUnavailable
from search.query.nodes import Phrase, Query, Words
from tests.search.engines.opensearch.cluster import Cluster, Node
from tests.search.engines.opensearch.proxy import Answer, Proxy

# A machine that runs all tests at once may take minutes to find a new leader; a test that fails for it tells nothing.
PATIENCE_SECONDS = 240.0
pytestmark = pytest.mark.timeout(900)

WORDS = "giải ngân vốn đầu tư công nghị quyết hội nghị ban chấp hành đảng bộ tỉnh nông thôn mới giao thông".split()  # noqa: SIM905


def document(number: int, text: str = "") -> Document:
    body = " ".join(WORDS[(number * step) % len(WORDS)] for step in range(1, 30))
    return Document(f"bai-{number}", f"k{number}", f"https://mau.test/{number}", f"Bài số {number}", text or body)


def documents(count: int) -> list[Document]:
    return [document(number) for number in range(count)]


@pytest.fixture
def new_engine(opensearch: Cluster) -> Iterator[Callable[..., OpenSearchEngine]]:
    """Return what opens the same, at first empty, index again and again."""
    name = f"failures-{uuid4().hex[:8]}"

    def open_again(shards: int = 3, replicas: int = 1, **options: str) -> OpenSearchEngine:
        engine = open_engine(opensearch.url(name, shards=shards, replicas=replicas, **options))
        assert isinstance(engine, OpenSearchEngine)
        engine.cluster.patience_seconds = PATIENCE_SECONDS
        return engine

    yield open_again
    opensearch.remove(name)


def everything(engine: OpenSearchEngine) -> int:
    return engine.search(Query(text="", root=None), limit=0).total


def holder_of_a_primary(opensearch: Cluster, index: str) -> Node:
    """Return a node, not the first, that holds a primary: its loss must be made good, whoever leads the cluster."""
    shards = opensearch.get(f"/_cat/shards/{index}*?format=json")
    names = {shard["node"] for shard in shards if shard["prirep"] == "p"}
    return next(node for node in opensearch.nodes[1:] if node.name in names)


def test_a_node_is_killed_while_documents_are_added(
    opensearch: Cluster, new_engine: Callable[..., OpenSearchEngine]
) -> None:
    engine = new_engine()
    expected = documents(900)

    def added() -> Iterator[Document]:
        for number, each in enumerate(expected):
            if number == 500:
                holder_of_a_primary(opensearch, engine.address.name).kill()
            yield each

    try:
        with engine.writer(rebuild=True) as writer:
            assert writer.add(added()) == 900
        assert engine.versions() == {each.id: each.fingerprint() for each in expected}
        assert engine.search(Query(text="", root=Phrase("bài số 777", "title")), limit=1).ranked[0][0] == expected[777]
    finally:
        for node in opensearch.nodes:
            if not node.is_running():
                opensearch.restart(node)


def test_a_node_is_killed_during_a_thousand_searches_and_an_index_without_copies_is_partial(
    opensearch: Cluster, new_engine: Callable[..., OpenSearchEngine], monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = new_engine()
    fragile = open_engine(opensearch.url(f"fragile-{uuid4().hex[:8]}", shards=3, replicas=0))
    assert isinstance(fragile, OpenSearchEngine)
    for each in (engine, fragile):
        with each.writer() as writer:
            writer.add(documents(120))
    queries = [Query(text="", root=Words(f"{WORDS[n % 17]} {WORDS[n % 19]}")) for n in range(50)]
    expected = [engine.search(query).total for query in queries]
    killed = holder_of_a_primary(opensearch, fragile.address.name)
    monkeypatch.setattr("search.engines.opensearch.engine.PARTIAL_PATIENCE_SECONDS", PATIENCE_SECONDS)

    def search(number: int) -> tuple[int, bool]:
        if number == 200:
            killed.kill()
        found = engine.search(queries[number % 50])
        return found.total, found.partial

    try:
        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(search, range(1000)))
        assert not killed.is_running()
        assert answers == [(expected[number % 50], False) for number in range(1000)]

        monkeypatch.setattr("search.engines.opensearch.engine.PARTIAL_PATIENCE_SECONDS", 0.5)
        fragile.cluster.patience_seconds = 1.0
        rest = fragile.search(Query(text="", root=None))
        assert rest.partial
        assert 0 < rest.total < 120
        with pytest.raises(IndexUnavailable, match="no copy is in use"):
            fragile.versions()
        with pytest.raises(IndexUnavailable, match="no copy is in use"), fragile.writer() as writer:
            writer.add(documents(200))
    finally:
        opensearch.restart(killed)
    assert (everything(fragile), everything(engine)) == (120, 120)
    with fragile.writer() as writer:
        writer.add(documents(200))
    assert fragile.versions() == {each.id: each.fingerprint() for each in documents(200)}


def test_copies_that_are_made_last_are_there_before_readers_see_the_index(
    opensearch: Cluster, new_engine: Callable[..., OpenSearchEngine]
) -> None:
    engine = new_engine(replicas=2, replicas_last="1")
    while_filling = []
    with engine.writer(rebuild=True) as writer:
        writer.add(documents(20))
        (fresh,) = engine.cluster.client.indices.get(index=f"{engine.address.name}-*").values()
        while_filling.append(fresh["settings"]["index"]["number_of_replicas"])
    health = opensearch.get(f"/_cluster/health/{engine.address.name}")
    assert while_filling == ["0"]
    assert (health["status"], health["active_shards"]) == ("green", 9)
    assert everything(engine) == 20


def test_a_full_disk_is_told_and_the_same_run_works_afterwards(
    opensearch: Cluster, new_engine: Callable[..., OpenSearchEngine]
) -> None:
    engine = new_engine()
    with engine.writer() as writer:
        writer.add(documents(5))
    block = {"index.blocks.read_only_allow_delete": True}  # what a cluster does at the flood stage
    engine.cluster.client.indices.put_settings(index=engine.address.name, body=block)
    with pytest.raises(IndexUnavailable, match="free space or add nodes"), engine.writer() as writer:
        writer.add(documents(9))
    assert everything(engine) == 5
    engine.cluster.client.indices.put_settings(
        index=engine.address.name, body={"index.blocks.read_only_allow_delete": None}
    )
    with engine.writer() as writer:
        writer.add(documents(9))
    assert everything(engine) == 9


@pytest.mark.parametrize("as_alias", [True, False])
def test_what_belongs_to_others_is_refused_and_left_alone(
    new_engine: Callable[..., OpenSearchEngine], as_alias: bool
) -> None:
    engine = new_engine()
    name, indices = engine.address.name, engine.cluster.client.indices
    indices.create(index=f"{name}-khac" if as_alias else name, body={"aliases": {name: {}}} if as_alias else {})
    engine.cluster.client.index(index=name, id="1", body={"của": "người khác"}, params={"refresh": "true"})
    for attempt in (
        lambda: everything(engine),
        lambda: engine.writer(rebuild=True).__enter__(),
        lambda: engine.writer().__enter__(),
    ):
        with pytest.raises(IndexUnavailable, match="choose another name"):
            attempt()
    assert engine.cluster.client.count(index=name)["count"] == 1


def test_readers_notice_nothing_while_the_layout_changes(new_engine: Callable[..., OpenSearchEngine]) -> None:
    engine, reader = new_engine(), new_engine()
    with engine.writer() as writer:
        writer.add(documents(300))
    old = {"_meta": {"made_by": "hoinghi", "layout": "an older one"}}
    engine.cluster.client.indices.put_mapping(index=engine.address.name, body=old)
    totals, stop = set(), threading.Event()

    def read() -> None:
        while not stop.is_set():
            totals.add(everything(reader))

    thread = threading.Thread(target=read)
    thread.start()
    try:
        with engine.writer() as writer:
            writer.add([document(300)])
    finally:
        stop.set()
        thread.join()
    assert totals <= {300, 301}
    assert everything(reader) == 301
    (found,) = engine.cluster.client.indices.get(index=engine.address.name).values()
    assert found["mappings"]["_meta"]["layout"] == alias.marker()["layout"]
    assert engine.versions() == {each.id: each.fingerprint() for each in documents(301)}


SHARE = """
import sys; sys.path.insert(0, sys.argv[1])
from search.engines import open_engine
from tests.search.engines.opensearch.test_failures import document
with open_engine(sys.argv[2]).writer() as writer:
    writer.add(document(number) for number in range(int(sys.argv[3]), int(sys.argv[4])))
"""


def test_several_processes_fill_one_index_at_once(
    opensearch: Cluster, new_engine: Callable[..., OpenSearchEngine], request: pytest.FixtureRequest
) -> None:
    name = new_engine().address.name
    shares = {"bac": (0, 90), "trung": (90, 180), "nam": (180, 270)}
    processes = [
        subprocess.Popen(
            [
                sys.executable,
                "-c",
                SHARE,
                request.config.rootpath,
                opensearch.url(name, part=part),
                str(first),
                str(end),
            ]
        )
        for part, (first, end) in shares.items()
    ]
    assert [process.wait() for process in processes] == [0, 0, 0]
    assert new_engine().versions() == {each.id: each.fingerprint() for each in documents(270)}
    south = new_engine(part="nam")
    assert sorted(south.versions()) == sorted(f"bai-{number}" for number in range(180, 270))
    with south.writer(rebuild=True) as writer:  # of its own part only
        writer.add(documents(270)[200:])
    assert sorted(south.versions()) == sorted(f"bai-{number}" for number in range(200, 270))
    assert everything(new_engine()) == 250


REBUILD = """
import sys; sys.path.insert(0, sys.argv[1])
from search.engines import open_engine
from tests.search.engines.opensearch.test_failures import documents
with open_engine(sys.argv[2]).writer(rebuild=True) as writer:
    writer.add(documents(40)); print("filled", flush=True); sys.stdin.read()
"""


def test_a_killed_rebuild_leaves_the_old_index_and_the_next_one_clears_up(
    opensearch: Cluster,
    new_engine: Callable[..., OpenSearchEngine],
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:
    engine = new_engine()
    with engine.writer() as writer:
        writer.add(documents(10))
    command = [sys.executable, "-c", REBUILD, request.config.rootpath, opensearch.url(engine.address.name)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"filled\n"
    process.kill()
    process.communicate()
    generations = lambda: sorted(engine.cluster.client.indices.get(index=f"{engine.address.name}-*"))  # noqa: E731
    assert everything(engine) == 10
    assert len(generations()) == 2
    monkeypatch.setattr(alias, "ABANDONED_AFTER_SECONDS", -60.0)
    with engine.writer(rebuild=True) as writer:
        writer.add(documents(20))
    assert everything(engine) == 20
    assert len(generations()) == 1


def test_a_busy_cluster_is_sent_again_what_it_did_not_take(
    opensearch: Cluster, new_engine: Callable[..., OpenSearchEngine]
) -> None:
    name, turned_away = new_engine().address.name, 0

    def busy(path: str, body: bytes, ask: Callable[[bytes], Answer]) -> Answer | None:
        """Take every second document at the first attempts, as a node with a full queue does."""
        nonlocal turned_away
        if "/_bulk" not in path or turned_away >= 100:
            return None
        lines = body.splitlines()
        operations = [b"\n".join(lines[at : at + 2]) + b"\n" for at in range(0, len(lines), 2)]
        status, answer = ask(b"".join(operations[::2]))
        taken = iter(answer["items"])
        rejected = {"index": {"status": 429, "error": {"type": "rejected_execution_exception", "reason": "queue full"}}}
        items = [next(taken) if at % 2 == 0 else rejected for at in range(len(operations))]
        turned_away += len(operations) // 2
        return status, {**answer, "errors": True, "items": items}

    with Proxy(f"http://127.0.0.1:{opensearch.nodes[0].http}", busy) as proxy:
        engine = open_engine(f"opensearch://{proxy.address}/{name}?shards=3&replicas=1")
        with engine.writer() as writer:
            assert writer.add(documents(256)) == 256
    assert turned_away >= 100
    assert new_engine().versions() == {each.id: each.fingerprint() for each in documents(256)}


def test_an_answer_that_a_slow_shard_is_missing_from_is_partial(
    opensearch: Cluster, new_engine: Callable[..., OpenSearchEngine]
) -> None:
    engine = new_engine()
    with engine.writer() as writer:
        writer.add(documents(5))

    def slow(path: str, body: bytes, ask: Callable[[bytes], Answer]) -> Answer | None:
        if "/_search" not in path or "_search_shards" in path:
            return None
        status, answer = ask(body)
        return status, {**answer, "timed_out": True}

    with Proxy(f"http://127.0.0.1:{opensearch.nodes[0].http}", slow) as proxy:
        found = open_engine(f"opensearch://{proxy.address}/{engine.address.name}").search(Query("", Words("giải ngân")))
    assert found.partial
    assert found.total == engine.search(Query("", Words("giải ngân"))).total


@pytest.mark.parametrize(
    "version, expected",
    [
        ({"number": "8.15.0", "build_flavor": "default"}, "is Elasticsearch 8.15.0: expected OpenSearch 2.x or 3.x"),
        ({"number": "4.0.0", "distribution": "opensearch"}, "is opensearch 4.0.0: expected OpenSearch 2.x or 3.x"),
        ({"number": "1.3.2", "distribution": "opensearch"}, "is opensearch 1.3.2: expected OpenSearch 2.x or 3.x"),
    ],
)
def test_a_server_of_another_kind_is_refused(version: dict[str, Any], expected: str) -> None:
    with Proxy("", lambda *_: (200, {"version": version})) as proxy:
        with pytest.raises(IndexUnavailable, match=expected):
            open_engine(f"opensearch://{proxy.address}/kho").count()
        assert set(proxy.seen) == {"GET /"}


def test_a_refused_login_says_where_to_give_it() -> None:
    with (
        Proxy("", lambda *_: (401, {"error": "no"})) as proxy,
        pytest.raises(IndexUnavailable, match=r'refuses user "ai" \(HTTP 401\): .* HOINGHI_INDEX_PASSWORD') as told,
    ):
        open_engine(f"opensearch://ai:matkhau@{proxy.address}/kho").count()
    assert "matkhau" not in str(told.value)


def test_nobody_there_is_told_without_a_traceback() -> None:
    engine = open_engine("opensearch://127.0.0.1:1/kho")
    assert isinstance(engine, OpenSearchEngine)
    engine.cluster.patience_seconds = 0.2
    with pytest.raises(IndexUnavailable, match=r"no node of opensearch://127\.0\.0\.1:1/kho answers"):
        engine.count()
