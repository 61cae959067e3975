"""One sentence: which numbers are of which indicator.

An indicator is named and numbers follow; each belongs to the last indicator named, as long as nothing between them
speaks of something else (gaps.py) and its unit fits. Some numbers name themselves what they count (counted.py). Where
that cannot be told the number is left out: unknown is better than wrong.
"""

import re
from dataclasses import replace

from indexer.figures import enumerations, excluded_numbers, gaps, measures, periods
from indexer.figures.between import Between, is_cut_off, is_of_another_branch, is_too_far, is_too_small
from indexer.figures.context import Before, Context
from indexer.figures.counted import WORDS_AROUND, counted
from indexer.figures.figure_maker import FigureMaker
from indexer.figures.fitting import fits, measure_of
from indexer.figures.heads import Head
from indexer.figures.indicators import Indicator, Sector, indicators, sectors
from indexer.figures.measures import Measure, Tail
from indexer.figures.numbers import Number, numbers_in
from indexer.figures.period_choice import PeriodChoice
from indexer.figures.sentences import Name, Sentence, is_in_brackets
from indexer.figures.turns import of_measure, turn
from indexer.letters import CAPITALS
from indexer.reading import FIGURE, Reading
from search.domain.figure import Figure

NOTHING = "-"  # of indicators.toml, "after": no indicator that is known
LONGEST_GAP = 160  # characters

_DURATION = re.compile(r"\d+ (?:năm|tháng|ngày)(?!\w)")
_MONEY_OF = re.compile(  # what those who are counted earn: "doanh thu của các chủ thể OCOP tăng 14 %"
    r"(?<!\w)(?:doanh thu|doanh số|lợi nhuận|thu nhập|giá trị|vốn)(?: bình quân)? (?:của|từ|cho)(?: \w+){0,3}\s+$"
)
_PARENTHESES = re.compile(r"\([^()]*\)")
# Names of growth that are of the whole economy only where nothing else is spoken of
_GENERIC = frozenset(("tốc độ tăng trưởng", "tăng trưởng", "mức tăng trưởng", "tăng trưởng chung"))
MOST_BEFORE_GENERIC = 3  # words of no known meaning before such a name
_ITEM = re.compile(r"(?:^|[,;:]\s*)(?P<item>[^\W\d_]+(?:[ ,]+[^\W\d_]+){0,5}?)\s+(?:ước\s+)?(?:tăng|giảm)[^,;:]*$")
_MORE = re.compile(r"(?<!tăng )thêm\W*(?:được\W*)?$")
_GOES_UP_OR_DOWN = re.compile(r"(?<!\w)(?:tăng|giảm)(?!\w)")
_SHARE_OF = re.compile(r"%\s*(?:[^\W\d_]+ ){0,2}$")
# Names, but no abbreviations, which may be of something else: BHYT
_CAPITALISED = re.compile(rf"(?<=[\s(])[{CAPITALS}](?![{CAPITALS}]{{2}})[^\W\d_]*")
_ESTIMATES = re.compile(
    r"\W*(?:dự )?ước (?:thực hiện |tính )?(?:cả năm|đến|hết|năm|\d+ tháng|quý)[^:;,.\d]{0,40}(?:\d[\d/]*\s*)?[:,]"
)
_IN_PARTS = re.compile(r"(?<!\w)(?:trong đó|(?<!bao )gồm)(?!\w)")
_GROWTH_NAME = re.compile(r"tăng trưởng|tốc độ")


