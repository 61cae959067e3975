"""How to cite an archived article: a line in Vietnamese, BibTeX, and schema.org for machines."""

import re
from dataclasses import dataclass
from typing import Any

from crawl.archive.archive import ArchivedArticle
from search.document import Document
from web.ui.labels import date_in_words, in_vietnam
from web.ui.templating import followable

CREDIT = re.compile(
    r"^(?:(?:tin|bài|ảnh|clip|theo|thực hiện)\s*(?:[,&+-]|và)?\s*)+:\s*", re.IGNORECASE
)  # "Tin, ảnh: …"


@dataclass(frozen=True, slots=True)
class Reference:
    """What a citation needs. published: ISO date cut to its precision; captured: ISO time; permalink: absolute.

    url: of the original where a browser may follow it (http, https), else "".
    """

    key: str
    title: str
    byline: str
    source: str
    published: str
    url: str
    captured: str
    permalink: str


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
        source=source_names.get(source, source),
        published=document.published if document else "",
        url=followable(printed.url) if printed else "",
        captured=archived.fetched_at if archived else document.fetched_at if document else "",
        permalink=permalink,
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


def bibtex(reference: Reference) -> str:
    """Return an @online entry; braces keep capitals and Vietnamese letters as they stand."""
    year = reference.published[:4]
    fields = {
        "author": "{" + escaped(reference.byline) + "}" if reference.byline else "",
        "title": "{" + escaped(reference.title) + "}",
        "organization": escaped(reference.source),
        "year": year,
        "date": reference.published,
        "url": reference.url,
        "urldate": in_vietnam(reference.captured)[:10] if reference.captured else "",
        "note": f"hoinghi: {reference.permalink}" if reference.permalink else "",
        "langid": "vietnamese",
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
        "author": {"@type": "Person", "name": reference.byline} if reference.byline else "",
        "publisher": {"@type": "Organization", "name": reference.source} if reference.source else "",
        "isBasedOn": reference.url,
    }
    return {name: value for name, value in data.items() if value}
