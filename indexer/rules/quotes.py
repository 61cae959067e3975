"""Who said what: direct and reported speech with its speaker, the verb and the words as printed.

    "Đồng chí X, <roles> nhấn mạnh: <words>"   "Theo ông X, <words>"   "“<words>”, bà X nói"   "Bà yêu cầu <words>"

A quote is found by its verb: before it, in the same sentence, somebody must stand as the subject (quote_speakers.py);
after it, or in quotation marks before the speaker, stand the words (quote_extent.py). A body is nobody.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from functools import cache
from typing import NamedTuple

from indexer.literals import Literals
from indexer.reading import Reading
from indexer.rules.people import PersonMention
from indexer.rules.quote_extent import (
    MOST_PARAGRAPHS,
    Paragraph,
    goes_on,
    is_item,
    is_prose,
    paragraphs_of,
    reports_again,
    sentence_starts,
)
from indexer.rules.quote_speakers import TITLES, Mention, Speakers, verbs
from search.domain.quote import Quote

FEWEST_WORDS = 3  # of an utterance; less is a word put in quotation marks
LONGEST_OPENING = 80  # characters before the subject of a sentence
LONGEST_GAP = 330  # characters between a speaker and the verb

_THEO = "theo"
_ADVERBS = (
    r"(?:đã|cũng|còn|vừa|tiếp tục|luôn|rất|thẳng thắn|nhiều lần|một lần nữa|trực tiếp|đồng thời|sau đó|phấn khởi|"
    r"vui mừng|xúc động|trân trọng|đặc biệt|bức xúc|xin|và|chân thành|cho|lại)"
)
_OPENINGS = (
    r"(?:phát biểu|thay mặt|chủ trì|kết luận|trao đổi|cảm ơn|trả lời|tiếp thu|ghi nhận|biểu dương|chúc mừng|đánh giá|"
    r"nhất trí|trình bày|báo cáo|dự|làm rõ|giải trình|khẳng định|chia sẻ|bày tỏ|đồng tình|đồng ý)"
)
_GAP = re.compile(
    rf"[\s,\-–]*(?:\([^()\n]{{1,60}}\)[\s,\-–]*)?(?:{_ADVERBS}[\s,]+|{_OPENINGS}(?![^\W_])[^.;:!?\n\"]{{0,140}}?(?:,\s+|\s+và\s+)"
    r"|thay mặt [^.;:!?\n\",]{0,90}?\s+)*"
)
_NO_SUBJECT = re.compile(
    r"(?<![^\W_])(?:của|cùng|với|cho|gặp|mời|và|được|do|đến|thăm|là|theo|từ|như|bởi|tới|về|bầu|cả|nhờ|báo cáo|hai|ba|"
    r"các|những|thay|trình|xin|đề nghị|khen|hỏi|để)\s*$"
)
_PLURAL = re.compile(r"(?<![^\W_])(?:các|hai|ba)(?:\s(?:đồng chí|ông|bà|đại biểu)\s*:?)?\s*$")
_LEAD_ENDS = (",", ";", ":", "-", "–", '"', "”", ")", ".", "!", "?")
# What people are called by before their names, besides roles.
_CALLED = re.compile(
    r"(?:nhà|bạn|em|nghệ nhân|già làng|đảng viên|chủ tọa|trưởng|thạc sĩ|cựu|chủ|gs|ts|bác sĩ|"
    r"luật sư|kỹ sư|(?:thiếu|trung|thượng|đại)\s(?:tướng|tá|úy)|phó giáo sư|tiến sĩ|nhạc sĩ)(?:\s[^\W_]+){0,4}"
)
_FILLER = re.compile(r"(?:\s+(?:thêm|lại|rõ|rằng|là))*\s*(?P<mark>[:,])?\s*(?:-\s+)?")
_SET_OFF = re.compile(r"[^.,;:!?\n\"“]{0,50}:\s*")
_COLON = re.compile(r"[^.;:!?\n\"]{0,90}?:\s*")
_THAT = re.compile(r"[^.;:!?\n\",]{0,40}?\srằng,?\s*")
_NEGATED = re.compile(r"(?<![^\W_])(?:không|chưa|chẳng)\s+$")
_AFTER_QUOTE = re.compile(r"[ ,\-–\u00a0]*$")
_JOINT = re.compile(r"[\s,\-–]*")
_BETWEEN_HALVES = re.compile(r"(?:\s(?:thêm|lại|rõ|tiếp))?[ .,:]*")
_OWED_TO = re.compile(r"(?:đúng|hết|xong|những|các|mọi|một số)?\s*(?:yêu cầu|đề nghị|kiến nghị)\s+của")
_BLANK = " \n\t\"“”',;:-–"


class Frame(NamedTuple):
    """Who speaks and by which verb: the sentence's part from start to end, in paragraph number `paragraph`."""

    speaker: str
    role: str
    verb: str
    start: int
    verb_end: int
    paragraph: int
    kind: str


