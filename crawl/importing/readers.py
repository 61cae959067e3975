"""The bytes of one imported thing → an Article: a text, a page, a document, a line of JSON. A function per media type.

Each raises ValueError with the reason in plain words where no article can be made of the bytes.
"""

import json
import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from crawl.article import Article
from crawl.extraction.attachments import attachment_text
from crawl.extraction.encodings import decode
from crawl.extraction.extract import Hints, first_day
from crawl.extraction.ocr import HOW_TO_INSTALL
from crawl.extraction.plain_text import beginning, paragraphs, read_plain_text
from crawl.registry.canonical import canonical_url
from crawl.registry.hosts import Hosts
from crawl.registry.sources import compiled
from search.domain.date_hints import url_date

TEXT = "text/plain"
HTML = "text/html"
PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
OTHER_DOCUMENTS = {
    ".odt": "application/vnd.oasis.opendocument.text",
    ".rtf": "application/rtf",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".doc": "application/msword",
}
JSON = "application/json"

_SLUG = re.compile(r"[a-z]+(?:-[a-z]+)*")
NO_HOSTS = Hosts()
_TAKEN_APART = frozenset({"lede", "byline", "printed_date", "captions", "attachments", "hints", "sha256"})  # of exports

_RANK = re.compile(r"(?:tinh|thanh-pho|tp)-")


def article_of(data: bytes, media_type: str, article_id: str, *, url: str = "", hosts: Hosts = NO_HOSTS) -> Article:
    """Return the article that data holds. media_type may carry parameters; article_id is used where data names none.

    url: where a page was fetched, "" for a file. hosts: of the registry, for pages that one of its sources publishes.
    """
    kind = media_type.partition(";")[0].strip().lower()
    if data.startswith(b"%PDF-"):
        kind = PDF  # servers call a PDF by many names
    reader = _READERS.get(kind)
    if reader is None:
        raise ValueError(f"{kind or 'unnamed content'} is not read: expected {', '.join(_READERS)}")
    return reader(data, media_type, article_id, url, hosts)


def is_article_page(url: str, hosts: Hosts) -> bool:
    """Tell whether a fetched page may be an article; lists and feeds of a source in the registry are not."""
    source = hosts.source_of(url)
    if source is None or not source.article:
        return True
    return compiled(source.article).search(canonical_url(url, source)) is not None


def _of_text(data: bytes, media_type: str, article_id: str, url: str, hosts: Hosts) -> Article:
    return _from_plain_text(decode(data).text, article_id, url)


def _of_document(data: bytes, media_type: str, article_id: str, url: str, hosts: Hosts) -> Article:
    document = attachment_text(data)
    if document.reading == "scanned":
        raise ValueError(f"it was scanned and holds no text: {HOW_TO_INSTALL}")
    article = _from_plain_text(document.text, article_id, url)
    return replace(article, hints=(*article.hints, ("reading", "ocr"))) if document.reading == "ocr" else article


def _from_plain_text(text: str, article_id: str, url: str, title: str = "") -> Article:
    read = read_plain_text(text, title)
    return Article(
        id=article_id,
        url=url,
        title=read.title,
        lede=read.lede,
        body=read.body,
        byline=read.byline,
        printed_date=read.printed_date,
        captions=read.captions,
        hints=(("archive_prefix", read.archive_prefix),) if read.archive_prefix else (),
    )


def _of_html(data: bytes, media_type: str, article_id: str, url: str, hosts: Hosts) -> Article:
    from crawl.extraction.extract import extract_article

    source = hosts.source_of(url)
    article = extract_article(data, url, source, content_type=media_type)
    return replace(article, id=canonical_url(url, source) if source else article_id, url=url)


def _of_json(data: bytes, media_type: str, article_id: str, url: str, hosts: Hosts) -> Article:
    try:
        given = json.loads(data)
    except ValueError as error:
        raise ValueError(f"it is not JSON ({error})") from None
    if not isinstance(given, dict):
        raise ValueError(f'expected an object with "title" and "text", got {type(given).__name__}')
    name, url = _string(given, "id"), _string(given, "url")
    if not (name or url or article_id):
        raise ValueError('expected "id" or "url" to name the article')
    text, title = _string(given, "text"), _string(given, "title").strip()
    if not (text.strip() or title):
        raise ValueError('expected words in "text" or "title"')
    source = hosts.source_of(url) if url else None
    published = _string(given, "published").strip()
    hints = (*_hints(given), *((("import", published),) if published else ()))
    if url and not _TAKEN_APART & given.keys():
        article = _as_page(text, title, url, hints)
    else:
        article = _as_given(given, text, title, url, hints)
    slug = _slug(_string(given, "province"))
    if source:
        slug = slug or source.province_on(first_day(article.printed_date, article.hints))
    named = _string(given, "source")
    return replace(
        article,
        id=name or url or article_id,
        source=named or (source.slug if source else ""),
        province=slug,
    )


def _as_page(text: str, title: str, url: str, hints: Hints) -> Article:
    """Return a page that was saved as text: its date line, byline and captions stand among its lines."""
    article = _from_plain_text(text, url, url, title) if text.strip() else Article(url, url, title, "")
    in_url = url_date(url)
    return replace(article, hints=(*hints, *((("url", in_url),) if in_url else ()), *article.hints))


def _as_given(given: dict[str, Any], text: str, title: str, url: str, hints: Hints) -> Article:
    body, lede = paragraphs(text), _string(given, "lede").strip()
    return Article(
        id=url,
        url=url,
        title=title or beginning([lede] if lede else body),
        lede=lede,
        body="\n\n".join(body),
        byline=_string(given, "byline"),
        printed_date=_string(given, "printed_date"),
        captions=tuple(map(str, given.get("captions") or ())),
        attachments=tuple(map(str, given.get("attachments") or ())),
        hints=hints,
    )


def _string(given: dict[str, Any], name: str) -> str:
    value = given.get(name)
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise ValueError(f'"{name}" is {json.dumps(value, ensure_ascii=False)[:40]}: expected a string')
    return str(value)


def _hints(given: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """Return the dates that an export of this program carries beside the publication date."""
    hints = given.get("hints") or []
    if not all(isinstance(hint, list) and len(hint) == 2 for hint in hints):
        raise ValueError('"hints" is not a list of pairs: expected [["url", "2023-07"], …]; leave it out')
    return tuple((str(name), str(value)) for name, value in hints)


def _slug(province: str) -> str:
    """Return a province as slug, whether it came as one or as a name ("Tỉnh Bắc Giang" → "bac-giang")."""
    bare = unicodedata.normalize("NFD", province.strip().lower().replace("đ", "d"))
    plain = "".join(character for character in bare if not unicodedata.combining(character))
    slug = _RANK.sub("", re.sub(r"[\s_–-]+", "-", plain.replace(".", " ")).strip("-"), count=1)
    if slug and not _SLUG.fullmatch(slug):
        raise ValueError(f'"province" is {province!r}: expected the name or slug of a province, such as "bac-giang"')
    return slug


_READERS: dict[str, Callable[[bytes, str, str, str, Hosts], Article]] = {
    TEXT: _of_text,
    HTML: _of_html,
    "application/xhtml+xml": _of_html,
    PDF: _of_document,
    DOCX: _of_document,
    **dict.fromkeys(OTHER_DOCUMENTS.values(), _of_document),
    JSON: _of_json,
}
