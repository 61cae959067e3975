"""The whole way of an alert: asked for, confirmed, told once, ended."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from filelock import FileLock

from search.errors import IndexUnavailable
from tests.web.alerts.conftest import document
from web.alerts.delivery import send_due


def test_a_reader_is_told_of_a_new_page_once_and_leaves_by_the_link(alerting, mailbox) -> None:
    asked = alerting.ask("giải ngân")

    assert "Xin kiểm tra hộp thư" in asked.text
    [letter] = mailbox.letters
    confirm = alerting.link(letter)
    assert alerting.client.get(confirm).status_code == 200
    alerting.publish((3, "Bắc Giang họp về giải ngân quý III"))
    assert alerting.round().alerts == 0  # a link that was only opened confirms nothing
    assert "Đã bắt đầu theo dõi" in alerting.client.post(confirm).text
    mailbox.letters.clear()

    alerting.publish((4, "Giải ngân vượt kế hoạch tháng Tám"), (5, "Hội nghị về chuyển đổi số"))
    assert str(alerting.round()) == "alerts: 1 sent, 1 pages told"
    [letter] = mailbox.letters
    assert alerting.titles(letter) == ["Giải ngân vượt kế hoạch tháng Tám"]

    alerting.publish((4, "Giải ngân vượt kế hoạch tháng Tám (đã sửa)"))
    assert alerting.round().alerts == 0
    assert len(mailbox.letters) == 1

    leave = alerting.link(letter)
    assert "Ngừng theo dõi" in alerting.client.get(leave).text
    assert "Đã ngừng theo dõi" in alerting.client.post(leave).text
    alerting.publish((6, "Lại bàn giải ngân"))
    assert alerting.round().alerts == 0
    assert len(mailbox.letters) == 1
    assert "Đã ngừng theo dõi" in alerting.client.post(leave).text


def test_who_follows_changes_is_told_of_a_changed_page_and_not_of_new_ones(alerting, mailbox) -> None:
    alerting.publish((3, "Giải ngân đạt 51%"), (4, "Giải ngân sáu tháng"))
    alerting.follow(mailbox, fate="edited")
    alerting.round()
    time.sleep(1.1)  # editions have whole seconds
    alerting.publish((5, "Giải ngân quý III"), (4, "Giải ngân sáu tháng đầu năm"))
    alerting.publish((3, "Giải ngân đạt 48,5%"), indexed=False)
    assert alerting.round().alerts == 0  # the index does not know it yet
    with alerting.engine.writer() as writer:
        writer.add([replace(document(3, "Giải ngân đạt 48,5%"), edits=(("2026-11-30", "51%", "48,5%"),))])
    assert alerting.round().pages == 1
    [letter] = mailbox.letters
    assert letter["Subject"].startswith("1 bài đã sửa hay đã gỡ") and "51% → 48,5%" in alerting.text(letter)
    assert alerting.round().alerts == 0


def test_what_could_be_found_when_it_was_confirmed_is_no_news(alerting, mailbox) -> None:
    alerting.follow(mailbox, address="nguoi.dau@thu.mau.vn")
    alerting.round()
    alerting.publish((3, "Giải ngân, trang có trước"))
    alerting.publish((4, "Giải ngân, đã lưu mà chưa lập chỉ mục"), indexed=False)
    alerting.follow(mailbox, address="nguoi.sau@thu.mau.vn")
    alerting.index((4, "Giải ngân, đã lưu mà chưa lập chỉ mục"))
    alerting.round()
    told = {letter["To"]: alerting.titles(letter) for letter in mailbox.letters}
    assert told["nguoi.sau@thu.mau.vn"] == ["Giải ngân, đã lưu mà chưa lập chỉ mục"]
    assert len(told["nguoi.dau@thu.mau.vn"]) == 2


def test_a_page_is_told_when_it_comes_to_the_index_and_when_it_comes_to_match(alerting, mailbox) -> None:
    alerting.follow(mailbox)
    alerting.publish((3, "Giải ngân chờ lập chỉ mục"), indexed=False)
    alerting.publish((4, "Tường thuật trực tiếp hội nghị"))
    assert alerting.round().alerts == 0
    alerting.index((3, "Giải ngân chờ lập chỉ mục"))
    alerting.publish(
        (4, "Tường thuật trực tiếp hội nghị: bàn giải ngân"), (2, "Nông thôn mới, thêm một câu về giải ngân")
    )
    alerting.round()
    [letter] = mailbox.letters
    assert set(alerting.titles(letter)) == {
        "Giải ngân chờ lập chỉ mục",
        "Tường thuật trực tiếp hội nghị: bàn giải ngân",
    }


def test_an_exact_phrase_is_not_loosened(alerting, mailbox) -> None:
    alerting.follow(mailbox, '"vốn giải ngân chậm"')
    alerting.publish((3, "Giải ngân vốn còn chậm"))
    assert alerting.round().alerts == 0
    alerting.publish((4, "Vì sao vốn giải ngân chậm"))
    assert alerting.round().alerts == 1


def test_filters_are_kept(alerting, mailbox) -> None:
    alerting.follow(mailbox, "hội nghị", province="ca-mau")
    alerting.publish((3, "Hội nghị ở Bắc Giang"))
    assert alerting.round().alerts == 0
    alerting.follow(mailbox, "hội nghị", province="bac-ninh", year="2023")
    alerting.publish((4, "Hội nghị ở Bắc Giang, nay thuộc Bắc Ninh"))
    assert alerting.round().alerts == 1


@pytest.mark.parametrize(("rhythm", "days"), [("daily", 1), ("weekly", 7)])
def test_a_digest_waits_for_its_day_and_tells_all_at_once(alerting, mailbox, rhythm: str, days: int) -> None:
    alerting.follow(mailbox, rhythm=rhythm)
    with alerting.subscriptions() as subscriptions:
        [held] = subscriptions.confirmed()
    begun = datetime.fromisoformat(held.confirmed).astimezone(UTC)
    alerting.publish((3, "Giải ngân một"))
    assert alerting.round(begun).alerts == 0
    alerting.publish((4, "Giải ngân hai"))
    assert alerting.round(begun + timedelta(days=days - 1)).alerts == 0
    assert alerting.round(begun + timedelta(days=days)).alerts == 1
    assert alerting.titles(mailbox.letters[0]) == ["Giải ngân hai", "Giải ngân một"]  # the newest first
    alerting.publish((5, "Giải ngân ba"))
    assert alerting.round(begun + timedelta(days=2 * days - 1)).alerts == 0
    assert alerting.round(begun + timedelta(days=2 * days)).alerts == 1


def test_while_the_mail_server_is_down_nothing_is_lost(alerting, mailbox, mail_server) -> None:
    alerting.follow(mailbox)
    alerting.follow(mailbox, address="nguoi.khac@thu.mau.vn")
    alerting.publish((3, "Giải ngân một"))
    mail_server.stop()
    summary = alerting.round()
    assert (summary.alerts, summary.failed) == (0, 2)
    assert "cannot be reached" in str(summary)
    assert "@" not in str(summary)
    alerting.publish((4, "Giải ngân hai"))
    mail_server.start()
    assert alerting.round().alerts == 2
    assert [len(alerting.titles(letter)) for letter in mailbox.letters] == [2, 2]


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("RCPT", "452 4.2.2 Mailbox full"),
        ("DATA", "451 4.3.0 Try again"),
        ("MAIL", "550 5.7.1 Not from you"),
        ("RCPT", "550 5.7.1 Listed as spam"),
        ("RCPT", "421 4.3.2 Shutting down"),
        ("DATA", ""),
    ],
)
def test_a_letter_not_taken_is_sent_in_the_next_round(alerting, mailbox, command: str, said: str) -> None:
    alerting.follow(mailbox)
    alerting.publish((3, "Giải ngân một"))
    for _ in range(4):
        mailbox.answers = {command: said}
        assert alerting.round().failed == 1
    mailbox.answers = {}
    assert alerting.round().alerts == 1
    assert len(mailbox.letters) == 1


def test_a_mailbox_that_does_not_exist_is_written_to_on_three_days_and_then_forgotten(
    alerting, mailbox, noon: datetime
) -> None:
    alerting.follow(mailbox)
    alerting.follow(mailbox, q="hội nghị OR giải ngân", address="nguoi.khac@thu.mau.vn")
    alerting.publish((3, "Giải ngân một"))
    mailbox.answers = {"RCPT": "550 5.1.1 No such user"}
    for hours in (0, 1, 24, 25):
        assert alerting.round(noon + timedelta(hours=hours)).switched_off == 0
    assert alerting.round(noon + timedelta(hours=48)).switched_off == 2
    with alerting.subscriptions() as subscriptions:
        assert subscriptions.confirmed() == []
        assert subscriptions.counts() == {("off", "mail", "immediate"): 2}
    content = (alerting.data_dir / "subscriptions.db").read_bytes()
    assert b"thu.mau.vn" not in content


def test_a_second_round_at_the_same_time_does_nothing(alerting, mailbox) -> None:
    alerting.follow(mailbox)
    alerting.publish((3, "Giải ngân một"))
    with FileLock(alerting.data_dir / "alerts.lock"):
        summary = alerting.round()
        assert (summary.is_busy, summary.alerts, summary.failed) == (True, 0, 0)
    assert alerting.round().alerts == 1


def test_rounds_that_begin_together_send_one_letter(alerting, mailbox, monkeypatch) -> None:
    alerting.follow(mailbox)
    alerting.publish((3, "Giải ngân một"))

    async def slow(server, session, envelope, address, options):
        await asyncio.sleep(0.3)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    monkeypatch.setattr(mailbox, "handle_RCPT", slow, raising=False)
    with ThreadPoolExecutor(4) as threads:
        rounds = [threads.submit(alerting.round) for _ in range(4)]
    assert sum(one.result().alerts for one in rounds) == 1
    assert len(mailbox.letters) == 1


def test_somebody_who_leaves_while_letters_go_out_gets_none(alerting, mailbox, monkeypatch) -> None:
    alerting.follow(mailbox)
    alerting.publish((3, "Giải ngân một"))
    with alerting.subscriptions() as subscriptions:
        [held] = subscriptions.confirmed()

    async def leave_meanwhile(server, session, envelope, address, options):
        envelope.rcpt_tos.append(address)
        with alerting.subscriptions() as subscriptions:
            subscriptions.remove(held.id)
        return "250 OK"

    monkeypatch.setattr(mailbox, "handle_RCPT", leave_meanwhile, raising=False)
    assert alerting.round().alerts == 0
    assert mailbox.letters == []


def test_more_pages_than_a_letter_shows_are_counted_and_linked(alerting, mailbox) -> None:
    alerting.follow(mailbox)
    alerting.publish(*((number, f"Giải ngân đợt {number}") for number in range(10, 80)))
    assert alerting.round().pages == 70
    [letter] = mailbox.letters
    assert "70 bài mới" in letter["Subject"]
    assert len(alerting.titles(letter)) == 50
    assert "/?q=gi%E1%BA%A3i+ng%C3%A2n&sort=newest" in alerting.text(letter)
    assert alerting.round().alerts == 0


def test_without_subscriptions_nothing_is_needed_and_nothing_made(alerting) -> None:
    assert alerting.round().alerts == 0
    assert not (alerting.data_dir / "subscriptions.db").exists()


class OnlyAPart:
    """A distributed index of which a machine is down, while pages are looked for or while they are shown."""

    def __init__(self, engine, facets_too: bool) -> None:
        self._engine, self._facets_too = engine, facets_too

    def __getattr__(self, name: str):
        return getattr(self._engine, name)

    def search(self, query, **more):
        is_partial = bool(more.get("facets")) == self._facets_too
        return replace(self._engine.search(query, **more), partial=is_partial)


@pytest.mark.parametrize("while_shown", [False, True])
def test_while_a_part_of_the_index_is_silent_alerts_wait(alerting, mailbox, while_shown: bool) -> None:
    alerting.follow(mailbox)
    alerting.publish((3, "Giải ngân một"))
    with pytest.raises(IndexUnavailable):
        send_due(alerting.data_dir, OnlyAPart(alerting.engine, while_shown), alerting.settings)
    assert mailbox.letters == []
    assert alerting.round().alerts == 1


def test_another_archive_than_before_is_not_told_as_news(alerting, mailbox) -> None:
    alerting.publish(*((number, f"Giải ngân đợt {number}") for number in range(10, 20)))
    alerting.follow(mailbox)
    alerting.round()
    (alerting.data_dir / "archive.db").unlink()
    alerting.publish((30, "Giải ngân trong kho khác"))
    assert alerting.round().alerts == 0
    alerting.publish((31, "Giải ngân mới trong kho khác"))
    assert alerting.round().pages == 1
