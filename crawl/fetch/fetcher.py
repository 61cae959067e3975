"""One request after another to the hosts of one source: polite, patient, recorded.

robots.txt is obeyed; failures that often pass are tried again; Retry-After is honoured; every answer goes into the
archive before it is read. Between the end of an answer and the next request lie `delay_seconds`, more where robots.txt
or a 429 asks for it, and more again where the site is slow: SLOW_FACTOR times as long as its answer took.
"""

import asyncio
import json
from dataclasses import dataclass
from datetime import UTC, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlencode, urlsplit

from crawl import clock
from crawl.archive.archive import Archive
from crawl.capture import Capture
from crawl.extraction.decoding import BadCoding, TooLarge, decoded_body
from crawl.fetch.client import Client, RequestFailed, Response
from crawl.fetch.frontier import SENT_AS_JSON, TRIED, Page
from crawl.fetch.limits import Limits
from crawl.fetch.robots import MAX_BYTES, Robots, robots_of, unreachable_robots
from crawl.registry.canonical import absolute_url, host_of
from crawl.registry.sources import Source
from search.domain.moments import iso

RETRIED_STATUSES = frozenset({408, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524})
REDIRECTS = frozenset({301, 302, 303, 307, 308})
MAX_REDIRECTS = 5
MAX_DELAY_SECONDS = 60.0  # between requests to a host that answers 429 without saying how long to wait
SLOW_FACTOR = 5.0  # as Heritrix (delayFactor): a site that needs a second for an answer rests five
MAX_RETRY_AFTER_SECONDS = 24 * 3600.0  # a longer one is a mistake; the site is asked again a day later


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back for a page. body: without content coding; status 304: nothing new, no body.

    url: where the page was found in the end. location: absolute target of a redirect that was not followed, else "".
    """

    status: int
    url: str
    body: bytes
    content_type: str
    capture: Capture
    location: str = ""
    has_validators: bool = False
    sets_cookie: bool = False


class FetchFailed(Exception):
    """A page did not come. gone: the server says that it does not exist; forbidden: robots.txt says no."""

    def __init__(self, why: str, *, gone: bool = False, forbidden: bool = False, status: int = 0) -> None:
        super().__init__(why)
        self.gone = gone
        self.forbidden = forbidden
        self.status = status


class SourceDown(Exception):
    """Nothing more is asked of this source in this run. not_before: when the server lets us come again, ISO, or ""."""

    def __init__(self, why: str, not_before: str = "") -> None:
        super().__init__(why)
        self.not_before = not_before


class Fetcher:
    """Fetches the pages of one source. allowed_hosts: all hosts of the registry; nothing else is ever contacted."""

    def __init__(
        self, client: Client, archive: Archive, source: Source, limits: Limits, allowed_hosts: frozenset[str]
    ) -> None:
        self._client = client
        self._archive = archive
        self._source = source
        self._limits = limits
        self._allowed_hosts = allowed_hosts
        self._robots: dict[str, Robots] = {}
        self._delay = source.delay_seconds
        self._free_at = 0.0  # on the monotonic clock: when the next request may begin
        self._failures = 0
        self.requests = 0

    async def robots(self, url: str) -> Robots:
        """Return the rules of the host of url, fetched once in a run."""
        root = "{0.scheme}://{0.netloc}".format(urlsplit(url))
        if root not in self._robots:
            self._robots[root] = await self._fetch_robots(root + "/robots.txt")
            self._delay = max(self._delay, self._robots[root].delay_seconds())
        return self._robots[root]

    async def fetch(self, page: Page, *, conditional: bool) -> Answer:
        """Return the answer for a page. conditional: a 304 will do. Raises FetchFailed, SourceDown."""
        url = page.url
        time_left = _TimeLeft(self._limits.timeout_seconds)
        for _ in range(MAX_REDIRECTS):
            robots = await self.robots(url)
            if robots.refusal:
                raise SourceDown(robots.refusal, robots.not_before)
            if not robots.allows(url):
                raise FetchFailed("robots.txt forbids it", forbidden=True)
            answer = await self._fetch_patiently(page, url, conditional, time_left)
            # the same page at another scheme or with a slash: one page still; any other target is a page of its own
            again = answer.location != url or answer.sets_cookie  # some sites let in only who brings their cookie
            if answer.location and again and self._same_place(answer.location, url):
                url = answer.location
                continue
            return answer
        raise FetchFailed(f"redirected more than {MAX_REDIRECTS} times")

    @staticmethod
    def _same_place(one: str, other: str) -> bool:
        first, second = urlsplit(one), urlsplit(other)
        bare = [part.netloc.removeprefix("www.") + part.path.rstrip("/") + "?" + part.query for part in (first, second)]
        return bare[0] == bare[1]

    async def _fetch_robots(self, url: str) -> Robots:
        for _ in range(MAX_REDIRECTS):
            try:
                time_left = _TimeLeft(self._limits.timeout_seconds)
                response = await self._request_patiently(url, {}, "", time_left, first_bytes=MAX_BYTES)
                body = decoded_body(response.body, response.header("Content-Encoding"), 10 * MAX_BYTES)
            except (FetchFailed, SourceDown, TooLarge, BadCoding) as error:
                return unreachable_robots(str(error), getattr(error, "not_before", ""))
            self._record(response, url, page="robots")
            if response.status not in REDIRECTS:
                return robots_of(response.status, body)
            url = absolute_url(url, response.header("Location"))
            if host_of(url) not in self._allowed_hosts:
                return robots_of(404, b"")  # no rules of this host: RFC 9309 treats a chain without end so
        return robots_of(404, b"")

    async def _fetch_patiently(self, page: Page, url: str, conditional: bool, time_left: "_TimeLeft") -> Answer:
        headers = self._conditions(url) if conditional and not page.form else {}
        may_refuse = page.listing == TRIED
        response = await self._request_patiently(url, headers, page.form, time_left, may_refuse=may_refuse)
        capture = self._record(response, page.id if page.form else url, page.form, page.kind)
        if response.status == 304 and not headers:
            raise FetchFailed("answered 304 (not modified) to a request that named no earlier page", status=304)
        if response.status == 304:
            return Answer(304, url, b"", "", capture, has_validators=True)
        if response.status in REDIRECTS:
            location = absolute_url(url, response.header("Location"))
            if not location:
                raise FetchFailed(f"answered {response.status} and leads to no web page", status=response.status)
            sets_cookie = bool(response.header("Set-Cookie"))
            return Answer(response.status, url, b"", "", capture, location=location, sets_cookie=sets_cookie)
        if response.status != 200:
            gone = response.status in (404, 410)
            raise FetchFailed(f"answered {response.status}", gone=gone, status=response.status)
        try:
            body = decoded_body(response.body, response.header("Content-Encoding"), 2 * self._limits.max_bytes)
        except (TooLarge, BadCoding) as error:
            raise FetchFailed(f"cannot be unpacked: {error}") from None
        has_validators = bool(response.header("ETag") or response.header("Last-Modified"))
        return Answer(200, url, body, response.header("Content-Type"), capture, "", has_validators)

    def _conditions(self, url: str) -> dict[str, str]:
        validators = self._archive.validators(url)
        if validators is None:
            return {}
        named = {"If-None-Match": validators.etag, "If-Modified-Since": validators.last_modified}
        return {name: value for name, value in named.items() if value}

    async def _request_patiently(
        self,
        url: str,
        headers: dict[str, str],
        form: str,
        time_left: "_TimeLeft",
        *,
        first_bytes: int = 0,
        may_refuse: bool = False,
    ) -> Response:
        """Return a response of any status but those that are tried again, or of those after the last try.

        time_left: of the page, for all tries together. first_bytes: leave the rest of a longer body; 0 refuses it.
        may_refuse: nobody said that the site has this page, and to refuse it is no failure of the site.
        """
        why = ""
        for attempt in range(self._limits.retries + 1):
            if attempt:
                await asyncio.sleep(self._limits.retry_seconds * 4 ** (attempt - 1))
            if time_left.seconds <= 0:
                break
            try:
                response = await self._request(url, headers, form, time_left, first_bytes)
            except FetchFailed as failure:
                why = str(failure)
                continue
            if response.status not in RETRIED_STATUSES:
                if response.status not in (401, 403):
                    self._failures = 0
                elif self._fails_too_often(may_refuse):
                    raise SourceDown(f"{self._failures} times in a row answered {response.status}: the site refuses us")
                return response
            self._record(response, url, form)
            why = f"answered {response.status}"
            await self._respect(response)
        if self._fails_too_often(may_refuse):
            raise SourceDown(f"{why}; {self._failures} pages in a row failed, the rest waits for the next run")
        raise FetchFailed(why or f"timeout: {self._limits.timeout_seconds:g} seconds are used up")

    def _fails_too_often(self, may_refuse: bool) -> bool:
        self._failures += not may_refuse
        return self._failures >= self._limits.failures_in_a_row

    async def _respect(self, response: Response) -> None:
        """Wait as long as the server asks; where it only says that we ask too often, ask it half as often."""
        seconds = retry_after_seconds(response.header("Retry-After"))
        if response.status == 429 and not seconds:
            self._delay = min(max(2 * self._delay, 0.5), MAX_DELAY_SECONDS)
        if seconds > self._limits.max_wait_seconds:
            moment = clock.now() + timedelta(seconds=seconds)
            raise SourceDown(
                f"answered {response.status} and asks to wait {seconds:,.0f} seconds",
                iso(moment),
            )
        await asyncio.sleep(seconds)

    async def _request(
        self, url: str, headers: dict[str, str], form: str, time_left: "_TimeLeft", first_bytes: int
    ) -> Response:
        if host_of(url) not in self._allowed_hosts:
            raise SourceDown(f"{url} is on no host of the registry")
        await asyncio.sleep(max(0.0, self._free_at - clock.monotonic()))
        self.requests += 1
        if form:
            is_json = form.startswith(SENT_AS_JSON)
            headers = headers | {"Content-Type": "application/json" if is_json else "application/x-www-form-urlencoded"}
        began = clock.monotonic()
        timed_out = False
        try:
            return await self._client.request(
                "POST" if form else "GET", url, headers, _sent(form), time_left.seconds, first_bytes=first_bytes
            )
        except RequestFailed as failure:
            timed_out = failure.timed_out
            raise FetchFailed(str(failure)) from failure
        finally:
            took = clock.monotonic() - began
            time_left.seconds -= took
            self._free_at = clock.monotonic() + self._pause(took, timed_out)

    def _pause(self, took: float, timed_out: bool) -> float:
        """Return the seconds to leave the site alone after an answer that took so long.

        A server that did not answer in time may still be at work on it: it gets as long again. A source whose
        delay_seconds are 0 is the user's own, and is spared that alone.
        """
        slow = min(took * (SLOW_FACTOR if self._delay else float(timed_out)), self._limits.max_pause_seconds)
        return max(self._delay, slow)

    def _record(self, response: Response, url: str, form: str = "", page: str = "") -> Capture:
        return self._archive.record_response(
            self._source.slug,
            url,
            response.status,
            response.headers,
            response.body,
            request_headers=response.request_headers,
            method="POST" if form else "GET",
            sent=_sent(form),
            page=page,
        )


@dataclass(slots=True)
class _TimeLeft:
    """The seconds that a page may still keep its server busy."""

    seconds: float


def _sent(form: str) -> bytes:
    if form.startswith(SENT_AS_JSON):
        return form.removeprefix(SENT_AS_JSON).encode("utf-8")
    return urlencode(json.loads(form)).encode("ascii") if form else b""


def retry_after_seconds(value: str) -> float:
    """Return the seconds that a Retry-After header asks for (a number or a date), 0 where it says nothing.

    At most MAX_RETRY_AFTER_SECONDS.
    """
    value = value.strip()
    if value.isascii() and value.isdigit():
        return min(float(value.lstrip("0")[:20] or 0), MAX_RETRY_AFTER_SECONDS)
    try:
        moment = parsedate_to_datetime(value)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        seconds = (moment - clock.now()).total_seconds()
    except (ValueError, TypeError, IndexError, OverflowError):
        return 0.0
    return min(max(0.0, seconds), MAX_RETRY_AFTER_SECONDS)
