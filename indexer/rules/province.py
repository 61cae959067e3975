"""Which province a page belongs to, and why.

The source comes first; then what the page says, by weight: dateline and credit line, host names, organisations
("Tỉnh ủy X"), districts and towns, plain names. Road names, lists of provinces and guests' provinces count little.
Below a threshold, or with two candidates close together, the province stays unknown: unknown is better than wrong.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple
from urllib.parse import unquote

from indexer.letters import CAPITALS
from indexer.page import Page
from indexer.sketch import lower, reading
from search.domain import place_names, places
from search.domain.districts import districts
from search.text.normalization import fold

THRESHOLD = 2.0  # one organisation (Huyện ủy Na Rì) or one dateline is enough; many names in passing are not
LEAD = 1.7  # the first candidate must have so many times the weight of the second
LEAD_CHARACTERS = 700  # title, dateline and first paragraph: what the page is about
LEAD_FACTOR = 1.5
TITLE_FACTOR = 2.2  # an organisation in the title is what the page is about
OVERRULES = 3.0  # times: what a page must say of another province against the one of its source
IN_ADDRESS = 2.0  # the address of a list of pages on a province: /tag/Phú-Yên
REPEATED = 0.5  # each further mention of the same kind counts half of the one before

# Weights: what the words say about the page.
HOST, DATELINE, CREDIT, ORGAN, PROVINCE_WORD, DISTRICT_ORGAN, DISTRICT, BARE, PASSING = 6, 5, 4, 3, 1.5, 2, 1, 0.6, 0.1

_ORGAN = re.compile(
    r"(?:tỉnh ủy|thành ủy|đảng bộ(?: tỉnh| thành phố)?|(?:bch|ban chấp hành)(?: đảng bộ)?(?: tỉnh| thành phố)?|"
    r"(?:hđnd|ubnd|ubmttq|mttq|hội đồng nhân dân|ủy ban nhân dân|đoàn đbqh|đại biểu quốc hội|việt nam)"
    r"(?: tỉnh| thành phố| tp\.?)?|"
    r"tỉnh đoàn|văn phòng tỉnh ủy|ban thường vụ tỉnh ủy)\s*$"
)
# How the words end that _ORGAN fits: it is only asked after one of these.
_ORGAN_ENDINGS = (
    *("tỉnh ủy", "thành ủy", "đảng bộ", "tỉnh", "thành phố", "tp", "tp.", "bch", "ban chấp hành", "hđnd", "ubnd"),
    *("ubmttq", "mttq", "nhân dân", "đoàn đbqh", "quốc hội", "việt nam", "tỉnh đoàn"),
)
_PROVINCE_WORDS = ("tỉnh", "thành phố", "tp", "tp.")
_PASSING = (  # right before the name, or with one word between: đường Hà Nội, cầu vượt Thái Bình
    *("cao tốc", "quốc lộ", "đường", "tuyến", "cầu", "sân bay", "cảng", "ga", "tàu", "công ty", "cổ phần", "tnhh"),
    *("nhà máy", "thủy điện", "sông", "hồ", "đèo", "trường", "đại học", "bệnh viện", "bia", "giấy", "xi măng"),
    *("ngân hàng", "báo", "quê", "giáp", "với", "từ", "như", "sau", "học tập kinh nghiệm", "học tập kinh nghiệm tại"),
    *("tỉnh bạn", "các tỉnh", "các tỉnh thành phố", "các tỉnh, thành phố"),
    *("các tỉnh:", "các tỉnh thành phố:", "các tỉnh, thành phố:"),
    *("kết nối", "liên kết", "hợp tác", "đến", "sang", "về"),
)
_JOINED = re.compile(r"(?:\s*(?:,|-|và|;)\s*)(?:tỉnh\s+|tp\.?\s*|thành phố\s+)?$")
_DATELINE = re.compile(
    rf"^\W{{0,3}}(?P<place>[{CAPITALS}][\w .-]{{1,24}}?)\s+-\s+(?=[{CAPITALS}\"])"
    r"|^\((?P<credit>[\w .-]{2,20})\)\s*-?"
    r"|^(?P<code>[A-ZĐ]{2,6})\s*-\s"
)
_HOST = re.compile(r"(?:[a-z0-9-]+\.)+(?:vn|com|org|net)\b")
_HOST_AFFIX = re.compile(r"^(?:bao|tinhuy|thanhuy|hdnd|ubnd|tinhdoan|mattran|tuyengiao)|(?:tv|dientu|online|city)$")
_OF_THE_CITY = re.compile(r"thành ủy|(?:đảng bộ|hđnd|ubnd|hội đồng nhân dân|ủy ban nhân dân) (?:thành phố|tp)")
_NEWS_SITE = re.compile(r"(?:bao|tin|tintuc)?(?P<place>[a-z]{4,})(?:24h?|tv|online|news|today|plus|info|city)")
_GUESTS = re.compile(r"thăm|làm việc|kinh nghiệm|ký kết|trao đổi|chúc|đón|tiếp|đoàn công tác|phối hợp|hợp tác")
_LIFE = re.compile(r"(?<![^\W_])(?:quê(?: ở| quán)?|từng (?:là|giữ|làm|công tác)|sinh (?:ngày|năm))(?![^\W_])")
_LIFE_WORDS = ("quê", "từng ", "sinh ")  # one of these is in every text that the pattern fits
LONGEST_LIFE = 130  # characters
_SENTENCE_END = re.compile(r"[.!?…](?=\s)|\n")
_OF_A_LIST = re.compile(r"/(?:tag|tags|tu-khoa|chu-de|topic)/")
LONGEST_TAG = 24  # characters: "ba-ria-vung-tau-123.html"
_TYPE_GAP = re.compile(r"[.]?\s*")
LONGEST_TYPE = 12  # characters, with what stands between it and the name
_GAP = re.compile(r"[ -](?<=\w.)")  # between two syllables of a name
_CITY = ("thành phố", 0)
_COMMITTEES = frozenset({"huyện ủy", "thị ủy", "thành ủy", "quận ủy", "huyện đoàn"})
_OF_A_CITY = frozenset({"thành phố", "tp", "thành ủy"})  # Thành ủy Huế; and Thành ủy Thái Bình lay in Thái Bình
_SMALLEST = frozenset({"xã", "phường"})  # since 2025 communes bear the names of former districts
_BODY_BEFORE = re.compile(r"(?:đảng bộ|ubnd|hđnd|mttq|chủ tịch|bí thư|lãnh đạo)\s*$")
TITLE = 1.4  # weight of a plain name in the title: one more mention in the text makes it enough
COMMUNE = 0.4  # weight of a commune that bears a district's name


@dataclass(frozen=True, slots=True)
class Place:
    """then, now: slugs or ""; why: the printed words and what they mean, "Huyện ủy Na Rì → Bắc Kạn"."""

    then: str = ""
    now: str = ""
    why: str = ""


@dataclass(slots=True)
class _Evidence:
    weight: float = 0.0
    best: float = 0.0
    words: str = ""


class Clues(NamedTuple):
    """What speaks for which province, whenever the page was written: (slug, weight, words) of each that is named.

    ambiguous: the same of districts of one name in several provinces.
    """

    page: Page
    named: list[tuple[str, float, str]]
    ambiguous: list[tuple[frozenset[str], float, str]]


def place_of(
    clues: Clues, date: str, source_province: str = "", source: str = "", many_provinces: bool = False
) -> Place:
    """Return the unit that a page belongs to, as of `date` (ISO, cut to its precision, or "").

    many_provinces: the source reports on many, so that a body that leads the page is enough against its province.
    """
    if not (clues.named or source_province):  # what is ambiguous only agrees with what is named
        return Place()
    page, scores = clues.page, weigh(clues, date)
    ranked = sorted(scores.items(), key=lambda item: -item[1].weight)
    best = ranked[0] if ranked else ("", _Evidence())
    second = ranked[1][1].weight if len(ranked) > 1 else 0.0
    clear = best[1].weight >= THRESHOLD and best[1].best >= THRESHOLD and best[1].weight >= LEAD * second
    if source_province:
        given = places.as_of(source_province, date) or source_province
        # A paper that took over another province's archive (2025) speaks for both; the page itself says which.
        if (
            clear
            and best[0] != given
            and (best[0] in places.family(given) or _is_of_another(page, best[1], scores, given, many_provinces))
        ):
            return _place(best[0], date, best[1].words)
        return _place(given, date, f"nguồn {source}".strip())
    return _place(best[0], date, best[1].words) if clear else Place()


def _is_of_another(
    page: Page, best: "_Evidence", scores: dict[str, "_Evidence"], given: str, many_provinces: bool
) -> bool:
    """Whether the title names a body of another province, not as a guest, and the page next to nothing of its own.

    Where the source reports on many provinces, the opening is as good as the title, if no body of the source's own
    city comes first there.
    """
    own = max((evidence.weight for slug, evidence in scores.items() if slug in places.family(given)), default=0.0)
    if _GUESTS.search(page.title.low):
        return False
    if many_provinces:
        at = page.whole.text.find(best.words)
        leads = 0 <= at < len(page.title.text) + LEAD_CHARACTERS and not _OF_THE_CITY.search(page.whole.low, 0, at)
        return leads and best.best >= ORGAN * LEAD_FACTOR and best.weight >= LEAD * own
    return best.best >= ORGAN * TITLE_FACTOR and best.weight >= OVERRULES * max(own, PROVINCE_WORD)


def _place(slug: str, date: str, words: str) -> Place:
    today = places.now(slug, date)
    return Place(slug, today[0] if len(today) == 1 else "", f"{words} → {places.label(slug, date)}")


def weigh(clues: Clues, date: str) -> dict[str, "_Evidence"]:
    """Return unit as of `date` → weight of all that speaks for it, with the strongest words."""
    scores: dict[str, _Evidence] = {}
    kinds: dict[tuple[str, float], int] = {}

    def add(slug: str, weight: float, words: str) -> None:
        unit = places.as_of(slug, date) or slug
        times = kinds.get((unit, weight), 0)
        kinds[unit, weight] = times + 1
        evidence = scores.setdefault(unit, _Evidence())
        evidence.weight += weight * REPEATED**times
        if weight > evidence.best:
            evidence.best, evidence.words = weight, " ".join(words.split())

    for slug, weight, words in clues.named:
        add(slug, weight, words)
    for provinces, weight, words in clues.ambiguous:  # Châu Thành alone says nothing, but agrees with what else is said
        known = [p for p in provinces if scores.get(places.as_of(p, date) or p, _NONE).weight >= 1]
        if len(known) == 1:
            add(known[0], weight, words)
    return scores


def clues_of(page: Page, byline: str, url: str) -> Clues:
    """Return what a page and its address say of provinces."""
    named: list[tuple[str, float, str]] = [(slug, HOST, host) for text in (url, byline) for host, slug in _hosts(text)]
    if page.paragraphs:
        named += _dateline(page.body.plain[: len(page.paragraphs[0])])
    whole, title = page.whole, page.title.text
    text, low = whole.text, whole.low
    lead = len(title) + LEAD_CHARACTERS
    mentions = place_names.find_composed(text, page.signals.provinces)
    types = _typed(page)
    for index, mention in enumerate(mentions):
        if types.get(mention.start, _CITY)[0] not in _OF_A_CITY:
            continue  # xã Hòa Bình is another place than the province
        weight, begin = _weight(low, mentions, index)
        if weight == BARE and mention.start < len(title):
            weight = TITLE
        if weight >= PROVINCE_WORD and _tells_a_life(low, mention.start):
            weight = PASSING
        factor = LEAD_FACTOR if mention.start < lead else 1.0
        if weight == ORGAN and mention.start < len(title):
            factor = TITLE_FACTOR
        named.append((mention.slug, weight * factor, text[begin : mention.end]))
    if not named:
        named += [(slug, IN_ADDRESS, unquote(url).rpartition("/")[2]) for slug in _in_address(url)]
    if not named and url:
        named += [(slug, IN_ADDRESS, host) for host, slug in _local_news(url)]
    ambiguous: list[tuple[frozenset[str], float, str]] = []
    provinces_at = {mention.start for mention in mentions}
    for start, (kind, end) in types.items():
        if start in provinces_at:
            continue
        name, provinces = district_at_start(whole.plain[start:end])
        if not provinces:
            continue
        begin = low.rindex(kind, 0, start)
        organ = kind in _COMMITTEES or _BODY_BEFORE.search(low, max(0, begin - 20), begin)
        weight = DISTRICT_ORGAN if organ else (COMMUNE if kind in _SMALLEST else DISTRICT)
        words = text[begin : start + len(name)]
        if len(provinces) == 1:
            named.append((next(iter(provinces)), weight, words))
        else:
            ambiguous.append((provinces, weight, words))
    return Clues(page, named, ambiguous)


_NONE = _Evidence()


def _tells_a_life(low: str, start: int) -> bool:
    """Whether a place is one of somebody's life: "quê huyện …", "từng là Phó Bí thư Tỉnh ủy …"."""
    before = low[max(0, start - LONGEST_LIFE) : start]
    found = _LIFE.search(before) if any(word in before for word in _LIFE_WORDS) else None
    return bool(found) and not _SENTENCE_END.search(before, found.end() if found else 0)


