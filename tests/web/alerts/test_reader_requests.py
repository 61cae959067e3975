"""A reader's request is told to the operator by mail; it is on disk whatever the mail server says."""

from pathlib import Path

from settings import read_settings
from tests.index_url import index_url
from tests.web.conftest import fill, key
from web import create_app, reader_requests

ASKED = {"kind": "withhold", "page": key(3), "text": "Bài nêu tên người đã yêu cầu rút", "mail": "ban.doc@thu.mau.vn"}


def test_the_operator_gets_a_letter(tmp_path: Path, environment, mailbox) -> None:
    fill(tmp_path)
    settings = read_settings(environment={**environment, "HOINGHI_OPERATOR_MAIL": "van.hanh@hoinghi.mau.vn"})
    client = create_app(tmp_path, index_url(tmp_path / "whoosh"), settings).test_client()
    assert "Đã nhận" in client.post("/yeu-cau", data=ASKED).text
    (letter,) = mailbox.letters
    assert letter["To"] == "van.hanh@hoinghi.mau.vn"
    text = letter.get_content()
    for part in (f"https://hoinghi.mau.vn/bai/{key(3)}", ASKED["text"], ASKED["mail"]):
        assert part in text
    mailbox.answers["RCPT"] = "450 later"
    assert "Đã nhận" in client.post("/yeu-cau", data=ASKED).text
    assert len(reader_requests.requests(tmp_path)) == 2
