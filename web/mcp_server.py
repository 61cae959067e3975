"""The archive as tools for language models, by the Model Context Protocol (the SDK of its authors, hoinghi[mcp]).

Each tool asks the JSON interface (client.py), of another server or of the application in this process, so that limits,
checks and answers are the same. Every fact comes with the words of the article that say so and with the capture that
these were read from. A wrong argument is told as an error that says what was expected.
"""

import html
import re
from collections.abc import Callable
from typing import Annotated, Any

from flask import Flask
from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.mcpserver.tools import Tool
from mcp_types import ToolAnnotations
from pydantic import Field, ValidationError
from pydantic_core import ErrorDetails
from werkzeug.test import Client as InProcess

from client import ApiError, Client, Fetch, Hit
from web.members.gate import OWN_PROCESS

INSTRUCTIONS = (
    "hoinghi searches archived articles on the meetings of Vietnam's provincial party committees and councils. Ask in "
    "Vietnamese, with or without diacritics. An article is found when it holds every word. Quote the sentence and give "
    "the permalink with each fact; the capture (time and SHA-256) proves what the page said. Provinces are slugs such "
    "as bac-giang: the unit of the time or today's. Dates are cut to what is known: 2023, 2023-07, 2023-07-05."
)
NOT_SHOWN = ("snippet", "also_in", "id", "score")
MARK = re.compile("</?mark>")

Words = Annotated[str, Field(description="What to search for, in Vietnamese; quotes make a phrase, -word leaves out")]
Provinces = Annotated[list[str], Field(description="Slugs such as bac-giang; of the unit then or today's")]
Years = Annotated[list[int], Field(description="Years of the meeting, else of the publication, such as 2023")]
Day = Annotated[str, Field(description="YYYY-MM-DD, inclusive; empty: open")]
ArticleKey = Annotated[str, Field(description="Key of an article, as in hits: the end of /bai/<key>", min_length=1)]
MeetingKey = Annotated[str, Field(description="Key of a meeting, as in hits: the end of /hop/<key>", min_length=1)]
Limit = Annotated[int, Field(description="How many to return, 1 to 50", ge=1, le=50)]
Offset = Annotated[int, Field(description="How many to pass over", ge=0)]


def in_process(app: Flask, address: str) -> Fetch:
    """Return what answers as a server of the application at this address would."""
    inside = InProcess(app, use_cookies=False)

    def fetch(path: str) -> tuple[int, bytes]:
        answer = inside.get(path, base_url=address, environ_overrides={OWN_PROCESS: True})
        return answer.status_code, answer.get_data()

    return fetch


def mcp_server(client: Client, version: str = "") -> MCPServer:
    """Return the server over what a client asks."""
    tools = Tools(client)
    offered: list[Callable[..., dict[str, Any]]] = [
        *(tools.search, tools.article, tools.quotes, tools.figures, tools.meeting, tools.coverage)
    ]
    only_read = ToolAnnotations(read_only_hint=True, open_world_hint=False)
    made: list[Tool] = [StrictTool.from_function(one, annotations=only_read) for one in offered]
    return MCPServer("hoinghi", instructions=INSTRUCTIONS, version=version, tools=made)


