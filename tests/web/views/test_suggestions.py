from pathlib import Path

import pytest
from flask.testing import FlaskClient

from search.document import Document
from search.engines.embedded.engine import WhooshEngine
from search.suggestions import FILE, renew
from web.views.suggestions import Suggestions


@pytest.mark.parametrize(
    ("typed", "kind", "text", "count"),
    [
        ("bac gi", "province", "Bắc Giang", 1),
        ("35-", "document", "35-CT/TW", 17),
        ("giải ng", "phrase", "giải ngân", 18),
    ],
)
def test_what_the_archive_holds_is_suggested(client: FlaskClient, typed: str, kind: str, text: str, count: int) -> None:
    answer = client.get("/api/suggest", query_string={"q": typed}).get_json()
    assert answer["query"] == typed
    assert {"text": text, "kind": kind, "count": count} in answer["suggestions"]


def filled(folder: Path, titles: list[str]) -> WhooshEngine:
    engine = WhooshEngine(folder / "whoosh")
    with engine.writer() as writer:
        writer.add(Document(id=title, key=title, url="", title=title, text="Mẫu.") for title in titles)
    return engine


def test_a_new_file_is_read_and_counts_are_of_the_index_as_it_is(tmp_path: Path) -> None:
    engine = filled(tmp_path, ["Giải ngân ở xã", "Giải ngân ở huyện", "Giải ngân ở tỉnh"])
    assert renew(tmp_path, engine)
    shown = Suggestions(lambda: engine, tmp_path)
    assert [(one.text, one.pages) for one in shown.complete("giai", 8, engine.state())] == [("Giải ngân", 3)]
    filled(tmp_path, ["Giải ngân ở thôn"])
    assert [one.pages for one in shown.complete("giai", 8, engine.state())] == [4]
    filled(tmp_path, [f"Quyết toán, phần {letter}" for letter in "abcd"])
    assert renew(tmp_path, engine)
    assert [one.text for one in shown.complete("quyet", 8, engine.state())] == ["Quyết toán"]


def test_a_file_is_made_anew_only_when_enough_has_changed(tmp_path: Path) -> None:
    engine = filled(tmp_path, [f"Giải ngân ở xã số {number}" for number in range(100)])
    assert renew(tmp_path, engine)
    filled(tmp_path, ["Giải ngân ở thôn"])
    assert not renew(tmp_path, engine)
    (tmp_path / FILE).write_bytes(b"")
    assert renew(tmp_path, engine)
