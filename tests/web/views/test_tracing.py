"""The page that traces a document: provinces, words, map, time, and what was not seen; and the same as a table."""

import csv
import io
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from search.document import Document
from search.engines import open_engine
from web import create_app

NUMBER, DATE = "35-CT/TW", "2024-06-14"
PAGES = [
    ("a", "lao-cai", "2024-07-10", "Hội nghị quán triệt Chỉ thị 35-CT/TW ngày 14/6/2024.", DATE),
    ("b", "lao-cai", "2024-09-01", "Theo 35-CT/TW, tỉnh phấn đấu xong đại hội cơ sở trước tháng 6/2025.", ""),
    ("c", "lao-cai", "2025-03-02", "Sơ kết một năm thực hiện 35-CT/TW, 98% chi bộ xong đại hội.", ""),
    ("d", "son-la", "2025-01-05", "Sơn La bàn việc thực hiện 35-CT/TW.", ""),
    ("e", "hoa-binh", "2024-08-01", "Bàn việc trồng rừng.", None),
]


@pytest.fixture(scope="module")
def tracer(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    data = tmp_path_factory.mktemp("traced")
    documents = [
        Document(
            name,
            name,
            f"https://mau.test/{name}",
            f"Hội nghị {name}",
            text,
            held=held,
            year=int(held[:4]),
            level="province",
            province_then=province,
            province_now=province,
            document_numbers=() if date is None else (NUMBER,),
            citations=() if date is None else ((NUMBER, date, NUMBER),),
            meeting=f"{province}.{name}",
        )
        for name, province, held, text, date in PAGES
    ]
    with open_engine(f"whoosh:{data / 'whoosh'}").writer() as writer:
        writer.add(documents)
    return create_app(Path(data), f"whoosh:{data / 'whoosh'}").test_client()


def test_who_took_it_up_and_who_was_not_seen(tracer: FlaskClient) -> None:
    page = tracer.get("/van-ban/35-CT-TW/theo-dau").text
    assert "2 trong 63 tỉnh, thành phố" in page
    seen, unseen = page.split("Các tỉnh đã nhắc đến", 1)[1].split("Chưa thấy nhắc đến", 1)
    assert seen.index("Lào Cai") < seen.index("Sơn La")
    assert "Hội nghị quán triệt Chỉ thị 35-CT/TW ngày 14/6/2024." in seen and "/hop/lao-cai.a" in seen
    promised, reported = seen.split("Cam kết, mục tiêu", 1)[1].split("Báo cáo sau đó", 1)
    assert "phấn đấu xong" in promised and "Sơ kết một năm" in reported.split("</ul>", 1)[0]
    in_the_archive, without = unseen.split("Kho không có bài nào từ ngày ấy", 1)
    assert "Hòa Bình</a> <small>kho có 1 bài</small>" in in_the_archive and "Hòa Bình" not in without
    assert "Bắc Giang</a>, " in without and "Bắc Giang" not in in_the_archive
    assert "Lào Cai: 10/7/2024" in page and "Hòa Bình: chưa thấy trong 1 bài của kho" in page
    assert "Bắc Giang: kho không có bài nào từ ngày ấy" in page
    assert "Tracing 35-CT/TW" in tracer.get("/van-ban/35-CT-TW/theo-dau?lang=en").text
    assert "/van-ban/35-CT-TW/theo-dau" in tracer.get("/van-ban/35-CT-TW").text


def test_the_same_as_a_table(tracer: FlaskClient) -> None:
    answer = tracer.get("/van-ban/35-CT-TW/theo-dau.csv")
    rows = list(csv.DictReader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))
    assert len(rows) == 63
    assert [(row["province"], row["first_day"], row["pages_that_cite_it"]) for row in rows[:3]] == [
        ("lao-cai", "2024-07-10", "3"),
        ("son-la", "2025-01-05", "1"),
        ("an-giang", "", "0"),
    ]
    assert rows[0]["permalink"].endswith("/bai/a") and "phấn đấu" in rows[0]["promises"]


def test_what_is_unknown_is_told(tracer: FlaskClient) -> None:
    assert tracer.get("/van-ban/99-CT-TW/theo-dau").status_code == 404
    wrong = tracer.get("/van-ban/35-CT-TW/theo-dau?ngay=2019-05-30")
    assert wrong.status_code == 400 and "2024-06-14" in wrong.text
