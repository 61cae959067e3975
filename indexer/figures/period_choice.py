"""Which period a number speaks of: the sentence says it, an earlier one, the title, or the day of the meeting."""

import re
from calendar import monthrange

from indexer.figures import periods
from indexer.figures.context import AHEAD, HORIZONS, REPORTING, TERM, Before, Context, names_a_meeting
from indexer.figures.measures import Tail
from indexer.figures.numbers import Number
from indexer.figures.periods import Period, PeriodMention
from indexer.figures.sentences import Sentence

_EVERY_YEAR = re.compile(r"(?<!\w)(?:mỗi|hằng|hàng) năm(?!\w)")
_OF_SEVERAL_YEARS = re.compile(
    rf"{_EVERY_YEAR.pattern}|"
    r"bình quân(?: trong)? (?:\d+|ba|bốn|năm|mười) năm|(?<!\w)(?:trong|sau|qua) (?:\d+|năm) năm|"
    r"(?:\d+|năm) năm (?:trước|qua|gần đây|liền|đạt|ước|là)"
)
_AT_ANOTHER_TIME = re.compile(
    r"(?<!\w)(?:trước (?:khi )?(?:hợp nhất|sáp nhập|sắp xếp|đây)|(?<!trong )khi đó|lúc đó|ngày ấy)(?!\w)"
)
_IN_ALL_SO_FAR = re.compile(r"(?<!\w)(?:lũy kế|cộng dồn)(?!\w)[^;]*$")
_SAID_AFTER = re.compile(r"^[^\d,;:()]{0,80}(?<!\w)trong\s*$")
_PLAN_OF = re.compile(r"(?:kế hoạch|dự toán|chỉ tiêu)(?: vốn| giao)?\s*$")
_CAPITAL_OF = re.compile(r"vốn đầu tư công\s*$")
PARTS_OF_A_YEAR = ("half", "months", "quarter_", "q")
MONTHS_AFTER_THE_END = 6  # of a period, after which what there is may be of a later day
MONTHS_BEFORE_THE_END = 3  # of a year or a term, in which what there is counts as of all of it
UP_TO_A_DAY = ("now", "asof", "asof_month", "asof_quarter")


