"""The whole way by the command line alone: import, index, follow, and the letters that come of it."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from flask import Flask

from crawl.importing.importer import import_paths
from indexer.build import build
from search.engines import open_engine
from tests.crawl.sites.serve import SampleSites
from web import create_app
from web.alerts.delivery import send_due
from web.alerts.settings import alert_settings

ROOT = Path(__file__).parents[3]
DEADLINE_SECONDS = 120


def hoinghi(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "hoinghi.py"), *map(str, arguments)]
    known = {name: value for name, value in os.environ.items() if environment.get(name) != "unset"}
    return subprocess.run(command, env=known, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / "cu.txt").write_text("Bắc Giang đôn đốc giải ngân\n\nSáng 12/7/2023, Tỉnh ủy Bắc Giang họp.\n", "utf-8")
    return folder


def import_and_index(pages: Path, data: Path) -> None:
    import_paths([pages], data, progress=None)
    build(data, open_engine(f"whoosh:{data / 'whoosh'}"), progress=None)


def follow(app: Flask, mailbox, query: str) -> None:
    fields = {"by": "mail", "address": "ban.doc@thu.mau.vn", "rhythm": "immediate", "q": query}
    assert app.test_client().post("/theo-doi", data=fields).status_code == 200
    plain = mailbox.letters.pop().get_body(("plain",)).get_content()
    [confirm] = [word for word in plain.split() if "/xac-nhan/" in word]
    assert app.test_client().post(confirm.removeprefix("https://hoinghi.mau.vn")).status_code == 200


def test_imported_pages_are_told_once_and_a_new_edition_is_not(
    tmp_path: Path, environment, mailbox, pages: Path
) -> None:
    data = tmp_path / "data"
    import_and_index(pages, data)
    follow(create_app(data), mailbox, "giải ngân Bắc Giang")

    (pages / "moi.txt").write_text("Bắc Giang lại bàn giải ngân\n\nNgày 3/8/2023, Tỉnh ủy Bắc Giang họp.\n", "utf-8")
    import_and_index(pages, data)
    refused = hoinghi("alerts", "send", "--data", data, HOINGHI_PUBLIC_URL="unset")
    assert refused.returncode == 2
    assert "HOINGHI_PUBLIC_URL not set" in refused.stderr
    assert "Traceback" not in refused.stderr
    sent = hoinghi("alerts", "send", "--data", data)
    assert (sent.returncode, sent.stdout) == (0, "alerts: 1 sent, 1 pages told\n")
    assert "1. Bắc Giang lại bàn giải ngân" in mailbox.letters[0].get_body(("plain",)).get_content()

    (pages / "moi.txt").write_text("Bắc Giang lại bàn giải ngân\n\nNgày 3/8/2023, Tỉnh ủy họp, đã sửa.\n", "utf-8")
    import_and_index(pages, data)
    engine = open_engine(f"whoosh:{data / 'whoosh'}")
    assert str(send_due(data, engine, alert_settings(environment))) == "alerts: 0 sent, 0 pages told"
    assert len(mailbox.letters) == 1
    listed = hoinghi("alerts", "list", "--data", data)
    assert listed.stdout.split() == ["1", "confirmed", "mail", "immediate", "1", "alerts"]


def test_the_scheduler_tells_after_its_crawl(tmp_path: Path, environment, mailbox, pages: Path) -> None:
    data, registry = tmp_path / "data", tmp_path / "sources.toml"
    import_and_index(pages, data)
    follow(create_app(data), mailbox, "hội nghị")
    with SampleSites() as sites:
        first_source = sites.sources_file.read_text("utf-8").split("[[source]]")[1]
        registry.write_text(f"[[source]]{first_source}", "utf-8")
        command = [sys.executable, ROOT / "hoinghi.py", "schedule", "--sources", registry, "--data", data]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        try:
            end = time.monotonic() + DEADLINE_SECONDS
            while not mailbox.letters and process.poll() is None and time.monotonic() < end:
                time.sleep(0.1)
        finally:
            process.send_signal(signal.SIGTERM)
            output, _ = process.communicate(timeout=DEADLINE_SECONDS)
    assert "alerts: 1 sent" in output
    [letter] = mailbox.letters
    assert "bài mới · " in letter["Subject"]


def test_without_alerts_the_commands_say_so(tmp_path: Path) -> None:
    assert hoinghi("alerts", "list", "--data", tmp_path).stdout == "     0  alerts\n"
