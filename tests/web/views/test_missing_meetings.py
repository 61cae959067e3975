"""A reader names a page for a missing meeting; it is kept for the operator, and nothing is fetched."""

import html
import json
import re
import socket
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from crawl.article import article_key
from hoinghi import main
from search.document import Document
from search.engines import open_engine
from tests.index_url import index_url
from web import create_app, reader_requests
from web.views.missing_meetings import PROPOSALS_PER_HOUR

HELD = "https://bao.mau.test/lan-2"
FORM = {"meeting": "bch.XV.3", "url": "https://bao.mau.test/lan-3.html", "remark": "  bản tin\nchiều "}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    reports = [
        Document(
            id=f"https://bao.mau.test/lan-{number}",
            key=article_key(f"https://bao.mau.test/lan-{number}"),
            url=f"https://bao.mau.test/lan-{number}",
            title=f"Hội nghị lần thứ {number}",
            text="Ban Chấp hành Đảng bộ tỉnh họp. Đây là bài mẫu.",
            province_then="gia-lai",
            province_now="gia-lai",
            kind="bch",
            event="bch",
            ordinal=number,
            term="XV",
            meeting=f"gia-lai.bch.XV.{number}",
        )
        for number in (1, 2, 4)
    ]
    with open_engine(index_url(tmp_path / "whoosh")).writer() as writer:
        writer.add(reports)
    return tmp_path


@pytest.fixture
def client(data: Path) -> FlaskClient:
    return create_app(data, index_url(data / "whoosh")).test_client()


def propose(client: FlaskClient, **changed: str) -> tuple[int, str]:
    answer = client.post("/tinh/gia-lai/de-xuat", data=FORM | changed)
    return answer.status_code, html.unescape(answer.text)


def test_a_page_for_a_missing_meeting_is_kept_and_listed_but_not_fetched(
    client: FlaskClient, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = client.get("/tinh/gia-lai").text
    assert re.findall(r'<option value="([^"]+)">', page[page.index('id="bao-bai"') :]) == ["bch.XV.3"]

    def refuse(*_: object) -> None:
        raise AssertionError("an address that a reader named was asked for")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    answer = client.post("/tinh/gia-lai/de-xuat", data=FORM)
    assert answer.status_code == 303
    assert "đã được chuyển" in client.get(answer.location).text
    assert propose(client)[0] == 303  # named twice, listed once
    with (data / "meeting_proposals.jsonl").open("a") as file:
        file.write("{half a line\n")
    listed = CliRunner().invoke(main, ["proposals", "--json", "--data", str(data)])
    assert listed.exit_code == 0
    lines = listed.output.splitlines()
    told = json.loads(lines[0])
    assert told | {"at": ""} == {
        "at": "",
        "province": "gia-lai",
        "kind": "bch",
        "term": "XV",
        "number": 3,
        "url": FORM["url"],
        "remark": "bản tin chiều",
    }
    assert len([line for line in lines if line.startswith("{")]) == 1
    assert "1 damaged lines skipped" in listed.output
    shown = CliRunner().invoke(main, ["proposals", "--data", str(data)]).output
    assert f"gia-lai\tbch\tkhóa XV\t3\t{FORM['url']}\tbản tin chiều" in shown


def test_what_was_answered_is_listed_no_more(client: FlaskClient, data: Path) -> None:
    for _ in range(2):
        assert propose(client)[0] == 303
    assert propose(client, url="https://bao.mau.test/khac.html")[0] == 303
    other, first = sorted(reader_requests.requests(data), key=lambda one: one.url)
    assert (other.url, first.url) == ("https://bao.mau.test/khac.html", FORM["url"])  # named twice, asked once
    reader_requests.answer(data, first.id, "refused", "không phải hội nghị", "mai")
    listed = CliRunner().invoke(main, ["proposals", "--data", str(data)]).output
    assert (other.url in listed, first.url in listed) == (True, False)
    assert propose(client)[0] == 303  # named again after it was refused
    assert first.url not in CliRunner().invoke(main, ["proposals", "--data", str(data)]).output
    assert (data / "meeting_proposals.jsonl").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "url",
    [
        *(
            "lan-3.html",
            "javascript:alert(1)",
            "ftp://bao.mau.test/1",
            "https://",
            "https://bao",
            "https://ten@bao.vn/1",
        ),
        *(
            "https://bao.vn/một hai",
            "http://127.0.0.1/1",
            "http://[::1]/",
            "http://localhost/",
            "https://bao.vn:99999/",
        ),
    ],
)
def test_what_is_no_address_of_a_page_is_told(client: FlaskClient, data: Path, url: str) -> None:
    status, page = propose(client, url=url)
    assert status == 400
    assert f"“{url}” không phải địa chỉ của một bài" in page
    assert not (data / "meeting_proposals.jsonl").exists()


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"url": " "}, "Chưa có địa chỉ"),
        ({"url": "https://bao.vn/" + "a" * 2000}, "nhiều nhất 2000"),
        ({"url": HELD}, "Kho đã có bài"),
        ({"meeting": "bch.XV.2"}, "danh sách còn thiếu"),
        ({"meeting": "hdnd.XV.3"}, "danh sách còn thiếu"),
        ({"other": "1"}, "Không có tham số"),
    ],
)
def test_what_cannot_be_a_proposal_is_told(client: FlaskClient, changed: dict[str, str], told: str) -> None:
    status, page = propose(client, **changed)
    assert (status, told in page) == (400, True)


def test_forms_of_other_sites_and_too_many_of_one_address_are_refused(client: FlaskClient) -> None:
    strange = client.post("/tinh/gia-lai/de-xuat", data=FORM, headers={"Origin": "https://elsewhere.test"})
    assert strange.status_code == 403
    assert client.post("/tinh/khong-co/de-xuat", data=FORM).status_code == 404
    assert {propose(client)[0] for _ in range(PROPOSALS_PER_HOUR - 2)} == {303}
    assert propose(client)[0] == 429


def test_the_page_of_coverage_leads_to_what_is_missing(client: FlaskClient) -> None:
    assert 'href="/tinh/gia-lai#thieu-cuoc-nao"' in client.get("/do-phu").text
