"""Programs that are told of new pages: over real HTTP, signed, and never inside our own network."""

import hashlib
import hmac
import ipaddress
import json
import re
import socket
import ssl
import threading
from contextlib import suppress
from datetime import datetime, timedelta

import pytest

from tests.web.alerts.conftest import echo
from web.alerts import webhooks
from web.alerts.destinations import BadAddress, hook_address


def test_a_program_is_challenged_then_told_signed_and_once(alerting, program) -> None:
    page = alerting.ask(by="webhook", address=program.url)
    assert page.status_code == 200
    [key] = re.findall(r'<pre id="hook-key">([0-9a-f]{64})</pre>', page.text)
    alerting.publish((3, "Giải ngân một"), (4, "Nông thôn mới"))
    assert alerting.round().alerts == 1
    headers, body = program.requests[-1]
    assert headers["X-Hoinghi-Signature"] == "sha256=" + hmac.new(key.encode(), body, hashlib.sha256).hexdigest()
    [told] = program.pages()
    assert headers["X-Hoinghi-Delivery"] == told["id"]
    assert (told["query"], told["url"]) == ("giải ngân", "https://hoinghi.mau.vn/?q=gi%E1%BA%A3i+ng%C3%A2n")
    assert [hit["title"] for hit in told["hits"]] == ["Giải ngân một"]
    shown = alerting.client.get("/api/search?q=giải ngân một").get_json()["hits"][0]
    assert told["hits"][0].keys() == shown.keys()

    alerting.publish((3, "Giải ngân một, đã sửa"))
    assert alerting.round().alerts == 0
    [leave] = re.findall(r'href="https://hoinghi.mau.vn(/theo-doi/huy/[^"]+)"', page.text)
    assert told["unsubscribe"] == f"https://hoinghi.mau.vn{leave}"
    alerting.client.post(leave)
    alerting.publish((5, "Giải ngân hai"))
    assert alerting.round().alerts == 0


def test_many_pages_come_in_several_requests(alerting, program) -> None:
    alerting.ask(by="webhook", address=program.url)
    alerting.publish(*((number, f"Giải ngân đợt {number}") for number in range(100, 350)))
    assert alerting.round().pages == 250
    assert [len(told["hits"]) for told in program.pages()] == [100, 100, 50]
    assert len({hit["id"] for told in program.pages() for hit in told["hits"]}) == 250


@pytest.mark.parametrize(
    "answer",
    [
        lambda asked: (200, "không phải lời thử"),
        lambda asked: (200, ""),
        lambda asked: (404, asked["challenge"]),
        lambda asked: (302, "https://example.org/"),
        lambda asked: (200, "x" * 5000 + asked["challenge"]),
        lambda asked: (200, '{"challenge": 1}'),
        lambda asked: (200, "[]"),
    ],
)
def test_a_program_that_does_not_answer_the_challenge_is_not_told(alerting, program, answer) -> None:
    program.answer = answer
    page = alerting.ask(by="webhook", address=program.url)
    assert page.status_code == 400
    assert "không đáp lại yêu cầu thử" in page.text
    with alerting.subscriptions() as subscriptions:
        assert subscriptions.counts() == {}


def test_the_challenge_may_be_answered_in_json(alerting, program) -> None:
    program.answer = lambda asked: (200, json.dumps({"challenge": asked["challenge"]}))
    assert alerting.ask(by="webhook", address=program.url).status_code == 200


def test_a_program_that_fails_gets_the_pages_later(alerting, program) -> None:
    alerting.ask(by="webhook", address=program.url)
    alerting.publish((3, "Giải ngân một"))
    program.answer = lambda asked: (500, "")
    summary = alerting.round()
    assert (summary.alerts, summary.failed) == (0, 1)
    assert "127.0.0.1" not in str(summary)
    alerting.publish((4, "Giải ngân hai"))
    program.answer = echo
    assert alerting.round().pages == 2


def test_a_program_that_fails_for_a_week_or_is_gone_is_switched_off(alerting, program, noon: datetime) -> None:
    alerting.ask(by="webhook", address=program.url)
    alerting.ask("hội nghị OR giải ngân", by="webhook", address=program.url)
    alerting.publish((3, "Giải ngân một"))
    program.answer = lambda asked: (410, "") if "OR" in asked["query"] else (500, "")
    assert alerting.round(noon).switched_off == 1
    assert sum(alerting.round(noon + timedelta(hours=hours)).switched_off for hours in range(6, 138, 12)) == 0
    assert alerting.round(noon + timedelta(days=6)).switched_off == 1


