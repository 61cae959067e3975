"""How far what somebody says goes: the sentences and paragraphs that are still theirs.

A sentence of the same paragraph is, until somebody else speaks or the page reports again. A further paragraph is only
where it sounds so: it orders, asks, or joins on. Unknown is better than wrong.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from indexer.letters import CAPITALS

MOST_PARAGRAPHS = 14  # of one utterance
_SHORT_WORDS = ("tp", "tx", "tt", "đ/c", "ts", "ths", "gs", "pgs", "t.ư")
_ENDS_OF_SHORT_WORDS = frozenset(word[-2:] for word in _SHORT_WORDS)
_SENTENCE_END = re.compile(rf"[.!?…]+[\"”’)]*\s+(?=[\"“‘(\-–]*[{CAPITALS}\d])")
_WORD_BEFORE = re.compile(r"[^\s(]*\Z")

# How a sentence begins in which the page reports again.
_REPORTS = re.compile(
    r"(?:(?:bên cạnh đó|ngoài ra|đồng thời|trước đó|sau đó|cũng|cùng ngày|nhân dịp này|dịp này|ngay sau đó),?\s+)?"
    r"(?:(?:tại|trong|kết thúc|bế mạc|khai mạc|sau|dự|tham dự|tới dự|đến dự|cùng dự|cùng đi|cũng tại|chủ trì|phát biểu|"
    r"kết luận|thảo luận|trao đổi|tham luận|trả lời|báo cáo|tiếp thu|giải trình|thay mặt|làm rõ)(?=\s[^.]{0,60}"
    r"(?:hội nghị|đại hội|kỳ họp|phiên|buổi|cuộc họp|tổ|hội trường|đại biểu|ý kiến|cử tri|có đồng chí|có các đồng chí|"
    r"có ông|có bà))"
    r"|(?:phát biểu|kết luận|chỉ đạo|trả lời|báo cáo|tiếp thu|thảo luận)[^.,;:]{0,60},"
    r"|(?:các|nhiều|một số|đa số|đông đảo)\s(?:vị\s)?(?:đại biểu|ý kiến|cử tri)(?![^\W_])"
    r"|(?:hội nghị|đại hội|kỳ họp|phiên họp|buổi làm việc|buổi lễ|cuộc họp|đoàn công tác|chương trình|lãnh đạo|"
    r"đại biểu|chủ tọa|phóng viên|pv|được biết|trước đó|cùng ngày|nhân dịp|dịp này|cùng dự|tin, ảnh|tin và ảnh|ảnh|"
    r"bài, ảnh|bài và ảnh|quang cảnh|toàn cảnh|nơi nhận|tính đến|cử tri|họp báo)(?![^\W_])"
    r"|theo (?:báo cáo|kế hoạch|thống kê|số liệu|chương trình|quyết định|ban tổ chức|đánh giá)"
    r"|(?:sáng|chiều|tối|trưa|ngày)\s(?:ngày\s)?\d|(?:đến|năm)\s(?:nay|\d|cuối|hết))"
)
# How a paragraph begins that tells what a body did.
_BODY_DID = re.compile(
    r"(?:hđnd|ubnd|sở|tỉnh ủy|ban thường vụ|ban chấp hành|thường trực|quyết định|nghị quyết|văn bản)\s[^.,]{0,40}"
    r"(?:đã|vừa|thông qua|yêu cầu|đề nghị|ban hành|quyết định|thống nhất|nhấn mạnh|cho rằng)"
)
# How a paragraph begins that goes on with what was said.
_JOINS = re.compile(
    r"(?:đồng thời|bên cạnh đó|ngoài ra|cùng với đó|mặt khác|đặc biệt|trong đó|từ đó|muốn vậy|song song|"
    r"tiếp đó)(?![^\W_])"
)
# How an item of a list begins: in words, wherever it stands, and with a sign, behind another or a colon.
_COUNTED = re.compile(
    r"(?:một|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười) là|thứ (?:nhất|hai|ba|tư|năm|sáu|bảy|tám)(?![^\W_])"
)
_ITEM = re.compile(r"[-–+*•]\s|\(?(?:\d{1,2}|[a-zđ])[.)/]\s?")
_ORDERS = (
    r"(?:tập trung|tăng cường|đẩy mạnh|đẩy nhanh|tiếp tục|chủ động|thực hiện|triển khai|nâng cao|quan tâm|khắc phục|"
    r"chuẩn bị|"
    r"làm tốt|phát huy|rà soát|hoàn thành|phấn đấu|bảo đảm|đảm bảo|kiên quyết|khẩn trương|đổi mới|củng cố|giữ vững|"
    r"quán triệt|chú trọng|không để|không được|coi trọng|tích cực|siết chặt|đề nghị|yêu cầu|kịp thời|giao|nắm chắc|"
    r"ưu tiên|phối hợp|cần|phải|xử lý|tháo gỡ|thường xuyên)(?![^\W_])"
)
_ORDER = re.compile(_ORDERS)
_ASKS = re.compile(r"(?<![^\W_])(?:cần|phải|hãy|đề nghị|yêu cầu)(?![^\W_])")
_ADDRESSED = re.compile(
    r"(?:các|mỗi|từng|toàn|người đứng đầu|cấp ủy|chính quyền|ubnd|sở|ban|huyện|thành phố|mặt trận)(?![^\W_])"
    r"[^.]{0,140}?(?<![^\W_])"
    r"(?:tiếp tục|tập trung|chủ động|quan tâm|tăng cường|đẩy mạnh|khẩn trương|phối hợp|cần|phải)(?![^\W_])"
)
_DONE = re.compile(r"(?<![^\W_])(?:đã|được|vừa)(?![^\W_])")
_TITLE_FIRST = re.compile(r"[\"“]?(?:đồng chí|đ/c|ông|bà|anh|chị|bạn)(?![^\W_])")
_STOPS = (".", "!", "?", "…", ":", ";", '"', "”", "/.", ")")


@dataclass(frozen=True, slots=True)
class Paragraph:
    start: int
    end: int


def paragraphs_of(text: str) -> list[Paragraph]:
    """Return the paragraphs of a text without the white space around them; none is empty."""
    return [Paragraph(found.start(), found.end()) for found in re.finditer(r"[^\s][^\n]*(?<=\S)", text)]


def sentence_starts(low: str, plain: str, start: int, end: int) -> Iterator[int]:
    """Yield where the sentences of a paragraph begin. plain: the text as read, low: in lower case."""
    yield start
    for found in _SENTENCE_END.finditer(plain, start, end):
        point = found.start()
        if low[point - 2 : point] in _ENDS_OF_SHORT_WORDS:
            before = _WORD_BEFORE.search(low, max(start, point - 6), point)
            if before and before[0] in _SHORT_WORDS:
                continue
        yield found.end()


def is_prose(low: str, paragraph: Paragraph) -> bool:
    """Whether a paragraph is no heading and no caption: it ends as sentences do."""
    return low.endswith(_STOPS, paragraph.start, paragraph.end)


def reports_again(low: str, start: int) -> bool:
    """Whether the sentence that begins here is the page's own again."""
    return bool(_REPORTS.match(low, start) or _TITLE_FIRST.match(low, start))


def is_item(low: str, start: int) -> bool:
    """Whether a paragraph is an item of a list."""
    return bool(_ITEM.match(low, start) or _COUNTED.match(low, start))


def goes_on(low: str, paragraph: Paragraph, sentences: list[int], listing: bool) -> bool:
    """Whether a paragraph goes on with what was said before. listing: that ended with a colon or was an item itself."""
    start, end = paragraph.start, paragraph.end
    if is_item(low, start):
        return listing or bool(_COUNTED.match(low, start))
    if (
        low.startswith('"', start)
        or not is_prose(low, paragraph)
        or reports_again(low, start)
        or _BODY_DID.match(low, start)
    ):
        return False
    if _JOINS.match(low, start) or _ORDER.match(low, start):
        return True
    if _DONE.search(low, start, min(end, start + 60)):
        return False
    if _ADDRESSED.match(low, start, end) or _ASKS.search(low, start, end):
        return True
    return any(_ORDER.match(low, sentence) for sentence in sentences)