def _in_address(url: str) -> frozenset[str]:
    """Return the one province that the last part of an address names, in a tag or list; () for several or none."""
    last = unquote(url).partition("?")[0].rstrip("/").rpartition("/")[2]
    if not _OF_A_LIST.search(url.lower()) or len(last) > LONGEST_TAG:
        return frozenset()
    named = {mention.slug for mention in place_names.find(last.replace("-", " ").replace("+", " "), typed=True)}
    return frozenset(named) if len(named) == 1 else frozenset()


def _typed(page: Page) -> dict[int, tuple[str, int]]:
    """Return where a name begins → what kind of place the words before call it ("huyện"), where the name ends."""
    low, sketch = page.whole.low, page.whole.sketch
    found: dict[int, tuple[str, int]] = {}
    for begin, kind in page.signals.place_kinds:
        gap = _TYPE_GAP.match(low, begin + len(kind))
        start = gap.end() if gap else 0
        if not sketch.startswith(b"A", start) or not low.startswith(kind, begin):
            continue
        last = begin + kind.rfind(" ") + 1
        if start - begin > LONGEST_TYPE or (gap and gap[0] == " " and sketch.startswith(b"A", last)):
            continue  # in the latter case the word is part of the name
        end = page.whole.name_at(start)
        if end and (start not in found or len(found[start][0]) < len(kind)):
            found[start] = kind, end
    return found


