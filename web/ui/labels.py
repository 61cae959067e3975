"""Slugs, keys and ISO dates → words for a reader."""

import csv
import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, timezone
from functools import cache
from itertools import groupby
from pathlib import Path

from crawl.archive import health
from search.document import Document
from search.domain import kinds, levels, places, year_grades
from web.ui.language import current_language, translated

LEFT_OUT_FILE = Path(__file__).with_name("left_out_words.tsv")
MOST_POSSIBLE_YEARS = 10  # told one by one or from … to; more leave nearly all
VIETNAM = timezone(timedelta(hours=7))  # no summer time
ENGLISH_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)

WORDLESS = re.compile(r"HTTP [1-5][0-9]{2}|https?://[^\s;,)]+")  # of the trouble of a source


def kind_label(key: str) -> str:
    return kinds.labels(current_language()).get(key, key)


def level_label(key: str) -> str:
    return levels.labels(current_language()).get(key, key)


def year_grade_label(key: str) -> str:
    return year_grades.labels(current_language()).get(key, key)


def province_label(slug: str) -> str:
    return places.label(slug) if slug else translated("không rõ tỉnh")


def number(value: int) -> str:
    """Return a number with its thousands set apart as the language of the page does."""
    if value < 1000:  # as most of the fifty on a page
        return str(value)
    text = f"{value:,}"
    return text if current_language() == "en" else text.replace(",", ".")


def date_in_words(iso: str) -> str:
    """Return an ISO date, cut to its precision, in words: "2023-07" → "tháng 7/2023". "" stays ""."""
    year, *rest = iso[:10].split("-")
    numbers = [int(part) for part in rest]
    if current_language() == "en":
        month = [ENGLISH_MONTHS[numbers[0] - 1]] if numbers else []
        return " ".join([*(str(number) for number in numbers[1:2]), *month, year])
    if not numbers:
        return f"năm {year}" if year else ""
    day_and_month = [str(number) for number in reversed(numbers)]
    return ("tháng " if len(numbers) == 1 else "") + "/".join([*day_and_month, year])


def unknown_year_in_words(document: Document) -> str:
    """Return that a page does not tell the year of its meeting, and which years it leaves where these are few."""
    possible = document.possible_years
    if not 0 < len(possible) <= MOST_POSSIBLE_YEARS:
        return translated("bài không cho biết năm họp")
    return translated("bài không cho biết năm họp; chỉ có thể là {years}", years=years_in_words(possible))


def years_in_words(years: Sequence[int]) -> str:
    """Return ascending years with those that follow one another from first to last: 2011–2013, 2016."""
    runs = [[year for _, year in run] for _, run in groupby(enumerate(years), lambda placed: placed[1] - placed[0])]
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)


def in_vietnam(iso: str) -> str:
    """Return an ISO time in UTC as the ISO time on a clock in Vietnam."""
    return datetime.fromisoformat(iso).astimezone(VIETNAM).isoformat(timespec="minutes")


def moment_in_words(iso: str) -> str:
    """Return an ISO time such as "2026-11-22T01:15:30Z" as day and minute on a clock in Vietnam: 22/11/2026, 08:15."""
    local = in_vietnam(iso)
    return f"{date_in_words(local)}, {local[11:16]}"


def evidence_in_words(evidence: str, source_names: Mapping[str, str]) -> str:
    """Return evidence of a fact with the source by its name: "nguồn bao-mau → Bắc Giang" rests on its slug."""
    word, _, rest = evidence.partition(" ")
    slug, arrow, place = rest.partition(" → ")
    return f"{word} {source_names.get(slug, slug)} → {place}" if word == "nguồn" and arrow else evidence


def trouble_in_words(trouble: str) -> str:
    """Return what went wrong with a source; on Vietnamese pages what needs no words, beside the reason in words."""
    if current_language() == "en":
        return trouble
    return " ".join(dict.fromkeys(WORDLESS.findall(trouble)))


def left_out_in_words(reason: str) -> str:
    """Return why the crawl left a page out, in the language of the page; another reason as it is recorded."""
    if current_language() == "en":
        return reason
    for pattern, words in _left_out_words():
        if found := pattern.fullmatch(reason):
            named = found.groupdict()
            if "level" in named:
                named["level"] = level_label(_level_of_english().get(named["level"], named["level"]))
            return words.format(**named)
    return reason


@cache
def _left_out_words() -> tuple[tuple[re.Pattern[str], str], ...]:
    with LEFT_OUT_FILE.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return tuple((re.compile(row["pattern"]), row["vietnamese"]) for row in rows)


@cache
def _level_of_english() -> dict[str, str]:
    return {label: key for key, label in levels.labels("en").items()}


def health_label(key: str) -> str:
    """Return the name of a state of a source, or of the reason for it."""
    return health.label(key, current_language())
