import numpy as np
import pytest

from search.document import Document
from search.engines.embedded.format.keyword_fields import (
    documents_with,
    exact_arrays,
    merged_exact,
    of_field,
    value_hash,
)

PAGES = [
    Document(id="1", key="1", url="", title="Một", text="mẫu", meeting="gia-lai.bch.2024-01-20"),
    Document(id="2", key="2", url="", title="Hai", text="mẫu", document_numbers=("35-CT/TW", "35-CT/TW", "19-CT/TU")),
    Document(id="3", key="3", url="", title="Ba", text="mẫu", document_numbers=("35-CT/TW",), people=("19-CT/TU",)),
]


@pytest.mark.parametrize(
    "field, value, expected",
    [
        ("meeting", "gia-lai.bch.2024-01-20", [0]),
        ("meeting", "", []),
        ("document_number", "35-CT/TW", [1, 2]),
        ("document_number", "19-CT/TU", [1]),  # a person of that name is no document
        ("person", "19-CT/TU", [2]),
        ("person", "Không Có", []),
    ],
)
def test_documents_are_found_by_a_whole_value(field: str, value: str, expected: list[int]) -> None:
    assert documents_with(exact_arrays(PAGES), field, value).tolist() == expected


def test_segments_are_joined_without_what_was_deleted() -> None:
    # Of the first segment the second page is left out, of the second nothing.
    joined = merged_exact([exact_arrays(PAGES), exact_arrays(PAGES)], [np.array([0, -1, 1]), np.array([2, 3, 4])])
    assert documents_with(joined, "document_number", "35-CT/TW").tolist() == [1, 3, 4]
    assert documents_with(joined, "document_number", "19-CT/TU").tolist() == [3]
    assert documents_with(joined, "meeting", "gia-lai.bch.2024-01-20").tolist() == [0, 2]


def test_the_values_of_one_field_are_told_apart() -> None:
    joined = merged_exact([exact_arrays(PAGES), exact_arrays([])], [np.array([0, 1, 2]), np.array([], dtype=int)])
    values, documents, owners = of_field(joined, "document_number")
    by_value = {int(value): documents[owners == place].tolist() for place, value in enumerate(values)}
    assert by_value == {
        value_hash("document_number", "35-CT/TW"): [1, 2],
        value_hash("document_number", "19-CT/TU"): [1],
    }


def test_nothing_is_found_among_no_documents() -> None:
    assert documents_with(exact_arrays([]), "person", "Người Mẫu").tolist() == []
