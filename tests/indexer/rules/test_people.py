"""Who is named with which role, and in which sentence. All people are invented."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.reading import read
from indexer.rules import people
from indexer.rules.people import chairs_of, people_in


def named(text: str) -> list[tuple[str, str]]:
    return [(person.name, person.roles) for person in people_in(read(text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Đồng chí Lò Văn Páo, Bí thư Tỉnh ủy phát biểu.", [("Lò Văn Páo", "Bí thư Tỉnh ủy")]),
        (
            "Các đồng chí: Hà Văn Bách, Ủy viên T.Ư Đảng, Bí thư Tỉnh ủy; Vi Thị Mận, Chủ tịch HĐND tỉnh đồng chủ trì.",
            [("Hà Văn Bách", "Ủy viên T.Ư Đảng, Bí thư Tỉnh ủy"), ("Vi Thị Mận", "Chủ tịch HĐND tỉnh")],
        ),
        ("Bí thư Tỉnh uỷ Lò Văn Páo kết luận.", [("Lò Văn Páo", "Bí thư Tỉnh ủy")]),
        ("Bí thư Huyện ủy Nam Trà My Dương Thị Mộc nói.", [("Dương Thị Mộc", "Bí thư Huyện ủy Nam Trà My")]),
        ("Chủ tịch UBND xã Tân Lập Đỗ Văn Tư hứa.", [("Đỗ Văn Tư", "Chủ tịch UBND xã Tân Lập")]),
        ("Phó Chủ tịch UBND tỉnh Phan Thành Mỹ.", [("Phan Thành Mỹ", "Phó Chủ tịch UBND tỉnh")]),
        ("Giám đốc Sở Nông nghiệp và Phát triển nông thôn Triệu Thị Na.", None),
        (
            "Dự có các Phó Chủ tịch UBND tỉnh: Mai Hà, Lê Ô Tích, Phan Thế Toàn.",
            [(name, "Phó Chủ tịch UBND tỉnh") for name in ("Mai Hà", "Lê Ô Tích", "Phan Thế Toàn")],
        ),
        ("Đồng chí Nguyễn Thị Thanh Hương\nTỉnh ủy viên, Bí thư Huyện ủy Sơn Dương\n\nPhấn đấu", None),
        ("Đồng chí Mai Thị Lụa giữ chức Chủ nhiệm Ủy ban Kiểm tra.", [("Mai Thị Lụa", "Chủ nhiệm Ủy ban Kiểm tra")]),
        ("K/T CHÁNH VĂN PHÒNG\nPHÓ CHÁNH VĂN PHÒNG\n\nTô Thị Mai", [("Tô Thị Mai", "PHÓ CHÁNH VĂN PHÒNG")]),
        ("Ông Lò Văn Páo, chủ tịch UBND xã cho hay.", [("Lò Văn Páo", "chủ tịch UBND xã")]),
        ("Đồng chí Ðoàn Văn Páo, Bí thư Tỉnh ủy.", [("Đoàn Văn Páo", "Bí thư Tỉnh ủy")]),  # U+00D0
        (
            "Đồng chí Hà Anh Thư, Bí thư Đảng ủy phường Lê Thanh Nghị kể.",
            [("Hà Anh Thư", "Bí thư Đảng ủy phường Lê Thanh Nghị")],
        ),
        # offices that are taken, alone or by several, beside those that were held
        ("Đồng chí Lò Văn Páo tái đắc cử Bí thư Tỉnh ủy.", [("Lò Văn Páo", "Bí thư Tỉnh ủy")]),
        ("Đồng chí Lò Văn Páo tái bầu làm Bí thư Tỉnh ủy.", [("Lò Văn Páo", "Bí thư Tỉnh ủy")]),
        (
            "Chủ tịch Hội đồng nhân dân (HĐND) tỉnh Lò Văn Páo khai mạc.",
            [("Lò Văn Páo", "Chủ tịch Hội đồng nhân dân (HĐND) tỉnh")],
        ),
        (
            "Đồng chí Lò Văn Páo, Bí thư Tỉnh ủy, Trưởng Ban soạn đề cương và dự thảo Nghị quyết chủ trì họp.",
            [("Lò Văn Páo", "Bí thư Tỉnh ủy, Trưởng Ban soạn đề cương và dự thảo Nghị quyết")],
        ),
        (
            "Các đồng chí Lò Văn Páo, Vi Thị Mận tiếp tục giữ chức Phó Bí thư Tỉnh ủy.",
            [("Lò Văn Páo", "Phó Bí thư Tỉnh ủy"), ("Vi Thị Mận", "Phó Bí thư Tỉnh ủy")],
        ),
        (
            "Ông Lò Văn Páo, Chủ tịch UBND tỉnh được bầu giữ chức Bí thư Tỉnh ủy.",
            [("Lò Văn Páo", "Chủ tịch UBND tỉnh"), ("Lò Văn Páo", "Bí thư Tỉnh ủy")],
        ),
        (
            "Đồng chí Hà Văn Bách, Ủy viên dự khuyết Trung ương Đảng, Bí thư Tỉnh ủy (khóa XXI), Trưởng đoàn dự họp.",
            [("Hà Văn Bách", "Ủy viên dự khuyết Trung ương Đảng, Bí thư Tỉnh ủy (khóa XXI), Trưởng đoàn")],
        ),
        (
            "Sáng 4/5, Bí thư Tỉnh ủy – Lò Văn Páo, Chủ tịch UBND tỉnh – Vi Thị Mận chủ trì hội nghị.",
            [("Lò Văn Páo", "Bí thư Tỉnh ủy"), ("Vi Thị Mận", "Chủ tịch UBND tỉnh")],
        ),
        ("Bà Vi Thị Mận (51 tuổi), Chủ tịch HĐND tỉnh dự.", [("Vi Thị Mận", "Chủ tịch HĐND tỉnh")]),
        # no role, no person: streets, bodies, places, the founder of the state
        ("Đồng chí Lò Văn Páo nhấn mạnh.", []),
        ("Đoàn Chủ tịch làm việc; Phó Trưởng Ban Nội chính dự; đường Trần Phú thông xe.", []),
        ("Tổng giám đốc Tập đoàn Viễn thông Việt Nam; Bộ trưởng Công Thương; Đại sứ Hàn Quốc.", []),
        ("Học tập đạo đức, phong cách Hồ Chí Minh, tỉnh Hà Giang, huyện Xuân Trường.", []),
    ],
)
def test_names_and_roles(text: str, expected: list[tuple[str, str]] | None) -> None:
    if expected is None:
        assert len(named(text)) == 1
    else:
        assert named(text) == expected


def test_each_naming_comes_with_its_sentence() -> None:
    text = "Sáng 1/12, Tỉnh ủy họp. Đồng chí Lò Văn Páo, Bí thư Tỉnh ủy yêu cầu làm ngay. Hội nghị kết thúc."
    (person,) = people_in(read(text))
    assert person.sentence == "Đồng chí Lò Văn Páo, Bí thư Tỉnh ủy yêu cầu làm ngay."
    assert text[person.start : person.end] == "Lò Văn Páo"


@pytest.mark.parametrize(
    ("text", "chair"),
    [
        ("Đồng chí Lò Văn Páo, Bí thư Tỉnh ủy chủ trì. Dự có đồng chí Vi Thị Mận, Chủ tịch HĐND tỉnh.", "Lò Văn Páo"),
        ("Các đồng chí: Hà Văn Bách, Bí thư; Vi Thị Mận, Phó Bí thư đồng chủ trì.", "Hà Văn Bách"),
        ("Dự có ông Cao Văn Bé, Giám đốc Sở. Chủ tọa kỳ họp: đồng chí Vi Thị Mận, Chủ tịch HĐND tỉnh.", "Vi Thị Mận"),
        ("Đồng chí Hà Văn Bách, Bí thư Tỉnh ủy làm việc với Ban Thường vụ Huyện ủy.", "Hà Văn Bách"),
        ("Đồng chí Hà Văn Bách, Bí thư Tỉnh ủy phát biểu.", ""),
    ],
)
def test_who_chairs(text: str, chair: str) -> None:
    chairs, sentence = chairs_of(people_in(read(text)), read(text))
    assert next(iter(chairs), "") == chair
    assert (chair in sentence) if chair else not sentence


@given(st.text('aB.,;!"”… \n(', max_size=14), st.integers(0, 4))
def test_the_last_end_of_a_sentence_and_start_of_a_clause_are_those_found_one_after_another(text: str, at: int) -> None:
    for last, each in (
        (people._LAST_SENTENCE_END, people._SENTENCE_END),
        (people._LAST_CLAUSE_START, re.compile(people._LAST_CLAUSE_START.pattern.removeprefix("(?s:.*)"))),
    ):
        ends = [found.end() for found in each.finditer(text, at, 12)]
        match = last.match(text, at, 12)
        assert ends[-1:] == ([match.end()] if match else [])


def test_several_chair() -> None:
    text = "Đồng chí Lò Văn Páo, Bí thư Tỉnh ủy; đồng chí Vi Thị Mận, Chủ tịch HĐND tỉnh đồng chủ trì hội nghị."
    assert chairs_of(people_in(read(text)), read(text)) == (("Lò Văn Páo", "Vi Thị Mận"), text)
    alone = (
        "Đồng chí Lò Văn Páo, Bí thư Tỉnh ủy và Vi Thị Mận, Chủ tịch HĐND tỉnh dự. Đồng chí Lò Văn Páo, Bí thư chủ trì."
    )
    assert chairs_of(people_in(read(alone)), read(alone)) == (("Lò Văn Páo",), "Đồng chí Lò Văn Páo, Bí thư chủ trì.")


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("Phó Bí thư Thường trực Thành ủy nhắc lại yêu cầu của ông Trần Văn Mẫu.", []),
        ("Phó Bí thư Thường trực Thành ủy nhắc lại lời Lê Văn Mẫu.", []),
        ("Bí thư Tỉnh ủy mong bà Lò Thị Mẫu sớm khỏe.", []),
        ("Chủ tịch UBND tỉnh đối với ông Trần Văn Mẫu.", []),
        ("Bí thư Tỉnh ủy trao quyết định cho Chánh Thanh tra tỉnh Lê Văn Mẫu.", ["Chánh Thanh tra tỉnh"]),
        ("Ông Lê Văn Mẫu, Phó Bí thư Thường trực Thành ủy nhắc lại kết quả.", ["Phó Bí thư Thường trực Thành ủy"]),
        ("Ông Lê Văn Mẫu, Chủ tịch UBND xã bị khiển trách.", ["Chủ tịch UBND xã"]),
        ("Ông Lê Văn Mẫu, Giám đốc Sở với 43 phiếu.", ["Giám đốc Sở"]),
        # the same syllables within the names of offices
        ("Ông Lê Văn Mẫu, Giám đốc Sở Giao thông vận tải.", ["Giám đốc Sở Giao thông vận tải"]),
        ("Ông Lê Văn Mẫu, Giám đốc Sở Thông tin và Truyền thông.", ["Giám đốc Sở Thông tin và Truyền thông"]),
        ("Ông Lê Văn Mẫu, giám đốc sở giao thông vận tải.", ["giám đốc sở giao thông vận tải"]),
        ("Ông Lê Văn Mẫu, Cục trưởng Cục Hàng không.", ["Cục trưởng Cục Hàng không"]),
        ("Ông Lê Văn Mẫu, Phó Giám đốc Ban Quản lý dự án tỉnh.", ["Phó Giám đốc Ban Quản lý dự án tỉnh"]),
        ("Thứ trưởng Bộ Ngoại giao Lê Văn Mẫu phát biểu.", ["Thứ trưởng Bộ Ngoại giao"]),
        ("Phó Giám đốc Trung tâm Giới thiệu việc làm Lê Văn Mẫu.", ["Phó Giám đốc Trung tâm Giới thiệu việc làm"]),
        # who holds an office is said by "là" or a dash
        ("Giám đốc Sở Y tế là ông Lê Văn Mẫu.", ["Giám đốc Sở Y tế"]),
        ("Phó Trưởng Ban Nội chính Tỉnh ủy - ông Lê Văn Mẫu chủ trì.", ["Phó Trưởng Ban Nội chính Tỉnh ủy"]),
        ("Hai Phó Bí thư Tỉnh ủy là ông Lê Văn Mẫu và ông Lò Văn Mẫu.", ["Phó Bí thư Tỉnh ủy", "Phó Bí thư Tỉnh ủy"]),
    ],
)
def test_a_role_holds_no_clause(text: str, people: list[str]) -> None:
    assert [person.roles for person in people_in(read(text))] == people
