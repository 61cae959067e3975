"""One request after another to the hosts of one source: polite, patient, recorded.

robots.txt is obeyed, requests are `delay_seconds` apart (longer where robots.txt or a 429 asks for it), failures that
often pass are tried again, Retry-After is honoured, and every answer goes into the archive before it is read.
"""

import asyncio
import json
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlencode, urlsplit

from scrapy import Request, exceptions
from scrapy.core.engine import ExecutionEngine
from scrapy.http import Response

from crawl.archive.archive import Archive
from crawl.capture import Capture
from crawl.extraction.decoding import BadCoding, TooLarge, decoded_body
from crawl.fetch.frontier import Page
from crawl.fetch.limits import Limits
from crawl.fetch.robots import MAX_BYTES, Robots, robots_of, unreachable_robots
from crawl.registry.canonical import absolute_url, host_of
from crawl.registry.sources import Source

RETRIED_STATUSES = frozenset({408, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524})
REDIRECTS = frozenset({301, 302, 303, 307, 308})
MAX_REDIRECTS = 5
MAX_DELAY_SECONDS = 60.0  # between requests to a host that answers 429 without saying how long to wait

_IN_WORDS: tuple[tuple[type[Exception], str], ...] = (
    (exceptions.DownloadTimeoutError, "timeout: no answer within {timeout:g} seconds"),
    (exceptions.CannotResolveHostError, "DNS: the host name is not found"),
    (exceptions.DownloadConnectionRefusedError, "connection refused"),
    (exceptions.DownloadCancelledError, "larger than {max_bytes:,} bytes"),
    (exceptions.ResponseDataLossError, "cut off: the connection ended before the whole page had come"),
)


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
        self, engine: ExecutionEngine, archive: Archive, source: Source, limits: Limits, allowed_hosts: frozenset[str]
    ) -> None:
        self._engine = engine
        self._archive = archive
        self._source = source
        self._limits = limits
        self._allowed_hosts = allowed_hosts
        self._robots: dict[str, Robots] = {}
        self._delay = source.delay_seconds
        self._last_request = -1e9
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
        for _ in range(MAX_REDIRECTS):
            robots = await self.robots(url)
            if robots.refusal:
                raise SourceDown(robots.refusal)
            if not robots.allows(url):
                raise FetchFailed("robots.txt forbids it", forbidden=True)
            answer = await self._fetch_patiently(page, url, conditional)
            # the same page at another scheme or with a slash: one page still; any other target is a page of its own
            if answer.location and answer.location != url and self._same_place(answer.location, url):
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
                response = await self._request_patiently(url, {}, "")
                body = decoded_body(response.body, _header(response, "Content-Encoding"), 10 * MAX_BYTES)
            except (FetchFailed, SourceDown, TooLarge, BadCoding) as error:
                return unreachable_robots(str(error))
            self._record(response, url)
            if response.status not in REDIRECTS:
                return robots_of(response.status, body)
            url = absolute_url(url, _header(response, "Location"))
            if host_of(url) not in self._allowed_hosts:
                return robots_of(404, b"")  # no rules of this host: RFC 9309 treats a chain without end so
        return robots_of(404, b"")

    async def _fetch_patiently(self, page: Page, url: str, conditional: bool) -> Answer:
        headers = self._conditions(url) if conditional and not page.form else {}
        response = await self._request_patiently(url, headers, page.form)
        capture = self._record(response, page.id if page.form else url, response.request)
        if response.status == 304:
            return Answer(304, url, b"", "", capture, has_validators=True)
        if response.status in REDIRECTS:
            location = absolute_url(url, _header(response, "Location"))
            if not location:
                raise FetchFailed(f"answered {response.status} and leads to no web page", status=response.status)
            return Answer(response.status, url, b"", "", capture, location=location)
        if response.status != 200:
            gone = response.status in (404, 410)
            raise FetchFailed(f"answered {response.status}", gone=gone, status=response.status)
        try:
            body = decoded_body(response.body, _header(response, "Content-Encoding"), 2 * self._limits.max_bytes)
        except (TooLarge, BadCoding) as error:
            raise FetchFailed(f"cannot be unpacked: {error}") from None
        has_validators = bool(_header(response, "ETag") or _header(response, "Last-Modified"))
        return Answer(200, url, body, _header(response, "Content-Type"), capture, "", has_validators)

    def _conditions(self, url: str) -> dict[str, str]:
        validators = self._archive.validators(url)
        if validators is None:
            return {}
        named = {"If-None-Match": validators.etag, "If-Modified-Since": validators.last_modified}
        return {name: value for name, value in named.items() if value}

    async def _request_patiently(self, url: str, headers: dict[str, str], form: str) -> Response:
        """Return a response of any status but those that are tried again, or of those after the last try."""
        why = ""
        for attempt in range(self._limits.retries + 1):
            if attempt:
                await asyncio.sleep(self._limits.retry_seconds * 4 ** (attempt - 1))
            try:
                response = await self._request(url, headers, form)
            except FetchFailed as failure:
                why = str(failure)
                continue
            if response.status not in RETRIED_STATUSES:
                if response.status not in (401, 403):
                    self._failures = 0
                elif self._count_failure():
                    raise SourceDown(f"{self._failures} times in a row answered {response.status}: the site refuses us")
                return response
            self._record(response, url, response.request)
            why = f"answered {response.status}"
            await self._respect(response)
        if self._count_failure():
            raise SourceDown(f"{why}; {self._failures} pages in a row failed, the rest waits for the next run")
        raise FetchFailed(why)

    def _count_failure(self) -> bool:
        self._failures += 1
        return self._failures >= self._limits.failures_in_a_row

    async def _respect(self, response: Response) -> None:
        """Wait as long as the server asks; where it only says that we ask too often, ask it half as often."""
        seconds = retry_after_seconds(_header(response, "Retry-After"))
        if response.status == 429 and not seconds:
            self._delay = min(max(2 * self._delay, 0.5), MAX_DELAY_SECONDS)
        if seconds > self._limits.max_wait_seconds:
            moment = datetime.now(UTC) + timedelta(seconds=seconds)
            raise SourceDown(
                f"answered {response.status} and asks to wait {seconds:,.0f} seconds",
                moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
            )
        await asyncio.sleep(seconds)

    async def _request(self, url: str, headers: dict[str, str], form: str) -> Response:
        if host_of(url) not in self._allowed_hosts:
            raise SourceDown(f"{url} is on no host of the registry")
        pause = self._last_request + self._delay - time.monotonic()
        if pause > 0:
            await asyncio.sleep(pause)
        self._last_request = time.monotonic()
        self.requests += 1
        body = urlencode(json.loads(form)) if form else ""
        request = Request(
            url,
            method="POST" if form else "GET",
            headers=headers | ({"Content-Type": "application/x-www-form-urlencoded"} if form else {}),
            body=body,
            dont_filter=True,
        )
        try:
            return await self._engine.download_async(request)
        except Exception as error:  # Scrapy names the usual failures; Twisted and TLS add many of their own
            raise FetchFailed(self._in_words(error)) from error

    def _in_words(self, error: Exception) -> str:
        for kind, words in _IN_WORDS:
            if isinstance(error, kind):
                return words.format(timeout=self._limits.timeout_seconds, max_bytes=self._limits.max_bytes)
        text = str(error) or type(error).__name__
        kind_of_failure = "TLS" if "SSL" in text or "certificate" in text else "connection"
        return f"{kind_of_failure} failed ({text[:200]})"

    def _record(self, response: Response, url: str, request: Request | None = None) -> Capture:
        return self._archive.record_response(
            self._source.slug,
            url,
            response.status,
            _pairs(response),
            response.body,
            request_headers=_pairs(request) if request is not None else None,
            method=request.method if request is not None else "GET",
            sent=request.body if request is not None else b"",
        )


def retry_after_seconds(value: str) -> float:
    """Return the seconds that a Retry-After header asks for (a number or a date), 0 where it says nothing."""
    value = value.strip()
    if value.isdigit():
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError):
        return 0.0
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())


def _header(response: Response, name: str) -> str:
    return (response.headers.get(name) or b"").decode("latin-1")


def _pairs(message: Response | Request) -> list[tuple[str, str]]:
    return [
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, values in message.headers.items()
        for value in values
    ]
