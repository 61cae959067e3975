import pytest

from search.document import Document
from search.domain.citations import editions, number_slug, numbers_of_slug, quotations


def page(number: int, title: str, text: str, *citations: tuple[str, str, str], published: str = "2024") -> Document:
    return Document(
        id=str(number),
        key=f"k{number}",
        url="",
        title=title,
        text=text,
        published=published,
        document_numbers=tuple(dict.fromkeys(cited for cited, _, _ in citations)),
        citations=citations,
    )


def test_two_numbers_at_one_place_are_quoted_from_there_and_later_ones_from_later_places() -> None:
    text = "Học 18, 19-NQ/TW sáng nay. Chiều nay học 19-NQ/TW. Mai lại học 18, 19-NQ/TW."
    two = "18, 19-NQ/TW"
    both = (("18-NQ/TW", "", two), ("19-NQ/TW", "", two))
    found = page(1, "Mẫu", text, *both, ("19-NQ/TW", "", "19-NQ/TW"), *both)
    assert list(quotations(found, {"18-NQ/TW", "19-NQ/TW"})) == [
        ("18-NQ/TW", "", "Học 18, 19-NQ/TW sáng nay."),
        ("19-NQ/TW", "", "Học 18, 19-NQ/TW sáng nay."),
        ("19-NQ/TW", "", "Chiều nay học 19-NQ/TW."),
        ("18-NQ/TW", "", "Mai lại học 18, 19-NQ/TW."),
        ("19-NQ/TW", "", "Mai lại học 18, 19-NQ/TW."),
    ]


def test_what_does_not_stand_in_the_text_is_not_quoted() -> None:
    found = page(1, "Mẫu", "Không nhắc gì.", ("35-CT/TW", "2024-06-14", "35-CT/TW"))
    assert list(quotations(found, {"35-CT/TW"})) == []
    (only,) = editions([found], ["35-CT/TW"])
    assert (only.date, [(one.document.id, one.quotes) for one in only.pages]) == ("", [("1", ())])


def test_a_page_that_cites_both_is_told_under_both() -> None:
    text = "Chỉ thị 35-CT/TW ngày 14/6/2024 thay Chỉ thị 35-CT/TW ngày 30/5/2019. Nay chỉ còn 35-CT/TW."
    cited = "35-CT/TW"
    both = page(1, "Mẫu", text, (cited, "2024-06-14", cited), (cited, "2019-05-30", cited), (cited, "", cited))
    sentence = "Chỉ thị 35-CT/TW ngày 14/6/2024 thay Chỉ thị 35-CT/TW ngày 30/5/2019."
    assert [(edition.date, edition.pages[0].quotes) for edition in editions([both], [cited])] == [
        ("2024-06-14", (sentence,)),
        ("2019-05-30", (sentence,)),
        ("", ("Nay chỉ còn 35-CT/TW.",)),
    ]


def test_pages_stand_newest_first() -> None:
    cited = ("10-NQ/TW", "2022-02-10", "10-NQ/TW")
    pages = [page(n, "Mẫu", "Học 10-NQ/TW.", cited, published=day) for n, day in enumerate(["2022-05", "2024", "2023"])]
    (edition,) = editions(pages, ["10-NQ/TW"])
    assert [one.document.published for one in edition.pages] == ["2024", "2023", "2022-05"]


@pytest.mark.parametrize("number", ["35-CT/TW", "202/2025/QH15", "12/2021/NQ-HĐND", "1736/QĐ-TTg"])
def test_a_number_is_among_those_of_its_slug(number: str) -> None:
    slug = number_slug(number)
    assert "/" not in slug
    assert number in numbers_of_slug(slug)


@pytest.mark.parametrize("slug", ["", "35", "-", "35-", "a-b-c-d-e-f-g-h"])
def test_what_cannot_be_a_number_has_none(slug: str) -> None:
    assert numbers_of_slug(slug) == ()
