import pytest

from crawl.article import Article
from web.ui.differences import ParagraphChange, Piece, differences


def article(body: str) -> Article:
    return Article(id="a", url="", title="Hội nghị", body=body)


def test_a_changed_word_is_marked_within_its_paragraph() -> None:
    changes = differences(article("Giải ngân được 41% kế hoạch."), article("Giải ngân được 42% kế hoạch."))
    assert changes[1] == ParagraphChange(
        "changed",
        (
            Piece("same", "Giải ngân được "),
            Piece("removed", "41%"),
            Piece("added", "42%"),
            Piece("same", " kế hoạch."),
        ),
    )


@pytest.mark.parametrize(
    ("old", "new", "kinds"),
    [
        ("Một.\n\nHai.", "Một.\n\nHai.", ["same", "same", "same"]),
        ("Một.", "Một.\n\nHai.", ["same", "same", "added"]),
        ("Một.\n\nHai.", "Hai.", ["same", "removed", "same"]),
        ("Chiều nay họp.", "Kế hoạch vốn năm sau.", ["same", "removed", "added"]),
    ],
)
def test_paragraphs_are_kept_removed_and_added(old: str, new: str, kinds: list[str]) -> None:
    assert [change.kind for change in differences(article(old), article(new))] == kinds


def test_both_versions_can_be_put_together_again() -> None:
    old, new = "Đoạn một có 41%.\n\nĐoạn hai.\n\nĐoạn ba.", "Đoạn một có 42% và thêm.\n\nĐoạn ba.\n\nĐoạn tư."
    changes = differences(article(old), article(new))

    def side(dropped: str) -> list[str]:
        texts = ["".join(piece.text for piece in change.pieces if piece.kind != dropped) for change in changes]
        return [text for text in texts if text][1:]

    assert side("added") == old.split("\n\n")
    assert side("removed") == new.split("\n\n")
