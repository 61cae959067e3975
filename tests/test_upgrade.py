"""A release with another format of the index: the old server answers on, the scheduler builds the new one beside it."""

import json
import shutil
import subprocess
import sys
import threading
import urllib.request
from pathlib import Path

import pytest

from crawl.archive.archive import Archive
from crawl.article import Article
from indexer.build import build
from indexer.keep_in_step import keep_in_step
from search.engines import open_engine
from search.engines.embedded.format import commit_file
from search.errors import IndexMissing
from tests.web.conftest import BODY
from tests.web.serving.running import ROOT, running

# The program of tomorrow: its commits begin otherwise, so that it reads none of today's, nor today's program its.
TOMORROW = """
import sys
from pathlib import Path
from search.engines.embedded.format import commit_file
commit_file.MAGIC = b"HNCOMMIT9\\r\\n\\0"
from indexer.keep_in_step import keep_in_step
from search.engines import open_engine
data = Path(sys.argv[1])
engine = open_engine(f"whoosh:{data / 'whoosh'}")
print(keep_in_step(data, engine, print))
print("found", open_engine(f"whoosh:{data / 'whoosh'}").count())
"""


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("upgrade")
    with Archive(folder) as archive:
        for number in range(12):
            url = f"https://bao.mau.test/{number}"
            body = BODY.format(day=f"{number + 3}/07/2023", province="Bắc Giang", share=number)
            archive.store_article(Article(id=url, url=url, title=f"Họp lần {number}", body=body, source="bao-mau"))
    build(folder, open_engine(f"whoosh:{folder / 'whoosh'}"), progress=None)
    return folder


def test_the_old_server_answers_while_the_new_index_is_built(indexed: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(indexed, data)
    with running(data, HOINGHI_INDEX=f"whoosh:{data / 'whoosh'}") as server:
        totals: list[int] = []
        is_over = threading.Event()

        def ask_all_the_time() -> None:
            while not is_over.is_set():
                totals.append(json.loads(server.get("/api/search?q=giai+ngan"))["total"])

        assert json.loads(server.get("/api/search?q=giai+ngan"))["total"] == 12
        client = threading.Thread(target=ask_all_the_time)
        client.start()
        command = [sys.executable, "-c", TOMORROW, str(data)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
        is_over.set()
        client.join()
        assert done.returncode == 0, done.stderr
        assert "a new one is built beside it now" in done.stdout
        assert "the new one is in place" in done.stdout
        assert "found 12" in done.stdout
        assert totals
        assert set(totals) == {12}
        with urllib.request.urlopen(server.url + "?q=giai+ngan", timeout=60) as answer:  # after the swap as well
            assert answer.status == 200
    with pytest.raises(IndexMissing):
        open_engine(f"whoosh:{data / 'whoosh'}").count()  # today's program cannot read it, and says so


def test_an_index_that_cannot_be_read_is_rebuilt_and_that_is_said(indexed: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(indexed, data)
    for generation in commit_file.generations(data / "whoosh"):
        (data / "whoosh" / f"commit_{generation}").write_bytes(b"of another time")
    said: list[str] = []
    engine = open_engine(f"whoosh:{data / 'whoosh'}")
    keep_in_step(data, engine, said.append)
    assert len(said) == 2
    assert open_engine(f"whoosh:{data / 'whoosh'}").count() == 12
    assert keep_in_step(data, engine, said.append).unchanged == 12
    assert len(said) == 2
