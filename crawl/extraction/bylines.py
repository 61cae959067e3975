"""Lines that name who wrote or sent a text, and nothing else."""

import re

BYLINE_CHARACTERS = 60
SCENE = re.compile(
    r"(?:Quang cảnh|Toàn cảnh|Khung cảnh|Các đại biểu (?:dự|tham dự|biểu quyết|chụp ảnh)|Ảnh\s*:)", re.IGNORECASE
)
END_MARK = re.compile(r"[.!?:;…,]['\"”’)\]*]*$")
_BYLINE_LABEL = re.compile(  # "Tin, ảnh: …", "Thực hiện: …", "P.V"
    r"(?:(?:tin|bài|ảnh|bài viết|tác giả|thực hiện|nguồn|theo|biên tập)(?:\s*(?:,|và|&|[-–/])\s*(?:tin|bài|ảnh))*\s*:.+"
    r"|nhóm phóng viên|nhóm p\.?v\.?|p\.?v\.?|bbt|ban biên tập|ttxvn)",
    re.IGNORECASE,
)
_HOST = re.compile(r"(?:www\.)?[\w-]+(?:\.[\w-]+)*\.(?:vn|com|net|org)", re.IGNORECASE)
_BETWEEN_NAMES = re.compile(r"[\s.,&|–-]+")


def is_byline(line: str) -> bool:
    """Tell whether a line names who wrote or sent a text, and nothing else; line: NFC."""
    if len(line) > BYLINE_CHARACTERS or SCENE.match(line):
        return False
    if _BYLINE_LABEL.fullmatch(line) or _HOST.fullmatch(line):
        return True
    if END_MARK.search(line) and not line.endswith("."):  # an initial may end a name: "Đ.ĐẠO - H.Q."
        return False
    names = [word for word in _BETWEEN_NAMES.split(line) if word]
    return len(names) > 1 and all(word.isalpha() and word[0].isupper() for word in names)
