"""Phrases of texts: whole words that stand together, as mostly printed."""

from search.query.phrases import LEAST_PAGES, MOST_SYLLABLES, function_words, phrases_of

SENTENCES = [
    "Tỉnh đẩy nhanh giải ngân vốn đầu tư công trong quý ba.",
    "Huyện báo cáo việc giải ngân vốn đầu tư công; còn hai dự án chậm.",
    "Kết quả giải ngân của xã đạt thấp, do vướng mặt bằng.",
    "Đoàn kiểm tra nhắc các sở về giải ngân và quyết toán.",
    "Giải ngân vốn đầu tư công là việc của cả hệ thống chính trị.",
    "Bí thư Tỉnh ủy dự hội nghị.",
    "Theo Bí thư Tỉnh ủy, cần làm sớm.",
    "Ý kiến của Bí thư Tỉnh ủy được tiếp thu.",
]


def found(texts: list[str]) -> dict[str, int]:
    return {phrase.text: phrase.pages for phrase in phrases_of(texts)}


def test_words_and_runs_of_words_with_their_pages() -> None:
    phrases = found(SENTENCES)
    assert phrases["giải ngân"] == 5
    assert phrases["giải ngân vốn đầu tư công"] == 3
    assert phrases["Bí thư Tỉnh ủy"] == 3


def test_no_phrase_is_a_piece_of_one_that_is_as_frequent() -> None:
    assert not {"vốn đầu tư", "vốn đầu tư công", "đầu tư công", "giải ngân vốn", "ngân vốn", "thư Tỉnh ủy"} & set(
        found(SENTENCES)
    )


def test_a_phrase_stands_in_enough_pages_not_often_in_one() -> None:
    assert "giải ngân" not in found(["Giải ngân, giải ngân, giải ngân."] * (LEAST_PAGES - 1))


def test_nothing_runs_over_a_sign_or_a_figure() -> None:
    phrases = found(
        ["Nông nghiệp, công thương họp.", "Nông nghiệp, công thương bàn.", "Nông nghiệp, công thương làm."] * 2
    )
    assert "nông nghiệp" in {phrase.lower() for phrase in phrases}
    assert not any("nghiệp công" in phrase for phrase in phrases)


def test_phrases_are_short_and_begin_and_end_with_words_that_say_something() -> None:
    for phrase in found(SENTENCES * 2):
        syllables = phrase.lower().split()
        assert 2 <= len(syllables) <= MOST_SYLLABLES
        assert not {syllables[0], syllables[-1]} & function_words()


def test_no_text_no_phrase() -> None:
    assert found([]) == found([""]) == found(["?!"]) == {}
