"""Numbers of cited documents, in one spelling: 35 - CT/T.Ư, 35 CT/TW, "Chỉ thị số 35 của Bộ Chính trị" → 35-CT/TW.

Party: 19-CT/TU. State: 1736/QĐ-TTg, 12/2021/NQ-HĐND. National Assembly: 202/2025/QH15. The same number occurs in
different years (35-CT/TW of 2019 and of 2024), so the date printed beside it is kept.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from indexer.reading import Reading, tails
from indexer.rules.dates import find_dates
from indexer.signals import PAPER_KINDS, Signals
from search.text.document_kinds import document_kinds

_CANONICAL_KIND = {kind.code.lower(): kind.code for kind in document_kinds() if kind.cited}
_KIND = "|".join(sorted(map(re.escape, _CANONICAL_KIND), key=len, reverse=True))
_ISSUERS = {"ttg": "TTg", "cp": "CP", "tgv": "TGV"}
_CENTRE = re.compile(r"t\s*\.?\s*[ưw]\s*\.?$|^t\.?\s?[ưw]$")

_PARTY = re.compile(
    rf"(?P<more>(?:\d{{1,4}}\s*(?:,|và)\s*)*)(?P<number>\d{{1,4}})\s*[-/ ]\s*(?P<kind>{_KIND})\s*/\s*"
    r"(?P<issuer>t\s?\.\s?[ưwu]|t[ưwu]{1,2}(?:đ)?(?![^\W\d_])|[^\W\d_]{2,12})(?![^\W_])"
)
_STATE = re.compile(
    rf"(?P<number>\d{{1,5}})\s*/\s*(?:(?P<year>(?:19|20)\d\d)\s*/\s*)?(?P<kind>{_KIND})\s*-\s*"
    r"(?P<issuer>[^\W\d_]{2,12}\d{0,2})(?![^\W_])"
)
_ASSEMBLY = re.compile(
    r"(?P<number>\d{1,4})\s*/\s*(?P<year>(?:19|20)\d\d)\s*/\s*(?P<issuer>(?:ubtv)?qh\d{1,2})(?![^\W_])"
)
_WORDS_BEFORE = re.compile(rf"(?P<kind>{'|'.join(PAPER_KINDS)})\s+(?:số\s+)?$")
_TO_NUMBER = re.compile(r"\s+(?:số\s+)?")
LONGEST_BEFORE = 18  # characters: "chương trình số "
_ISSUER_AFTER = re.compile(
    r"(?P<number>\d{1,4})(?![\w/.,]|\s*[-/]\s*[^\W\d_])[^.;:,()]{0,25}?\s"
    r"(?:của\s+)?(?:ban thường vụ\s+|ban chấp hành\s+)?"
    r"(?P<issuer>bộ chính trị|ban bí thư|trung ương|tỉnh ủy|thành ủy)"
)
_CITED_TAILS = tails(("số", *PAPER_KINDS), "")
_SIGN = re.compile(r"/\s*[^\W\d_]")  # in every number with signs: 19-NQ/TU, 12/2021/NQ-HĐND, 202/2025/QH15
_DATED = re.compile(r"[\s,]*\(?(?:ban hành\s+|ký\s+)?(?=ngày\s)")


_OWN_NUMBER = re.compile(r"(?:^|\n)\W*số\s*:?\s*$")


@dataclass(frozen=True, slots=True)
class Citation:
    """One document cited at text[start:end]. number: normal form. date: ISO day where printed beside it, else ""."""

    number: str
    date: str
    start: int
    end: int


def documents_in(page: Reading, signals: Signals) -> list[Citation]:
    """Return the documents cited in a page by number, in order of appearance."""
    text, low = page.text, page.low
    found: list[Citation] = []
    end = 0
    signs = _SIGN.search(low) is not None
    # Without signs there is only "Chỉ thị số 35 của Bộ Chính trị".
    for start, last in page.numbers() if signs else _numbers_after_words(page, signals):
        cited = low[start - 3 : start - 1] in _CITED_TAILS
        if (
            start < end
            or last - start > 5
            or last == len(low)
            or (start and (low[start - 1] in ".,/-" or _is_letter(low[start - 1])))
        ):
            continue
        near = low[last : last + 12] if signs else ""
        if "/" in near or "," in near or "và" in near:
            for pattern in (_PARTY, _STATE, _ASSEMBLY):
                match = pattern.match(low, start)
                numbers = _normal(pattern, match) if match else []
                if match and numbers:
                    end = match.end()
                    day = _date(text, low, end, end)
                    found += [Citation(_own(number, low, start), day, start, end) for number in numbers]
                    break
            if end > start:
                continue
        words = _WORDS_BEFORE.search(low, max(0, start - LONGEST_BEFORE), start) if cited else None
        after = _ISSUER_AFTER.match(low, start) if words else None
        if words and after:
            issuer = "TU" if after["issuer"] in ("tỉnh ủy", "thành ủy") else "TW"
            number = f"{after['number'].zfill(2)}-{PAPER_KINDS[words['kind']]}/{issuer}"
            end = after.end()
            found.append(Citation(number, _date(text, low, start, end), words.start(), end))
    return found


def _numbers_after_words(page: Reading, signals: Signals) -> Iterator[tuple[int, int]]:
    """Yield the spans of the figures that follow the kind of a paper."""
    for begin, kind in signals.paper_kinds:
        gap = _TO_NUMBER.match(page.low, begin + len(kind))
        if gap and (end := page.number_at(gap.end())):
            yield gap.end(), end


def _is_letter(character: str) -> bool:
    return character.isalpha() or character == "_"


def _own(number: str, low: str, start: int) -> str:
    """ "Số 445-KL/TƯ" at the head of a paper is the province's own number, whose TU was read as TƯ."""
    if number.endswith("/TW") and _OWN_NUMBER.search(low, max(0, start - 12), start):
        return number.removesuffix("W") + "U"
    return number


