import pytest

from search.text.sentences import LONGEST_CHARACTERS, sentence_at


@pytest.mark.parametrize(
    "text, words, expected",
    [
        ("Một câu. Hai câu có mốc ở giữa. Ba câu.", "mốc", "Hai câu có mốc ở giữa."),
        ("Mốc ở đầu! Câu sau.", "Mốc", "Mốc ở đầu!"),
        ("Câu trước.\nDòng có mốc\nDòng sau", "mốc", "Dòng có mốc"),
        ("Họp tại TP. Hồ Chí Minh về mốc ấy. Xong.", "mốc", "Họp tại TP. Hồ Chí Minh về mốc ấy."),
        (
            "Theo v.v. và mốc này. Xong.",
            "mốc",
            "Theo v.v. và mốc này.",
        ),  # it goes on in small letters
        ("Quán triệt 35-CT/TW. Sau đó bàn việc khác.", "35-CT/TW", "Quán triệt 35-CT/TW."),
        ("Ông nói: “Phải có mốc.” Mọi người nghe.", "mốc", "Ông nói: “Phải có mốc.”"),
        ("chỉ có mốc", "mốc", "chỉ có mốc"),
        ("mốc", "mốc", "mốc"),
    ],
)
def test_the_sentence_is_quoted_as_printed(text: str, words: str, expected: str) -> None:
    start = text.index(words)
    assert sentence_at(text, start, start + len(words)) == expected


def test_a_sentence_without_end_is_cut_at_words_and_says_so() -> None:
    text = "tên người " * 200 + "mốc " + "tên người " * 200
    quote = sentence_at(text, text.index("mốc"), text.index("mốc") + 3)
    assert quote.startswith("…")
    assert quote.endswith("…")
    assert "mốc" in quote
    assert len(quote) <= LONGEST_CHARACTERS + 2
    assert set(quote.strip("…").split()) == {"tên", "người", "mốc"}


def test_a_long_first_sentence_keeps_its_beginning() -> None:
    text = "Mốc " + "tên người " * 200
    quote = sentence_at(text, 0, 3)
    assert quote.startswith("Mốc tên người")
    assert quote.endswith("…")
