"""How to cite an archived article: a line in Vietnamese, BibTeX, and schema.org for machines."""

import re
from dataclasses import dataclass
from typing import Any

from crawl.archive.archive import ArchivedArticle
from search.document import Document
from web.ui.labels import date_in_words, in_vietnam
from web.ui.templating import followable

CREDIT = re.compile(
    r"^(?:(?:tin|bài(?: viết)?|ảnh|clip|theo|tác giả|thực hiện)\s*(?:[,&+-]|và)?\s*)+:\s*", re.IGNORECASE
)  # "Tin, ảnh: …"
# "Tin, ảnh: …" names who wrote, "Ảnh: …" alone who took the pictures, "Theo …" where it was taken from.
CREDITS = re.compile(
    r"((?:\b(?:tin|bài(?: viết)?|ảnh|clip|video|tác giả|thực hiện|theo|nguồn)\b\s*(?:[,&+-]|và)?\s*)+):", re.IGNORECASE
)
WRITING = re.compile(r"\b(?:tin|bài|tác giả|thực hiện)\b", re.IGNORECASE)
BETWEEN_NAMES = re.compile(r"\s*(?:[,&/]|\s[-–]\s|\bvà\b)\s*", re.IGNORECASE)
NAME_WORDS = range(2, 7)  # of a Vietnamese name or pen name; one word alone may be a paper or a place


@dataclass(frozen=True, slots=True)
class Reference:
    """What a citation needs. published: ISO date cut to its precision; captured: ISO time; permalink: absolute.

    authors: whom the byline names as writers. url: of the original where a browser may follow it, else "".
    """

    key: str
    title: str
    byline: str
    source: str
    published: str
    url: str
    captured: str
    permalink: str
    authors: tuple[str, ...] = ()


def refer(
    key: str,
    archived: ArchivedArticle | None,
    document: Document | None,
    source_names: dict[str, str],
    permalink: str,
) -> Reference:
    """Return what is known about an article from the archive, the index, or both."""
    printed = archived.article if archived else document
    source = printed.source if printed else ""
    return Reference(
        key=key,
        title=printed.title if printed else "",
        byline=CREDIT.sub("", printed.byline) if printed else "",
        authors=tuple(authors(printed.byline)) if printed else (),
        source=source_names.get(source, source),
        published=document.published if document else "",
        url=followable(printed.url) if printed else "",
        captured=archived.fetched_at if archived else document.fetched_at if document else "",
        permalink=permalink,
    )


def authors(byline: str) -> list[str]:
    """Return the people whom a byline names as writers, in order; [] where it names agencies, hosts or photographers.

    byline: as printed, its credits still before the names ("Tin: An Mẫu; ảnh: Bình Mẫu").
    """
    found: list[str] = []
    for line in re.split(r"[\n;|]", byline):
        unnamed, *credits = CREDITS.split(line)
        written = [unnamed] + [
            names for credit, names in zip(credits[::2], credits[1::2], strict=True) if WRITING.search(credit)
        ]
        names = (name.strip(" .()*") for part in written for name in BETWEEN_NAMES.split(part))
        found += [name for name in names if _is_name(name)]
    return list(dict.fromkeys(found))


def _is_name(text: str) -> bool:
    words = text.split()
    return (
        len(words) in NAME_WORDS
        and words[0].lower() != "theo"
        and all(word[0].isupper() and word.replace(".", "").isalpha() for word in words)
    )


def citation(reference: Reference) -> str:
    """Return one line: author, "title", source, date, original address, capture and permalink."""
    parts = [
        reference.byline,
        f"“{reference.title}”",
        reference.source,
        date_in_words(reference.published),
        reference.url,
    ]
    line = ", ".join(part for part in parts if part)
    captured = f"bản chụp ngày {date_in_words(in_vietnam(reference.captured))}, " if reference.captured else ""
    return f"{line} ({captured}hoinghi: {reference.permalink})."


def bibtex(reference: Reference, annotation: str = "") -> str:
    """Return an @online entry; braces keep capitals and Vietnamese letters as they stand."""
    year = reference.published[:4]
    fields = {
        "author": " and ".join("{" + escaped(name) + "}" for name in reference.authors),
        "title": "{" + escaped(reference.title) + "}",
        "organization": escaped(reference.source),
        "year": year,
        "date": reference.published,
        "url": reference.url,
        "urldate": in_vietnam(reference.captured)[:10] if reference.captured else "",
        "note": f"hoinghi: {reference.permalink}" if reference.permalink else "",
        "langid": "vietnamese",
        "annotation": escaped(annotation),
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@online{{hoinghi-{reference.key},", *lines, "}"])


def escaped(text: str) -> str:
    """Return text with the characters that BibTeX reads as commands escaped, and its braces in balance."""
    return re.sub(r"([#$%&_])", r"\\\1", re.sub(r"[\\{}]", "", text)).replace("~", r"\textasciitilde{}")


def structured_data(reference: Reference) -> dict[str, Any]:
    """Return the article as schema.org/Article (JSON-LD), without what is not known."""
    data = {
        "@context": "https://schema.org",
        "@type": "Article",
        "@id": reference.permalink,
        "headline": reference.title,
        "inLanguage": "vi",
        "datePublished": reference.published,
        "author": [{"@type": "Person", "name": name} for name in reference.authors],
        "publisher": {"@type": "Organization", "name": reference.source} if reference.source else "",
        "isBasedOn": reference.url,
    }
    return {name: value for name, value in data.items() if value}
