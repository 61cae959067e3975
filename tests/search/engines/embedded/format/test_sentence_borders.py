"""A word of several syllables is told from one that runs over the end of a sentence, also in merged segments."""

import numpy as np

from search.document import Document
from search.engines.embedded.format import segment_merge, segment_writer
from search.engines.embedded.format.sentence_borders import SentenceBorders

TITLES = ["Hội nghị", "", "Giao ban tháng năm"]
TEXTS = ["Thu ngân sách tăng. Chi giảm.\nSẽ họp thêm.", "Một câu không có dấu chấm", "Họp. Bàn. Quyết."]


def _documents(first: int = 0) -> list[Document]:
    texts = zip(TITLES, TEXTS, strict=True)
    return [Document(f"bai-{n}", f"k{n}", "", title, text) for n, (title, text) in enumerate(texts, first)]


def _unbroken(arrays: dict[str, np.ndarray], document: int, length: int) -> list[int]:
    """Return the positions of a document from which so many syllables stand in one sentence."""
    syllables = int(arrays["title_length"][document] + 1 + arrays["body_length"][document])
    starts = document << 32 | np.arange(syllables - length + 1)
    return (SentenceBorders(arrays).within(starts, length) & 0xFFFFFFFF).tolist()


def test_no_sentence_begins_within_what_is_kept() -> None:
    arrays = segment_writer.build(_documents())
    # The title (0, 1) and a gap (2), then sentences of four, two and three syllables; the first of a text has no mark.
    assert _unbroken(arrays, 0, 2) == [0, 1, 2, 3, 4, 5, 7, 9, 10]
    assert _unbroken(arrays, 0, 3) == [0, 1, 2, 3, 4, 9]
    assert _unbroken(arrays, 1, 3) == [0, 1, 2, 3, 4]
    assert _unbroken(arrays, 2, 2) == [0, 1, 2, 3, 4]
    assert _unbroken(arrays, 2, 1) == list(range(8))


def test_merged_segments_keep_their_borders() -> None:
    parts = [segment_writer.build(_documents()), segment_writer.build(_documents(3))]
    merged = dict(segment_merge.merge(parts, [np.array([False, True, False]), np.zeros(3, dtype=bool)]))
    for number, (part, document) in enumerate([(0, 0), (0, 2), (1, 0), (1, 1), (1, 2)]):
        assert _unbroken(merged, number, 3) == _unbroken(parts[part], document, 3)


def test_a_segment_without_sentences_has_no_borders() -> None:
    arrays = segment_writer.build([Document("bai", "k", "", "", "một câu")])
    assert _unbroken(arrays, 0, 2) == [0, 1]
