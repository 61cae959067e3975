"""What stands in a letter, and what does not come to stand in its headers."""

import re
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from urllib.parse import quote_plus

import pytest

from search.document import Document, Hit, Results
from web.alerts.mail import Letters, one_line
from web.alerts.settings import alert_settings
from web.alerts.subscriptions import Subscription

NOW = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)


def subscription(query: str = "giải ngân", language: str = "vi") -> Subscription:
    asked = f"q={quote_plus(query)}"
    return Subscription("mot-ma", "mail", "ban@mau.vn", asked, "daily", language, "confirmed", "", "", "", 0, 0, "")


def results(title: str, snippet: str = "vốn <mark>giải ngân</mark>", understood: str = "giải ngân") -> Results:
    document = Document(
        "1",
        "0123456789abcdef",
        "https://bao.mau.test/1",
        title,
        "",
        held="2023-07-05",
        province_then="bac-giang",
        province_now="bac-ninh",
        source="bao-mau",
    )
    return Results(understood, understood, 1, 0.1, (Hit(document, 1.0, snippet),), {})


@pytest.fixture
def letters() -> Letters:
    url = "https://mot-ten-mien-dai.cua-mot-to-chuc-dai.mau.vn/tim-kiem/hoi-nghi"
    settings = alert_settings({"HOINGHI_PUBLIC_URL": url, "HOINGHI_SECRET": "đủ dài để không đoán được"})
    return Letters(settings, {"bao-mau": "Báo Mẫu"})


def read(letter) -> tuple:
    """Return a letter as its receiver reads it, and its bytes."""
    content = letter.as_bytes()
    return message_from_bytes(content, policy=default), content


def test_a_letter_in_full(letters: Letters) -> None:
    letter, content = read(letters.digest(subscription(), results("Bắc Giang họp <b>bàn</b> giải ngân"), 1, NOW))
    assert letter["Subject"] == "1 bài mới · giải ngân"
    assert letter["From"].addresses[0].addr_spec == "hoinghi@mot-ten-mien-dai.cua-mot-to-chuc-dai.mau.vn"
    assert letter["To"] == "ban@mau.vn"
    assert letter["Date"].datetime == NOW
    assert re.fullmatch(r"<[^<>@\s]+@mot-ten-mien-dai[^<>@\s]+>", letter["Message-ID"])
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Content-Type"].content_type == "multipart/alternative"
    plain = letter.get_body(("plain",)).get_content().replace("\r\n", "\n")
    assert "1. Bắc Giang họp <b>bàn</b> giải ngân\n" in plain
    assert "   họp 5/7/2023 · Bắc Giang → Bắc Ninh · Báo Mẫu\n   vốn giải ngân\n" in plain
    assert "/tim-kiem/hoi-nghi/bai/0123456789abcdef\n" in plain
    marked_up = letter.get_body(("html",)).get_content()
    assert "Bắc Giang họp &lt;b&gt;bàn&lt;/b&gt; giải ngân</a>" in marked_up
    assert "vốn <mark>giải ngân</mark>" in marked_up
    assert content.isascii()
    assert max(map(len, content.split(b"\r\n"))) <= 998
    assert b"\n" not in content.replace(b"\r\n", b"")


def test_the_addresses_for_mail_programs_stand_unbroken_on_their_line(letters: Letters) -> None:
    _, content = read(letters.digest(subscription(), results("Họp"), 1, NOW))
    [line] = [line for line in content.decode().split("\r\n") if line.startswith("List-Unsubscribe:")]
    assert re.fullmatch(r"List-Unsubscribe: <https://[!-~]+/tim-kiem/hoi-nghi/theo-doi/huy/[\w.-]+>", line)
    assert len(line) > 78


@pytest.mark.parametrize("understood", ["Giải ngân vốn đầu tư công ở Bắc Giang " * 30, "ĐẶNG Ư Ơ ẫ" * 5, "hoàn\u0301g"])
def test_subjects_in_vietnamese_are_read_as_they_were_written(letters: Letters, understood: str) -> None:
    letter, content = read(letters.digest(subscription(), results("Họp", understood=understood), 1, NOW))
    expected = one_line(f"1 bài mới · {understood}", 150)
    assert letter["Subject"] == expected
    head = content.split(b"\r\n\r\n")[0]
    assert all(len(word) <= 75 for word in re.findall(rb"=\?[^?]+\?[^?]+\?[^?]+\?=", head))


@pytest.mark.parametrize(
    "hostile", ["x\r\nBcc: khac@mau.vn", "x\nBcc: khac@mau.vn\n\nthư khác", "x\u2028Bcc: khac@mau.vn", "x\x0b\x00\x1fy"]
)
def test_a_search_or_a_title_does_not_become_a_header(letters: Letters, hostile: str) -> None:
    told = results(hostile, hostile, understood=hostile)
    for made in (
        letters.digest(subscription(hostile), told, 1, NOW),
        letters.confirmation(subscription(), NOW),
    ):
        letter, content = read(made)
        assert letter["Bcc"] is None
        assert len(letter.get_all("To")) == 1
        assert not re.search(rb"^Bcc", content.split(b"\r\n\r\n")[0], re.MULTILINE)


def test_an_attack_stays_text_in_the_html_part(letters: Letters) -> None:
    attack = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
    made = letters.digest(subscription(attack), results(attack, "&lt;script&gt;", understood=attack), 1, NOW)
    page = read(made)[0].get_body(("html",)).get_content()
    assert "<script" not in page
    assert "<img" not in page
    assert "&lt;script&gt;alert(1)" in page
    confirmation = read(letters.confirmation(subscription(attack), NOW))[0]
    assert "<script" not in confirmation.get_body(("html",)).get_content()


def test_a_title_with_half_a_letter_can_be_sent(letters: Letters) -> None:
    letter, _ = read(letters.digest(subscription(), results("Họp \ud83d bàn", "\ud83d"), 1, NOW))
    assert "1. Họp bàn" in letter.get_body(("plain",)).get_content()


def test_a_letter_is_in_the_language_of_its_reader(letters: Letters) -> None:
    letter, _ = read(letters.digest(subscription(language="en"), results("Họp"), 3, NOW))
    assert letter["Subject"] == "3 new articles · giải ngân"
    plain = letter.get_body(("plain",)).get_content()
    assert "held 5 July 2023" in plain
    assert "?lang=en" in plain


def test_the_letter_of_confirmation_carries_nothing_that_the_asker_wrote(letters: Letters) -> None:
    """Anyone can have it sent to anyone: a text in it would be a text of a stranger under our name."""
    letter, content = read(letters.confirmation(subscription("Tài khoản bị khóa, mở https://evil.example/login"), NOW))
    assert letter["Subject"] == "Xác nhận theo dõi trên hoinghi"
    for kind in ("plain", "html"):
        assert "evil" not in letter.get_body((kind,)).get_content()
    assert b"evil" not in content
    assert letter["List-Unsubscribe"] is None
    assert len(re.findall("https://", letter.get_body(("plain",)).get_content())) == 1
