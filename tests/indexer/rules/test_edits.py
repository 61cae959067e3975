"""What was changed in a page: the words before and after, and nothing that is not the article's text."""

from crawl.article import Article
from indexer.rules.edits import changes, edits_of

BODY = (
    "Chiều 12/3, Thường trực Tỉnh ủy nghe báo cáo tiến độ tuyến đường ven sông.\n\n"
    "Đến nay giải ngân đạt 51% kế hoạch, còn ba gói thầu chưa khởi công.\n\n"
    "Các sở cam kết hoàn thành trước mùa mưa."
)


def page(body: str = BODY, title: str = "Nghe báo cáo tuyến đường ven sông", **values: str) -> Article:
    return Article("a", "https://mau.test/a", title, body, **values)


def test_a_number_that_was_changed_stands_first() -> None:
    new = BODY.replace("51%", "48,5%").replace("ba gói thầu", "bốn gói thầu")
    assert changes(page(), page(new)) == [("51%", "48,5%"), ("ba", "bốn")]


def test_words_added_and_left_out() -> None:
    assert changes(page(), page(BODY.replace("còn ba gói", "còn ít nhất ba gói"))) == [("", "ít nhất")]
    assert changes(page(), page(BODY.replace(", còn ba gói thầu chưa khởi công", ""))) == [
        ("còn ba gói thầu chưa khởi công", "")
    ]
    assert changes(page(), page(title="Nghe báo cáo tuyến đường ven biển")) == [("sông", "biển")]


def test_what_is_not_the_text_does_not_count() -> None:
    assert changes(page(), page(byline="Người Viết", printed_date="12/3/2024", captions=("Ảnh",))) == []  # type: ignore[arg-type]
    assert changes(page(), page(BODY.replace("\n\n", "\n \n").replace("Chiều 12/3,", "Chiều  12/3 ,"))) == []
    assert changes(page(), page(BODY + "\n\nTin liên quan: Khánh thành cầu mới")) == []
    assert changes(page(BODY + "\n\nTin liên quan: Khánh thành cầu mới"), page()) == []


def test_a_row_of_a_table_is_its_cells() -> None:
    cells, rows = "Xuất khẩu\n\n980\n\nThu\n\n512", "Xuất khẩu |  | 980\n\nThu |  | 512"
    assert changes(page(f"{BODY}\n\n{cells}"), page(f"{BODY}\n\n{rows}")) == []
    corrected = rows.replace("980", "975")
    assert changes(page(f"{BODY}\n\n{cells}"), page(f"{BODY}\n\n{corrected}")) == [("980", "975")]


def test_a_paragraph_within_the_text_counts() -> None:
    first, *rest = BODY.split("\n\n")
    added = "\n\n".join([first, "Hội nghị cũng bàn việc tái định cư.", *rest])
    assert changes(page(), page(added)) == [("", "Hội nghị cũng bàn việc tái định cư")]
    assert changes(page(added), page()) == [("Hội nghị cũng bàn việc tái định cư", "")]


def test_the_latest_change_stands_first_with_the_day_on_which_it_was_seen() -> None:
    second, third = page(BODY.replace("51%", "50%")), page(BODY.replace("51%", "48,5%"))
    history = [("2024-03-12T10:00:00Z", page()), ("2024-03-14T10:00:00Z", second), ("2024-04-01T10:00:00Z", third)]
    assert edits_of(history) == (("2024-04-01", "50%", "48,5%"), ("2024-03-14", "51%", "50%"))
    assert edits_of([*history, ("2024-05-01T10:00:00Z", page(third.body, byline="Khác"))]) == edits_of(history)
    assert edits_of(history[:1]) == ()
