"""Token F1 against values reckoned by hand."""

import pytest

from tests.crawl.sites.likeness import token_f1, true_text
from tests.crawl.sites.sample_article import SampleArticle


@pytest.mark.parametrize(
    ("found", "true", "expected"),
    [
        ("Hội nghị Tỉnh ủy", "hội nghị tỉnh ủy.", 1.0),
        ("Hội nghị", "Hội nghị Tỉnh ủy", 2 * 2 / 6),
        ("Hội nghị Tỉnh ủy. Tin khác", "Hội nghị Tỉnh ủy", 2 * 4 / 10),
        ("nghị nghị", "hội nghị", 2 * 1 / 4),
        ("", "hội nghị", 0.0),
        ("Ðảng bộ", "Đảng bộ", 1.0),
    ],
)
def test_token_f1(found: str, true: str, expected: float) -> None:
    assert token_f1(found, true) == pytest.approx(expected)


def test_the_true_text_is_lede_and_body() -> None:
    article = SampleArticle("s", "1", "a", "Tựa", "Đoạn một.\n\nĐoạn hai.", lede="Sapo.", captions=("Ảnh.",))
    assert true_text(article) == "Sapo.\n\nĐoạn một.\n\nĐoạn hai."
