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

    for note in (parser.TOO_MANY, rewriter.LOOSENED, rewriter.WORDLESS, rewriter.READ_AS_HEADLINE):
        assert in_english(note) != note
    assert in_english("một câu khác") == "một câu khác"
    assert all(("{what}" in vietnamese) == ("{what}" in english) for vietnamese, english in ENGLISH.items())
