"""What is the case with search by meaning; where it is off, nothing that it needs is loaded."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from search.semantic.opening import Semantics


def open_semantics(data_dir: Path, variables: Mapping[str, str]) -> "Semantics | None":
    """Return what reads meanings over a data directory as the settings want it, None where they name no encoder."""
    if not variables.get("HOINGHI_ENCODER", ""):
        return None
    from search.semantic.opening import Semantics

    return Semantics(data_dir, variables)


@dataclass(frozen=True, slots=True)
class MeaningState:
    """What meaning does for answers at present.

    case: "off"; "missing": the encoder is not installed; "down": it does not answer; "damaged": the vectors are;
    "none": nothing was read by it; "other": only another encoder has read; "part": not all documents; "whole".
    encoder: its name. leads, whole: documents of which the lead, or all, was read. documents: in the index.
    serving: the encoder whose vectors answer, "" where words alone do. trouble: what failed.
    """

    case: str = "off"
    encoder: str = ""
    leads: int = 0
    whole: int = 0
    documents: int = 0
    serving: str = ""
    trouble: str = ""

    def __str__(self) -> str:
        read = f"{self.leads:,} / {self.documents:,} bài đã đọc mở đầu, {self.whole:,} bài đọc hết"
        said = {
            "off": "tắt (hoinghi config: encoder)",
            "missing": f"không dùng được, tìm theo từ: {self.trouble}",
            "down": f"bộ mã hóa không trả lời, tìm theo từ: {self.trouble}",
            "damaged": f"không dùng được, tìm theo từ: {self.trouble}",
            "none": f'{self.encoder} chưa đọc bài nào, tìm theo từ: chạy "hoinghi embed"',
            "other": f'{self.encoder} chưa đọc bài nào: chạy "hoinghi embed"; '
            + (f"véctơ của {self.serving} còn dùng" if self.serving else "véctơ của bộ mã hóa khác không dùng được"),
        }
        return "tìm theo nghĩa: " + said.get(self.case, f"{self.encoder}, {read}")
