"""From the sentences of a page to the figures that they state.

In a sentence an indicator is named and numbers follow; each belongs to the last indicator named, as long as nothing
between them speaks of something else ("gaps") and its unit fits. Some numbers name themselves what they count
("290 sản phẩm OCOP"). Where that cannot be told the number is left out: unknown is better than wrong.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cache

from indexer.figures import gaps, measures, periods, subjects
from indexer.figures.context import Before, Context
from indexer.figures.fitting import fits, measure_of
from indexer.figures.indicators import Indicator, Sector, indicators, sectors
from indexer.figures.measures import Measure, Tail
from indexer.figures.numbers import Number, numbers_in
from indexer.figures.period_choice import PeriodChoice
from indexer.figures.sentences import Name, Sentence, sentences
from indexer.reading import Reading
from search.domain.figure import Figure

FIRST_GAP, FIRST_GAP_AFTER_COMMA, NEXT_GAP = 6, 4, 0  # words of no known meaning that may lie between
LONGEST_GAP = 160  # characters
WORDS_AROUND = 60  # characters before a number that may say what it counts
FUTURE_DAYS = 200  # a period of a later year that ends so much later than the page was written is a plan

_DURATION = re.compile(r"\d+ (?:năm|tháng|ngày)(?!\w)")
_PARENTHESES = re.compile(r"\([^()]*\)")


@dataclass(slots=True)
class Read:
    """Figures of a text; numbered: sentences with numbers that name an indicator; understood: those that gave one."""

    figures: list[Figure] = field(default_factory=list)
    with_numbers: int = 0
    named: int = 0
    understood: int = 0


@dataclass(slots=True)
class _Head:
    indicator: Indicator
    start: int
    end: int  # of its name, or of the last thing said of it
    assigned: bool = False
    estimated: bool = False
    sector: str = ""
    short: bool = False
    strict: bool = False


def read_figures(page: Reading, part: str, context: Context) -> Read:
    """Return what a text states. part: "title" or "text"."""
    read, before = Read(), Before(page, context, context.title)
    for sentence in sentences(page):
        if sentence.has_number:
            read.with_numbers += 1
            if sentence.counts:
                read.named += 1
                found = _SentenceReader(page, part, sentence, context, before).read()
                read.understood += bool(found)
                read.figures += found
        before.done.append(sentence)
    return read


class _SentenceReader:
    def __init__(self, page: Reading, part: str, sentence: Sentence, context: Context, before: Before) -> None:
        self.page, self.part, self.context, self.before = page, part, context, before
        self.sentence = sentence
        self.low, self.begin, self.stop = page.low, sentence.start, sentence.end
        self.periods = PeriodChoice(page.low, sentence, context, before)
        self.found: list[Figure] = []
        self.head: _Head | None = None

    # -- one pass over the numbers ---------------------------------------------------------------------------------

    def read(self) -> list[Figure]:
        hidden = sorted(
            [*periods.hidden_spans(self.low, self.begin, self.stop), *((p.start, p.end) for p in self.periods.mentions)]
        )
        numbers = list(numbers_in(self.low, self.begin, self.stop, hidden))
        if not numbers:
            return []
        self.announced = self.before.announced(self.sentence)
        self.disputed = measures.disputed_until(self.low, self.begin, self.stop)
        names, at, last_end = self.sentence.names, 0, self.begin
        for index, number in enumerate(numbers):
            while at < len(names) and names[at].start < number.start:
                self._name(names[at], number)
                at += 1
            following = numbers[index + 1].begin if index + 1 < len(numbers) else self.stop
            if not self._take(number, following, last_end) and self.head is not None:
                if self._in_parentheses(number):
                    self.head.strict = True  # what follows may be of another thing
                else:
                    self.head = None
            last_end = number.end
        return self.found

    def _in_parentheses(self, number: Number) -> bool:
        opened = self.low.rfind("(", self.begin, number.start)
        return opened >= 0 and ")" not in self.low[opened : number.start] and ")" in self.low[number.end : self.stop]

    def _name(self, name: Name, number: Number) -> None:
        if name.end > number.begin and name.start < number.begin:
            return
        after, before = (
            self.low[name.end : min(self.stop, name.end + 60)],
            self.low[max(self.begin, name.start - 40) : name.start],
        )
        if name.short and not self._is_tight(name, number):
            return
        indicator = name.indicator
        if indicator.of_counted and self.head and self.head.assigned and self.head.indicator.then_money:
            self.head = _Head(indicators()[self.head.indicator.then_money], name.start, name.end)
            return
        excluded = indicator.unless.match(re.split(r"[,;]|\d", after, maxsplit=1)[0]) or indicator.not_after.search(
            before
        )
        if excluded and indicator.otherwise:
            indicator, excluded = indicators()[indicator.otherwise], None
        if excluded:
            if not name.short:
                self.head = None
            return
        sector = ""
        if self.low[name.start : name.end] in _GENERIC:
            opening = max(self.low.rfind(sign, self.begin, name.start) for sign in ";.") + 1
            words = self._without_periods(max(opening, self.begin), name.start)
            if "kinh tế" not in words and "grdp" not in words:
                found = self._sector(_Head(indicator, name.start, name.end), words)
                if found is None and len(gaps.left_over(words)) > MOST_BEFORE_GENERIC:
                    return
                sector = found[0].key if found else ""
        if self.head and self.head.assigned and self.head.indicator is indicator and name.start <= self.head.end:
            self.head.end = max(self.head.end, name.end)  # the words after a count that say what it counts
            return
        same = self.head and self.head.indicator is indicator and not self.head.assigned
        start = self.head.start if same and self.head else name.start
        self.head = _Head(indicator, start, name.end, short=name.short, sector=sector)

    def _is_tight(self, name: Name, number: Number) -> bool:
        gap = self._without_periods(name.end, number.begin)
        return len(gap) < 40 and not gaps.left_over(gap) and ";" not in gap and "," not in gap.strip(" ,:")

    def _take(self, number: Number, following: int, last_end: int) -> bool:
        if number.core in _TIMES_OF_DAY and number.of is None:
            return True  # "5 năm", "3 tháng": no value
        tail = measures.tail_at(self.low, number.end, following)
        if _SUPPOSED.search(self.low, self.begin, number.begin):
            return False
        if self.low[number.end : number.end + 3].lstrip()[:1] == "=":
            return False
        counted = self._counted(number)
        if counted is None:
            self._turn_to_money(number)
            return self._take_forward(number, tail)
        same = self.head is not None and self.head.indicator is counted[0]
        return (same and self._take_forward(number, tail)) or self._take_counted(number, *counted, tail, last_end)

    def _turn_to_money(self, number: Number) -> None:
        """After "17 dự án với tổng vốn" money is of what was counted; in another currency it may be another thing."""
        head = self.head
        if head is None or number.dimension != "money":
            return
        other = head.indicator.in_usd if number.counted_in == "USD" else ""
        if head.indicator.dimension == "count" and head.assigned and not gaps.breaks(self.low[head.end : number.begin]):
            other = head.indicator.then_money
        if other:
            head.indicator = indicators()[other]
            head.assigned = False

    # -- numbers that name what they count -------------------------------------------------------------------------

    def _counted(self, number: Number) -> tuple[Indicator, int] | None:
        """Return the indicator that a number counts by its own words, and where these end."""
        best, most = None, -1
        before = self.low[max(self.begin, number.begin - WORDS_AROUND) : number.begin]
        noun = self.low.find(number.core, number.digits_end, number.end) if number.core else number.digits_end
        for indicator in _counted_by(number.core):
            for earlier, later in indicator.counted:
                after = later.match(self.low, noun, self.stop) or later.match(self.low, number.end, self.stop)
                if not after:
                    continue
                ahead = earlier.search(before)
                if not ahead:
                    continue
                length = len(after[0]) + len(ahead[0])
                if length > most:
                    best, most = (indicator, after.end()), length
        return best

    def _take_counted(self, number: Number, indicator: Indicator, end: int, tail: Tail, last_end: int) -> bool:
        before = self.low[max(self.begin, last_end, number.begin - WORDS_AROUND) : number.begin]
        if (
            re.search(r"trong đó|(?<!bao )gồm|trong số", before)
            and self.found
            and self.found[-1].indicator == indicator.key
        ):
            return False  # a part of what was just counted
        if (number.dimension == "count" and indicator.dimension != "count") or number.amount < indicator.smallest:
            return False
        measure = measures.measure_of(before, number.dimension, tail, indicator.percent, number.signed)
        if number.dimension == "percent" and indicator.key == "growth-contribution":
            measure = Measure("share")
        if not measure.name or measure.name == "rank":
            return False
        head = _Head(indicator, number.begin, number.end, estimated=measures.is_estimated(before))
        self.head = head
        self._emit(number, head, measure, tail, "", before, sure=True)
        head.end = max(head.end, end)
        return True

    # -- numbers that follow an indicator --------------------------------------------------------------------------

    def _without_periods(self, start: int, stop: int, sector: tuple[int, int] | None = None) -> str:
        """Return low[start:stop] without what is in brackets, dates, periods and names, which bring in nothing else."""
        words = list(self.page.plain[start:stop])
        for mention in self.periods.mentions:
            for at in range(max(start, mention.start), min(stop, mention.end)):
                words[at - start] = " "
        if sector is not None:
            words[sector[0] : sector[1]] = " " * (sector[1] - sector[0])
        text = _DURATION.sub(" ", _PARENTHESES.sub(" ", "".join(words)))
        text = re.sub(r"(?<=[\s(])[^\W\d_a-zà-ỹ][^\W\d_]*", " ", " " + text)
        return text.lower().replace("tăng", " tăng ")  # some papers print hóatăng2,4%

    def _take_forward(self, number: Number, tail: Tail) -> bool:
        head = self.head
        if head is None or number.begin < head.end or number.begin - head.end > LONGEST_GAP:
            return False
        before = self.low[head.end : number.begin]
        if _OF_EARLIER.search(before):
            return False  # "(cùng kỳ năm trước tăng 5,1 %)" is of another period
        sector = self._sector(head, before)
        gap = self._without_periods(head.end, number.begin, sector[1] if sector else None)
        if head.indicator.open_sector:
            return self._take_open(number, head, gap, before, tail)
        rest = gaps.left_over(gap)
        if head.indicator.tight and rest:
            return False
        semicolon = ";" in before or ". " in before
        if semicolon and (rest or (sector is None and not self.periods.between(head.end, number.begin))):
            return False
        limit = NEXT_GAP if head.assigned or head.strict else FIRST_GAP_AFTER_COMMA if "," in gap else FIRST_GAP
        if sector is not None:
            limit = min(limit + 1, FIRST_GAP_AFTER_COMMA)
        if len(rest) > limit or (gaps.breaks(gap) and (rest or sector is None) and head.assigned):
            return False
        if gaps.breaks(gap) and sector is None and number.dimension not in ("percent",):
            return False
        if (
            "," in gap
            and not head.assigned
            and head.indicator.dimension == "count"
            and number.dimension == "percent"
            and tail.about != "plan"
        ):
            return False
        measure = self._measure(number, head, before, tail)
        if not measure.name or not fits(number, head.indicator, measure):
            return False
        if head.assigned and sector is None and not measure.clear and self._repeats(number, head):
            return False
        if head.indicator.needs_sector and sector is None:
            return False
        if sector is not None:
            head.sector = sector[0].key
        elif head.sector and rest:
            return False
        if not head.assigned or sector is not None or semicolon:
            head.estimated = head.estimated or measures.is_estimated(
                self.low[max(self.begin, head.start - 20) : number.begin].rpartition(";")[2]
            )
        sure = measure.clear and not rest
        change = measures.is_start_of_change(before, self.low[number.end : min(self.stop, number.end + 80)])
        self._emit(number, head, measure, tail, head.sector, before, sure=sure, earlier=change)
        return True

    def _take_open(self, number: Number, head: _Head, gap: str, before: str, tail: Tail) -> bool:
        """Take "xi măng tăng 14,1 %" after "các sản phẩm chủ yếu": the words before the verb say what it is."""
        words = _ITEM.search(gap.strip(" ,;:"))
        measure = self._measure(number, head, before, tail)
        if words is None or measure.name != "growth":
            return False
        self._emit(number, head, measure, tail, " ".join(words["item"].split()), before, sure=False)
        return True

    def _repeats(self, number: Number, head: _Head) -> bool:
        """Whether a second bare percentage follows that nothing explains."""
        gap = self.low[head.end : number.begin]
        if gap.strip() == "(" or measures.is_aim_right_before(gap) or self.disputed > head.start:
            return False
        return number.dimension == "percent" and bool(self.found) and not self.periods.between(head.end, number.begin)

    def _sector(self, head: _Head, before: str) -> tuple[Sector, tuple[int, int]] | None:
        """Return the branch of the economy that is named last, and where (within before)."""
        if not head.indicator.sectors:
            return None
        best: tuple[int, int, Sector] | None = None
        for sector in sectors():
            for match in sector.pattern.finditer(before):
                if best is None or match.end() > best[1] or (match.end() == best[1] and match.start() < best[0]):
                    best = (match.start(), match.end(), sector)
        return (best[2], (best[0], best[1])) if best else None

    def _measure(self, number: Number, head: _Head, before: str, tail: Tail) -> Measure:
        names_growth = _GROWTH_NAME.search(self.low[head.start : head.end])
        named = self.low[head.start : number.begin] if names_growth and not head.assigned else before
        lone = not self.low[self.begin : head.start].strip(" -+*•\t") and not self.low[number.end : self.stop].strip()
        row = self.announced[1] if lone else ""
        return measure_of(number, head.indicator, before, named, tail, row=row, short=head.short)

    # -- a figure --------------------------------------------------------------------------------------------------

    def _emit(
        self,
        number: Number,
        head: _Head,
        measure: Measure,
        tail: Tail,
        sector: str,
        before: str,
        *,
        sure: bool,
        earlier: bool = False,
    ) -> None:
        status = self._status(number, head, before)
        period, period_from, notes = self.periods.of(number, head.indicator.nature, tail, earlier)
        last_day = period.last if period else ""
        said = last_day and period_from != "meeting"
        if said and status != "target" and not head.estimated and self._is_ahead(last_day):
            status = "target"
        if number.start < self.disputed:
            status = "disputed"
        named_gdp = self.low.startswith("gdp", head.start) or " gdp" in self.low[head.start : head.end]
        subject = (
            self.context.default
            if head.indicator.nature == "event"
            else subjects.subject_of(
                self.page,
                self.begin,
                number.begin,
                self.context.default,
                self.before.place(self.sentence.paragraph),
                head.end,
            )
        )
        recent = not self.context.today or self.context.today >= "2017"  # since then a province's is called GRDP
        if (
            named_gdp
            and recent
            and subject == self.context.default
            and not _LOCAL_WORDS.search(self.low[self.begin : number.begin])
        ):
            subject = subjects.UNKNOWN  # GDP is the nation's, as a rule
        if head.indicator.of_thing:
            notes = (*notes, "of-a-project")
        value = number.value * measure.sign
        of = number.of
        pair = of is not None and measure.name != "rank" and self._is_result_and_aim(number, head.indicator)
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
            counted_in=number.counted_in,
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
            sure=sure and bool(period) and not number.notes,
            notes=tuple(dict.fromkeys((*number.notes, *notes))),
        )
        self.found.append(made)
        if pair and of is not None:
            self.found.append(
                replace(made, value=_exact(of), amount=_exact(of * number.factor), status="target", approx="")
            )
        head.end, head.assigned = max(number.end, tail.end), True

    def _is_result_and_aim(self, number: Number, indicator: Indicator) -> bool:
        """Whether a/b is what was reached beside what was aimed at, and not a part of a whole."""
        if number.of is None:
            return False
        if number.dimension in ("percent", "money", "mass"):
            return True
        return number.value > number.of or indicator.nature == "flow"

    def _status(self, number: Number, head: _Head, before: str) -> str:
        if any(
            map(measures.is_aim_right_before, (before, self.low[max(self.begin, number.begin - 40) : number.begin]))
        ):
            return "target"
        if self.announced[0] and not measures.is_estimated(self.low[self.begin : number.begin]):
            return "target"
        if measures.is_aim(self.low[self.begin : number.begin]):
            return "target"
        return "estimate" if head.estimated else "result"

    def _is_ahead(self, day: str) -> bool:
        today = self.context.today
        if not today:
            return bool(re.search(rf"(?:đến|tới) (?:cuối )?năm {day[:4]}", self.low[self.begin : self.stop]))
        years = int(day[:4]) - int(today[:4])
        if len(today) < 7:
            return years > 0
        return years > 0 and years * 365 + (int(day[5:7]) - int(today[5:7])) * 30 > FUTURE_DAYS


_TIMES_OF_DAY = frozenset(("năm", "tháng", "ngày", "giờ"))
_SUPPOSED = re.compile(r"(?<!\w)(?:nếu|giả sử|giả định)(?!\w)")
# Names of growth that are of the whole economy only where nothing else is spoken of
_GENERIC = frozenset(("tốc độ tăng trưởng", "tăng trưởng"))
MOST_BEFORE_GENERIC = 3  # words of no known meaning before such a name
_OF_EARLIER = re.compile(
    r"(?:cùng kỳ|năm trước|năm ngoái|kỳ trước)[^,;:()\d]{0,25}(?:tăng|giảm|đạt|là|chỉ|ước)[^,;:()\d]{0,12}$"
)
_LOCAL_WORDS = re.compile(r"(?<!\w)(?:tỉnh|thành phố|tp|địa bàn|địa phương)(?!\w)")
_ITEM = re.compile(r"(?:^|[,;:]\s*)(?P<item>[^\W\d_]+(?:[ ,]+[^\W\d_]+){0,5}?)\s+(?:ước\s+)?(?:tăng|giảm)[^,;:]*$")
_GROWTH_NAME = re.compile(r"tăng trưởng|tốc độ")


@cache
def _counted_by(core: str) -> tuple[Indicator, ...]:
    """Return the indicators that a number of this unit may count by its own words."""
    return tuple(
        indicator
        for indicator in indicators().values()
        if indicator.counted
        and (
            any(noun.startswith(core) or core.startswith(noun) for noun in indicator.nouns if core)
            or ((indicator.dimension != "count" or core == "%") and core in _UNITS)
        )
    )


_UNITS = ("%", "đồng", "usd", "phần trăm")


def _exact(value: Decimal) -> str:
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def figures_of_parts(parts: Iterable[tuple[str, Reading]], context: Context) -> Read:
    """Return what title and text state together."""
    whole = Read()
    for part, page in parts:
        one = read_figures(page, part, context)
        whole.figures += one.figures
        whole.with_numbers += one.with_numbers
        whole.named += one.named
        whole.understood += one.understood
    said = {_statement(figure) for figure in whole.figures if figure.part == "text"}
    whole.figures = [one for one in whole.figures if one.part == "text" or _statement(one) not in said]
    return whole


def _statement(figure: Figure) -> tuple[str, ...]:
    return figure.indicator, figure.sector, figure.value, figure.high, figure.of, figure.measure, figure.place
