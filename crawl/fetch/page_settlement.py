"""What becomes of a page once it was asked for: stored, left out, moved, tried again, or gone.

Each outcome goes to the frontier (when the page is asked again), the archive (what is kept) and the summary of the run.
"""

from dataclasses import dataclass, replace

from crawl.archive.archive import Archive
from crawl.article import Article
from crawl.extraction.relevance import Verdict
from crawl.fetch.fetcher import Answer, FetchFailed
from crawl.fetch.found_links import COUNTED, article_page
from crawl.fetch.frontier import FOUND, TRIED, Frontier, Page
from crawl.fetch.kept_page import rules_version
from crawl.fetch.list_following import LISTS_AGAIN_SECONDS, ListFollowing
from crawl.fetch.moved_pages import Earlier, MovedPages
from crawl.fetch.page_reading import ReadPage
from crawl.fetch.summary import SourceSummary
from crawl.registry.canonical import host_of, list_url

MAX_HOPS = 5  # redirects from page to page; a site that goes on leads nowhere
BEHIND_THE_LAST = (400, 404, 410, 416, 422)  # what interfaces answer to the number of a part that is none


@dataclass(frozen=True, slots=True)
class JudgedArticle:
    """An article as read and judged, once. belongs: whether it is to be stored; earlier: as what it is stored."""

    article: Article
    verdict: Verdict
    belongs: bool
    earlier: Earlier | None = None