@pytest.mark.parametrize(
    "address",
    [
        "fec0::1",
        "192.88.99.1",
        *("10.0.0.1", "127.0.0.1", "169.254.169.254", "192.168.1.1", "172.16.0.1", "100.64.0.1", "0.0.0.0"),
        *("224.0.0.1", "255.255.255.255", "240.0.0.1", "192.0.2.1", "198.18.0.1"),
        *("::1", "::", "fe80::1", "fc00::1", "ff02::1", "2001:db8::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1"),
        *("64:ff9b::7f00:1", "64:ff9b::a00:1", "2002:7f00:1::", "2002:c0a8:101::1"),
    ],
)
def test_addresses_that_are_not_public(address: str) -> None:
    assert not webhooks.is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["1.1.1.1", "203.162.4.191", "2606:4700:4700::1111", "::ffff:1.1.1.1"])
def test_addresses_that_are_public(address: str) -> None:
    assert webhooks.is_public(ipaddress.ip_address(address))


def test_a_name_that_leads_inside_is_not_called(alerting, program, monkeypatch) -> None:
    """Names are resolved by us: one that has a private address among its addresses is not called at all."""
    inside = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443)) for address in ("1.1.1.1", "10.0.0.7")]
    monkeypatch.setattr(webhooks.socket, "getaddrinfo", lambda *asked, **more: inside)
    page = alerting.ask(by="webhook", address="https://ben-trong.mau.vn/")
    assert page.status_code == 400
    assert "không đáp lại yêu cầu thử" in page.text


def test_this_machine_is_called_only_where_the_setting_allows_it(program) -> None:
    with pytest.raises(webhooks.WebhookFailed, match="not public"):
        webhooks.challenge(program.url, "x")
    assert program.requests == []
    with pytest.raises(BadAddress):
        hook_address(program.url)


@pytest.mark.parametrize(
    "url",
    [
        *("http://mau.vn/", "ftp://mau.vn/", "https://", "https:///x", "javascript:alert(1)", "https://mau.vn:99999/"),
        *("https://10.0.0.1/", "https://[::1]/", "https://2130706433/", "https://0x7f.1/", "https://localhost/"),
        *(
            "https://a:b@mau.vn/",
            "https://mau.vn/#x",
            "https://mau.vn/\r\nX: y",
            "https://mau.vn/a b",
            "https://mẫu.vn/",
        ),
        *("https://mau.vn/" + "a" * 1000, "https://mau.vn:0/", ""),
    ],
)
def test_what_is_not_the_address_of_a_program(url: str) -> None:
    with pytest.raises(BadAddress):
        hook_address(url)


def test_an_answer_that_drips_is_broken_off(monkeypatch) -> None:
    monkeypatch.setattr(webhooks, "WHOLE_SECONDS", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as server:
        stop = threading.Event()

        def drip() -> None:
            connection, _ = server.accept()
            with connection:
                while not stop.wait(0.05):
                    try:
                        connection.sendall(b"X")
                    except OSError:
                        return

        thread = threading.Thread(target=drip)
        thread.start()
        with pytest.raises(webhooks.WebhookFailed):
            webhooks.challenge(f"http://127.0.0.1:{server.getsockname()[1]}/", "x", loopback_allowed=True)
        stop.set()
        thread.join()


def test_a_certificate_of_another_is_not_accepted() -> None:
    """TLS speaks to the name, not to the address we connected to: an unknown certificate ends it."""
    trustme = pytest.importorskip("trustme")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("localhost").configure_cert(context)
    with socket.create_server(("127.0.0.1", 0)) as server:

        def accept() -> None:
            connection, _ = server.accept()
            with connection, suppress(OSError):
                context.wrap_socket(connection, server_side=True).close()

        thread = threading.Thread(target=accept)
        thread.start()
        with pytest.raises(webhooks.WebhookFailed, match="SSL"):
            webhooks.challenge(f"https://localhost:{server.getsockname()[1]}/", "x", loopback_allowed=True)
        thread.join()