class SentenceReader:
    def __init__(self, page: Reading, part: str, sentence: Sentence, context: Context, before: Before) -> None:
        self.page, self.sentence = page, sentence
        self.low, self.begin, self.stop = page.low, sentence.start, sentence.end
        self.periods = PeriodChoice(page.low, sentence, context, before)
        self.maker = FigureMaker(page, part, sentence, context, before, self.periods)
        self.found: list[Figure] = []
        self.head: Head | None = None

    def read(self) -> list[Figure]:
        hidden = [*periods.hidden_spans(self.low, self.begin, self.stop)]
        hidden += [(one.start, one.end) for one in self.periods.mentions]
        hidden += [(n.start, n.end) for n in self.sentence.names if FIGURE in self.page.sketch[n.start : n.end]]
        hidden.sort()
        numbers = list(numbers_in(self.low, self.begin, self.stop, hidden))
        if not numbers:
            return []
        names, at, last_end, told_off = self.sentence.names, 0, self.begin, self.begin
        for index, number in enumerate(numbers):
            if number.start < told_off:
                continue
            while at < len(names) and names[at].start < number.start:
                self._name(names[at], number)
                at += 1
            mark = enumerations.mark_before(self.low, last_end, number)
            if mark >= 0 and len(run := enumerations.run_of(self.low, numbers[index:])) > 1:
                self._tell_off(mark, run)
                self.head, last_end, told_off = None, run[-1].end, run[-1].end
                continue
            following = numbers[index + 1].begin if index + 1 < len(numbers) else self.stop
            if not self._take(number, following, last_end) and self.head is not None:
                if self._in_parentheses(number):
                    self.head.strict = True  # what follows may be of another thing
                else:
                    self.head = None
            last_end = number.end
        return self.found

    def _in_parentheses(self, number: Number) -> bool:
        closes = self.low.find(")", number.end, self.stop) >= 0
        return closes and is_in_brackets(self.low, self.begin, number.start)

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
        if name.short and indicator.follows and (self.head is None or self.head.indicator.key not in indicator.follows):
            return
        other = indicator.after.get(self.head.indicator.key) if self.head is not None else None
        if other == NOTHING:
            return
        if name.short and other:
            indicator = indicators()[other]
        if indicator.of_counted and self.head and self.head.assigned and self.head.indicator.then_money:
            self.head = Head(indicators()[self.head.indicator.then_money], name.start, name.end)
            return
        excluded = indicator.not_after.search(before)
        if self.low[name.start : name.end] not in indicator.sector_names:
            excluded = excluded or indicator.unless.match(re.split(r"[,;]|\d", after, maxsplit=1)[0])
        excluded = excluded or indicator.not_within.search(self.low[self.begin : name.end])
        if indicator.dimension == "count":
            excluded = excluded or _MONEY_OF.search(before)
        if excluded and indicator.otherwise:
            indicator, excluded = indicators()[indicator.otherwise], None
        if excluded:
            if not name.short:
                self.head = None
            return
        sector = ""
        if self.low[name.start : name.end] in _GENERIC:
            words = self._without_periods(self._after_sign(";.", name.start), name.start)
            if "kinh tế" not in words and "grdp" not in words:
                found = self._sector(Head(indicator, name.start, name.end), words)
                if found is None and len(gaps.left_over(words)) > MOST_BEFORE_GENERIC:
                    return
                sector = found[0].key if found else ""
        if self._ends_value(name, indicator):
            return
        if _SHARE_OF.search(before):  # "đóng góp 30 % thu ngân sách, 16 % sản lượng": what the share is of
            self.head = None
            return
        words = self.low[name.start : name.end]
        if words in indicator.sector_names:
            if not self._opens_clause(name):
                return
            within = self._sector(Head(indicator, name.start, name.end), words)
            self.head = Head(indicator, name.start, name.end, sector=within[0].key if within else "", of_branch=True)
            return
        same = self.head and self.head.indicator is indicator and not self.head.assigned
        start = self.head.start if same and self.head else name.start
        estimated = self._is_part_of_estimate(name.start)
        self.head = Head(indicator, start, name.end, short=name.short, sector=sector, estimated=estimated)

    def _is_part_of_estimate(self, at: int) -> bool:
        """Whether what is named here is a part of what was estimated, or stands below "Ước thực hiện cả năm:"."""
        if _ESTIMATES.match(self.low, self.begin, at):
            return True
        parts = max((match.start() for match in _IN_PARTS.finditer(self.low, self.begin, at)), default=-1)
        if parts == self.begin:
            return self.maker.before.estimates(self.sentence)
        whole = [one for one in self.found if one.start < parts]
        return bool(whole) and whole[-1].status == "estimate" and self.found[-1].status == "estimate"

    def _ends_value(self, name: Name, indicator: Indicator) -> bool:
        """Whether a name right after a value says what that is of: "giải ngân 3.200 tỷ đồng vốn đầu tư công"."""
        head = self.head
        if head is None or not head.assigned:
            return False
        same = head.indicator is indicator and name.start <= head.end
        akin = indicator.key in head.indicator.confused and not self.low[head.end : name.start].strip()
        if same or akin:
            head.end = max(head.end, name.end)
        return same or akin

    def _opens_clause(self, name: Name) -> bool:
        """Whether a branch stands by itself and not within another subject ("lao động khu vực dịch vụ")."""
        if self.head is not None and self.head.indicator.sectors and self.head.indicator is not name.indicator:
            return False
        return not gaps.left_over(self._without_periods(self._after_sign(",;.:(", name.start), name.start))

    def _is_tight(self, name: Name, number: Number) -> bool:
        gap = self._without_periods(name.end, number.begin)
        return len(gap) < 40 and not gaps.left_over(gap) and ";" not in gap and "," not in gap.strip(" ,:")

    def _take(self, number: Number, following: int, last_end: int) -> bool:
        if excluded_numbers.is_no_value(number):
            return True
        if excluded_numbers.states_nothing(self.low, self.begin, self.stop, number):
            return False
        tail = measures.tail_at(self.low, number.end, following)
        counts = counted(self.low, self.begin, self.stop, number)
        if counts is None:
            if self.head is not None:
                turn(self.head, number, self.low[self.head.end : number.begin], self.low[number.end : self.stop])
            return self._take_forward(number, tail)
        same = self.head is not None and self.head.indicator is counts[0]
        return (same and self._take_forward(number, tail)) or self._take_counted(number, *counts, tail, last_end)

    def _tell_off(self, mark: int, run: list[Number]) -> None:
        found, head = self.found, self.head
        told = enumerations.told_off(
            self.low, self.begin, mark, run, self.sentence.names, head, found, self.periods.mentions
        )
        if told is None:
            return
        tail = measures.tail_at(self.low, run[-1].end, self.stop)
        begin = max(self._after_sign(",;.:", mark), mark - 40)
        before = self.low[begin : run[0].begin].replace("tương ứng", "lần lượt")
        for position, (number, one) in enumerate(zip(told.numbers, told.heads, strict=True)):
            measure = measure_of(number, one.indicator, before, before, tail, row="", short=False)
            if not measure.name or not fits(number, one.indicator, measure):
                continue
            one.estimated = measures.is_estimated(before)
            mention = told.periods[position] if told.periods else None
            self.found += self.maker.make(number, one, measure, tail, one.sector, before, sure=False, mention=mention)

    def _after_sign(self, signs: str, at: int) -> int:
        """Return where what follows the last of some signs before `at` begins; the sentence, if there is none."""
        return max(self.begin, *(self.low.rfind(sign, self.begin, at) + 1 for sign in signs))

    def _word_from(self, at: int) -> int:
        """Return where the next word begins if one is cut at `at`, so that "nước" is not read as "ước"."""
        cut = at > self.begin and self.low[at - 1].isalnum()
        return max(at, self.low.find(" ", at)) if cut else at

    # -- numbers that name what they count -------------------------------------------------------------------------

    def _take_counted(self, number: Number, indicator: Indicator, end: int, tail: Tail, last_end: int) -> bool:
        before = self.low[self._word_from(max(self.begin, last_end, number.begin - WORDS_AROUND)) : number.begin]
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
        more = measure.name == "growth" and indicator.nature == "flow" and _MORE.search(before)
        if more or (indicator.is_change and measure.name == "growth"):
            measure = Measure("level")  # "thu hút thêm 41 dự án": what came in
        if not measure.name or measure.name == "rank":
            return False
        head = Head(indicator, number.begin, number.end, estimated=measures.is_estimated(before))
        self.head = head
        self.found += self.maker.make(number, head, measure, tail, "", before, sure=True)
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
        text = _CAPITALISED.sub(" ", " " + text)
        return text.lower().replace("tăng", " tăng ")  # some papers print hóatăng2,4%

    def _take_forward(self, number: Number, tail: Tail) -> bool:
        head = self.head
        if head is None or number.begin < head.end or number.begin - head.end > LONGEST_GAP:
            return False
        between = self._between(head, number)
        if excluded_numbers.is_of_something_else(
            self.low, self.begin, self.stop, number, head.indicator, between.words
        ):
            return False
        if head.indicator.open_sector:
            return self._take_open(number, head, between, tail)
        if is_too_far(head, number, between) or is_cut_off(head, number, tail, between):
            return False
        measure = self._measure(number, head, between.words, tail)
        if not self._can_be(number, head, measure, between):
            return False
        self._enter_branch(number, head, between)
        self._give(number, head, measure, tail, between)
        return True

    def _between(self, head: Head, number: Number) -> Between:
        words = self.low[head.end : number.begin]
        branch = self._sector(head, words)
        gap = self._without_periods(head.end, number.begin, branch[1] if branch else None)
        dated = branch is None and bool(self.periods.between(head.end, number.begin))  # trong đó năm 2021 tăng 5,2 %
        return Between(words, gap, gaps.left_over(gap), branch, dated)

    def _can_be(self, number: Number, head: Head, measure: Measure, between: Between) -> bool:
        """Whether a number can be this of an indicator that is near enough."""
        if not measure.name or not fits(number, head.indicator, measure):
            return False
        if is_of_another_branch(number, head, measure, between, self.low[head.start : number.begin]):
            return False
        if is_too_small(number, head, measure) or excluded_numbers.is_what_the_law_asks(number, head.indicator):
            return False
        if between.branch is not None:
            return True
        part = not (head.sector or between.dated) and self._is_part_of_the_same(head)
        changes = _GOES_UP_OR_DOWN.search(between.words) and self._is_change_of_rate(number, head)
        bare = not measure.clear or number.dimension == "count"
        return not (part or changes or (head.assigned and bare and self._repeats(number, head)))

    def _enter_branch(self, number: Number, head: Head, between: Between) -> None:
        """Let a head go over to the branch that is named, and know whether its numbers are estimates."""
        if between.branch is not None:
            head.sector = between.branch[0].key
        if not head.assigned or between.branch is not None or between.has_semicolon:
            near = self._word_from(max(self.begin, head.start - 20))
            head.estimated = head.estimated or measures.is_estimated(self.low[near : number.begin].rpartition(";")[2])

    def _give(self, number: Number, head: Head, measure: Measure, tail: Tail, between: Between) -> None:
        of = head
        if head.sector and (key := of_measure(head, measure, between.words)) != head.indicator.key:
            of = replace(head, indicator=indicators()[key])
            if key != head.indicator.contributions:  # what follows a contribution is of the branch again
                self.head = head = of
        sure = measure.clear and not between.rest
        change = measures.is_start_of_change(between.words, self.low[number.end : min(self.stop, number.end + 80)])
        self.found += self.maker.make(number, of, measure, tail, head.sector, between.words, sure=sure, earlier=change)
        head.end, head.assigned = of.end, True

    def _take_open(self, number: Number, head: Head, between: Between, tail: Tail) -> bool:
        """Take "xi măng tăng 14,1 %" after "các sản phẩm chủ yếu": the words before the verb say what it is."""
        words = _ITEM.search(between.gap.strip(" ,;:"))
        measure = self._measure(number, head, between.words, tail)
        if words is None or measure.name != "growth":
            return False
        self.found += self.maker.make(
            number, head, measure, tail, " ".join(words["item"].split()), between.words, sure=False
        )
        return True

    def _is_part_of_the_same(self, head: Head) -> bool:
        """Whether a part follows that is named like the whole: "hộ nghèo còn 5 %, trong đó hộ nghèo Khmer giảm 3 %"."""
        last = self.found[-1] if self.found else None
        named_again = (
            last is not None and last.indicator == head.indicator.key and last.end < head.start and not head.of_branch
        )
        return named_again and last is not None and gaps.breaks(self.low[last.end : head.start])

    def _is_change_of_rate(self, number: Number, head: Head) -> bool:
        """Whether a growth right after one says how that changed: "tăng 6,21 %, giảm hơn 1 % so với cùng kỳ"."""
        if not head.assigned or not self.found or number.dimension not in ("percent", "points"):
            return False
        last = self.found[-1]
        same = (last.indicator, last.sector, last.measure) == (head.indicator.key, head.sector, "growth")
        return same and not last.base and not self.periods.between(head.end, number.begin)

    def _repeats(self, number: Number, head: Head) -> bool:
        """Whether a second bare percentage, or a second count of the same thing, follows that nothing explains."""
        gap = self.low[head.end : number.begin]
        if gap.strip() == "(" or measures.is_aim_right_before(gap) or self.maker.disputed > head.start:
            return False
        if not self.found or self.found[-1].dimension != number.dimension:
            return False
        if number.dimension == "count":
            same = self.found[-1].counted_in.startswith(number.counted_in)
            return same and not gap.strip(" ,;")
        return number.dimension == "percent" and not self.periods.between(head.end, number.begin)

    def _sector(self, head: Head, before: str) -> tuple[Sector, tuple[int, int]] | None:
        """Return the branch of the economy that is named last, and where (within before)."""
        if not head.indicator.sectors:
            return None
        best: tuple[int, int, Sector] | None = None
        for sector in sectors():
            for match in sector.pattern.finditer(before):
                if best is None or match.end() > best[1] or (match.end() == best[1] and match.start() < best[0]):
                    best = (match.start(), match.end(), sector)
        return (best[2], (best[0], best[1])) if best else None

    def _measure(self, number: Number, head: Head, before: str, tail: Tail) -> Measure:
        names_growth = _GROWTH_NAME.search(self.low[head.start : head.end])
        named = self.low[head.start : number.begin] if names_growth and not head.assigned else before
        lone = not self.low[self.begin : head.start].strip(" -+*•\t") and not self.low[number.end : self.stop].strip()
        row = self.maker.announced[1] if lone else ""
        return measure_of(number, head.indicator, before, named, tail, row=row, short=head.short)
