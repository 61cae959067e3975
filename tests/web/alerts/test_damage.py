"""A damaged row of subscriptions.db is told, and nobody gets what another one asked for."""

import sqlite3
from contextlib import closing

import pytest

from web.alerts.subscriptions import DATABASE


@pytest.mark.parametrize(
    "change",
    ["subscriptions SET address = 'la@thu.mau.vn'", "pages SET state = 0 WHERE state = 2", "pages SET key = 'x'"],
)
def test_what_was_changed_on_the_disk_is_left_out_and_counted(alerting, mailbox, change: str) -> None:
    alerting.follow(mailbox)
    alerting.publish((3, "Giải ngân một"))
    alerting.round()
    before = len(mailbox.letters)
    with closing(sqlite3.connect(alerting.data_dir / DATABASE)) as database:
        database.execute(f"DROP TRIGGER changed_{'page' if change.startswith('pages') else 'subscription'}")
        assert database.execute(f"UPDATE {change}").rowcount
        database.commit()
    alerting.publish((4, "Giải ngân hai"))
    summary = alerting.round()
    assert summary.damaged and summary.failed
    assert "bring back a backup" in str(summary)
    assert {address for one in mailbox.envelopes for address in one.rcpt_tos} == {"ban.doc@thu.mau.vn"}
    assert len(mailbox.letters) - before == (not change.startswith("subscriptions"))
