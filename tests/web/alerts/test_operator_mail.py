"""Who runs the site is told of trouble: when it begins, once a day, and when it is over."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawl.archive.archive import Archive, SourceRecord
from crawl.archive.index_run import last_run, note_run
from web.alerts.operator_mail import tell_operator
from web.alerts.settings import alert_settings

ROOT = Path(__file__).parents[3]
OPERATOR = "nguoi.van.hanh@hoinghi.mau.vn"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    with Archive(tmp_path) as archive:
        archive.save_sources([SourceRecord("bao-mau", "Báo Mẫu", "", "newspaper", False)])
        archive.finish_run(archive.start_run("bao-mau"), fetched=3, new=1)
    note_run(tmp_path)
    return tmp_path


def test_trouble_is_told_once_then_daily_then_that_it_is_over(data: Path, environment, mailbox) -> None:
    settings, now = alert_settings(environment), datetime.now(UTC)

    def tell(after: timedelta) -> int:
        before = len(mailbox.letters)
        tell_operator(data, settings, OPERATOR, now + after)
        return len(mailbox.letters) - before

    assert tell(timedelta()) == 0
    note_run(data, "IndexUnavailable: đĩa đầy")
    assert tell(timedelta(minutes=1)) == 1
    note_run(data, "IndexUnavailable: đĩa đầy")
    assert tell(timedelta(minutes=9)) == 0
    with Archive(data) as archive:
        for _ in range(3):
            archive.finish_run(archive.start_run("bao-mau"), failed=1, error="HTTP 503 at the list page")
    assert tell(timedelta(minutes=20)) == 1  # a second trouble
    assert tell(timedelta(hours=23)) == 0
    assert tell(timedelta(hours=25)) == 1
    note_run(data)
    assert tell(timedelta(hours=26)) == 1
    first, second, _, over = (letter.get_content() for letter in mailbox.letters)
    assert "đĩa đầy" in first
    assert "bao-mau" in second
    assert "đã hết: index" in over
    assert all(letter["To"] == OPERATOR for letter in mailbox.letters)


def test_what_the_server_does_not_take_is_told_later(data: Path, environment, mailbox) -> None:
    settings = alert_settings(environment)
    note_run(data, "IndexUnavailable: đĩa đầy")
    mailbox.answers["RCPT"] = "450 later"
    assert "not told" in tell_operator(data, settings, OPERATOR)
    mailbox.answers.clear()
    assert "was told of 1" in tell_operator(data, settings, OPERATOR)


def test_without_an_address_nothing_is_sent(data: Path, environment, mailbox) -> None:
    note_run(data, "IndexUnavailable: đĩa đầy")
    assert tell_operator(data, alert_settings(environment), "") == ""
    assert not mailbox.letters


def test_how_a_run_ended_is_kept(tmp_path: Path) -> None:
    assert last_run(tmp_path) is None
    note_run(tmp_path)
    assert (done := last_run(tmp_path)) and done.succeeded
    note_run(tmp_path, "hỏng")
    since = (first := last_run(tmp_path)) and first.failing_since
    note_run(tmp_path, "vẫn hỏng")
    run = last_run(tmp_path)
    assert run
    assert (run.failing_since, run.trouble, run.succeeded) == (since, "vẫn hỏng", done.succeeded)
    (tmp_path / "index-run.json").write_text("[]")
    assert last_run(tmp_path) is None


def test_status_says_how_the_index_fares(data: Path) -> None:
    def status() -> str:
        command = [sys.executable, "hoinghi.py", "status", "--data", str(data)]
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True).stdout

    assert "chỉ mục: lập xong" in status()
    note_run(data, "IndexUnavailable: đĩa đầy")
    assert "chỉ mục: lập không được" in status()
    assert "đĩa đầy" in status()
