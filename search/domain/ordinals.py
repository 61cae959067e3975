"""Ordinals and the ways to print them: lần thứ 20, lần thứ hai mươi, lần thứ XX, lần 20; khóa XIX, khóa 19."""

from collections.abc import Iterator

HIGHEST = 50  # meetings of one term; no party committee has met more often
_DIGITS = ("", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_AFTER_TEN = {1: "một", 4: "bốn", 5: "lăm"}
_AFTER_TENS = {1: "mốt", 4: "tư", 5: "lăm"}
_AS_ORDINAL = {1: "nhất", 4: "tư"}  # thứ nhất, thứ tư
_ROMAN = ((50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))


def in_words(number: int) -> str:
    """Return a number of 1 … 99 in words: 21 → hai mươi mốt."""
    tens, ones = divmod(number, 10)
    if not tens:
        return _DIGITS[ones]
    lead, irregular = ("mười", _AFTER_TEN) if tens == 1 else (f"{_DIGITS[tens]} mươi", _AFTER_TENS)
    return f"{lead} {irregular.get(ones, _DIGITS[ones])}".rstrip()


def in_roman(number: int) -> str:
    """Return a number of 1 … 89 in Roman numerals."""
    found = ""
    for value, letters in _ROMAN:
        count, number = divmod(number, value)
        found += letters * count
    return found


def ways() -> Iterator[list[str]]:
    """Yield for each ordinal the ways to print it; a list means one number."""
    for number in range(1, HIGHEST + 1):
        digits, roman = str(number), in_roman(number)
        yield [*(f"thứ {form}" for form in (digits, roman, _AS_ORDINAL.get(number, in_words(number)))), f"lần {digits}"]
        yield [f"khóa {digits}", f"khóa {roman}"]
