"""What is known around a sentence: the page, its title, and what earlier sentences said of period, year and place."""

import re
from dataclasses import dataclass

from indexer.figures import introduced_places, measures, periods, subjects
from indexer.figures.indicators import Indicator
from indexer.figures.periods import PeriodMention
from indexer.figures.sentences import Sentence, is_in_brackets
from indexer.figures.subjects import Subject
from indexer.reading import Reading
from search.domain.figure import Figure

REPORTING = (
    "half",
    "months",
    "quarter_",
    "q",
    "month_",
    "year_",
    "span",
    "asof",
    "asof_month",
    "asof_quarter",
    "asof_year",
)
AHEAD = re.compile(
    r"(?<!\w)(?:nhiệm vụ|phương hướng|giải pháp|triển khai|mục tiêu|chuẩn bị|(?<!sở )kế hoạch|dự toán|(?<!địa )bàn|"
    r"phấn đấu|đến|tầm nhìn)(?!\w)[^.;]{0,60}$"
)
_OF_A_MEETING = re.compile(r"(?:lần thứ \S+|khóa \S+|đại hội[^.;]{0,60}),?\s*(?:\(\s*)?$")
TERM = re.compile(r"đại hội[^.;]{0,80}nhiệm kỳ\s*(?P<year>20\d\d)\s?-\s?20\d\d")
_REVIEW = re.compile(r"(?:kết quả|đánh giá|tổng kết|sơ kết|kiểm điểm)")
HORIZONS = ("span", "span2", "asof_year")  # their years are not those that the other words of a sentence are of
SENTENCES_OF_ONE_PLACE = 3  # back that may say of what a sentence is that names no place
FURTHEST = 60  # sentences back that are looked at
# A meeting that is called after the time it is held in: "giao ban quý III", "phiên họp thường kỳ tháng 9"
_REGULAR_MEETING = re.compile(
    r"(?:giao ban|phiên họp|thường kỳ)(?:(?!kết quả|đánh giá|công tác|nhiệm vụ|tình hình|kinh tế)[^.;,:]){0,60}$"
)
_IN_THE_TERM = re.compile(r"(?:trong|sau|cả|hết|qua)\s*$")
MOST_LINES, LONGEST_LINE = 40, 300  # how far above a line may announce others, in lines; characters of one
_OF_ANOTHER_TIME = re.compile(r"\W*(?:trước đó|trước đây|khi đó|ngày ấy|trước hợp nhất)(?!\w)")
LONGEST_HEADING = 90  # characters of a line that says of what time the figures below are
_MAY_NAME_PERIOD = re.compile(r"\d|sáu tháng|ba tháng|chín tháng|quý")
_PART_OF_THEM = re.compile(r"\W*(?:trong đó|cụ thể|theo đó|đó là|gồm)(?!\w)")
_PER_CENT = re.compile(r"\(%\)\s*:?$|đơn vị(?: tính)?: ?%|đvt: ?%|\+\s?tăng")
_GROWTH_HEADING = re.compile(r"so với|cùng kỳ|tăng")


@dataclass(frozen=True, slots=True)
class Context:
    """What is known of the page: whose it is, its day (ISO, cut to its precision, or ""), its title.

    captured: the year in which it was captured, "" if unknown: no figure of a result is of a later one.
    default: of which place a number is whose sentence names none; home: the province that "tỉnh" means. body: of which
    place, or part of the province, are the votes, delegates and party members that name none; unknown: of the default.
    meets: whether the page reports a meeting, whose events its votes and delegates are.
    congress: the year of the party congress that it reports, 0 if it reports none.
    """

    default: Subject
    today: str
    title: Reading | None = None
    captured: str = ""
    home: Subject = subjects.UNKNOWN
    meets: bool = True
    congress: int = 0
    body: Subject = subjects.UNKNOWN

    def default_of(self, indicator: Indicator) -> Subject:
        """Return of which place a number of an indicator is whose sentence names none."""
        of_a_body = indicator.of_party or indicator.nature == "event"
        return self.body if of_a_body and self.body.level else self.default

    @property
    def latest(self) -> int:
        """The last year that can be spoken of as past."""
        return int(self.today[:4] or self.captured or 9999)


