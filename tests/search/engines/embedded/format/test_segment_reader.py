"""Postings of terms, looked up in arrays."""

from pathlib import Path

import numpy as np

from search.document import Document
from search.engines.embedded.format import array_file, segment_writer
from search.engines.embedded.format.segment_format import COUNT_MASK
from search.engines.embedded.format.segment_reader import SegmentPostings, united


def test_a_pair_is_not_taken_for_one_whose_number_has_the_same_low_bytes() -> None:
    segment = object.__new__(SegmentPostings)
    segment.arrays = {
        "pair.row": np.array([0, 3], dtype=np.uint32),
        "pair.second": np.array([4, 4, 9], dtype=np.uint16),
        "pair.start": np.arange(4, dtype=np.uint32),
    }
    assert segment.of_folded_pair(0, 4).size == 2
    assert segment.of_folded_pair(0, 65_536 + 4).size == 0


def test_numbers_of_chosen_documents_are_those_of_all_also_where_a_form_is_in_no_text(tmp_path: Path) -> None:
    texts = ["gia đình gia giáo", "không có", "già " * 70 + "gia", "gia già", "giả"]
    documents = [Document(f"bai-{n}", f"k{n}", "", "", text, people=("Giá Văn Mẫu",)) for n, text in enumerate(texts)]
    array_file.save(tmp_path / "segment.arrays", segment_writer.build(documents).items())
    segment = SegmentPostings(tmp_path / "segment.arrays")
    span = segment.of_group("text", segment.group("gia"))
    assert 0 in np.diff(span.bounds)
    docs, numbers, _ = united(segment.read(span))
    expected = np.zeros(len(texts), dtype=np.uint32)
    expected[docs] = numbers
    for chosen in ([0, 1, 2, 3, 4], [1, 2], [1], []):
        found = segment.numbers_at(span, np.array(chosen, dtype=np.intp))
        assert found.tolist() == expected[chosen].tolist()
    assert (expected & COUNT_MASK).tolist() == [2, 0, 71, 2, 1]
