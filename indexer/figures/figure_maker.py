"""Makes a figure of a number and its indicator: status, period and place are read from what stands around it."""

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

from indexer.figures import introduced_places, measures, periods, subjects
from indexer.figures.clause_subjects import may_name_another
from indexer.figures.context import Before, Context
from indexer.figures.heads import Head
from indexer.figures.indicators import Indicator
from indexer.figures.measures import Measure, Tail
from indexer.figures.numbers import Number
from indexer.figures.period_choice import PeriodChoice, is_far_from_over
from indexer.figures.periods import Period, PeriodMention
from indexer.figures.sentences import Sentence
from indexer.figures.subjects import Subject
from indexer.reading import Reading
from search.domain.figure import Figure

FUTURE_DAYS = 200  # a period of a later year that ends so much later than the page was written is a plan
_CLOSED = re.compile(r"\([^()]*\)")  # what is in brackets is said of what stands before them
_SO_FAR = re.compile(r"(?<!\w)(?:đã|đến nay|(?<!thực )hiện|mới (?:đạt|chỉ|được)|thực tế|được)(?!\w)")
_GUESSED = frozenset(("currency-inferred", "place-presumed"))  # notes
_LOCAL_WORDS = re.compile(r"(?<!\w)(?:tỉnh|thành phố|tp|địa bàn|địa phương)(?!\w)")


