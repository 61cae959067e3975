"""Documents with every kind of fact, and questions that use all of the language, filters, orders and pages."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from search.document import Document
from search.domain import fates, kinds, levels, year_grades
from search.query.nodes import SORTS, Filters
from search.text import sentences
from search.text.orthography import fold_letters
from tests.crawl.sites.sample_article import load_articles
from tests.crawl.sites.sample_document import document_of
from tests.search.plain_evaluator import Question

SPEAKERS = ("Đinh Văn Lựu", "Tạ Quang Mẫn", "Lò Thị Én", "Hoàng A Páo")
LIMITS, OFFSETS = (0, 1, 3, 10, 25, 50), (0, 0, 0, 1, 7, 30)


def documents(count: int = 160, seed: int = 16) -> list[Document]:
    """Return invented documents in the order of their ids: sentences of the sample articles, facts by chance."""
    dice = random.Random(seed)
    samples = list(map(document_of, load_articles()))
    made = [_document(number, dice, samples) for number in range(count)]
    for number in dice.sample(range(count), count // 4):  # reprints of a neighbour, on another day and elsewhere
        first = made[number - 1] if not made[number - 1].copies else None
        if first is not None and not made[number].copies:
            copies = ((first.key, first.source), (made[number].key, made[number].source))
            made[number] = replace(made[number], title=first.title, text=first.text, quotes=first.quotes, copies=copies)
            made[number - 1] = replace(first, copies=copies)
    return made


def _document(number: int, dice: random.Random, samples: Sequence[Document]) -> Document:
    one = dice.choice(samples)
    pieces = sentences.split(one.text)
    for _ in range(dice.randint(0, 3)):
        pieces.insert(
            dice.randint(0, len(pieces)), dice.choice(sentences.split(dice.choice(samples).text)).strip() + "\n\n"
        )
    text, title = "".join(pieces), one.title
    if dice.random() < 0.1:
        text, title = fold_letters(text), fold_letters(title)
    then, now = dice.choice([(one.province_then, one.province_now), ("", ""), ("bac-giang", "bac-ninh")])
    held = one.day
    day = held[: dice.choice((4, 7, 10, 10, 10, 0))]
    year = dice.choice([None, one.year, one.year])
    grades = [grade for grade in year_grades.labels() if grade != year_grades.UNKNOWN]
    return replace(
        one,
        id=f"bai-{number:04}",
        key=f"k{number:04}",
        title=title,
        text=text,
        quotes=tuple(_quotes(text, dice)),
        province_then=then,
        province_now=now,
        held=day,
        published=one.published[: dice.choice((0, 10))],
        year=year,
        level=dice.choice(["", *levels.labels()]),
        year_grade=dice.choice(["", *grades]) if year else "",
        possible_years=dice.choice([(), (), (2023,), (2021, 2022), (2022, 2024)]) if year is None else (),
        fetched_at=dice.choice(["", "2022-05-01T00:00:00Z", "2026-05-01T00:00:00Z"]),
        document_numbers=tuple(
            {*one.document_numbers, *(f"{dice.randint(1, 90)}-NQ/TU" for _ in range(dice.randint(0, 3)))}
        ),
        people=(*one.people, *dice.sample(SPEAKERS, dice.randint(0, 2))),
        meeting=dice.choice(["", f"{now or 'ha-giang'}.bch.2023-07"]),
        edits=(("2024-01-02", "51%", "48%"),) if dice.random() < 0.1 else (),
        gone="2024-03-01" if dice.random() < 0.1 else "",
    )


def _quotes(text: str, dice: random.Random) -> Iterator[tuple[str, str, str, int, int, bool, int, int]]:
    at, spans = 0, []
    for sentence in sentences.split(text):
        spans.append((at, at + len(sentence.rstrip())))
        at += len(sentence)
    for _ in range(dice.randint(0, 3)):
        first = dice.randrange(len(spans))
        last = min(first + dice.randint(0, 1), len(spans) - 1)
        yield dice.choice(SPEAKERS), "", "nói", spans[first][0], spans[last][1], False, 0, 0


def questions(found: Sequence[Document], count: int, seed: int) -> Iterator[Question]:
    dice = random.Random(seed)
    lines = [line.split() for one in found for line in sentences.split(one.text) if len(line.split()) > 8]
    for _ in range(count):
        yield Question(
            text=" ".join(_piece(dice, lines, found) for _ in range(dice.choice((0, 1, 1, 1, 2, 2, 3)))),
            filters=_filters(dice, found),
            sort=dice.choice(("relevance", *SORTS)),
            limit=dice.choice(LIMITS),
            offset=dice.choice(OFFSETS),
            partial=dice.random() < 0.25,
        )


def _piece(dice: random.Random, lines: Sequence[list[str]], found: Sequence[Document]) -> str:
    one = dice.choice(found)

    def words(most: int = 3) -> str:
        line = dice.choice(lines)
        first = dice.randrange(len(line) - 3)
        some = [word.strip('.,;:()“”"*-') for word in line[first : first + dice.randint(1, most)]]
        return " ".join(word if dice.random() < 0.7 else fold_letters(word) for word in some) or "hội nghị"

    match dice.randrange(24):
        case 0:
            return f'"{words()}"'
        case 1:
            return f"-{words(1)}"
        case 2:
            return f'-"{words(2)}"'
        case 3:
            return f"tiêu đề:{words(2)}"
        case 4:
            return f"{words(1).split()[-1][: dice.randint(2, 4)]}*"
        case 5:
            return f"{words(2)} NEAR/{dice.randint(1, 12)} {words(2)}"
        case 6:
            return f'"{words(2)}" GẦN "{words(1)}" GẦN/{dice.randint(2, 20)} "{words(1)}"'
        case 7:
            return f"({words(2)} OR {words(2)})"
        case 8:
            return f"người:{(one.people or SPEAKERS)[0]}"
        case 9:
            return f"số:{(one.document_numbers or ('35-CT/TW',))[0]}"
        case 10:
            near = f"{words(2)} NEAR/{dice.randint(1, 12)} {words(1)}"
            return f'nói:"{dice.choice(SPEAKERS)}" {dice.choice((words(2), near))}'
        case 11:
            name = dice.choice(SPEAKERS)
            return f'nói:"{fold_letters(name) if dice.random() < 0.5 else name.split()[-1]}"'
        case 12:
            return f"{dice.choice(('', '-'))}năm:{dice.choice((2021, 2022, 2023, 2024))}"
        case 13:
            return f"{dice.choice(('', '-'))}trạng thái:{dice.choice(list(fates.labels().values()))}"
        case 14:
            return f"tỉnh:{dice.choice(('bắc giang', 'bắc ninh', 'nam định', 'thái nguyên'))} {words(2)}"
        case 15:
            return f"{dice.choice(('từ', 'đến'))}:{dice.choice(('1/6/2023', '3/2022', '2024'))}"
        case 16:
            return f"loại:{dice.choice(list(kinds.labels()))} {words(1)}"
        case 17:
            return f"{words(2)} {dice.choice(('Bắc Giang', 'năm 2023', 'quý II năm 2024', '6 tháng đầu năm'))}"
        case 18:
            return f"{words(1)} OR {words(2)}"
    return words(5)


def _filters(dice: random.Random, found: Sequence[Document]) -> Filters:
    one, other = dice.choice(found), dice.choice(found)

    def some(*values: Any) -> tuple[Any, ...]:
        return tuple(value for value in dict.fromkeys(values) if value not in ("", None))

    limits: dict[str, tuple[float, Any]] = {
        "provinces": (0.08, some(one.province_now)),
        "provinces_then": (0.06, some(one.province_then, other.province_then)),
        "provinces_now": (0.06, some(one.province_now)),
        "years": (0.1, some(one.year, other.year)),
        "kinds": (0.06, some(one.kind)),
        "sources": (0.06, some(one.source, other.source)),
        "levels": (0.05, some(one.level, other.level)),
        "year_grades": (0.08, dice.choice([some(one.year_grade), ("unknown",), some("unknown", other.year_grade)])),
        "date_from": (0.06, dice.choice(("2022-01-01", "2023-06-30"))),
        "date_to": (0.06, dice.choice(("2023-07-15", "2024-02-29"))),
        "meetings": (0.03, some(one.meeting)),
        "document_numbers": (0.06, some(*one.document_numbers[:2])),
        "people": (0.05, some(*one.people[:1])),
        "keys": (0.03, some(one.key, other.key)),
        "said": (0.06, True),
        "fates": (0.04, some(dice.choice(list(fates.labels())))),
    }
    return Filters(**{name: value for name, (share, value) in limits.items() if dice.random() < share})
