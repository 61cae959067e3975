"""Pages of a trial kept as a fixture, with what was read of them; read again later by the rules of the day.

    FOLDER/<slug>/source.toml      the table they were read by
    FOLDER/<slug>/pages.jsonl      a line for each page: url, content_type, body (base 64), expected article

Pages belong to their sites: the default folder stands in the data directory, outside of git.
"""

import base64
import binascii
import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from crawl.article import Article
from crawl.errors import CrawlError
from crawl.registry.sources import Source, source_from_table
from crawl.trial.proposal import as_toml
from crawl.trial.visit import Trial, TriedPage, read_page

FOLDER = "recorded"  # below the data directory
COMPARED = ("title", "lede", "body", "byline", "printed_date", "captions", "attachments")


@dataclass(frozen=True, slots=True)
class Difference:
    """A part of a recorded page that is read otherwise now."""

    source: str
    url: str
    part: str
    expected: str
    found: str

    def __str__(self) -> str:
        return f"{self.source}: {self.url}: {self.part}: expected “{self.expected[:80]}”, read “{self.found[:80]}”"


def record(trial: Trial, source: Source, folder: Path) -> Path:
    """Write the pages of a trial and what source reads of them; return where. Raises CrawlError where it cannot."""
    target = folder / source.slug
    lines = []
    for page in trial.read:
        article = read_page(TriedPage(page.url, page.body, page.content_type), source).article
        if article:
            body = base64.b64encode(page.body).decode("ascii")
            given = {"url": page.url, "content_type": page.content_type, "body": body, "expected": _compared(article)}
            lines.append(json.dumps(given, ensure_ascii=False) + "\n")
    if not lines:
        raise CrawlError(f"{source.slug}: no page could be read, so that there is nothing to record")
    try:
        target.mkdir(parents=True, exist_ok=True)
        target.joinpath("pages.jsonl").write_text("".join(lines), "utf-8")
        target.joinpath("source.toml").write_text(as_toml(source), "utf-8")
    except OSError as error:
        raise CrawlError(f"{target} cannot be written ({error}): name another folder") from None
    return target


def replay(folder: Path, registry: Mapping[str, Source]) -> Iterator[Difference | int]:
    """Yield what is read otherwise than recorded, and after each source the number of its pages.

    registry: by slug; a source that it lacks is read by the table that was recorded. Raises CrawlError for damage.
    """
    for pages in sorted(folder.glob("*/pages.jsonl")):
        slug = pages.parent.name
        count = 0
        try:
            source = registry.get(slug) or source_from_table(
                tomllib.loads(pages.with_name("source.toml").read_text("utf-8"))["source"][0]
            )
            for line in pages.read_text("utf-8").splitlines():
                given = json.loads(line)
                tried = TriedPage(given["url"], base64.b64decode(given["body"]), given["content_type"])
                yield from _differences(slug, read_page(tried, source), given["expected"])
                count += 1
        except (OSError, ValueError, KeyError, TypeError, IndexError, binascii.Error) as error:
            raise CrawlError(
                f"{pages} is damaged ({error}): record it again with sources try {slug} --record"
            ) from None
        yield count


def _differences(slug: str, read: TriedPage, expected: Mapping[str, object]) -> Iterator[Difference]:
    if read.article is None:
        yield Difference(slug, read.url, "article", str(expected["title"]), read.trouble)
        return
    now = _compared(read.article)
    for part in COMPARED:
        if now[part] != expected[part]:
            yield Difference(slug, read.url, part, str(expected[part]), str(now[part]))


def _compared(article: Article) -> dict[str, object]:
    values = asdict(article)
    return {part: list(values[part]) if isinstance(values[part], tuple) else values[part] for part in COMPARED}