def _normal(pattern: re.Pattern[str], match: re.Match[str]) -> list[str]:
    """Return the normal forms of one match: several for "18, 19-NQ/TW"; none where it is no document after all."""
    number = match["number"].zfill(2)
    if pattern is _ASSEMBLY:
        return [f"{number}/{match['year']}/{match['issuer'].upper()}"]
    kind = _CANONICAL_KIND[match["kind"]]
    if pattern is _PARTY:
        issuer = _party_issuer(match["issuer"])
        if not issuer:
            return []
        others = [other.zfill(2) for other in re.findall(r"\d{1,4}", match["more"])]
        return [f"{n}-{kind}/{issuer}" for n in (*others, number)]
    if _CENTRE.match(match["issuer"]) or match["issuer"] == "tu":
        return [f"{number}-{kind}/{_party_issuer(match['issuer'])}"]  # 35/CT-TW: signs exchanged
    issuer = _ISSUERS.get(match["issuer"], match["issuer"].upper())
    year = f"{match['year']}/" if match["year"] else ""
    return [f"{number}/{year}{kind}-{issuer}"]


def _party_issuer(letters: str) -> str:
    """Return the issuer in a party number: TW for T.Ư, TƯ; TU; BTCTU, UBKTTU, HU …; "" for what is none."""
    bare = re.sub(r"[\s.]", "", letters)
    if bare in ("tw", "tư", "tưđ", "twđ"):
        return "TW"
    if bare in ("ttg", "cp"):
        return ""
    upper = bare.upper().replace("TXU", "TxU").replace("THU", "ThU")
    return re.sub(r"(?<=[A-ZĐ])TƯ$", "TW", upper)


def _date(text: str, low: str, begin: int, end: int) -> str:
    """Return the ISO day printed within the citation or right after it."""
    within = [written for written in find_dates(text[begin:end]) if len(written.iso) == 10 and written.has_year]
    if within:
        return within[0].iso
    before = _DATED.match(low, end)
    near = find_dates(text[before.end() : before.end() + 40]) if before else []
    if near and near[0].has_year and near[0].start <= 6 and len(near[0].iso) == 10:
        return near[0].iso
    return ""
