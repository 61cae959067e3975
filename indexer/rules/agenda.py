"""What was on the agenda, in the words of the page: numbered headings, else what the meeting "considered", "discussed".

No sentence is made up and none is joined: each line is a stretch of the text as printed.
"""

import re
from itertools import islice

from indexer.letters import CAPITALS
from indexer.page import Page

MOST_LINES = 12
LONGEST_LINE = 240  # characters; what is longer is prose, not an item
FIRST_PARAGRAPHS = 5  # the agenda is told at the beginning; further down speakers use the same verbs

_NUMBERED = re.compile(rf"^(?:[IVX]{{1,4}}|\d{{1,2}})[.)]\s+(?=[{CAPITALS}])")
_VERB = re.compile(
    r"(?<![^\W_])(?:cho ý kiến|xem xét|thảo luận|đánh giá|bàn(?= về| việc| giải| nhiệm)|nghe|thông qua|quán triệt|"
    r"rà soát|sơ kết|tổng kết|triển khai)\s"
)
_MEETS = re.compile(r"hội nghị|kỳ họp|phiên họp|họp|đại hội|tỉnh ủy|thành ủy|hđnd|ubnd|ban thường vụ|các đại biểu")
_SENTENCE_END = re.compile(rf"[.!?…](?=\s+[{CAPITALS}]|\s*$)|\n")


def agenda_of(page: Page) -> tuple[str, ...]:
    """Return the items of the agenda as printed, at most MOST_LINES; () where the page tells none."""
    headings = [_NUMBERED.sub("", p) for p in page.paragraphs if _NUMBERED.match(p) and len(p) <= LONGEST_LINE]
    if len(headings) >= 2:
        return tuple(headings[:MOST_LINES])
    for reading in islice(page.each(), FIRST_PARAGRAPHS):
        paragraph, low, begin = reading.text, reading.low, 0
        for end in [m.start() for m in _SENTENCE_END.finditer(paragraph)] or [len(paragraph)]:
            verb = _VERB.search(low, begin, end)
            if verb and _MEETS.search(low, begin, verb.start()):
                lines = [line.strip(" ,.;:") for line in paragraph[verb.start() : end].split(";")]
                return tuple(line for line in lines if 8 <= len(line) <= LONGEST_LINE)[:MOST_LINES]
            begin = end
    return ()