def _weight(low: str, mentions: Sequence[place_names.Mention], index: int) -> tuple[float, int]:
    """Return (weight, where the words that give it begin) of one province name."""
    mention = mentions[index]
    before = low[max(0, mention.start - 45) : mention.start]
    words = before.rstrip()
    organ = _ORGAN.search(before) if words.endswith(_ORGAN_ENDINGS) else None
    if organ:
        return ORGAN, mention.start - len(before) + organ.start()
    previous = mentions[index - 1] if index else None
    following = mentions[index + 1] if index + 1 < len(mentions) else None
    listed = (previous and _JOINED.fullmatch(low, previous.end, mention.start)) or (
        following and _JOINED.fullmatch(low, mention.end, following.start)
    )
    if listed or (len(words) < len(before) and _is_passing(words)):
        return PASSING, mention.start
    if words.endswith(_PROVINCE_WORDS):
        word = next(word for word in _PROVINCE_WORDS if words.endswith(word))
        return PROVINCE_WORD, mention.start - len(before) + len(words) - len(word)
    return BARE, mention.start


def _is_passing(words: str) -> bool:
    if words.endswith(_PASSING):
        return True
    *earlier, last = words.rsplit(None, 1) or [""]
    return bool(earlier) and last.isalpha() and earlier[0].endswith(_PASSING)


