"""A small archive of people who speak, filled through the real indexer."""

from pathlib import Path

from crawl.archive.archive import Archive
from crawl.article import Article
from indexer.build import build
from search.engines import open_engine

OPENING = (
    "Sáng 4/7/{year}, Ban Chấp hành Đảng bộ tỉnh Lào Cai họp hội nghị lần thứ {number}. "
    "Đồng chí Vàng A Phừ, Bí thư Tỉnh ủy chủ trì hội nghị.\n\n"
)
FIRST = OPENING.format(year=2024, number=17) + (
    "Kết luận hội nghị, đồng chí Bí thư Tỉnh ủy nhấn mạnh: Phải trả lời dân trong năm ngày. Hồ sơ chậm là lỗi của "
    "người đứng đầu.\n\nBáo cáo tại hội nghị cho thấy thu ngân sách đạt 51% dự toán.\n\n"
    "“Xã tôi đã mở được bốn con đường”, bà Lý Thị Sến, Chủ tịch UBND xã Bản Mế nói."
)
SECOND = OPENING.format(year=2023, number=12) + (
    "Đồng chí Vàng A Phừ yêu cầu các huyện trồng xong rừng trước mùa mưa, giải ngân vốn đầu tư công năm 2023 mới đạt "
    "38,5% kế hoạch."
)
ELSEWHERE = "Sáng 6/7/2024, Tỉnh ủy Sơn La họp. Đồng chí Vàng A Phừ, Trưởng Ban Dân vận đề nghị các bản giữ nhà sàn."


def fill(data: Path) -> None:
    texts = {"first": FIRST, "second": SECOND, "elsewhere": ELSEWHERE}
    with Archive(data) as archive:
        for name, text in texts.items():
            title = f"Hội nghị Ban Chấp hành Đảng bộ tỉnh ({name})"
            province = "son-la" if name == "elsewhere" else "lao-cai"
            archive.store_article(Article(name, f"https://mau.test/{name}", title, text, province=province))
    build(data, open_engine(f"whoosh:{data / 'whoosh'}"), progress=None)
