"""What meaning does for answers at present, in a sentence for readers: how it is set up is the operator's affair."""

from search.semantic.state import MeaningState
from web.http.deadline import TooSlow
from web.services import library
from web.ui.labels import number
from web.ui.language import translated


def meaning_in_words() -> str:
    """Return a sentence for the foot of every page; "" where meaning is off."""
    try:
        state = library().meaning_state()
    except TooSlow:  # the page says that
        return ""
    return _sentence(state)


def _sentence(state: MeaningState) -> str:
    counts = {"leads": number(state.leads), "whole": number(state.whole), "of": number(state.documents)}
    if state.case == "missing":
        return translated("Chưa tìm theo nghĩa được vì chưa cài bộ mã hóa; kết quả tìm theo từ.")
    if state.case == "down":
        return translated("Tìm theo nghĩa tạm ngừng vì bộ mã hóa không trả lời; kết quả tìm theo từ.")
    if state.case == "damaged":
        return translated("Tìm theo nghĩa tạm ngừng vì dữ liệu của nó bị hỏng; kết quả tìm theo từ.")
    if state.case == "other" and state.serving:
        return translated("Tìm theo nghĩa: bộ mã hóa mới chưa đọc bài nào; tạm dùng bộ cũ.")
    if state.case in ("none", "other"):
        return translated("Tìm theo nghĩa chưa dùng được vì chưa bài nào được đọc; kết quả tìm theo từ.")
    if state.case == "part":
        return translated("Tìm theo nghĩa: trong {of} bài mới đọc mở đầu {leads} bài, đọc hết {whole} bài.", **counts)
    return translated("Tìm theo nghĩa: đã đọc mọi bài.") if state.case == "whole" else ""
