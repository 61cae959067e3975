"""The words between an indicator and its number: those that say nothing of another subject are let pass.

What is left over after them tells whether the number still belongs to the indicator.
"""

import re
from pathlib import Path

# Words that may stand between an indicator and its number, or between two of its numbers
_FILLERS = Path(__file__).with_name("fillers.txt").read_text(encoding="utf-8").splitlines()
_FILLER = re.compile(rf"(?<!\w)(?:{'|'.join(sorted(_FILLERS, key=len, reverse=True))})(?!\w)")
_WORD = re.compile(r"[^\W_]+")


def left_over(words: str) -> list[str]:
    """Return the words of a gap that are no fillers."""
    return _WORD.findall(_FILLER.sub(" ", words))


_CONCLUSION = re.compile(r"(?<!\w)(?:nên|khiến|vì vậy|do đó|cho nên|đóng góp cho|phục vụ|góp phần|giải ngân)(?!\w)")
_DEMAND = re.compile(r"(?<!\w)(?:kiến nghị|đề nghị|đề xuất|xin|thưởng|thiệt hại|thất thoát|sai phạm|bồi thường)(?!\w)")


def concludes(words: str) -> bool:
    """Whether a gap turns from what an indicator is to what comes of it: "dân số đông nên mỗi công chức …"."""
    return bool(_CONCLUSION.search(words))


def demands(words: str) -> bool:
    """Whether a gap turns to what is asked for or was lost: "thu vượt dự toán, tỉnh kiến nghị thưởng …"."""
    return bool(_DEMAND.search(words))


_BREAK = re.compile(r"trong đó|riêng|ngoài ra|bên cạnh đó|gồm|bao gồm|cùng với đó|trong số đó|đồng thời")


def breaks(words: str) -> bool:
    """Whether a gap turns to parts of what was spoken of, or to something else."""
    return bool(_BREAK.search(words))
