"""A reader's request: kept on disk, checked, bounded, and shown nowhere."""

import json
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from search.errors import BadRequest
from tests.web.conftest import key
from web import reader_files, reader_requests
from web.http.limits import RateLimit

ASKED = {"kind": "withhold", "page": key(3), "text": "Bài nêu tên người đã yêu cầu rút", "mail": "ban.doc@thu.mau.vn"}


@pytest.fixture(autouse=True)
def no_file_is_left(data_dir: Path):
    yield
    (data_dir / reader_files.REQUESTS).unlink(missing_ok=True)


@pytest.fixture
def asking(app: Flask, client: FlaskClient) -> FlaskClient:
    app.extensions["request_limit"] = RateLimit(5, 600)
    return client


def test_a_request_is_kept_and_shown_nowhere(asking: FlaskClient, data_dir: Path) -> None:
    assert f'value="{key(3)}"' in asking.get(f"/yeu-cau?page={key(3)}").text
    assert f"/yeu-cau?page={key(3)}" in asking.get(f"/bai/{key(3)}").text
    answer = asking.post("/yeu-cau", data=ASKED)
    assert (answer.status_code, "Đã nhận" in answer.text) == (200, True)
    assert "no-store" in answer.headers["Cache-Control"]
    file = data_dir / reader_files.REQUESTS
    assert file.stat().st_mode & 0o777 == 0o600
    (line,) = file.read_text(encoding="utf-8").splitlines()
    assert json.loads(line).items() >= ASKED.items()
    for path in ("/", f"/bai/{key(3)}", "/tinh-trang", "/yeu-cau"):
        assert "ban.doc@thu.mau.vn" not in asking.get(path).text
    assert asking.get(f"/bai/{key(3)}").status_code == 200  # nothing happens by itself


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"text": " "}, "Xin ghi lý do."),
        ({"page": "0" * 16}, "Xin mở bài"),
        ({"page": ""}, "Xin mở bài"),
        ({"mail": "x"}, "Địa chỉ email chưa đúng"),
    ],
)
def test_mistakes_are_told_and_what_was_written_stays(
    asking: FlaskClient, data_dir: Path, change: dict, told: str
) -> None:
    answer = asking.post("/yeu-cau", data=ASKED | change)
    assert answer.status_code == 400
    assert told in answer.text
    assert not (data_dir / reader_files.REQUESTS).exists()


def test_another_site_and_too_many_are_refused(asking: FlaskClient) -> None:
    foreign = asking.post("/yeu-cau", data=ASKED, headers={"Origin": "https://evil.example"})
    assert foreign.status_code == 403
    assert [asking.post("/yeu-cau", data=ASKED).status_code for _ in range(7)] == [200] * 5 + [429] * 2
    assert asking.post("/yeu-cau", data=ASKED | {"kind": "delete"}).status_code == 400
    assert asking.post("/yeu-cau", data=ASKED | {"extra": "1"}).status_code == 400


def test_a_damaged_line_is_passed_over(data_dir: Path) -> None:
    asked = reader_requests.ask(data_dir, "mistake", page=key(1), text="sai ngày")
    with (data_dir / reader_files.REQUESTS).open("a") as file:
        file.write('{"id": \n[1]\n{"id": "x", "state": "done"}\n')
    reader_requests.answer(data_dir, asked.id, "done", "đã sửa", "mai")
    (found,) = reader_requests.requests(data_dir)
    assert (found.text, found.state, found.answer, found.by) == ("sai ngày", "done", "đã sửa", "mai")


def test_what_is_answered_makes_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader_requests, "MOST_WAITING", 2)
    first = reader_requests.ask(tmp_path, "mistake", text="sai ngày")
    reader_files.append(tmp_path / reader_files.FIGURES, {"at": "2026-01-02T03:04:05Z", "remark": "sai số"})
    with pytest.raises(BadRequest):
        reader_requests.ask(tmp_path, "mistake", text="sai tên")
    reader_requests.answer(tmp_path, first.id, "done", "đã sửa", "mai")
    reader_requests.ask(tmp_path, "mistake", text="sai tên")


def test_a_value_of_another_kind_is_passed_over(tmp_path: Path) -> None:
    for figure in ("38,5%", ["38,5%"], None, 7):
        reader_files.append(tmp_path / reader_files.FIGURES, {"figure": figure, "remark": "đọc sai"})
    assert [one.text.endswith("đọc sai") for one in reader_requests.requests(tmp_path)] == [True] * 4
