"""The form, the links and what they do not let anybody do."""

import logging
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import pytest

from web import create_app
from web.http.limits import RateLimit

ADDRESS = "ban.doc@thu.mau.vn"


def token_path(path: str, token: str) -> str:
    return path.rsplit("/", 1)[0] + "/" + token


def test_results_lead_to_the_form_and_the_form_says_what_is_followed(alerting) -> None:
    results = alerting.client.get("/?q=giải ngân&year=2023&sort=newest").text
    [path] = re.findall(r'href="(/theo-doi[^"]*)"', results)
    form = alerting.client.get(path.replace("&amp;", "&")).text
    assert '<input type="hidden" name="q" value="giải ngân">' in form
    assert '<input type="hidden" name="year" value="2023">' in form
    assert "xóa" in form
    assert "<details" in form


def test_a_form_without_a_search_asks_for_one(alerting) -> None:
    form = alerting.client.get("/theo-doi").text
    assert "Xin tìm trước" in form
    assert "<form method" not in form
    assert alerting.ask("").status_code == 400


@pytest.mark.parametrize("missing", ["HOINGHI_PUBLIC_URL", "HOINGHI_SECRET", "HOINGHI_SMTP"])
def test_where_something_is_not_set_the_page_says_that_mail_is_off(alerting, monkeypatch, missing: str) -> None:
    monkeypatch.delenv(missing)
    client = create_app(alerting.data_dir).test_client()
    page = client.get("/theo-doi?q=giải ngân").text
    assert "chưa bật gửi email" in page
    assert 'type="email"' not in page
    assert ("<details" in page) == (missing == "HOINGHI_SMTP")
    refused = client.post("/theo-doi", data={"by": "mail", "address": ADDRESS, "rhythm": "daily", "q": "giải ngân"})
    assert refused.status_code == 503
    assert missing in refused.text
    assert client.get("/theo-doi/xac-nhan/x").status_code == 404


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ban.doc",
        "ban.doc@",
        "@mau.vn",
        "ban.doc@mau",
        "a@b@mau.vn",
        "ban doc@mau.vn",
        "ban.doc@mau.vn, khac@mau.vn",
        "ban.doc@mau.vn\r\nBcc: khac@mau.vn",
        "ban.doc@mau.vn\nBcc:khac@mau.vn",
        "ban.doc@mau.vn\x00",
        '"ban doc"@mau.vn',
        "Bạn <ban.doc@mau.vn>",
        "<ban.doc@mau.vn>",
        "ban.doc@[127.0.0.1]",
        "ban.doc@mau..vn",
        "a" * 250 + "@mau.vn",
    ],
)
def test_what_is_not_one_plain_address_is_refused(alerting, mailbox, address: str) -> None:
    answer = alerting.ask(address=address)
    assert answer.status_code == 400
    assert "Địa chỉ email chưa đúng" in answer.text
    assert mailbox.envelopes == []


def test_a_domain_in_vietnamese_letters_is_written_to_by_its_ascii_form(alerting, mailbox) -> None:
    assert alerting.ask(address="ban.doc@thư-mẫu.VN").status_code == 200
    assert mailbox.envelopes[0].rcpt_tos == ["ban.doc@xn--th-mu-grb9403c.vn"]


@pytest.mark.parametrize(
    ("field", "value"), [("by", "fax"), ("rhythm", "hourly"), ("year", "20x3"), ("province", "atlantis"), ("x", "1")]
)
def test_other_values_are_named(alerting, mailbox, field: str, value: str) -> None:
    answer = alerting.ask(**{field: value})
    assert answer.status_code == 400
    assert f"“{field}”" in answer.text
    assert mailbox.envelopes == []


def test_a_form_is_only_so_long(alerting, mailbox) -> None:
    assert alerting.ask("giải ngân", address="x" * 100_000).status_code == 413
    assert mailbox.envelopes == []


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"}, 200),
        ({"Origin": "https://hoinghi.mau.vn"}, 200),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "https://khac.mau.vn"}, 403),
        ({"Origin": "null"}, 403),
    ],
)
def test_only_our_own_page_may_send_the_form(alerting, mailbox, headers: dict[str, str], status: int) -> None:
    fields = {"by": "mail", "address": ADDRESS, "rhythm": "daily", "q": "giải ngân"}
    assert alerting.client.post("/theo-doi", data=fields, headers=headers).status_code == status
    assert len(mailbox.letters) == (status == 200)


def test_one_mailbox_gets_few_letters_and_the_page_does_not_tell(alerting, mailbox) -> None:
    pages = {alerting.ask(f"giải ngân {number}").text for number in range(5)}
    assert len(mailbox.letters) == 3
    assert len(pages) == 1