@dataclass(frozen=True, slots=True)
class _When:
    """Of which time a number is, None if unknown; source: where that is said, as Figure.period_from."""

    period: Period | None
    source: str
    notes: tuple[str, ...]

    @property
    def last(self) -> str:
        return self.period.last if self.period else ""


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
        """The smaller place that an earlier sentence set in (context.py), or the other province that this turns to."""
        turned = introduced_places.turned_to(self.page, self.begin, self.stop, self.context.home)
        return turned if turned.level else self.before.place(self.sentence)

    @cached_property
    def after_the_nation(self) -> bool:
        """Whether the sentences right before speak of the nation (context.py)."""
        return self.before.is_of_the_nation()

    @cached_property
    def after_another_body(self) -> bool:
        """Whether the sentences right before tell of another province, or of a body within this (context.py)."""
        return self.before.is_of_another_body()

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
        when = self._when(number, head, tail, mention, earlier, aim=status == "target")
        status = self._status_in(when, status, number, head, measure, earlier=earlier)
        if status == "target" and when.source != "sentence" and when.last and when.last < self.context.today:
            when = _When(None, "", when.notes)  # an aim is not of a time that is over
        if number.start < self.disputed:
            status = "disputed"
        subject = self._subject(number, head)
        counted_in, notes = number.counted_in, [*number.notes, *when.notes]
        if counted_in == "VND" and head.indicator.unit.endswith("USD") and "đồng" not in number.unit:
            counted_in = "USD"  # "xuất khẩu 7,1 tỷ"
            notes.append("currency-inferred")
        if head.indicator.of_thing:
            notes.append("of-a-project")
        if subject.level == subjects.PROVINCE and self._is_presumed(number, head, sector, subject.place):
            notes.append("place-presumed")
        if earlier:
            notes.append("earlier")
        made = self._figure(number, head, measure, tail, sector, when, status, subject, counted_in, notes, sure=sure)
        head.end, head.assigned = max(number.end, tail.end), True
        if measure.name == "rank" and status == "target":
            return []  # a place among others is no aim that was set in numbers
        if number.of is None or not _is_with_its_aim(number, head.indicator, measure):
            return [made]
        of = number.of
        return [made, replace(made, value=_exact(of), amount=_exact(of * number.factor), status="target", approx="")]

    def _figure(
        self,
        number: Number,
        head: Head,
        measure: Measure,
        tail: Tail,
        sector: str,
        when: _When,
        status: str,
        subject: Subject,
        counted_in: str,
        notes: list[str],
        *,
        sure: bool,
    ) -> Figure:
        value = number.value * measure.sign
        part = number.of if number.of is not None and not _is_with_its_aim(number, head.indicator, measure) else None
        return Figure(
            indicator=head.indicator.key,
            sector=sector,
            value=_exact(value),
            high=_exact(number.high * measure.sign) if number.high is not None else "",
            of=_exact(part) if part is not None else "",
            approx=number.approx,
            unit=number.unit if number.notes else self.page.text[number.digits_end : number.end_of_unit].strip(),
            dimension=number.dimension,
            counted_in=counted_in,
            amount="" if measure.name == "rank" else _exact(value * number.factor),
            measure=measure.name,
            status=status,
            base=self.page.text[number.end : tail.end].strip() if tail.about else "",
            assigned_by=tail.assigned_by,
            period=when.period.key if when.period else "",
            first=when.period.first if when.period else "",
            last=when.last,
            period_from=when.source,
            place=subject.place,
            place_level=subject.level,
            part=self.part,
            start=number.start,
            end=number.end,
            sentence=self.page.text[self.begin : self.stop].strip(),
            sure=sure and bool(when.period) and not number.notes and not _GUESSED.intersection(notes),
            notes=tuple(dict.fromkeys(notes)),
        )

    # -- when ------------------------------------------------------------------------------------------------------

    def _when(
        self, number: Number, head: Head, tail: Tail, mention: PeriodMention | None, earlier: bool, *, aim: bool
    ) -> _When:
        period, source, notes = self.periods.of(number, head.indicator.nature, tail, earlier, mention, aim=aim)
        if period and head.indicator.yearly and source != "sentence":
            period = periods.whole_year(period)
        return _When(period, source, notes)

    def _status_in(
        self, when: _When, status: str, number: Number, head: Head, measure: Measure, *, earlier: bool
    ) -> str:
        """Return the status that a number has once it is known of when it is. status: by its words alone."""
        if status != "target" and self._is_still_ahead(when, number, head, status):
            status = "target"
        if (
            status == "result"
            and head.indicator.nature not in ("event", "stock")
            and self._goes_on_estimating(number, measure, when.last)
        ):
            status = "estimate"
        if status == "target" and earlier:
            return "result"  # "từ 14 % xuống 4 %": only the end is aimed at
        return status

    def _is_still_ahead(self, when: _When, number: Number, head: Head, status: str) -> bool:
        """Whether its period is not over, and nothing says that the number was reached or estimated."""
        period = when.period
        if period is None or head.estimated:
            return False
        begun = period.first and period.first < self.context.today
        if begun and measures.is_reached(self.low[self.begin : number.begin]):  # of a term that is not over
            return False
        if when.last and when.source != "meeting" and self._is_ahead(when.last):
            return True
        # "năm 2024" in January: a plan; a stock or a place among others is of the day it is told
        whole = period.first.endswith("-01-01") and period.last.endswith("-12-31")
        of_that_year = head.indicator.nature == "flow" and not head.indicator.yearly
        told = when.source == "sentence" and status == "result"
        return told and whole and of_that_year and is_far_from_over(self.context.today, period)

    # -- of which place --------------------------------------------------------------------------------------------

    def _subject(self, number: Number, head: Head) -> Subject:
        default = self.context.default_of(head.indicator)
        if head.indicator.nature == "event":
            elsewhere = (
                not (self.context.meets or head.indicator.of_thing)
                or self.after_another_body
                or introduced_places.names_the_nation(self.low, self.begin, self.stop)
                or introduced_places.names_another_body(self.page, self.begin, self.stop, self.context.home)
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
            if introduced_places.names_home(self.page, self.begin, number.begin, home):
                return subject
            return subjects.UNKNOWN
        names_gdp = self.low.startswith("gdp", head.start) or " gdp" in self.low[head.start : head.end]
        recent = not self.context.today or self.context.today >= "2017"  # since then a province's is called GRDP
        if names_gdp and recent and subject == default and not _LOCAL_WORDS.search(self.low[self.begin : number.begin]):
            return subjects.UNKNOWN  # GDP is the nation's, as a rule
        return subject

    def _is_presumed(self, number: Number, head: Head, sector: str, province: str) -> bool:
        """Whether words around the indicator may name another subject than the province (clause_subjects.py)."""
        if head.indicator.nature == "event":
            return False
        home = self.context.home
        if self.before.ended_elsewhere(self.sentence) and not (
            introduced_places.names_home(self.page, self.begin, number.begin, home)
            or introduced_places.names_its_bodies(self.page, self.begin, number.begin, home)
        ):
            return True
        hidden = [(one.start, one.end) for one in self.periods.mentions]
        hidden += [(one.start, one.end) for one in self.sentence.names]
        name = (head.start, number.begin if sector else head.end)
        return may_name_another(self.page, self.begin, name, number.begin, hidden, province)

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


def _is_with_its_aim(number: Number, indicator: Indicator, measure: Measure) -> bool:
    """Whether a/b is what was reached beside what was aimed at, and not a part of a whole or a place among others."""
    if number.of is None or measure.name == "rank":
        return False
    if number.dimension in ("percent", "money", "mass"):
        return True
    return number.value > number.of or indicator.nature == "flow"


def _exact(value: Decimal) -> str:
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
