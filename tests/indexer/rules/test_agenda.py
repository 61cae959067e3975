"""The agenda in the words of the page."""

import pytest

from indexer.page import Page
from indexer.rules.agenda import agenda_of


@pytest.mark.parametrize(
    ("paragraphs", "agenda"),
    [
        (
            ["Sáng 16-7, Tỉnh ủy tổ chức hội nghị, đánh giá công tác 6 tháng; triển khai nhiệm vụ cuối năm."],
            ("đánh giá công tác 6 tháng", "triển khai nhiệm vụ cuối năm"),
        ),
        (
            [
                "Kỳ họp xem xét hai việc.",
                "I. Xem xét kiểm tra tại Cam Lâm",
                "Nội dung.",
                "II. Giải quyết đơn thư",
            ],
            ("Xem xét kiểm tra tại Cam Lâm", "Giải quyết đơn thư"),
        ),
        (["Nông dân đánh giá vụ vải năm nay được mùa."], ()),
        ([], ()),
    ],
)
def test_agenda(paragraphs: list[str], agenda: tuple[str, ...]) -> None:
    assert agenda_of(Page("", paragraphs)) == agenda