class Before:
    """What the sentences before one leave to it: a period, a year, a place, and whether a line announced aims.

    It is looked for backwards, and only where a figure asks: most sentences with numbers state none.
    """

    def __init__(self, page: Reading, context: Context, title: Reading | None) -> None:
        self.page, self.context, self.title = page, context, title
        self.done: list[Sentence] = []
        self.spoke_last_of: Figure | None = None  # the last figure of the last sentence that could state any
        self._asked = -1
        self._period: tuple[PeriodMention, int, int] | None = None  # what was found, its year, its paragraph
        self._title_year: int | None = None

    def period(self) -> tuple[PeriodMention, int, int] | None:
        """Return the last period that an earlier sentence reports on, the year spoken of there, and its paragraph."""
        unasked = range(len(self.done) - 1, self._asked, -1)
        index, found = next(((at, some) for at in unasked if (some := self._reported(self.done[at]))), (-1, []))
        if found:
            own, known = self._own_years(found), self._period
            year = own[-1] if own else self._year_before(index) or (known[1] if known else 0)
            self._period = _that_goes_on(self.page.low, found), year, self.done[index].paragraph
        self._asked = len(self.done) - 1
        return self._period

    def _reported(self, one: Sentence) -> list[PeriodMention]:
        """Return the periods that a sentence reports on, in order."""
        if not (one.has_number or _MAY_NAME_PERIOD.search(self.page.low, one.start, one.end)):
            return []
        if _OF_ANOTHER_TIME.match(self.page.low, one.start, one.end):
            return []
        found = periods.mentions(self.page.low, one.start, one.end, self.context.congress)
        usable = [
            p
            for p in found
            if not p.compared
            and is_reported(self.page.low, one.start, p)
            and not _is_bracketed_with_number(self.page.low, one.start, p)
        ]
        named = [
            p for p in usable if p.kind in REPORTING and not self._is_deadline(p) and not self._is_in_passing(p, one)
        ]
        return [p for p in usable if p in named or p.kind == "this"] if named else []

    def _is_in_passing(self, mention: PeriodMention, sentence: Sentence) -> bool:
        """Whether it is of what a sentence without figures tells: "mùa hoa tháng 5", "quý II các cơ quan đã …"."""
        if sentence.counts:
            return False
        if mention.kind in ("quarter_", "q"):
            return sentence.end - sentence.start > LONGEST_HEADING
        if mention.own_year:
            return False
        opens = not self.page.low[sentence.start : mention.start].strip(" -+*•")
        return mention.kind == "month_" or (mention.kind in ("asof", "asof_month") and not opens)

    def _is_deadline(self, mention: PeriodMention) -> bool:
        """Whether it is a day after the page was written, until which something is to be done."""
        today = self.context.today
        period = mention.period(int(today[:4] or 0), today) if mention.kind == "asof" and len(today) == 10 else None
        return period is not None and period.last > today

    def _year_before(self, index: int) -> int:
        for one in reversed(self.done[max(self._asked + 1, index - FURTHEST, 0) : index]):
            if one.has_number:
                found = periods.mentions(self.page.low, one.start, one.end)
                own = self._own_years([p for p in found if not p.compared and p.kind in REPORTING])
                if own and is_reported(self.page.low, one.start, found[-1]):
                    return own[-1]
        return 0

    def _own_years(self, mentions: list[PeriodMention]) -> list[int]:
        latest = self.context.latest
        return [one.own_year for one in mentions if 0 < one.own_year <= latest and one.kind not in HORIZONS]

    def year(self) -> int:
        """Return the year that was spoken of last, else that of the title, else that of the page; 0 if unknown."""
        found = self.period()
        if found and found[1]:
            return found[1]
        if self._title_year is None:
            self._title_year = _year_of_title(self.context)
        return self._title_year or int(self.context.today[:4] or 0)

    def congress(self) -> re.Match[str] | None:
        found = TERM.search(self.title.low) if self.title is not None else None
        opening = self.done[:FURTHEST]
        return found or next((m for one in opening if (m := TERM.search(self.page.low, one.start, one.end))), None)

    def announces_aims(self, sentence: Sentence) -> bool:
        """Whether the sentence before says that aims follow: "nêu 28 chỉ tiêu. Trong đó, …"."""
        last = self.done[-1] if self.done else None
        if last is None:
            return False
        said = measures.announces_aims(self.page.low[last.start : last.end])
        return said and bool(_PART_OF_THEM.match(self.page.low, sentence.start, sentence.end))

    def estimates(self, sentence: Sentence) -> bool:
        """Whether the sentence before, of the same paragraph, gives estimates: "ước đạt 18.000 tỷ. Trong đó, …"."""
        last = self.done[-1] if self.done else None
        if last is None or last.paragraph != sentence.paragraph:
            return False
        return measures.is_estimated(self.page.low[last.start : last.end])

    def place(self, sentence: Sentence) -> Subject:
        """Return the smaller place that an earlier sentence set in, if none after it speaks of the province again.

        That is a sentence of the same paragraph, or of the lines right above where every sentence has a line.
        """
        if introduced_places.names_its_bodies(self.page, sentence.start, sentence.end, self.context.home):
            return subjects.UNKNOWN
        paragraph, later = sentence.paragraph, sentence.start
        for back, one in enumerate(self.done[: -FURTHEST - 1 : -1]):
            if one.paragraph != paragraph:
                next_line = self.page.text.count("\n", one.end, later) == 1
                if back >= SENTENCES_OF_ONE_PLACE or one.paragraph != paragraph - back - 1 or not next_line:
                    break
            if (found := introduced_places.introduced(self.page, one.start, one.end, self.context.home)).level:
                return found
            if introduced_places.names_home(self.page, one.start, one.end, self.context.home):
                break
            if (other := introduced_places.turned_to(self.page, one.start, one.end, self.context.home)).level:
                return other
            if introduced_places.names_its_bodies(self.page, one.start, one.end, self.context.home):
                break
            later = one.start
        return subjects.UNKNOWN

    def is_of_the_nation(self) -> bool:
        """Whether the sentences right before speak of the nation, and none of them of the province."""
        home, found = self.context.home, False
        for one in self.done[-SENTENCES_OF_ONE_PLACE:]:
            if introduced_places.names_home(self.page, one.start, one.end, home):
                return False
            found = found or introduced_places.names_the_nation(self.page.low, one.start, one.end)
        return found

    def ended_elsewhere(self, sentence: Sentence) -> bool:
        """Whether the sentence right before, of the same paragraph, ended with what a body or a site has."""
        last = self.done[-1] if self.done else None
        told = self.spoke_last_of
        if last is None or told is None or last.paragraph != sentence.paragraph or told.start < last.start:
            return False
        return told.place_level == subjects.OTHER

    def is_of_another_body(self) -> bool:
        """Whether the last of the sentences right before that names a body, or a province, names not this one's."""
        home = self.context.home
        for one in reversed(self.done[-SENTENCES_OF_ONE_PLACE:]):
            if introduced_places.names_home(self.page, one.start, one.end, home):
                return False
            if introduced_places.names_its_bodies(self.page, one.start, one.end, home):
                return introduced_places.names_another_province(self.page, one.start, one.end, home)
            if introduced_places.names_another_body(self.page, one.start, one.end, home):
                return True
        return False

    def announced(self, sentence: Sentence) -> tuple[bool, str]:
        """Return whether a line above announces aims, and what bare numbers are ("growth", "level", "")."""
        aims, unit, last = False, "", sentence.paragraph
        for one in self.done[: -FURTHEST - 1 : -1]:
            if one.paragraph == sentence.paragraph:
                continue
            line = self.page.low[one.start : one.end].rstrip()
            if last - one.paragraph > MOST_LINES or one.end - one.start > LONGEST_LINE:
                break
            if not unit and _PER_CENT.search(line):
                unit = "growth" if _GROWTH_HEADING.search(line) else "level"
            if line.endswith(":"):
                aims = measures.names_aims(line)
                break
            if not one.has_number and line[-1:] not in ".;,:":
                aims = measures.names_aims(line) and "chỉ tiêu" in line
                break
        return aims, unit


