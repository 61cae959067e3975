import pytest

from web.alerts.settings import AlertsMisconfigured, SmtpServer, alert_settings


@pytest.mark.parametrize(
    ("text", "server"),
    [
        ("smtp://thu.mau.vn", SmtpServer("thu.mau.vn", 25, "none")),
        ("smtp://thu.mau.vn?starttls", SmtpServer("thu.mau.vn", 587, "starttls")),
        (
            "smtp://ban:m%40t%3akh%20u@thu.mau.vn:2525?starttls=1",
            SmtpServer("thu.mau.vn", 2525, "starttls", "ban", "m@t:kh u"),
        ),
        ("smtps://ban:x@thu.mau.vn", SmtpServer("thu.mau.vn", 465, "tls", "ban", "x")),
        ("smtp://ban:x@127.0.0.1:2525", SmtpServer("127.0.0.1", 2525, "none", "ban", "x")),
    ],
)
def test_mail_servers(text: str, server: SmtpServer) -> None:
    assert alert_settings({"HOINGHI_SMTP": text}).smtp == server


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HOINGHI_SMTP", "thu.mau.vn"),
        ("HOINGHI_SMTP", "http://thu.mau.vn"),
        ("HOINGHI_SMTP", "smtp://ban:matkhau@thu.mau.vn"),
        ("HOINGHI_SMTP", "smtp://ban:matkhau@thu.mau.vn:cong"),
        ("HOINGHI_SMTP", "smtp://ban:matkhau@thu.mau.vn?tls"),
        ("HOINGHI_SMTP", "smtps://ban:matkhau@thu.mau.vn?starttls"),
        ("HOINGHI_SMTP", "smtps://ban:matkhau-ẩ@thu.mau.vn"),
        ("HOINGHI_PUBLIC_URL", "hoinghi.mau.vn"),
        ("HOINGHI_PUBLIC_URL", "https://hoinghi.mau.vn/?q=1"),
        ("HOINGHI_SECRET", "matkhau"),
        ("HOINGHI_MAIL_FROM", "hoinghi"),
        ("HOINGHI_MAIL_FROM", "a@mau.vn\nBcc: b@mau.vn"),
        ("HOINGHI_WEBHOOK_LOOPBACK", "yes"),
    ],
)
def test_a_wrong_value_is_named_without_its_secrets(name: str, value: str) -> None:
    with pytest.raises(AlertsMisconfigured, match=name) as raised:
        alert_settings({name: value})
    assert "matkhau" not in str(raised.value)


@pytest.mark.parametrize(
    ("url", "sender"),
    [
        ("https://hoinghi.mau.vn:8443/a/", "hoinghi@hoinghi.mau.vn"),
        ("http://127.0.0.1:8000", "hoinghi@localhost.localdomain"),
        ("http://localhost:8000", "hoinghi@localhost.localdomain"),
    ],
)
def test_the_sender_follows_from_the_address_of_the_site(url: str, sender: str) -> None:
    assert alert_settings({"HOINGHI_PUBLIC_URL": url}).sender == sender


def test_nothing_secret_is_shown_by_accident() -> None:
    settings = alert_settings(
        {"HOINGHI_SECRET": "rất-bí-mật-rất-dài", "HOINGHI_SMTP": "smtps://ban:matkhau@thu.mau.vn"}
    )
    assert "bí-mật" not in repr(settings)
    assert "matkhau" not in repr(settings)


def test_what_is_missing_is_listed() -> None:
    assert alert_settings({}).missing("mail") == ["HOINGHI_PUBLIC_URL", "HOINGHI_SECRET", "HOINGHI_SMTP"]
    assert alert_settings({"HOINGHI_PUBLIC_URL": "https://hoinghi.mau.vn"}).missing("webhook") == ["HOINGHI_SECRET"]
