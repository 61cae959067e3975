"""Makes a figure of a number and its indicator: status, period and place are read from what stands around it."""

import re
from dataclasses import replace
from decimal import Decimal
from functools import cached_property

from indexer.figures import measures, periods, subjects
from indexer.figures.context import Before, Context
from indexer.figures.heads import Head
from indexer.figures.indicators import Indicator
from indexer.figures.measures import Measure, Tail
from indexer.figures.numbers import Number
from indexer.figures.period_choice import PeriodChoice, is_far_from_over
from indexer.figures.periods import PeriodMention
from indexer.figures.sentences import Sentence
from indexer.figures.subjects import Subject
from indexer.reading import Reading
from search.domain.figure import Figure

FUTURE_DAYS = 200  # a period of a later year that ends so much later than the page was written is a plan
_CLOSED = re.compile(r"\([^()]*\)")  # what is in brackets is said of what stands before them
_SO_FAR = re.compile(r"(?<!\w)(?:đã|đến nay|(?<!thực )hiện|mới (?:đạt|chỉ|được)|thực tế|được)(?!\w)")
_LOCAL_WORDS = re.compile(r"(?<!\w)(?:tỉnh|thành phố|tp|địa bàn|địa phương)(?!\w)")


class FigureMaker:
    """Makes the figures of one sentence; periods: those that it names."""

    def __init__(
        self, page: Reading, part: str, sentence: Sentence, context: Context, before: Before, periods: PeriodChoice
    ) -> None:
        self.page, self.part, self.sentence, self.context, self.before = page, part, sentence, context, before
        self.low, self.begin, self.stop = page.low, sentence.start, sentence.end
        self.periods = periods
        self.disputed = measures.disputed_until(page.low, sentence.start, sentence.end)

    @cached_property
    def inherited(self) -> Subject:
        """The smaller place that an earlier sentence set in (context.py)."""
        return self.before.place(self.sentence)

    @cached_property
    def after_the_nation(self) -> bool:
        """Whether the sentences right before speak of the nation (context.py)."""
        return self.before.is_of_the_nation()

    @cached_property
    def announced(self) -> tuple[bool, str]:
        """Whether a line above announces aims, and what bare numbers are (context.py)."""
        return self.before.announced(self.sentence)

    def make(
        self,
        number: Number,
        head: Head,
        measure: Measure,
        tail: Tail,
        sector: str,
        before: str,
        *,
        sure: bool,
        earlier: bool = False,
        mention: PeriodMention | None = None,
    ) -> list[Figure]:
        """Return the figure that a number is, two where it stands beside its aim (a/b); head then knows of it.

        before: the words between the number and what came before it. earlier: it is the first of "from A to B".
        mention: the period, where it was told off against the number.
        """
        status = self._status(number, head, before)
        aim = status == "target"
        period, period_from, notes = self.periods.of(number, head.indicator.nature, tail, earlier, mention, aim=aim)
        if period and head.indicator.yearly and period_from != "sentence":
            period = periods.whole_year(period)
        last_day = period.last if period else ""
        said = last_day and period_from != "meeting"
        begun = period and period.first and period.first < self.context.today
        reached = begun and measures.is_reached(self.low[self.begin : number.begin])  # of a term that is not over
        if said and status != "target" and not head.estimated and not reached and self._is_ahead(last_day):
            status = "target"
        # "năm 2024" in January: a plan; a stock or a place among others is of the day it is told
        if period and period_from == "sentence" and status == "result" and not head.estimated and not reached:
            whole = period.first.endswith("-01-01") and period.last.endswith("-12-31")
            of_that_year = head.indicator.nature == "flow" and not head.indicator.yearly
            if whole and of_that_year and is_far_from_over(self.context.today, period):
                status = "target"
        if (
            status == "result"
            and head.indicator.nature not in ("event", "stock")
            and self._goes_on_estimating(number, measure, last_day)
        ):
            status = "estimate"
        if status == "target" and earlier:
            status = "result"  # "từ 14 % xuống 4 %": only the end is aimed at
        if status == "target" and period_from != "sentence" and last_day and last_day < self.context.today:
            period, period_from, last_day = None, "", ""  # an aim is not of a time that is over
        if number.start < self.disputed:
            status = "disputed"
        subject = self._subject(number, head)
        counted_in = number.counted_in
        if counted_in == "VND" and head.indicator.unit.endswith("USD") and "đồng" not in number.unit:
            counted_in, notes = "USD", (*notes, "currency-inferred")  # "xuất khẩu 7,1 tỷ"
        if head.indicator.of_thing:
            notes = (*notes, "of-a-project")
        value = number.value * measure.sign
        of = number.of
        pair = of is not None and measure.name != "rank" and _is_result_and_aim(number, head.indicator)
        if earlier:
            notes = (*notes, "earlier")
        made = Figure(
            indicator=head.indicator.key,
            sector=sector,
            value=_exact(value),
            high=_exact(number.high) if number.high is not None else "",
            of="" if of is None or pair else _exact(of),
            approx=number.approx,
            unit=number.unit if number.notes else self.page.text[number.digits_end : number.end_of_unit].strip(),
            dimension=number.dimension,
            counted_in=counted_in,
            amount="" if measure.name == "rank" else _exact(value * number.factor),
            measure=measure.name,
            status=status,
            base=self.page.text[number.end : tail.end].strip() if tail.about else "",
            assigned_by=tail.assigned_by,
            period=period.key if period else "",
            first=period.first if period else "",
            last=last_day,
            period_from=period_from,
            place=subject.place,
            place_level=subject.level,
            part=self.part,
            start=number.start,
            end=number.end,
            sentence=self.page.text[self.begin : self.stop].strip(),
            sure=sure and bool(period) and not number.notes and "currency-inferred" not in notes,
            notes=tuple(dict.fromkeys((*number.notes, *notes))),
        )
        head.end, head.assigned = max(number.end, tail.end), True
        if measure.name == "rank" and status == "target":
            return []  # a place among others is no aim that was set in numbers
        if not pair or of is None:
            return [made]
        return [made, replace(made, value=_exact(of), amount=_exact(of * number.factor), status="target", approx="")]

    def _subject(self, number: Number, head: Head) -> Subject:
        default = self.context.default
        if head.indicator.nature == "event":
            elsewhere = (
                not (self.context.meets or head.indicator.of_thing)
                or subjects.names_the_nation(self.low, self.begin, self.stop)
                or subjects.names_a_smaller_body(self.low, self.begin, self.stop)
            )
            return subjects.UNKNOWN if elsewhere else default
        home = self.context.home
        after = subjects.named_after(self.page, number.end, self.stop, home)
        if after.level and default.level not in (after.level, subjects.COMMUNE):
            return after
        subject = subjects.subject_of(
            self.page, self.begin, number.begin, default, self.inherited, (head.start, head.end), home
        )
        if subject == default and subject.level and self.after_the_nation:
            if subjects.names_home(self.page, self.begin, number.begin, home):
                return subject
            return subjects.UNKNOWN
        names_gdp = self.low.startswith("gdp", head.start) or " gdp" in self.low[head.start : head.end]
        recent = not self.context.today or self.context.today >= "2017"  # since then a province's is called GRDP
        if names_gdp and recent and subject == default and not _LOCAL_WORDS.search(self.low[self.begin : number.begin]):
            return subjects.UNKNOWN  # GDP is the nation's, as a rule
        return subject

    def _status(self, number: Number, head: Head, before: str) -> str:
        right_before = self.low[max(self.begin, number.begin - 40) : number.begin]
        if measures.is_aim_right_before(before) or measures.is_aim_right_before(right_before):
            return "target"
        if self.announced[0] and not measures.is_estimated(self.low[self.begin : number.begin]):
            return "target"
        said = _CLOSED.sub(" ", self.low[self.begin : number.begin])
        if measures.is_aim(said) or measures.is_ordered(said):
            return "target"
        if number.approx == ">=" and "năm" in number.unit and not measures.is_reached(said):
            return "target"  # "10,5 %/năm trở lên": what was reached has one value
        if self.before.announces_aims(self.sentence):
            return "target"
        return "estimate" if head.estimated else "result"

    def _goes_on_estimating(self, number: Number, measure: Measure, last_day: str) -> bool:
        """Whether it follows an estimate in the sentence and the period is not over: "ước tăng 8 %; thu 9.100 tỷ"."""
        said, today = self.low[self.begin : number.begin], self.context.today
        if measure.name == "rank" or not measures.is_estimated(said) or _SO_FAR.search(re.split("[;,]", said)[-1]):
            return False
        if measure.name == "share" and not self.periods.between(
            self.begin + measures.last_estimate(said), number.begin
        ):
            return True  # a share of what is estimated, of the same period
        return len(today) == 10 and last_day > today

    def _is_ahead(self, day: str) -> bool:
        today = self.context.today
        if not today:
            return bool(re.search(rf"(?:đến|tới) (?:cuối )?năm {day[:4]}", self.low[self.begin : self.stop]))
        years = int(day[:4]) - int(today[:4])
        if len(today) < 7:
            return years > 0
        return years > 0 and years * 365 + (int(day[5:7]) - int(today[5:7])) * 30 > FUTURE_DAYS


def _is_result_and_aim(number: Number, indicator: Indicator) -> bool:
    """Whether a/b is what was reached beside what was aimed at, and not a part of a whole."""
    if number.of is None:
        return False
    if number.dimension in ("percent", "money", "mass"):
        return True
    return number.value > number.of or indicator.nature == "flow"


def _exact(value: Decimal) -> str:
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
