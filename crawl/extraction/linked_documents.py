"""The documents that an article links: fetched and kept, and read where they say more than the page.

A notice is often a page of two lines with a PDF. The text of a document becomes part of the article, under the name of
its file.
"""

import asyncio
from collections.abc import Collection
from dataclasses import replace
from urllib.parse import unquote, urlsplit

from crawl.archive.archive import Archive
from crawl.article import Article
from crawl.extraction.attachments import AttachmentText
from crawl.extraction.ocr import HOW_TO_INSTALL
from crawl.extraction.sandbox import read_apart
from crawl.fetch.fetcher import Fetcher, FetchFailed
from crawl.fetch.frontier import Page
from crawl.registry.canonical import host_of

MAX_ATTACHMENTS = 5  # of one article; a page with more is a list of documents
MAX_CHARACTERS = 500_000  # of the text of one document; a congress report has 300,000
RUN_OF_WORDS = 5  # so many words in a row are the same text, not the same topic
NEW_SHARE = 0.25  # of its runs must be new; letterhead and recipients alone are less


class AttachedDocuments:
    """Reads the documents of the articles of one source. hosts: those that may be asked."""

    def __init__(self, fetcher: Fetcher, archive: Archive, hosts: Collection[str]) -> None:
        self._fetcher = fetcher
        self._archive = archive
        self._hosts = hosts

    async def added_to(self, article: Article) -> tuple[Article, list[tuple[str, str]]]:
        """Return the article with the text of its documents, and what could not be read: (URL, why).

        Raises SourceDown as Fetcher does.
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
                failures.append((url, f"it was scanned: {HOW_TO_INSTALL}"))
            article = with_document(article, url, document)
        return article, failures

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