@cache
def _words() -> tuple[str, ...]:
    return (*verbs(), _THEO, *TITLES)


@cache
def _literals() -> Literals:
    return Literals([f" {verb} " for verb in _words()])


def quotes_in(page: Reading, people: Sequence[PersonMention]) -> list[Quote]:
    """Return what people say, in order of their words. people: those that people_in found in it."""
    words, verbs_at, titles = _words(), set(), []
    for number, start, _ in _literals().find(page.letters):
        if words[number] in TITLES:
            titles.append((start, words[number]))
        else:
            verbs_at.add((start, words[number]))
    return _Page(page, people, titles).quotes(verbs_at) if verbs_at and (people or titles) else []


def moved(quotes: Iterable[Quote], paragraphs: Sequence[str], text: str) -> list[Quote]:
    """Return quotes in paragraphs, joined by line breaks, with the offsets that these have in the text they are of."""
    quotes = list(quotes)
    if not quotes:
        return []
    starts, offsets, start, offset = [], [], 0, 0
    for paragraph in paragraphs:
        offset = text.index(paragraph, offset)
        starts.append(start)
        offsets.append(offset)
        start += len(paragraph) + 1
        offset += len(paragraph)

    def move(at: int) -> int:
        number = bisect_right(starts, at) - 1
        return offsets[number] + at - starts[number]

    return [
        quote._replace(
            start=move(quote.start),
            end=move(quote.end - 1) + 1,
            frame_start=move(quote.frame_start),
            frame_end=move(quote.frame_end - 1) + 1,
        )
        for quote in quotes
    ]