class PageSettlement:
    """Settles the pages of one run of one source. refused: why its start pages give nothing, "" if they do."""

    def __init__(
        self, summary: SourceSummary, archive: Archive, frontier: Frontier, lists: ListFollowing, moved: MovedPages
    ) -> None:
        self.refused = ""
        self._summary = summary
        self._archive = archive
        self._frontier = frontier
        self._lists = lists
        self._moved = moved

    def settle(self, page: Page, answer: Answer, read: ReadPage | None, article: JudgedArticle | None) -> None:
        """Settle a page that was answered. read: None for a 304 or a redirect; article: None for a list."""
        if answer.status == 304:
            self._summary.not_modified += page.kind == "article"
            if page.state == "left_out":
                self.leave_out(page, "as before", conditional=True)
                return
            if page.kind == "article":
                self._archive.touch_article(self._archive.article_at(page.id), answer.capture.fetched_at)
            self._frontier.settle(page, "done", conditional=True)
            return
        if answer.location:
            self._settle_redirect(page, answer.location)
            return
        if read:
            self._lists.note_related(read.related)
        if read and read.stands_at and self._settle_elsewhere(page, read.stands_at):
            return
        if article:
            self._settle_article(page, answer, article)
        elif page.kind == "article":
            name = list_url(page.url)
            self._frontier.settle(page, "moved", "a list, not an article")
            self._frontier.ask_again(Page(f"{name}#list", page.url, "list", depth=1), LISTS_AGAIN_SECONDS)
        elif read and read.found:
            self._lists.follow(page, read.found)
            self._summary.named = self._lists.named
            self._frontier.settle(page, "done", conditional=answer.has_validators)
            if page.listing == TRIED and (read.found.articles or read.found.lists):
                self._frontier.note_listing(page, FOUND)

    def settle_failure(self, page: Page, failure: FetchFailed) -> None:
        """Settle a page that gave no answer, or one that says that there is nothing."""
        if failure.forbidden:
            self._summary.forbidden += 1
            self.refused = self.refused or "robots.txt forbids the start pages"
            self._frontier.fail(page, str(failure), forbidden=True)  # the rules of the next run may be others
            return
        here = self._archive.article_at(page.id)
        if failure.gone and page.kind == "article" and self._archive.has_article(here):
            if self.has_left(page):
                self._frontier.settle(page, "moved", "it stands at its new address")
                return
            self._summary.gone += 1
            self._archive.note_missing(here, failure.status or 404)
            self._frontier.settle(page, "done", str(failure), conditional=page.conditional)
            return
        if failure.gone and page.listing == FOUND:  # nobody said that it would stay: rarely tried again
            self._frontier.note_listing(page, TRIED)
            self._frontier.settle(page, "done", str(failure))
            return
        if page.id.endswith(COUNTED) and failure.status in BEHIND_THE_LAST:
            self._frontier.settle(page, "done", "behind the last part of its list")
            return
        self.fail(page, str(failure))

    def fail(self, page: Page, why: str) -> None:
        """Have a page tried again that failed, unless it was a guess or its article stands elsewhere by now."""
        self._lists.note_idle(page)
        if page.listing == TRIED:  # nobody said that there is anything
            self._frontier.settle(page, "done", why)
            return
        if page.kind == "article" and self.has_left(page):
            self._frontier.settle(page, "moved", "it stands at its new address")
            return
        self._summary.note_failure(page.url, why)
        if page.state in ("done", "left_out"):  # what is known of it stays so; the next run looks again
            self._frontier.settle(page, page.state, why, conditional=page.conditional, rules=page.rules)
        else:
            self._frontier.fail(page, why)

    def leave_out(self, page: Page, why: str, *, conditional: bool) -> None:
        """Leave out a page that is no article of a meeting, until it or the rule of relevance changes."""
        self._frontier.settle(page, "left_out", why, conditional=conditional, rules=rules_version())

    def settle_moved_back(self, page: Page, article_id: str, address: str) -> None:
        """Let an article that is not found at a page any more be read at an earlier address again."""
        self._archive.note_address(article_id, address)
        self._frontier.ask_again(Page(address, address, "article"))
        self._frontier.settle(page, "moved", f"moved back to {address}")

    def has_left(self, page: Page) -> bool:
        """Tell whether the article that stood at the address of a page stands at another one now."""
        return self._archive.address_of(self._archive.article_at(page.id)) != page.id

    def _settle_elsewhere(self, page: Page, address: str) -> bool:
        """Leave a page to the address that it names as its own, unless nothing comes from there."""
        if self._archive.has_article(self._archive.article_at(page.id)):
            return False  # what is stored goes on being watched where it was found
        target = article_page(self._lists.source, address, hints=page.hints, hops=page.hops + 1)
        known = self._frontier.get(target.id) if target else None
        if target is None or page.hops >= MAX_HOPS or (known and (known.tries or known.state == "moved")):
            return False
        self._frontier.add(target)
        self._frontier.settle(page, "moved", f"the same as {target.url}")
        return True

    def _settle_article(self, page: Page, answer: Answer, read: JudgedArticle) -> None:
        if not read.belongs:
            self._summary.left_out += 1
            self._archive.note_left_out(answer.capture, read.verdict.reason)
            self.leave_out(page, read.verdict.reason, conditional=answer.has_validators)
            return
        if read.earlier:
            self._settle_moved(page, answer, read, read.earlier)
            return
        if self.has_left(page):  # shown at its old address, too, for a while
            self._frontier.settle(page, "moved", "it stands at its new address")
            return
        self._moved.note_read(page)
        outcome = self._archive.store_article(read.article, answer.capture, verdict=read.verdict.reason)
        setattr(self._summary, outcome, getattr(self._summary, outcome) + 1)
        # a server that sends the whole page again although nothing changed does not honour its validators
        honours = answer.has_validators and not (outcome == "unchanged" and page.state == "done" and page.conditional)
        self._frontier.settle(page, "done", changed=outcome != "unchanged", conditional=honours)

    def _settle_moved(self, page: Page, answer: Answer, read: JudgedArticle, earlier: Earlier) -> None:
        """Store an article under the id that it had at its old address, and leave that address; a twin is left."""
        if earlier.is_twin:
            self._frontier.settle(page, "moved", f"the same as {earlier.id}")
            return
        article = replace(read.article, id=earlier.id)
        left = self._archive.address_of(article.id)
        self._archive.note_address(article.id, page.id)
        self._archive.store_article(article, answer.capture, verdict=read.verdict.reason, moved=True)
        self._summary.moved += 1
        if known := self._frontier.get(left):
            self._frontier.settle(known, "moved", f"moved to {page.url}")
        self._frontier.settle(page, "done", changed=True, conditional=answer.has_validators)

    def _settle_redirect(self, page: Page, location: str) -> None:
        """Take the target of a redirect as a page of its own, if it is one that the registry lets us visit."""
        if host_of(location) not in self._lists.source.hosts:
            self.fail(
                page, f"moved to {location}, which is no host of this source: add it to hosts if it belongs there"
            )
            return
        if page.hops >= MAX_HOPS:
            self.fail(page, f"redirected more than {MAX_HOPS} times, each time to another address")
            return
        if page.kind == "article":
            target = article_page(self._lists.source, location, hints=page.hints, hops=page.hops + 1)
            if target is None:
                self.settle_failure(page, FetchFailed(f"redirected to {location}, which is no article", gone=True))
                return
            if target.id == page.id:
                self.settle_failure(page, FetchFailed("redirected to itself again and again"))
                return
            known = None if self._frontier.add(target) else self._frontier.get(target.id)
            if known is not None and known.state == "moved":
                self._frontier.ask_again(target)
                if known.fetched_at >= self._frontier.started_at:
                    self.fail(page, f"redirected in a circle, by way of {location}")
                    return
        else:
            target = Page(list_url(location), location, page.kind, hops=page.hops + 1)
            self._frontier.ask_again(replace(target, depth=page.depth, idle=page.idle, listing=page.listing))
        self._frontier.settle(page, "moved", f"moved to {location}")