def _is_bracketed_with_number(low: str, begin: int, mention: PeriodMention) -> bool:
    """Whether a period stands in brackets with a number: "(năm 2021 chỉ tăng 0,5 %)"."""
    return is_in_brackets(low, begin, mention.start) and not low.startswith(")", mention.end)


def _that_goes_on(low: str, mentions: list[PeriodMention]) -> PeriodMention:
    """Return the period that further sentences are of: the last, but not what only one clause is of.

    "6 tháng tăng 8 %; quý I tăng 7 %", "năm nay GRDP tăng 8 %; giải ngân đến cuối tháng 11 đạt 62 %": the first.
    """
    last = next(one for one in reversed(mentions) if one.kind in REPORTING)
    if last.kind in ("quarter_", "q", "month_"):
        return next((one for one in mentions if one.kind in ("half", "months")), last)
    if last.kind in ("asof", "asof_month", "asof_quarter"):
        of_years = (one for one in mentions if one.kind in ("year_", "this", "half", "months") and one.end < last.start)
        return next((one for one in of_years if ";" in low[one.end : last.start]), last)
    return last


def is_reported(low: str, begin: int, mention: PeriodMention) -> bool:
    """Whether a period is one that is reported on: no plan ahead, and not the term of a congress or of an office."""
    if mention.kind == "span" and low.startswith("nhiệm kỳ", mention.start):
        before = low[begin : mention.start]
        if before.strip() and not _REVIEW.search(before) and not _IN_THE_TERM.search(before):
            return False
    return not names_a_meeting(low, begin, mention) and not AHEAD.search(low[begin : mention.start])


def names_a_meeting(low: str, begin: int, mention: PeriodMention) -> bool:
    """Whether a period is part of what a meeting is called, or of the term of its body, and says nothing of figures."""
    if mention.kind in ("quarter_", "q", "month_"):
        return bool(_REGULAR_MEETING.search(low, begin, mention.start))
    if mention.kind not in ("span", "span2"):
        return False
    before = low[max(begin, mention.start - 80) : mention.start]
    if _OF_A_MEETING.search(before):
        return not _REVIEW.search(low[begin : mention.start])
    return bool(re.search(r"(?:nhiệm vụ|phương hướng|khóa \S+)\W*(?:nhiệm kỳ)?\W*$", before))


def _year_of_title(context: Context) -> int:
    years = []
    if context.title is not None:
        found = periods.mentions(context.title.low, 0, len(context.title.low))
        years = [one.own_year for one in found if one.own_year and one.kind not in ("span", "span2", "day_of")]
    return years[-1] if years else 0