class _Page:
    def __init__(self, page: Reading, people: Sequence[PersonMention], titles: Sequence[tuple[int, str]]) -> None:
        self.page, self.low, self.text = page, page.low, page.text
        self.speakers = Speakers(page, people, titles)
        self.paragraphs = paragraphs_of(page.text)
        self._sentences: dict[int, list[int]] = {}
        self.quoted = _quotations(page.text, self.paragraphs)

    def sentences(self, number: int) -> list[int]:
        """Return where the sentences of a paragraph begin."""
        if number not in self._sentences:
            paragraph = self.paragraphs[number]
            starts = sentence_starts(self.low, self.page.plain, paragraph.start, paragraph.end)
            self._sentences[number] = list(starts)
        return self._sentences[number]

    def quotes(self, verbs_at: set[tuple[int, str]]) -> list[Quote]:
        """Return the quotes whose verbs begin at these offsets."""
        kinds = verbs()
        made: list[Quote] = []
        frames: list[Frame] = []
        number = taken = 0
        for start, verb in sorted(verbs_at, key=lambda one: (one[0], -len(one[1]))):
            while number < len(self.paragraphs) - 1 and self.paragraphs[number].end <= start:
                number += 1
            in_name = verb != _THEO and self.page.sketch.startswith(b"A", start)
            if start < taken or in_name or self._is_quoted(start) or not is_prose(self.low, self.paragraphs[number]):
                continue
            frame = self._frame(verb, kinds.get(verb, _THEO), start, number, made, frames)
            if frame is None:
                continue
            quote = self._quote(frame, made)
            if quote is not None and quote not in made:
                if made and made[-1].end > quote.frame_start > made[-1].start:
                    made[-1] = self._cut(made[-1], quote.frame_start)
                made.append(quote)
                frames.append(frame)
                taken = frame.verb_end
                made += self._second_half(quote)
        return _without_doubles(sorted(made, key=lambda quote: quote.start), self.text)

    # Who speaks

    def _frame(
        self, verb: str, kind: str, at: int, number: int, made: list[Quote], frames: list[Frame]
    ) -> Frame | None:
        begin = self._sentence_of(at, number)
        if kind == _THEO:
            return self._according(at, begin, number)
        speaker = self._subject(begin, at) or self._again(begin, at, number, made, frames)
        if (
            speaker is None
            or _NEGATED.search(self.low, max(begin, at - 8), at)
            or (frames and frames[-1].start == speaker.start)
        ):
            return None
        return Frame(speaker.name, speaker.role, verb, speaker.start, at + len(verb), number, kind)

    def _according(self, at: int, begin: int, number: int) -> Frame | None:
        """Return the frame of "Theo đồng chí X, <roles>, …" at the beginning of a sentence or after a comma."""
        lead = self.low[begin:at].rstrip()
        mentions = self.speakers.between(at, at + 12)
        if (lead and not lead.endswith((",", ";"))) or not mentions or mentions[0].start > at + len(_THEO) + 1:
            return None
        said = mentions[0]
        if not said.name or not self.low.startswith(",", said.end):
            return None
        return Frame(said.name, said.role, _THEO, at, said.end, number, _THEO)

    def _subject(self, begin: int, at: int) -> Mention | None:
        """Return who stands as the subject of the verb at `at` in the sentence from `begin`."""
        named = self.speakers.between(begin, at)
        for mention in reversed(named):
            if mention.end > at or not _GAP.fullmatch(self.low, mention.end, at):
                continue
            if at - mention.end > LONGEST_GAP or not self._may_be_subject(begin, mention, named):
                return None
            return mention if mention.name else None
        return None

    def _may_be_subject(self, begin: int, mention: Mention, named: Sequence[Mention]) -> bool:
        lead = self.low[begin : mention.start].rstrip()
        if _NO_SUBJECT.search(lead[-12:]):
            return False
        before = [one for one in named if one.end <= mention.start]
        if _PLURAL.search(self.low, begin, before[0].start if before else mention.start):
            return False
        if before and not lead.endswith((";", '"', "”")) and not self.low[begin : before[0].start].strip(_BLANK):
            return False  # "Đồng chí A, đồng chí B đề nghị": two subjects
        return not lead or lead.endswith(_LEAD_ENDS) or bool(_CALLED.fullmatch(lead))

    def _again(self, begin: int, at: int, number: int, made: list[Quote], frames: list[Frame]) -> Mention | None:
        """Return whom "đồng chí", "ông", "bà" means before the verb: who spoke last, if nobody else was named since."""
        gap = _GAP_BACK.search(self.low, max(begin, at - 40), at)
        title, start = self.speakers.said_again(begin, gap.start() if gap else at)
        lead = self.low[begin:start].rstrip()
        if not title or (lead and not lead.endswith(_LEAD_ENDS)) or _NO_SUBJECT.search(lead[-12:]):
            return None
        name = ""
        if frames and number - frames[-1].paragraph <= 3:
            since = [one for one in self.speakers.between(frames[-1].start, start) if not self._in_words(one, made)]
            if all(one.name == frames[-1].speaker for one in since):
                name = frames[-1].speaker
        elif number or begin > self.paragraphs[number].start:
            name = self._only_one_before(begin, number)
        if not name or not self.speakers.fits(name, title):
            return None
        return Mention(name, self.speakers.role_of(name), start, start + len(title))

    def _only_one_before(self, begin: int, number: int) -> str:
        """Return the one person of the sentences before, in this paragraph or else in the last one."""
        here = self.paragraphs[number].start
        start = here if begin > here else self.paragraphs[number - 1].start
        names = {one.name for one in self.speakers.between(start, begin)}
        return names.pop() if len(names) == 1 else ""

    def _in_words(self, mention: Mention, made: list[Quote]) -> bool:
        return any(quote.start <= mention.start < quote.end for quote in made[-3:])

    # What is said

    def _quote(self, frame: Frame, made: list[Quote]) -> Quote | None:
        paragraph = self.paragraphs[frame.paragraph]
        before = self._quotation_before(frame)
        begin = frame.verb_end
        filler = _FILLER.match(self.low, begin, paragraph.end)
        start, mark = (filler.end(), filler["mark"]) if filler else (begin, None)
        after = self._quotation_at(start)
        if after and (mark == ":" or after[1] - after[0] > 20) and self._ends_with(after, paragraph):
            return self._made(frame, *after, True)
        set_off = _SET_OFF.match(self.low, begin, paragraph.end)
        after = self._quotation_at(set_off.end()) if set_off else None
        if after:
            return self._made(frame, *after, True)
        if before:
            return self._made(frame, *before, True)
        if _OWED_TO.match(self.low, begin - len(frame.verb)):
            return None
        if mark != ":" and frame.kind != _THEO and frame.kind != "clause":
            that = " rằng" in self.low[begin:start] and mark is None
            if not that and not (mark == "," and frame.kind == "comma") and not self._orders(frame, start):
                colon = _COLON.match(self.low, begin, paragraph.end) or _THAT.match(self.low, begin, paragraph.end)
                if colon is None:
                    return None
                start = colon.end()
                after = self._quotation_at(start)
                if after:
                    return self._made(frame, *after, True)
        return self._made(frame, start, self._end(start, frame), False)

    def _orders(self, frame: Frame, start: int) -> bool:
        return frame.verb == "chỉ đạo" and bool(_ORDERED.match(self.low, start))

    def _made(self, frame: Frame, start: int, end: int, direct: bool) -> Quote | None:
        blank = _BLANK if direct else _BLANK.replace("-", "")
        while start < end and self.text[start] in blank:
            start += 1
        while start < end and self.text[end - 1] in (_BLANK if direct else " \n\t,;:"):
            end -= 1
        if len(self.text[start:end].split()) < FEWEST_WORDS:
            return None
        return Quote(frame.speaker, frame.role, frame.verb, start, end, direct, frame.start, frame.verb_end)

    def _end(self, start: int, frame: Frame) -> int:
        """Return where reported speech ends that begins at start."""
        number = frame.paragraph
        paragraph = self.paragraphs[number]
        for sentence in self.sentences(number):
            if sentence > start and (reports_again(self.low, sentence) or self._is_about_somebody(sentence)):
                return sentence
        end, listing = paragraph.end, self.low.endswith(":", paragraph.start, paragraph.end)
        for after in range(number + 1, min(number + MOST_PARAGRAPHS, len(self.paragraphs))):
            paragraph = self.paragraphs[after]
            if self._is_about_somebody(paragraph.start):
                break
            if not goes_on(self.low, paragraph, self.sentences(after), listing):
                break
            for sentence in self.sentences(after)[1:]:
                if reports_again(self.low, sentence) or self._is_about_somebody(sentence):
                    return sentence
            end = paragraph.end
            listing = is_item(self.low, paragraph.start)
        return end

    def _is_about_somebody(self, sentence: int) -> bool:
        """Whether a sentence has a person for its subject, at its beginning or after an opening with a comma."""
        for mention in self.speakers.between(sentence, sentence + LONGEST_OPENING):
            lead = self.low[sentence : mention.start].strip(' "“*-+•')
            if not lead or (lead.endswith(",") and "." not in lead):
                return True
        return False

    def _cut(self, quote: Quote, at: int) -> Quote:
        """Return a quote whose words end where the next one's speaker is named, or before that sentence."""
        number = next(n for n, p in enumerate(self.paragraphs) if p.start <= at < p.end)
        begin = self._sentence_of(at, number)
        end = begin if begin > quote.start else at
        while end > quote.start and self.text[end - 1] in " \n\t,;:":
            end -= 1
        return quote._replace(end=end)

    def _second_half(self, quote: Quote) -> list[Quote]:
        """Return the quotation that goes on behind the words that name the speaker: “…”, bà X nói. “…”"""
        if not quote.direct or quote.start > quote.frame_start:
            return []
        joint = _BETWEEN_HALVES.match(self.low, quote.frame_end)
        after = self._quotation_at(joint.end()) if joint else None
        if not after or len(self.text[slice(*after)].split()) < FEWEST_WORDS or self._frame_follows(after[1] + 1):
            return []
        return [quote._replace(start=after[0], end=after[1])]

    def _frame_follows(self, at: int) -> bool:
        """Whether somebody is named right behind a quotation: then it is theirs."""
        rest = _JOINT.match(self.low, at)
        end = rest.end() if rest else at
        return bool(self.speakers.between(end, end + 2)) and "\n" not in self.low[at:end]

    # Places

    def _sentence_of(self, at: int, number: int) -> int:
        starts = self.sentences(number)
        return starts[max(bisect_right(starts, at) - 1, 0)]

    def _is_quoted(self, at: int) -> bool:
        return any(start <= at < end for start, end in self.quoted)

    def _quotation_at(self, at: int) -> tuple[int, int] | None:
        return next(((start, end) for start, end in self.quoted if start - 1 == at), None)

    def _quotation_before(self, frame: Frame) -> tuple[int, int] | None:
        """Return the quotation that ends right before the words that name the speaker."""
        for start, end in self.quoted:
            if 0 < frame.start - end < 8 and _AFTER_QUOTE.match(self.low, end + 1, frame.start):
                return start, end
        return None

    def _ends_with(self, quotation: tuple[int, int], paragraph: Paragraph) -> bool:
        """Whether a quotation is all that is said: a sentence ends with it, or it is longer than words set off."""
        after = self.low[quotation[1] + 1 : quotation[1] + 2]
        return after in ("", ".", "\n", ",", ";", " ", "!", "?", "…") and quotation[1] - quotation[0] > 12