def _dateline(paragraph: str) -> list[tuple[str, float, str]]:
    """Return what "BẮC GIANG - Sáng 1/12", "(BTN) - " or "BHG - " at the very beginning (as read) says."""
    opening = paragraph[:60]
    match = _DATELINE.match(opening) if "-" in opening or opening[:1] == "(" else None
    if not match:
        return []
    words = (match["place"] or match["credit"] or match["code"]).strip()
    if words in _credits():
        return [(_credits()[words], CREDIT, match[0].strip(" -"))]
    found = place_names.find(words)
    if len(found) == 1 and found[0].end - found[0].start >= len(words) - 4:
        return [(found[0].slug, DATELINE, words)]
    return []


def _hosts(text: str) -> list[tuple[str, str]]:
    found = []
    for host in _HOST.findall(text.lower()):
        for label in host.split(".")[:-1]:
            slug = _host_labels().get(label) or _host_labels().get(_HOST_AFFIX.sub("", label))
            if slug:
                found.append((host, slug))
                break
    return found


def _local_news(url: str) -> list[tuple[str, str]]:
    """Return the host of a local news site named after a province or town, "vinh24h.vn", and the province."""
    host = url.partition("://")[2].partition("/")[0].lower().removeprefix("www.")
    name = _NEWS_SITE.fullmatch(host.partition(".")[0])
    slug = _host_labels().get(name["place"]) or _towns().get(name["place"]) if name else None
    return [(host, slug)] if slug else []