def test_a_tag_is_no_other_mailbox(alerting, mailbox) -> None:
    for number in range(5):
        alerting.ask("giải ngân", address=f"Ban.Doc+{number}@thu.mau.vn")
    assert len(mailbox.letters) == 3


def test_the_page_does_not_tell_whether_a_mailbox_exists(alerting, mailbox) -> None:
    taken = alerting.ask("giải ngân")
    mailbox.answers = {"RCPT": "550 5.1.1 no such user"}
    refused = alerting.ask("giải ngân", address="khong.co@thu.mau.vn")
    mailbox.answers = {"RCPT": "450 4.2.0 greylisted"}
    later = alerting.ask("giải ngân", address="khac@thu.mau.vn")
    assert {(page.status_code, page.text) for page in (refused, later)} == {(taken.status_code, taken.text)}
    with alerting.subscriptions() as subscriptions:
        assert sum(subscriptions.counts().values()) == 1


def test_who_fills_the_list_of_the_waiting_displaces_himself(alerting, monkeypatch) -> None:
    monkeypatch.setattr("web.alerts.subscriptions.MOST_PENDING_IN_ALL", 6)
    now = datetime.now(UTC)
    with alerting.subscriptions() as subscriptions:
        first = subscriptions.ask("mail", "ban@mau.vn", "q=a", "daily", "vi", now, "198.51.100.0/24")
        for number in range(20):
            subscriptions.ask("mail", f"x{number}@mau.vn", "q=a", "daily", "vi", now, "203.0.113.0/24")
        assert subscriptions.get(first.id) is not None
        assert subscriptions.ask("mail", "moi@mau.vn", "q=a", "daily", "vi", now, "192.0.2.0/24") is not None
        assert sum(subscriptions.counts().values()) == 6


def test_a_network_whose_wishes_nobody_confirms_is_not_served_for_ever(alerting) -> None:
    now = datetime.now(UTC)
    with alerting.subscriptions() as subscriptions:
        wishes = [
            subscriptions.ask("mail", f"x{n}@mau.vn", "q=a", "daily", "vi", now, "203.0.113.0/24") for n in range(40)
        ]
    assert sum(wish is not None for wish in wishes) == 30


def test_one_visitor_asks_only_so_often(alerting, mailbox) -> None:
    alerting.client.application.extensions["alert_limit"] = RateLimit(calls=1, window_seconds=60)
    assert alerting.ask().status_code == 200
    refused = alerting.ask()
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0


def test_a_tampered_or_borrowed_token_does_nothing(alerting, mailbox) -> None:
    alerting.ask()
    confirm = alerting.link(mailbox.letters.pop())
    token = confirm.rsplit("/", 1)[1]
    middle = len(token) - 10  # of the signature; the last letter has bits that mean nothing
    tampered = token[:middle] + ("A" if token[middle] != "A" else "B") + token[middle + 1 :]
    for wrong in (tampered, token[1:], "x", "%00", "a.b.c"):
        path = token_path(confirm, wrong)
        assert alerting.client.get(path).status_code == 404
        assert alerting.client.post(path).status_code == 404
    borrowed = confirm.replace("xac-nhan", "huy")
    assert alerting.client.post(borrowed).status_code == 404
    with alerting.subscriptions() as subscriptions:
        assert list(subscriptions.counts()) == [("pending", "mail", "immediate")]


def test_a_link_of_another_secret_is_not_ours(alerting, mailbox, monkeypatch) -> None:
    alerting.ask()
    monkeypatch.setenv("HOINGHI_SECRET", "một khóa khác hẳn, cũng đủ dài")
    other = create_app(alerting.data_dir).test_client()
    assert other.post(alerting.link(mailbox.letters.pop())).status_code == 404


def test_a_wish_that_nobody_confirms_is_forgotten_after_a_week(alerting, mailbox) -> None:
    alerting.ask()
    confirm = alerting.link(mailbox.letters.pop())
    week_ago = datetime.now(UTC) - timedelta(days=7, seconds=5)
    with alerting.subscriptions() as subscriptions:
        subscriptions._db.execute("UPDATE subscriptions SET created = ?", (week_ago.strftime("%Y-%m-%dT%H:%M:%SZ"),))
    assert alerting.client.get(confirm).status_code == 404
    assert alerting.client.post(confirm).status_code == 404
    alerting.round()
    assert ADDRESS.encode() not in (alerting.data_dir / "subscriptions.db").read_bytes()


