"""The documents that an article links: fetched and kept, and read where they say more than the page.

A notice is often a page of two lines with a PDF, an e-magazine a title above pictures of text. The text of a document
or picture becomes part of the article, under the name of its file; what OCR read is marked in its hints.
"""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import replace
from urllib.parse import unquote, urlsplit

from crawl.archive.archive import Archive
from crawl.article import Article
from crawl.extraction import ocr
from crawl.extraction.attachments import AttachmentText
from crawl.extraction.sandbox import read_apart
from crawl.extraction.text_pictures import is_text
from crawl.fetch.fetcher import Fetcher, FetchFailed
from crawl.fetch.frontier import Page
from crawl.registry.canonical import host_of

MAX_ATTACHMENTS = 5  # of one article; a page with more is a list of documents
MAX_PICTURES = 20  # of one article; an e-magazine has ten to fifteen
MAX_CHARACTERS = 500_000  # of the text of one document; a congress report has 300,000
RUN_OF_WORDS = 5  # so many words in a row are the same text, not the same topic
NEW_SHARE = 0.25  # of its runs must be new; letterhead and recipients alone are less


class AttachedDocuments:
    """Reads the documents of the articles of one source. hosts: those that may be asked."""

    def __init__(self, fetcher: Fetcher, archive: Archive, hosts: Collection[str]) -> None:
        self._fetcher = fetcher
        self._archive = archive
        self._hosts = hosts

    async def added_to(self, article: Article, pictures: Sequence[str] = ()) -> tuple[Article, list[tuple[str, str]]]:
        """Return the article with the text of its documents, and what could not be read: (URL, why).

        pictures: those that may hold its text. Raises ValueError where nothing gives an article any text, SourceDown as
        Fetcher does.
        """
        failures: list[tuple[str, str]] = []
        for url in article.attachments[:MAX_ATTACHMENTS]:
            if host_of(url) not in self._hosts:
                continue
            try:
                document = await asyncio.to_thread(read_apart, await self._bytes(url))
            except (FetchFailed, ValueError) as failure:  # one bad document is no reason to lose the article
                failures.append((url, str(failure)))
                continue
            if document.reading == "scanned":
                failures.append((url, f"it was scanned: {ocr.HOW_TO_INSTALL}"))
            article = with_document(article, url, document)
        if pictures and ocr.is_available():
            article, unread = await self._read_from(pictures, article)
            failures += unread
        if not (article.lede or article.body):
            why = failures[0][1] if failures else "none of them is one of text on a host of this source"
            how = why if ocr.is_available() else ocr.HOW_TO_INSTALL
            raise ValueError(f"it has no text but {len(pictures)} pictures: {how}")
        return article, failures

    async def _read_from(self, pictures: Sequence[str], article: Article) -> tuple[Article, list[tuple[str, str]]]:
        """Return the article with the text of its pictures, and those that did not come although others are of text."""
        failures: list[tuple[str, str]] = []
        had = article
        for url in pictures[:MAX_PICTURES]:
            if host_of(url) not in self._hosts:
                continue
            try:
                document = await asyncio.to_thread(read_apart, await self._bytes(url))
            except FetchFailed as failure:
                failures.append((url, str(failure)))
                continue
            except ValueError:  # another kind of picture, or a damaged one: it was never promised to be text
                continue
            if document.reading == "ocr" and is_text(document.text):
                longer = with_document(article, url, document)
                if longer is not article:
                    article = replace(longer, attachments=(*longer.attachments, url))
        return article, failures if article is not had or not (had.lede or had.body) else []

    async def _bytes(self, url: str) -> bytes:
        answer = await self._fetcher.fetch(Page(url, url, "attachment"), conditional=True)
        if answer.status == 304:
            return self._archive.body(answer.capture.id)
        if answer.location:
            raise FetchFailed(f"redirected to {answer.location}")
        return answer.body


def with_document(article: Article, url: str, document: AttachmentText) -> Article:
    """Return the article with the text of a document behind its own, unless it says the same."""
    text = document.text[:MAX_CHARACTERS]
    known = _runs(f"{article.title} {article.lede} {article.body}")
    runs = _runs(text)
    if not runs or len(runs - known) < NEW_SHARE * len(runs):
        return article
    name = unquote(urlsplit(url).path.rpartition("/")[2])
    hints = (*article.hints, ("ocr", name)) if document.reading == "ocr" else article.hints
    return replace(article, body="\n\n".join(filter(None, (article.body, name, text))), hints=hints)


def _runs(text: str) -> set[tuple[str, ...]]:
    words = text.casefold().split()
    return {tuple(words[start : start + RUN_OF_WORDS]) for start in range(len(words) - RUN_OF_WORDS + 1)}
