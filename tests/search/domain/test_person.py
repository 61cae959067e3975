from search.document import Document
from search.domain.person import name_slug, people_from


def page(number: int, held: str, *roles: tuple[str, str, str]) -> Document:
    return Document(id=str(number), key=f"k{number}", url="", title="Mẫu", text="Mẫu", held=held, roles=roles)


def test_spellings_of_one_name_are_one_person_and_other_names_are_not() -> None:
    people = people_from(
        [
            page(1, "2023-01-05", ("Lê Thị Hoà", "Bí thư", "Lê Thị Hoà, Bí thư nói.")),
            page(2, "2023-02-05", ("Lê Thị Hòa", "Bí thư", "Lê Thị Hòa, Bí thư kết luận.")),
            page(3, "2023-03-05", ("Lê Thị Hòa", "Bí thư", "Lê Thị Hòa, Bí thư hỏi.")),
            page(4, "2023-04-05", ("Lê Thị Hoa", "Kế toán", "Lê Thị Hoa, Kế toán đáp.")),
            page(5, "2023-05-05", ("Lê Thị Hoài", "Thủ quỹ", "Lê Thị Hoài, Thủ quỹ ghi.")),
        ],
        "le-thi-hoa",
    )
    assert [(person.name, person.spellings, len(person.statements)) for person in people] == [
        ("Lê Thị Hòa", ("Lê Thị Hòa", "Lê Thị Hoà"), 3),
        ("Lê Thị Hoa", ("Lê Thị Hoa",), 1),
    ]


def test_roles_have_the_days_of_the_pages_and_statements_are_told_once() -> None:
    sentence = "Đồng chí Lê Mẫu, Bí thư chủ trì."
    (person,) = people_from(
        [
            page(1, "2023-07-06", ("Lê Mẫu", "Bí thư", sentence)),
            page(2, "2023-07-05", ("Lê Mẫu", "Bí thư", sentence)),
            page(3, "2025", ("Lê Mẫu", "Chủ tịch", "Ông Lê Mẫu, Chủ tịch dự.")),
            page(4, "", ("Lê Mẫu", "Bí thư", "Lê Mẫu, Bí thư về.")),
        ],
        "le-mau",
    )
    assert person.roles() == (("Chủ tịch", "2025", "2025"), ("Bí thư", "2023-07-05", "2023-07-06"))
    told = [(one.day, one.sentence, [page.id for page in one.pages]) for one in person.statements]
    assert told == [
        ("2025", "Ông Lê Mẫu, Chủ tịch dự.", ["3"]),
        ("2023-07-05", sentence, ["2", "1"]),
        ("", "Lê Mẫu, Bí thư về.", ["4"]),
    ]


def test_no_claim_without_its_sentence() -> None:
    assert people_from([page(1, "2023", ("Lê Mẫu", "Bí thư", ""))], "le-mau") == ()


def test_a_name_in_an_address_has_no_marks() -> None:
    assert name_slug("Đỗ Thị Ngọc Ánh") == "do-thi-ngoc-anh"
    assert name_slug("…") == ""
