"""A query as data. parser.py reads what was typed, rewriter.py adds what the index knows, engines compile it.

    Words   ranked OR                 Phrase  in this order, adjacent      Prefix  syllables that begin so
    Near    close together            Where   documents within limits      And, Or, Not
    Spoken  within what somebody says

Text inside nodes is cut by search.text at the engine, so every spelling of a syllable is compared in one form.
"""

from dataclasses import dataclass

SORTS = ("relevance", "newest", "oldest")
MAX_QUERY_CHARACTERS = 2000
FIELDS = ("", "title", "people", "document_numbers")  # "" is title or text
NEAR_DISTANCE = 10  # syllables between two things that are "near" when no number is given: about a clause


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another way to say the syllables first … first+count-1 of Words.text: (0, 1, "Ủy ban nhân dân", 0.9) for UBND.

    first, count: positions as in search.text.parts(Words.text). text: matched as a phrase. is_same: to hold it is to
    hold the words; khoa học is not held by every page that prints KH. weight: 0 … 1, what a match of it is worth beside
    a match of the words (little for an ambiguous abbreviation). An engine scales the weight by the rarity of the words
    and counts the larger of both scores: by its own five syllables "Thành phố Hồ Chí Minh" for TP HCM would outweigh
    the rest of a headline (nDCG@10 90.6 → 90.8, news).
    """

    first: int
    count: int
    text: str
    weight: float
    is_same: bool = True


@dataclass(frozen=True, slots=True)
class Unit:
    """A word that a full match holds: syllables first … first+count-1 of Words.text, side by side in one sentence.

    text: as typed. ways: other ways to say it, or something that it is part of, each held as a word would be.
    hint: a document that fits it holds the word, whatever it prints.
    norms: of its syllables, with the diacritics that the corpus gives them where none were typed; () as typed.
    binds: it mostly says nothing by itself, but was typed without diacritics: cua is của or cua.
    """

    first: int
    count: int
    text: str
    ways: tuple[str, ...] = ()
    hint: "Hint | None" = None
    norms: tuple[str, ...] = ()
    binds: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """Free words. field: of FIELDS.

    A full match holds every unit, where `together` is given all but those with a hint within so many syllables. A
    partial match holds enough of the syllables, wherever they stand: ranked OR with a minimum (search/ranking.py).
    Without units enough is full.
    """

    text: str
    field: str = ""
    alternatives: tuple[Alternative, ...] = ()
    units: tuple[Unit, ...] = ()
    together: int = 0


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words in this order, adjacent, compared as syllables. field: of FIELDS."""

    text: str
    field: str = ""


@dataclass(frozen=True, slots=True)
class Prefix:
    """A syllable that begins with stem; compared without diacritics if the stem was typed without."""

    stem: str
    field: str = ""


@dataclass(frozen=True, slots=True)
class Near:
    """All texts (each as a phrase), in any order, with at most `distance` syllables between neighbours."""

    texts: tuple[str, ...]
    distance: int = NEAR_DISTANCE


@dataclass(frozen=True, slots=True)
class Spoken:
    """What somebody says: one quote by the speaker that holds all of child, which has neither fields nor limits.

    speaker: a name, or the end of one, with diacritics or without; "": anybody. child None: a quote of any words.
    """

    speaker: str = ""
    child: "Node | None" = None


@dataclass(frozen=True, slots=True)
class Not:
    child: "Node"


@dataclass(frozen=True, slots=True)
class And:
    children: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Or:
    children: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Filters:
    """Hard limits. Values of one filter are alternatives (OR), different filters combine (AND).

    provinces: slugs, matched against then or now; provinces_then / provinces_now: against that one alone.
    date_from, date_to: ISO dates (day), inclusive, compared with held, else published.
    meetings, document_numbers, people: whole values as in Document; of several to a document one is enough.
    levels, year_grades, fates: keys, as in Document. The grade "unknown" stands for documents without a year; beside
    years or days it asks for those that may be of these.
    keys: of the documents themselves, to ask which of a few pages a search finds.
    said: the words stand within what somebody says (search/query/speech.py makes the node of it).
    """

    provinces: tuple[str, ...] = ()
    provinces_then: tuple[str, ...] = ()
    provinces_now: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    kinds: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    year_grades: tuple[str, ...] = ()
    date_from: str = ""
    date_to: str = ""
    meetings: tuple[str, ...] = ()
    document_numbers: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    said: bool = False
    fates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Where:
    """Documents within the limits; only where a limit is negated or an alternative (`-năm:2022`, `năm:2023 OR …`).

    Limits that hold for the whole query are in Query.filters.
    """

    filters: Filters


Node = Words | Phrase | Prefix | Near | Where | Spoken | Not | And | Or


@dataclass(frozen=True, slots=True)
class Hint:
    """Something recognised among the words: a document that fits is moved up, none is excluded.

    field: "province" (values: slugs, matched against then or now), "year" (ints), "date" (ISO from, ISO to: inclusive,
    compared with held, else published), "months" (first, last, of any year: when "6 tháng đầu năm" is reported),
    "kind" (keys), "term" ("2020-2025"). text: the words it was recognised by.
    """

    field: str
    values: tuple[str | int, ...]
    text: str = ""


@dataclass(frozen=True, slots=True)
class Correction:
    """One change made to what was typed. why: "telex" | "vni" | "joined" | "typo" | "question" (words left out)."""

    typed: str
    read_as: str
    why: str


@dataclass(frozen=True, slots=True)
class Query:
    """A query as understood. root None matches everything (filters still apply).

    notes: what could not be read as meant and was read otherwise, each a sentence for the user.
    partial: partial matches are found as well: counted, in facets, in every order.
    fixed: facets that the text itself limits (năm:2020). Their counts do not overlook that limit: another value, chosen
    beside it, would find nothing.
    loosened: the exact phrases whose words are looked for in any order, since no document has them.
    """

    text: str
    root: Node | None
    filters: Filters = Filters()
    sort: str = "relevance"
    hints: tuple[Hint, ...] = ()
    corrections: tuple[Correction, ...] = ()
    notes: tuple[str, ...] = ()
    partial: bool = False
    fixed: tuple[str, ...] = ()
    loosened: tuple[str, ...] = ()