class PeriodChoice:
    """The periods of one sentence (offsets into low), and what stands around it."""

    def __init__(self, low: str, sentence: Sentence, context: Context, before: Before) -> None:
        self.low, self.begin, self.stop, self.paragraph = low, sentence.start, sentence.end, sentence.paragraph
        self.context, self.before = context, before
        self.mentions = periods.mentions(low, sentence.start, sentence.end, context.congress)
        own = [one for one in self.mentions if one.own_year and not one.compared]
        # a horizon ("đến năm 2030") is not the year that "6 tháng đầu năm" is of
        self.years = [one.own_year for one in own if one.kind not in HORIZONS and one.own_year <= context.latest]

    def year(self) -> int:
        """Return the year that is spoken of, 0 if unknown."""
        if self.context.today and any("present" in one.groups for one in self.mentions):
            return int(self.context.today[:4])  # "quý I năm nay"
        if self.years:
            return self.years[-1]
        year, now = self.before.year(), int(self.context.today[:4] or 0)
        return now if 0 < year < now - 1 else year  # "sáu tháng đầu năm" is not of a year told of in passing

    def between(self, start: int, stop: int) -> bool:
        """Whether a period is named in low[start:stop]."""
        return any(start <= mention.start < stop for mention in self.mentions)

    def of(
        self,
        number: Number,
        nature: str,
        tail: Tail,
        earlier: bool,
        told: PeriodMention | None = None,
        *,
        aim: bool = False,
    ) -> tuple[Period | None, str, tuple[str, ...]]:
        """Return the period that a number speaks of, where it was read, and notes.

        nature: of its indicator. aim: whether it is aimed at. earlier: whether it is the first of "from A to B". told:
        the period of the sentence that the number was told off against.
        """
        today, year = self.context.today, self.year()
        notes = ("typo-year",) if self._is_beyond_belief(number, tail) else ()
        if told is not None and (period := told.period(year, today)) is not None:
            return period, "sentence", ()
        usable = self._usable(number, nature, tail, aim=aim)
        yearly = aim and self._is_yearly_rate(number, tail)
        if yearly:  # "đến năm 2030 … giảm 3 %/năm": of every year until then
            usable = [p for p in usable if p.kind not in ("asof_year", "year_", "bare")]
        ahead_of = [p for p in usable if p.end <= number.begin]
        candidates = (
            *self._right_after(number, usable, earlier=earlier),
            *(() if earlier else self._right_before(number, tail, ahead_of)),
            *(() if ahead_of else self._said_later(number, usable)),
            *(self._of_its_plan(number, tail, usable) if aim else ()),
        )
        rate = tail.yearly or "năm" in number.unit  # "giảm 4,1 %/năm" is of the years of the term
        if not (aim or rate) and self._is_after_the_period_of_another(number, ahead_of, year, today):
            return None, "", notes
        if period := next((found for one in candidates if (found := one.period(year, today)) is not None), None):
            return period, "sentence", notes
        if yearly:
            return (*self._of_term_or_inherited(today, year), notes)
        if nature == "event" and today:
            return _day_of_the_meeting(today), "meeting", notes
        unknown = _AT_ANOTHER_TIME.search(self.low, self.begin, number.begin)
        if earlier or unknown or any(p.kind in (*PARTS_OF_A_YEAR, "term") for p in ahead_of):
            return None, "", notes  # of a time that is not known; what was spoken of before is another period
        if nature not in ("event", "index"):  # what another sentence speaks of is another vote, or another index
            period, read_from = self._inherited(today, year)
            if period is not None and not self._is_ruled_out(period, number, tail, nature, aim=aim):
                return period, read_from, notes
        if nature == "stock" and today:
            return _day_of_the_meeting(today), "meeting", notes
        if nature in ("event", "stock") and (year := self._year_of_congress()):
            return Period(f"{year}", f"{year}-01-01", f"{year}-12-31"), "meeting", notes
        return None, "", notes

    def _is_beyond_belief(self, number: Number, tail: Tail) -> bool:
        """Whether something is compared with a year that is far ahead: "so với cùng kỳ năm 2032"."""
        latest = int(self.context.today[:4] or 9999) + 1
        return any(p.compared and number.end <= p.start < tail.end and p.own_year > latest for p in self.mentions)

    def _usable(self, number: Number, nature: str, tail: Tail, *, aim: bool) -> list[PeriodMention]:
        """Return the periods of the sentence that a number can be of."""
        usable = [
            p
            for p in self.mentions
            if not p.compared and p.kind != "day_of" and not names_a_meeting(self.low, self.begin, p)
        ]
        if so_far := _IN_ALL_SO_FAR.search(self.low, self.begin, number.begin):  # "quý I … ; lũy kế đến nay …"
            usable = [p for p in usable if p.start >= so_far.start()]
        if not aim:  # "62,7 % kế hoạch năm 2026": the year is the plan's
            said_when = any(p.kind in (*UP_TO_A_DAY, *PARTS_OF_A_YEAR) and p.end <= number.begin for p in usable)
            if tail.about == "plan" or said_when:
                usable = [p for p in usable if not self._is_of_plan(p, _PLAN_OF)]
            if said_when:  # "đến ngày họp, giải ngân vốn đầu tư công năm 2026 đạt …"
                usable = [p for p in usable if not self._is_of_plan(p, _CAPITAL_OF)]
        if number.dimension == "times":  # "gấp 2,1 lần năm 2015" is of another year
            usable = [p for p in usable if not number.end <= p.start <= number.end + 6]
        if nature == "event":  # a term is that of the council or the congress
            usable = [p for p in usable if p.kind not in ("span", "span2")]
        return usable

    def _is_after_the_period_of_another(
        self, number: Number, ahead_of: list[PeriodMention], year: int, today: str
    ) -> bool:
        """Whether a clause follows one with a period of its own: "Nhiệm kỳ qua …; năm 2020 đạt …; kết nạp 900 …"."""
        clause = self.low.rfind(";", self.begin, number.begin)
        if clause < 0 or len(ahead_of) < 2 or ahead_of[-1].start > clause:
            return False
        is_in_first_clause = self.low.find(";", self.begin, ahead_of[0].start) < 0
        opens = is_in_first_clause and ahead_of[0].kind in ("span", "span2", "term")
        first, last = ahead_of[0].period(year, today), ahead_of[-1].period(year, today)
        return opens and first is not None and last is not None and first.key != last.key

    def _right_after(self, number: Number, usable: list[PeriodMention], *, earlier: bool) -> list[PeriodMention]:
        """Return what follows a number at once: "đạt 1.664 USD năm 2015"."""
        near = (p for p in usable if number.end <= p.start <= number.end + 14)
        after = next((p for p in near if p.kind not in ("now", "bare", "this")), None)
        if after is None:
            return []
        between = self.low[number.end : after.start]
        if "(" in between and not self.low.startswith(")", after.end):
            return []  # "tăng 9,5 % (năm 2021 chỉ tăng 0,5 %)"
        follows = earlier or re.fullmatch(r"\W*(?:vào|trong|của|hồi|\()?\W*", between)
        return [after] if follows and ";" not in between and "," not in between else []

    def _right_before(self, number: Number, tail: Tail, ahead_of: list[PeriodMention]) -> list[PeriodMention]:
        """Return the periods that stand before a number, the nearest first."""
        specific = [p for p in ahead_of if p.kind != "this" or self.low.startswith("cả năm", p.start)] or ahead_of
        if tail.yearly or "/năm" in number.unit:  # growth of so much a year is that of several
            specific = [p for p in specific if p.kind in ("span", "span2")] or specific
        return [p for p in reversed(specific) if p.kind != "bare" or len(specific) == 1]

    def _said_later(self, number: Number, usable: list[PeriodMention]) -> list[PeriodMention]:
        """Return what is said at the end of a clause: "cấp mới 36 dự án FDI trong 4 tháng đầu năm"."""
        following = next((p for p in usable if number.end <= p.start), None)
        said = following is not None and _SAID_AFTER.search(self.low[number.end : following.start])
        return [following] if following is not None and said else []

    def _of_its_plan(self, number: Number, tail: Tail, usable: list[PeriodMention]) -> list[PeriodMention]:
        """Return the year of the plan that is aimed at: "phấn đấu giải ngân 100 % kế hoạch vốn năm 2024"."""
        in_plan = [p for p in usable if number.end <= p.start < tail.end and p.kind in ("year_", "bare")]
        return in_plan[-1:] if tail.about == "plan" else []

    def _is_of_plan(self, mention: PeriodMention, plan: re.Pattern[str]) -> bool:
        return mention.kind in ("year_", "bare", "this") and bool(plan.search(self.low, self.begin, mention.start))

    def _inherited(self, today: str, year: int) -> tuple[Period | None, str]:
        """Return the period of an earlier sentence, else of the title, and which of them."""
        if (
            (found := self.before.period()) is not None
            and (period := found[0].period(self.before.year() or year, today)) is not None
            and (today or period.year <= self.context.latest)  # else a horizon, of a page whose day is not known
        ):
            return period, "paragraph" if found[2] == self.paragraph else "text"
        return (self._of_title(today), "title") if self.context.title is not None else (None, "")

    def _is_yearly_rate(self, number: Number, tail: Tail) -> bool:
        """Whether it is so much every year: "10 %/năm", "mỗi năm kết nạp 90 đảng viên"."""
        clause = re.split("[;,.]", self.low[self.begin : number.begin])[-1]
        rate = tail.yearly or number.unit.endswith("năm")
        return (rate and number.dimension in ("percent", "points")) or bool(_EVERY_YEAR.search(clause))

    def _of_term_or_inherited(self, today: str, year: int) -> tuple[Period | None, str]:
        """Return the span of years that an aim for every year is of, and where it was read; None if none is known."""
        horizons = {p.own_year for p in self.mentions if p.kind == "asof_year"}
        now = int(today[:4] or 0)
        # a congress meets in 2020, 2025, … and sets aims for five years
        next_term = now if now % 5 == 0 and horizons == {now + 5} else 0
        if first := self.context.congress or self._year_of_congress() or next_term:
            known = horizons <= {first + 5}
            term = Period(f"{first}/{first + 5}", f"{first}-01-01", f"{first + 5}-12-31")
            return (term, "sentence" if horizons else "meeting") if known else (None, "")
        period, read_from = self._inherited(today, year)
        several = period is not None and "/" in period.key and not period.key.startswith("../")
        return (period, read_from) if several and period and period.last > today else (None, "")

    def _is_ruled_out(self, period: Period, number: Number, tail: Tail, nature: str, *, aim: bool) -> bool:
        """Whether what the sentence says does not go with a period that was read elsewhere."""
        if _IN_ALL_SO_FAR.search(self.low, self.begin, number.begin):
            return True
        if not aim and is_far_from_over(self.context.today, period):
            return True  # what is told in July is not of the whole year that was spoken of
        if nature == "stock" and self._is_long_past(period):
            return True  # what there is in September is not told of the year before
        of_years = "/" in period.key and not period.key.startswith("../")
        if not of_years and _OF_SEVERAL_YEARS.search(self.low, self.begin, number.begin):
            return True
        against = [p.own_year for p in self.mentions if p.compared and number.end <= p.start and p.own_year]
        return bool(against) and not against[-1] <= period.year <= against[-1] + 1 and not of_years

    def _is_long_past(self, period: Period) -> bool:
        today, last = self.context.today, period.last
        if len(today) < 7 or len(last) < 7:
            return False
        return (int(today[:4]) - int(last[:4])) * 12 + int(today[5:7]) - int(last[5:7]) > MONTHS_AFTER_THE_END

    def _year_of_congress(self) -> int:
        """Return the first year of the term of the congress that the sentence or the title names: it is held then."""
        low = self.low[self.begin : self.stop]
        found = TERM.search(low) or self.before.congress()
        return int(found["year"]) if found else 0

    def _of_title(self, today: str) -> Period | None:
        title = self.context.title
        assert title is not None
        year = self.before.year()
        for mention in periods.mentions(title.low, 0, len(title.low)):
            if mention.compared or mention.kind not in REPORTING or mention.kind == "span":
                continue
            if AHEAD.search(title.low[: mention.start]) or names_a_meeting(title.low, 0, mention):
                continue
            return mention.period(year, today)
        return None


def is_far_from_over(today: str, period: Period) -> bool:
    """Whether months of a period are left on a day (ISO), so that nothing can be reported of all of it."""
    if len(today) < 7:
        return False
    last = period.last
    months = (int(last[:4]) - int(today[:4])) * 12 + int(last[5:7]) - int(today[5:7])
    return months > MONTHS_BEFORE_THE_END


def _day_of_the_meeting(today: str) -> Period:
    return Period(today, today if len(today) == 10 else "", _last_day(today))


def _last_day(iso: str) -> str:
    """Return the last day of what is known of a day."""
    year, *rest = iso.split("-")
    if not rest:
        return f"{year}-12-31"
    return iso if len(rest) == 2 else f"{iso}-{monthrange(int(year), int(rest[0]))[1]:02}"
