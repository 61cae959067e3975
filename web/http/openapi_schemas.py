"""The shapes of the JSON answers, as JSON Schema. A name may be added to a shape, none is taken away within a version.

Dates are ISO dates cut to what is known (2023, 2023-07, 2023-07-05), null where nothing is.
"""

from typing import Any

from search.figures.schema import FIGURE_MEANINGS

Schema = dict[str, Any]

STRING: Schema = {"type": "string"}
INTEGER: Schema = {"type": "integer"}
NUMBER: Schema = {"type": "number"}
BOOLEAN: Schema = {"type": "boolean"}
OPTIONAL: Schema = {"type": ["string", "null"]}
DAY: Schema = {"type": "string", "format": "date"}


STATED = (  # of FIGURE_MEANINGS, those that are said in plain words
    *("indicator", "sector", "value", "high", "of", "approx", "unit", "dimension", "counted_in", "amount", "measure"),
    *("status", "kind", "base", "assigned_by"),
)


def record(**properties: Schema) -> Schema:
    """Return the schema of an object that has all these properties."""
    return {"type": "object", "properties": properties, "required": list(properties)}


def listing(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def or_null(schema: Schema) -> Schema:
    return {**schema, "type": [schema["type"], "null"]}


SEEN = record(
    fetched_at={"type": "string", "description": "When the page was fetched as it is read here; empty if imported"},
    sha256={"type": "string", "description": "Of the bytes as fetched"},
    version=INTEGER,
)
WORDS_BY_FACT: Schema = {"type": "object", "additionalProperties": STRING}
PROVINCE = record(then=OPTIONAL, now=OPTIONAL)
COUNTED = listing(record(value={"type": ["string", "integer"]}, label=STRING, count=INTEGER))
HIT = record(
    id=STRING,
    url=STRING,
    title=STRING,
    province=PROVINCE,
    year=or_null(INTEGER),
    published=OPTIONAL,
    held=OPTIONAL,
    score=NUMBER,
    match={"type": "string", "enum": ["full", "partial"], "description": "Whether it holds every word of the query"},
    missing={**listing(STRING), "description": "The words that a partial match lacks, as typed"},
    snippet={"type": "string", "description": "HTML, escaped; only <mark> is markup"},
    key=STRING,
    source=OPTIONAL,
    kind=OPTIONAL,
    meeting=OPTIONAL,
    edited={**OPTIONAL, "description": "Day on which the last change of the article was seen"},
    gone={**OPTIONAL, "description": "Day since which the article is no longer at its source"},
    capture=SEEN,
    also_in=listing(record(key=STRING, source=STRING)),
)
HIT["properties"]["said"] = {
    **listing(record(number=INTEGER, speaker=STRING, role=STRING, verb=STRING, words=STRING, direct=BOOLEAN)),
    "description": "The quotes that a search for what is said asks for; each stands at #loi-<number> of the article",
}
RESULTS = record(
    query=STRING,
    understood={"type": "string", "description": "How the query was read, in words"},
    total={"type": "integer", "description": "Full matches; with partial=1 the partial ones as well"},
    texts={
        **or_null(INTEGER),
        "description": "How many hits total makes: articles of the same text are one; limit and offset count hits",
    },
    partial_matches={"type": "integer", "description": "Documents that hold enough of the words, but not each"},
    took_ms=NUMBER,
    hits={**listing(HIT), "description": "Full matches, then, by relevance, partial ones"},
    facets={
        "type": "object",
        "additionalProperties": COUNTED,
        "description": "Values with the results they have under the other filters; of documents cited the top ones",
    },
    absent={**listing(STRING), "description": "Words that no document holds, told where there is no full match"},
    loosened={**listing(STRING), "description": "Exact phrases that no document has: their words were looked for"},
)
RESULTS["properties"]["partial"] = {
    "type": "boolean",
    "description": "True where a part of a distributed index did not answer, so that there may be more; else absent",
}
RESULTS["properties"]["by_meaning"] = {
    **listing(
        record(
            id=STRING,
            key=STRING,
            url=STRING,
            title=STRING,
            found_by={"type": "string", "enum": ["meaning"]},
            language={"type": "string", "enum": ["vi"], "description": "Of the article and its passage"},
            passage=record(start=INTEGER, end=INTEGER, text=STRING),
            cosine=NUMBER,
        )
    ),
    "description": "Pages that only meaning finds, counted nowhere; only where the site reads meanings, else absent",
}
RESULTS["properties"]["undated_matches"] = {
    **record(
        total={"type": "integer", "description": "Articles; year_grade=unknown beside the same limits lists them all"},
        results=listing(
            {
                **HIT,
                "properties": {**HIT["properties"], "possible_years": listing(INTEGER)},
                "required": [*HIT["required"], "possible_years"],
            }
        ),
    ),
    "description": "Full matches whose year is unknown and may be within year, from or to, which leave them out; "
    "counted nowhere else. Told with the first hits, where there is such a limit and none on year_grade; else absent",
}
QUOTE = record(
    speaker=STRING,
    role={"type": "string", "description": "As printed; empty where none is"},
    verb=STRING,
    words=STRING,
    direct={"type": "boolean", "description": "Whether the words stand in quotation marks; else they are reported"},
    start={"type": "integer", "description": "Where the words begin in the text that is indexed: lede and body"},
    end=INTEGER,
    frame={"type": "string", "description": "The words of the article that say who speaks"},
)
FACTS = record(
    published=OPTIONAL,
    held=OPTIONAL,
    year=or_null(INTEGER),
    province=PROVINCE,
    kind=OPTIONAL,
    ordinal=or_null(INTEGER),
    term=OPTIONAL,
    term_years=OPTIONAL,
    level=OPTIONAL,
    year_grade=OPTIONAL,
    possible_years={**listing(INTEGER), "description": "Of an article without a year, those that its words leave"},
    organ=OPTIONAL,
    chair=OPTIONAL,
    chairs=listing(STRING),
    place=OPTIONAL,
    agenda=listing(STRING),
    document_numbers=listing(STRING),
    people=listing(STRING),
    roles=listing(record(name=STRING, roles=STRING, sentence=STRING)),
    quotes=listing(QUOTE),
    edits=listing(record(seen=DAY, before=STRING, after=STRING)),
    gone=OPTIONAL,
    evidence=WORDS_BY_FACT,
)
CAPTURE = record(fetched_at=STRING, sha256=STRING, version=INTEGER, gone=BOOLEAN)
ARTICLE = record(
    key=STRING,
    id=STRING,
    url=STRING,
    permalink=STRING,
    title=STRING,
    lede=STRING,
    text=STRING,
    byline=STRING,
    captions=listing(STRING),
    ocr=record(whole=BOOLEAN, files=listing(STRING)) | {"description": "What OCR read: all, or the text below names"},
    shown={"type": "string", "enum": ["full", "excerpt", "metadata"], "description": "How much may be shown"},
    source=OPTIONAL,
    printed_date=STRING,
    facts=or_null(FACTS),
    capture=or_null(CAPTURE),
    versions=listing(record(version=INTEGER, fetched_at=STRING, sha256=STRING, title=STRING)),
)
MEETING = record(
    **{name: OPTIONAL for name in ("kind", "organ", "from", "to", "term", "chair", "place")},
    key=STRING,
    permalink=STRING,
    province=PROVINCE,
    ordinal=or_null(INTEGER),
    agenda=listing(STRING),
    documents=listing(record(number=STRING, date=OPTIONAL)),
    quotes=listing(record(**QUOTE["properties"], report=STRING)),
    reports=listing(
        record(
            **{name: STRING for name in ("key", "url", "title")},
            published=OPTIONAL,
            source=OPTIONAL,
            evidence={**WORDS_BY_FACT, "description": "The words of the report that each fact rests on"},
            capture=SEEN,
        )
    ),
)
SAID = record(
    **QUOTE["properties"],
    **{name: STRING for name in ("key", "url", "permalink", "title")},
    number={"type": "integer", "description": "Which of the quotes of its article it is, from 0"},
    province=PROVINCE,
    **{name: OPTIONAL for name in ("held", "published", "meeting", "source")},
    capture=SEEN,
)
WITNESS = record(
    **{name: STRING for name in ("key", "url", "title", "source", "day", "part", "sentence")},
    capture=SEEN,
    start=INTEGER,
    end=INTEGER,
)
STATEMENT = record(
    **{name: {"type": "string", "description": meaning} for name, meaning in FIGURE_MEANINGS.items() if name in STATED},
    id=STRING,
    period=record(**{name: STRING for name in ("key", "first", "last", "from")}),
    place=record(name=STRING, now=STRING, level=STRING),
    of_province=BOOLEAN,
    sure=BOOLEAN,
    notes=listing(STRING),
    witnesses=listing(WITNESS),
    revises=listing(STRING),
)
SOURCE = record(
    slug=STRING, name=STRING, province=OPTIONAL, kind=STRING, sample=BOOLEAN, many_provinces=BOOLEAN, count=INTEGER
)
CHANGE: Schema = {
    "type": "object",
    "properties": {
        "change": {"type": "string", "enum": ["stored", "gone", "withheld"]},
        **{name: STRING for name in ("key", "permalink", "id", "url", "title", "source", "fetched_at")},
        "version": INTEGER,
        "sha256": STRING,
        "text_sha256": STRING,
    },
    "required": ["key", "permalink", "change"],
}

SCHEMAS: dict[str, Schema] = {
    "Results": RESULTS,
    "Changes": record(changes=listing(CHANGE), next=STRING, complete=BOOLEAN),
    "Article": ARTICLE,
    "Meeting": MEETING,
    "Quotes": record(
        query=STRING,
        understood=STRING,
        total={"type": "integer", "description": "Articles with such quotes; limit and offset count articles"},
        quotes=listing(SAID),
    ),
    "Figures": record(
        indicators=listing(record(key=STRING, vi=STRING, en=STRING, unit=STRING)),
        total=INTEGER,
        statements=listing(STATEMENT),
    ),
    "Suggestions": record(query=STRING, suggestions=listing(record(text=STRING, kind=STRING, count=INTEGER))),
    "Sources": record(sources=listing(SOURCE)),
    "Coverage": {"type": "object", "properties": {"total": INTEGER}, "additionalProperties": COUNTED},
    "Head": {
        "type": "object",
        "properties": {"size": INTEGER, **{name: STRING for name in ("root", "at", "key", "signature", "timestamp")}},
        "required": ["size", "root", "at", "key", "signature"],
    },
    "Description": {"type": "object"},
    "Error": record(error=record(status=INTEGER, parameter=OPTIONAL, message=STRING)),
}