@cache
def _towns() -> dict[str, str]:
    """Return the names of districts and towns as a host writes them → their province; those of one province only."""
    found: dict[str, set[str]] = {}
    for name, provinces in _districts().items():
        found.setdefault(fold(name).replace(" ", ""), set()).update(provinces)
    return {name: next(iter(provinces)) for name, provinces in found.items() if len(provinces) == 1}


@cache
def _credits() -> dict[str, str]:
    return {credit: slug for slug, names in place_names.names().items() for credit in names.credits}


@cache
def _host_labels() -> dict[str, str]:
    return {label: slug for slug, names in place_names.names().items() for label in names.hosts}


@cache
def _districts() -> dict[str, frozenset[str]]:
    """Return name as read → provinces that have a district or town of that name (until 2025)."""
    found: dict[str, set[str]] = {}
    for one in districts():
        found.setdefault(lower(reading(one.name)), set()).add(one.province)
    return {name: frozenset(provinces) for name, provinces in found.items()}


@lru_cache(maxsize=16384)  # the same names stand in page after page
def district_at_start(name: str) -> tuple[str, frozenset[str]]:
    """Return the longest beginning of a capitalised run (as read) that is a district or town, and its provinces."""
    low = lower(name)
    if _first_syllable(low) not in _first_syllables():
        return "", frozenset()
    for end in (len(low), *reversed([gap.start() for gap in _GAP.finditer(low)])):
        provinces = _districts().get(low[:end])
        if provinces:
            return name[:end], provinces
    return "", frozenset()


@cache
def _first_syllables() -> frozenset[str]:
    return frozenset(map(_first_syllable, _districts()))


def _first_syllable(name: str) -> str:
    return name.partition(" ")[0].partition("-")[0]