_GAP_BACK = re.compile(rf"(?:(?<=\s){_ADVERBS}\s+)+$")
_ORDERED = re.compile(r"(?:các|sở|ubnd|công an|ngành|phải|cần|tập trung|không|khẩn trương|bằng)(?![^\W_])")


def _quotations(text: str, paragraphs: Sequence[Paragraph]) -> list[tuple[int, int]]:
    """Return the spans inside of quotation marks; “…” may go over several paragraphs, "…" stays within one."""
    found, opened = [], -1
    for mark in re.finditer("[“”]", text):
        if mark[0] == "“":
            opened = mark.end() if opened < 0 else opened
        elif opened >= 0:
            if text.count("\n", opened, mark.start()) <= MOST_PARAGRAPHS:
                found.append((opened, mark.start()))
            opened = -1
    for paragraph in paragraphs if '"' in text else ():
        if text.find('"', paragraph.start, paragraph.end) < 0:
            continue
        marks = [mark.start() for mark in re.finditer('"', text[paragraph.start : paragraph.end])]
        if len(marks) % 2 == 0:
            found += [
                (paragraph.start + a + 1, paragraph.start + b) for a, b in zip(marks[::2], marks[1::2], strict=True)
            ]
    return sorted(found)


def _without_doubles(quotes: list[Quote], text: str) -> list[Quote]:
    """Return quotes without those that the page prints twice, as some repeat their lede."""
    seen: set[tuple[str, str]] = set()
    kept = []
    for quote in quotes:
        words = quote.speaker, " ".join(text[quote.start : quote.end].split())
        if words not in seen:
            seen.add(words)
            kept.append(quote)
    return kept
