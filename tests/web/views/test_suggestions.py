from pathlib import Path

import pytest
from flask.testing import FlaskClient

from search.document import Document
from search.engines import open_engine
from tests.index_url import index_url
from web.views.suggestions import all_documents


@pytest.mark.parametrize(
    ("typed", "kind", "text"),
    [
        ("bac gi", "province", "Bắc Giang"),
        ("35-", "document", "35-CT/TW"),
        ("người m", "person", "Người Mẫu"),
        ("đôn đốc", "title", "Bắc Giang đôn đốc giải ngân vốn đầu tư công"),
    ],
)
def test_what_the_archive_holds_is_suggested(client: FlaskClient, typed: str, kind: str, text: str) -> None:
    answer = client.get("/api/suggest", query_string={"q": typed}).get_json()
    assert answer["query"] == typed
    assert {"text": text, "kind": kind} in answer["suggestions"]


def test_every_document_is_read_once(tmp_path: Path) -> None:
    engine = open_engine(index_url(tmp_path))
    documents = [Document(id=str(n), key=str(n), url="", title=f"Bài {n}", text="Mẫu.") for n in range(25)]
    with engine.writer() as writer:
        writer.add(documents)
    assert sorted(document.id for document in all_documents(engine, per_read=10)) == sorted(
        document.id for document in documents
    )