class Tools:
    """The tools; each docstring is what a model reads."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def search(
        self,
        query: Words = "",
        provinces: Provinces = [],  # noqa: B006 (read, never changed: the schema shows it)
        years: Years = [],  # noqa: B006
        kinds: Annotated[list[str], Field(description="Kinds of meetings: bch, btv, hdnd, ubnd, daihoi …")] = [],  # noqa: B006
        first_day: Day = "",
        last_day: Day = "",
        within_quotes: Annotated[bool, Field(description="Only words that somebody says")] = False,
        sort: Annotated[str, Field(description="relevance, newest or oldest")] = "relevance",
        limit: Limit = 10,
        offset: Offset = 0,
    ) -> dict[str, Any]:
        """Search the archived articles. Give words, or a filter alone. total counts articles that hold every word;
        those that lack one follow, with match "partial" and what is missing. unknown_year: what years or days left out
        though it may be of them. Each has sentence, permalink, capture."""
        found = self.client.search(
            query,
            provinces=provinces,
            years=years,
            kinds=kinds,
            first_day=first_day,
            last_day=last_day,
            said=within_quotes,
            sort=sort,
            limit=limit,
            offset=offset,
        )
        undated = found.get("undated_matches")
        return {
            "understood": found["understood"],
            "total": found["total"],
            "unknown_year": {"total": undated["total"], "hits": [self._hit(hit) for hit in undated["results"]]}
            if undated
            else None,
            "hits": [self._hit(hit) for hit in found["hits"]],
            "by_year": found["facets"].get("year", []),
            "by_province": found["facets"].get("province_then", []),
        }

    def article(self, key: ArticleKey) -> dict[str, Any]:
        """Read one article in full: text as printed, facts with the words they rest on, quotes, capture, versions."""
        return dict(self.client.article(key))

    def quotes(
        self,
        words: Annotated[str, Field(description="Words that the quote must hold; empty: any")] = "",
        speaker: Annotated[str, Field(description="Name of who speaks, or its end: Nguyễn Văn Mẫu")] = "",
        provinces: Provinces = [],  # noqa: B006
        years: Years = [],  # noqa: B006
        newest_first: bool = True,
        limit: Limit = 10,
        offset: Offset = 0,
    ) -> dict[str, Any]:
        """What people said, directly or as reported: words, the frame of the article that names the speaker, role as
        printed, date, meeting and capture. total, limit and offset count articles. People of one name in two provinces
        may be two people."""
        found = self.client.quotes(
            words,
            speaker=speaker,
            provinces=provinces,
            years=years,
            sort="newest" if newest_first else "",
            limit=limit,
            offset=offset,
        )
        return dict(found)

    def figures(
        self,
        indicator: Annotated[str, Field(description="Key of an indicator, as an answer lists them; empty: all")] = "",
        provinces: Provinces = [],  # noqa: B006
        years: Years = [],  # noqa: B006
        limit: Limit = 10,
        offset: Offset = 0,
    ) -> dict[str, Any]:
        """Numbers that articles report, newest period first: value, unit, kind (result, estimate, target …), period and
        place; for each article that states it the sentence and the capture. Without an indicator all are listed."""
        found = self.client.figures(indicator, provinces=provinces, years=years, limit=limit, offset=offset)
        known = found["indicators"]
        shown = [one for one in known if one["key"] == indicator] if indicator else known
        return {"total": found["total"], "statements": found["statements"], "indicators": shown}

    def meeting(self, key: MeetingKey) -> dict[str, Any]:
        """One meeting as its reports tell it: days, body, number, chair, agenda, documents, quotes; each report with
        the words that its facts rest on and its capture."""
        return dict(self.client.meeting(key))

    def coverage(self) -> dict[str, Any]:
        """How many articles the archive holds by province (then and now), year, kind and source. What is not held is
        not found: a low number of hits may be a gap of the archive."""
        return self.client.coverage()

    def _hit(self, hit: Hit) -> dict[str, Any]:
        shown = {name: value for name, value in hit.items() if name not in NOT_SHOWN}
        sentence = html.unescape(MARK.sub("", hit["snippet"]))
        return {**shown, "sentence": sentence, "permalink": f"{self.client.server}/bai/{hit['key']}"}


class StrictTool(Tool):
    """A tool that takes no arguments but its own, and says in one line what is wrong with those given."""

    async def run(self, arguments: dict[str, Any], context: Any, convert_result: bool = False) -> Any:
        known = self.parameters["properties"]
        for name in arguments:
            if name not in known:
                raise ToolError(f'{self.name}: unknown argument "{name}": expected {", ".join(known) or "none"}')
        try:
            self.fn_metadata.validate_arguments(arguments)
        except ValidationError as error:
            raise ToolError("; ".join(_wrong(self.name, one) for one in error.errors())) from error
        try:
            return await super().run(arguments, context, convert_result)
        except ToolError as error:
            if isinstance(error.__cause__, ApiError):
                raise ToolError(_told(error.__cause__, self.name)) from error
            raise


def _wrong(tool: str, error: ErrorDetails) -> str:
    where = ".".join(map(str, error["loc"]))
    return f"{tool}: {where}: {error['input']!r} cannot be used: {error['msg'][:1].lower()}{error['msg'][1:]}"


def _told(error: ApiError, tool: str) -> str:
    if error.status == 404:
        return f"{tool}: there is none of this key; expected one from the answers of search, quotes or figures"
    return f"{tool}: {error.message}"
