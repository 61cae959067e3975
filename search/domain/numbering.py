"""Which of a body's numbered meetings are known, and which are missing: where 13, 14 and 16 are known, 15 is missing.

Committees and councils number their meetings within a term. The highest number seen bounds what there was from below;
an estimate of what there was in all is that of the serial-number problem: highest + highest / known - 1 (Ruggles &
Brodie 1947), which holds if any meeting is as likely to be known as any other. It is made from three known ones on.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from search.document import Document

NUMBERED_KINDS = ("bch", "btv", "hdnd", "ubkt", "ubnd")  # a congress is numbered across terms
NOTICE = "thongbao"  # of the conclusions of a meeting, whose kind is then its event
FEWEST_FOR_AN_ESTIMATE = 3
HIGHEST_NUMBER = 99  # of a term of five years: a standing committee meets twice a month at most


@dataclass(frozen=True, slots=True)
class NumberedMeetings:
    """The meetings of one body in one term. known: number → key of the meeting; days: number → ISO day or ""."""

    province: str
    kind: str
    term: str
    known: dict[int, str]
    days: dict[int, str]

    @property
    def highest(self) -> int:
        return max(self.known)

    @property
    def missing(self) -> list[int]:
        """Return the numbers below the highest known one that no page of the archive bears."""
        return [number for number in range(1, self.highest) if number not in self.known]

    @property
    def estimated_total(self) -> int | None:
        """Return how many meetings there were by the estimate, None where too few are known for one."""
        if len(self.known) < FEWEST_FOR_AN_ESTIMATE:
            return None
        return max(self.highest, round(self.highest + self.highest / len(self.known) - 1))

    @property
    def completeness(self) -> float | None:
        """Return the estimated share of the meetings that is known, 0 … 1; None where there is no estimate."""
        return len(self.known) / self.estimated_total if self.estimated_total else None

    def to_json(self) -> dict[str, Any]:
        return {
            "province": self.province,
            "kind": self.kind,
            "term": self.term,
            "known": sorted(self.known),
            "missing": self.missing,
            "highest": self.highest,
            "estimated_total": self.estimated_total,
            "completeness": round(self.completeness, 2) if self.completeness else None,
        }

    def __str__(self) -> str:
        gaps = f"thiếu {ranges(self.missing)}" if self.missing else "không thiếu số nào"
        total = f"ít nhất {self.highest} cuộc"
        if self.completeness:
            total = f"ước chừng {self.estimated_total} cuộc, đã có {self.completeness:.0%}"
        known = f"biết {ranges(sorted(self.known))}; {gaps}; {total}"
        return f"{self.province or '?'}\t{self.kind}\t{self.term}\t{known}"

    def neighbours(self, number: int) -> tuple[str, str]:
        """Return the days of the nearest known meetings before and after a number, "" where none is known."""
        before = [self.days[other] for other in sorted(self.known) if other < number and self.days[other]]
        after = [self.days[other] for other in sorted(self.known) if other > number and self.days[other]]
        return (before[-1] if before else "", after[0] if after else "")


def numbered_meetings(documents: Iterable[Document]) -> list[NumberedMeetings]:
    """Return what documents tell of numbered meetings, by province, kind and term; newest term first.

    Left out: meetings of smaller units, of an unknown term, and numbers out of all proportion.
    """
    told = sorted(
        (
            (document.province_then, document.event or document.kind, document.term, document.ordinal, document)
            for document in documents
            if document.ordinal and document.ordinal <= HIGHEST_NUMBER and document.term and not document.organ
        ),
        key=lambda row: row[:4],
    )
    bodies = []
    for (province, kind, term), rows in groupby(told, key=lambda row: row[:3]):
        if kind not in NUMBERED_KINDS:
            continue
        known: dict[int, str] = {}
        days: dict[int, str] = {}
        for *_, number, document in rows:
            known.setdefault(number, document.meeting)
            days[number] = days.get(number) or (document.held if len(document.held) == 10 else "")
        bodies.append(NumberedMeetings(province, kind, term, known, days))
    return sorted(bodies, key=lambda body: (body.province, body.kind, _newest_first(body)))


def ranges(numbers: Iterable[int]) -> str:
    """Return numbers as one writes them: [1, 2, 3, 7] → "1–3, 7"."""
    parts = []
    for _, run in groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0]):
        values = [value for _, value in run]
        parts.append(str(values[0]) if len(values) == 1 else f"{values[0]}–{values[-1]}")
    return ", ".join(parts)


def _newest_first(body: NumberedMeetings) -> tuple[int, ...]:
    last = max(body.days.values(), default="") or "0"
    return tuple(-int(part) for part in last.split("-"))
