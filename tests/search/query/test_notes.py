import pytest

from search.query.description import describe
from search.query.notes import ENGLISH, in_english
from search.query.rewriter import understand


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("'", "There is no word or number to look for."),
        ('giải "ngân', "A quotation mark without its partner was left out."),
        ("năm:abc giải ngân", "“năm:abc” could not be read as a condition; it was searched as words."),
        ("đâyy:là giải ngân", "“đâyy:” is no field; it was searched as words."),
        ("(lợn OR heo", "is read as closed at the end; add “)” where it should close."),
        ("giải ngân)", "was left out; add “(”, or take it out."),
        ("-a " * 200 + "giải ngân", "signs and operators were read as such"),
    ],
)
def test_a_note_is_told_in_both_languages(text: str, english: str) -> None:
    query = understand(text)
    assert query.notes
    assert english.rstrip(".") in describe(query, "en")
    assert query.notes[0].rstrip(".") in describe(query, "vi")


def test_every_note_of_the_program_has_its_english() -> None:
    from search.query import parser, rewriter

    theirs = (parser.TOO_MANY, parser.NOT_CLOSED, parser.NOT_OPENED)
    for note in (*theirs, rewriter.LOOSENED, rewriter.WORDLESS, rewriter.READ_AS_HEADLINE):
        assert in_english(note) != note
    assert in_english("một câu khác") == "một câu khác"
    assert all(("{what}" in vietnamese) == ("{what}" in english) for vietnamese, english in ENGLISH.items())


@pytest.mark.parametrize("text", ["a) thu ngân sách", "1) thu 2) chi", "kết luận: i) thu; ii) chi", "d) đường"])
def test_the_marks_of_a_list_are_no_note(text: str) -> None:
    assert understand(text).notes == ()


@pytest.mark.parametrize("text", ["thu) ngân sách", "thu ngân sách quý 2)", "a ) thu", "2023) thu", "a) thu chi)"])
def test_other_closing_parentheses_are_a_note(text: str) -> None:
    assert "“)” không có “(”" in understand(text).notes[0]


@pytest.mark.parametrize("text", ["(lợn OR heo) dịch", "((a))", "(" * 24 + "a" + ")" * 24, '"một (hai"'])
def test_parentheses_in_pairs_and_within_quotes_are_no_note(text: str) -> None:
    assert understand(text).notes == ()


@pytest.mark.parametrize(
    ("text", "vietnamese", "english"),
    [
        (
            "2022",
            "Các bài về cuộc họp năm 2022 (đứng trước) và các bài khác có nhắc “2022”.",
            "Articles on meetings of 2022 (first) and others that say “2022”.",
        ),
        (
            "5/6/2023",
            "Các bài về cuộc họp 5/6/2023 (đứng trước) và các bài khác có nhắc “5/6/2023”.",
            "Articles on meetings 5/6/2023 (first) and others that say “5/6/2023”.",
        ),
        (
            "Cà Mau Bạc Liêu",
            "Các bài về cuộc họp của Cà Mau hoặc Bạc Liêu (nay thuộc Cà Mau) (đứng trước)"
            " và các bài khác có nhắc “Cà Mau”, “Bạc Liêu”.",
            "Articles on meetings of Cà Mau or Bạc Liêu (today in Cà Mau) (first)"
            " and others that say “Cà Mau”, “Bạc Liêu”.",
        ),
        (
            "Cà Mau",
            "Các bài về cuộc họp của Cà Mau (đứng trước) và các bài khác có nhắc “Cà Mau”.",
            "Articles on meetings of Cà Mau (first) and others that say “Cà Mau”.",
        ),
        ("giải ngân 2022", "Các bài có “giải ngân”; ưu tiên năm 2022.", "Articles with “giải ngân”; first of 2022."),
    ],
)
def test_a_year_or_a_province_alone_is_said_to_find_its_meetings(text: str, vietnamese: str, english: str) -> None:
    query = understand(text)
    assert (describe(query), describe(query, "en")) == (vietnamese, english)
