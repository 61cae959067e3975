"""How the parts of an article are told: page_parts.toml and the lines of plain_text.tsv, ready for matching."""

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True, slots=True)
class PageParts:
    """Patterns by name (for class and id), names of elements, lines to drop, lines that end an article."""

    classes: dict[str, re.Pattern[str]]
    unread: frozenset[str]
    block: frozenset[str]
    chrome: frozenset[str]
    drop: re.Pattern[str]
    cut: re.Pattern[str]
    attachment: re.Pattern[str]
    byline: re.Pattern[str]

    def is_dropped(self, line: str) -> bool:
        """Tell whether a line is furniture of the page ("In bài", "0:00 / 0:00")."""
        return self.drop.fullmatch(_plain(line)) is not None

    def is_cut(self, line: str) -> bool:
        """Tell whether a line heads what follows an article ("Tin cùng chuyên mục")."""
        return self.cut.fullmatch(_plain(line)) is not None


@cache
def page_parts() -> PageParts:
    folder = Path(__file__).parent
    data = tomllib.loads(folder.joinpath("page_parts.toml").read_text("utf-8"))
    rows = folder.joinpath("plain_text.tsv").read_text("utf-8").splitlines()
    entries = [row.split("\t") for row in rows if not row.startswith("#")][1:]
    lines: dict[str, list[str]] = {"drop": [], "cut": []}
    for what, line in entries:
        rest = ".*" if line.endswith("*") else ""
        lines[what].append(re.escape(_plain(line.removesuffix("*"))) + rest)
    return PageParts(
        classes={name: re.compile(pattern, re.IGNORECASE) for name, pattern in data["classes"].items()},
        unread=frozenset(data["elements"]["unread"]),
        block=frozenset(data["elements"]["block"]),
        chrome=frozenset(data["elements"]["chrome"]),
        drop=re.compile("|".join(lines["drop"] + data["lines"]["drop"]), re.IGNORECASE),
        cut=re.compile("|".join(lines["cut"] + data["lines"]["cut"]), re.IGNORECASE),
        byline=re.compile(data["bylines"]["line"]),
        attachment=re.compile(data["attachments"]["endings"], re.IGNORECASE),
    )


def _plain(line: str) -> str:
    return " ".join(unicodedata.normalize("NFC", line).split()).rstrip(" .:") or line.strip()
