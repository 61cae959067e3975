from urllib.parse import parse_qsl

import pytest
from werkzeug.datastructures import MultiDict

from search.errors import BadRequest
from search.query.nodes import Filters
from web.http.parameters import check_names, read_search


def query(text: str) -> MultiDict[str, str]:
    return MultiDict(parse_qsl(text, keep_blank_values=True))


def test_every_parameter_is_read() -> None:
    asked = read_search(
        query(
            "q=gi%E1%BA%A3i+ng%C3%A2n&province=bac-giang&province_then=bac-kan&province_now=thai-nguyen"
            "&year=2021&year=2023&kind=bch&source=bao-mau&from=2021-01-01&to=2023-12-31&sort=newest&limit=5&offset=20"
        )
    )
    assert asked.text == "giải ngân"
    assert asked.filters == Filters(
        provinces=("bac-giang",),
        provinces_then=("bac-kan",),
        provinces_now=("thai-nguyen",),
        years=(2021, 2023),
        kinds=("bch",),
        sources=("bao-mau",),
        date_from="2021-01-01",
        date_to="2023-12-31",
    )
    assert (asked.sort, asked.limit, asked.offset) == ("newest", 5, 20)


def test_a_page_number_becomes_an_offset() -> None:
    assert read_search(query("q=a&page=3")).offset == 20


@pytest.mark.parametrize(
    ("text", "parameter"),
    [
        ("q=a&year=20x3", "year"),
        ("q=a&year=1066", "year"),
        ("q=a&year=２０２３", "year"),
        ("q=a&province=atlantis", "province"),
        ("q=a&province_now=Bắc Ninh", "province_now"),
        ("q=a&kind=party", "kind"),
        ("q=a&source=", "source"),
        ("q=a&source=a%00b", "source"),
        ("q=a&from=2023-02-30", "from"),
        ("q=a&from=5/7/2023", "from"),
        ("q=a&to=20230705", "to"),
        ("q=a&from=2024-01-01&to=2023-01-01", "from"),
        ("q=a&sort=best", "sort"),
        ("q=a&limit=-1", "limit"),
        ("q=a&limit=101", "limit"),
        ("q=a&offset=1e3", "offset"),
        ("q=a&offset=10001", "offset"),
        ("q=a&page=0", "page"),
        ("q=a&q=b", "q"),
        ("q=" + "a" * 2001, "q"),
    ],
)
def test_a_malformed_value_names_its_parameter(text: str, parameter: str) -> None:
    with pytest.raises(BadRequest) as mistake:
        read_search(query(text))
    assert mistake.value.parameter == parameter


def test_empty_fields_of_a_form_count_as_absent() -> None:
    asked = read_search(query("q=a&from=&to=&year="), blank_is_absent=True)
    assert asked.filters == Filters()


def test_an_unknown_name_is_told() -> None:
    with pytest.raises(BadRequest) as mistake:
        check_names(query("q=a&yaer=2023"), ("q", "year"))
    assert mistake.value.parameter == "yaer"


@pytest.mark.parametrize(
    ("start", "name", "value", "expected"),
    [
        ("q=a", "year", 2023, "q=a&year=2023"),
        ("q=a&year=2023", "year", 2023, "q=a"),
        ("q=a&year=2021&year=2023&page=4", "year", 2021, "q=a&year=2023"),
        ("q=a&province_now=bac-ninh", "year", 2023, "q=a&province_now=bac-ninh&year=2023"),
    ],
)
def test_a_link_switches_one_value(start: str, name: str, value: int, expected: str) -> None:
    assert read_search(query(start)).toggled(name, value) == expected
