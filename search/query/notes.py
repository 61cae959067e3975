"""What was read otherwise than meant, as sentences for the reader: Vietnamese where they arise, English here."""

import re
from functools import cache

ENGLISH = {
    "Dấu ngoặc kép chưa đóng được bỏ qua.": "A quotation mark without its partner was left out.",
    "Dấu “(” chưa có “)” đi cùng nên được đọc như đóng ở cuối câu; hãy thêm “)” vào chỗ cần đóng.": (
        "An opening parenthesis without its partner is read as closed at the end; add “)” where it should close."
    ),
    "Dấu “)” không có “(” đi trước nên được bỏ qua; hãy thêm “(”, hoặc bỏ dấu ấy.": (
        "A closing parenthesis without its partner was left out; add “(”, or take it out."
    ),
    "“{what}” không phải là một trường; được tìm như chữ thường.": "“{what}” is no field; it was searched as words.",
    "“{what}” không đọc được như một điều kiện; được tìm như chữ thường.": (
        "“{what}” could not be read as a condition; it was searched as words."
    ),
    "Chỉ {what} dấu và toán tử đầu được đọc như vậy; phần sau được tìm như chữ thường.": (
        "The first {what} signs and operators were read as such; what follows was searched as words."
    ),
    "Không bài nào có đúng cụm từ trong ngoặc kép; đã tìm các chữ của nó ở vị trí bất kỳ.": (
        "No article has the quoted phrase; its words were looked for in any place."
    ),
    "Không có chữ hay số nào để tìm.": "There is no word or number to look for.",
    "Câu dài có lời trích được đọc như một tít bài; để tìm đúng cụm từ, hãy bớt chữ ngoài ngoặc kép.": (
        "A long text with a quotation was read as a headline; for the exact phrase, leave out words around it."
    ),
}


def in_english(note: str) -> str:
    """Return a note in English; the note itself where it is none of ours."""
    for pattern, english in _patterns():
        if found := pattern.fullmatch(note):
            return english.format(**found.groupdict())
    return note


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple(
        (re.compile(re.escape(vietnamese).replace(r"\{what\}", "(?P<what>.*)"), re.DOTALL), english)
        for vietnamese, english in ENGLISH.items()
    )