def test_confirming_twice_is_confirming_once(alerting, mailbox) -> None:
    alerting.ask()
    confirm = alerting.link(mailbox.letters.pop())
    for _ in range(2):
        assert alerting.client.post(confirm).status_code == 200
    assert "Đã bắt đầu theo dõi" in alerting.client.get(confirm).text
    alerting.publish((3, "Giải ngân một"))
    alerting.round()
    assert len(mailbox.letters) == 1


def test_following_the_same_search_again_changes_its_rhythm(alerting, mailbox) -> None:
    alerting.follow(mailbox, rhythm="weekly")
    alerting.follow(mailbox, rhythm="immediate")
    with alerting.subscriptions() as subscriptions:
        assert subscriptions.counts() == {("confirmed", "mail", "immediate"): 1}
    alerting.publish((3, "Giải ngân một"))
    assert alerting.round().alerts == 1


def test_a_mail_program_ends_an_alert_with_one_click(alerting, mailbox) -> None:
    alerting.follow(mailbox)
    alerting.publish((3, "Giải ngân một"))
    alerting.round()
    letter = mailbox.letters[0]
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = letter["List-Unsubscribe"].strip("<>").removeprefix("https://hoinghi.mau.vn")
    elsewhere = {"Origin": "https://thu.mau.vn", "Sec-Fetch-Site": "cross-site"}
    done = alerting.client.post(address, data={"List-Unsubscribe": "One-Click"}, headers=elsewhere)
    assert done.status_code == 200
    assert ADDRESS.encode() not in (alerting.data_dir / "subscriptions.db").read_bytes()


def test_addresses_are_readable_by_us_alone_and_in_no_log(alerting, mailbox, mail_server, caplog) -> None:
    caplog.set_level(logging.DEBUG)
    alerting.follow(mailbox)
    mailbox.answers = {"RCPT": f"550 5.1.1 <{ADDRESS}> unknown"}
    assert alerting.ask("hội nghị").status_code == 200
    alerting.publish((3, "Giải ngân một"))
    said = str(alerting.round())
    mail_server.stop()
    assert alerting.ask("hội nghị").status_code == 503
    ours = "\n".join(record.getMessage() for record in caplog.records if record.name != "mail.log")  # not the server's
    assert ADDRESS not in ours + said
    assert "no letter of confirmation sent" in ours
    assert (alerting.data_dir / "subscriptions.db").stat().st_mode & 0o077 == 0


def test_when_the_letter_cannot_go_out_nothing_is_kept(alerting, mail_server) -> None:
    mail_server.stop()
    answer = alerting.ask()
    assert answer.status_code == 503
    assert "Chưa gửi được" in answer.text
    with alerting.subscriptions() as subscriptions:
        assert subscriptions.counts() == {}


def test_pages_of_links_are_neither_kept_nor_passed_on(alerting, mailbox) -> None:
    alerting.ask()
    page = alerting.client.get(alerting.link(mailbox.letters.pop()))
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert ADDRESS not in page.text


def test_everything_is_there_in_english(alerting, mailbox) -> None:
    form = alerting.client.get("/theo-doi?q=giải ngân&lang=en").text
    assert "Once a week" in form
    [action] = set(re.findall(r'action="(/theo-doi[^"]*)"', form))
    fields = {"by": "mail", "address": ADDRESS, "rhythm": "immediate", "q": "giải ngân"}
    assert "look into your mailbox" in alerting.client.post(action, data=fields).text
    letter = mailbox.letters.pop()
    assert letter["Subject"].startswith("Confirm an alert")
    assert "You are following" in alerting.client.post(alerting.link(letter)).text
    alerting.publish((3, "Giải ngân một"))
    alerting.round()
    assert mailbox.letters[0]["Subject"].startswith("1 new article · ")
    assert "Unsubscribed" in alerting.client.post(alerting.link(mailbox.letters[0])).text


def test_an_attack_in_the_search_stays_text_on_the_pages(alerting, mailbox) -> None:
    attack = '"><script>alert(1)</script>'
    for page in (alerting.client.get(f"/theo-doi?q={quote(attack)}").text, alerting.ask(attack, address="x").text):
        assert "<script>alert" not in page
    alerting.ask(attack)
    assert "<script>alert" not in alerting.client.get(alerting.link(mailbox.letters.pop())).text


def test_without_an_index_the_form_says_what_every_page_says(tmp_path: Path, environment, mailbox) -> None:
    client = create_app(tmp_path / "new").test_client()
    assert client.get("/theo-doi?q=giải ngân").status_code == 503
