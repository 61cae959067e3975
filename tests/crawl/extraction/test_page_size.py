"""Pages that are refused before they are read: what counts as an attribute of an element."""

import pytest

from crawl.extraction.page_size import MAX_ATTRIBUTES, refuse_monster

WORDS = " ".join(["hội nghị tỉnh ủy"] * MAX_ATTRIBUTES)


@pytest.mark.parametrize("tag", [f'<img alt="{WORDS}">', f"<img alt = '{WORDS}' src=a>", f'<img alt="a > {WORDS}">'])
def test_words_of_a_value_are_no_attributes(tag: str) -> None:
    refuse_monster(f"<p>{tag}</p>")


@pytest.mark.parametrize(
    "inside",
    [
        " ".join(f"a{n}=1" for n in range(MAX_ATTRIBUTES + 1)),
        "".join(f'a{n}="1"' for n in range(MAX_ATTRIBUTES + 1)),
        " ".join(["' abcd"] * MAX_ATTRIBUTES),
        f'a=b=" {WORDS} "',
    ],
)
def test_an_element_of_too_many_attributes_is_refused(inside: str) -> None:
    with pytest.raises(ValueError, match="attributes"):
        refuse_monster(f"<p {inside}>")
