from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from search.document import Document
from search.semantic.passages import LEAST_SYLLABLES, PASSAGE_SYLLABLES, Passage, passages, read_with_title

WORDS = st.sampled_from(["hội", "nghị", "tỉnh.", "Sáng", "\n", "\n\n", "7/2023", "“vốn”", "a" * 40])


@given(st.lists(WORDS, max_size=900).map(" ".join))
def test_passages_are_the_text_in_order_and_none_is_long(text: str) -> None:
    found = passages(text)
    assert [one.number for one in found] == list(range(len(found)))
    assert "".join(text[one.start : one.end] for one in found).split() == text.split()
    for one in found:
        assert 0 < len(text[one.start : one.end].split()) <= PASSAGE_SYLLABLES + LEAST_SYLLABLES
    assert all(one.end <= other.start for one, other in pairwise(found))


def test_paragraphs_stay_whole_and_a_short_rest_is_no_passage() -> None:
    paragraph = " ".join(["chữ"] * 100)
    text = f"{paragraph}\n\n{paragraph}\n\nHết."
    assert [text[one.start : one.end].split().count("chữ") for one in passages(text)] == [100, 100]
    assert text[passages(text)[-1].start :].endswith("Hết.")


def test_a_passage_is_read_below_the_title() -> None:
    document = Document(id="a", key="a", url="", title="Hội nghị", text="Sáng nay.\n\nChiều nay.")
    assert read_with_title(document, Passage(0, 0, 9)) == "Hội nghị\nSáng nay."
