"""The command line: each command is a thin shell over one function.

Exit codes: 0 done; 1 done in part (says what failed); 2 bad usage or bad input (says value, expectation, remedy).
Modules are imported inside the commands, so that a search does not wait for what only a crawl needs.
"""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from crawl.errors import CrawlError
from search.errors import SearchError

DONE_IN_PART = 1
SOURCES_FILE = Path(__file__).parent / "crawl" / "registry" / "sources.toml"


class CommandGroup(click.Group):
    """Shows a user's mistakes as one clear message with exit code 2, never as a traceback."""

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except (CrawlError, SearchError) as mistake:
            click.echo(f"hoinghi: {mistake}", err=True)
            context.exit(2)
        except BrokenPipeError:
            sys.stderr.close()
            context.exit(0)
        except KeyboardInterrupt:
            click.echo("hoinghi: stopped; what was stored stays stored", err=True)
            context.exit(130)


def data_option(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option(
        "--data",
        "data_dir",
        envvar="HOINGHI_DATA",
        default="index_data",
        show_default=True,
        type=click.Path(path_type=Path, file_okay=False),
        help="The data directory (HOINGHI_DATA).",
    )(command)


def index_option(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option(
        "--index", "index_url", envvar="HOINGHI_INDEX", default=None, help="The index (default whoosh:<data>/whoosh)."
    )(command)


def sources_option(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option(
        "--sources",
        "sources_file",
        default=SOURCES_FILE,
        type=click.Path(path_type=Path, dir_okay=False),
        help="The registry of sources (default: the one that ships with the program).",
    )(command)


def contact_option(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option(
        "--contact",
        envvar="HOINGHI_CONTACT",
        default="",
        help="Mail address or URL that the user agent names, for the owners of the sites (HOINGHI_CONTACT).",
    )(command)


def open_index(index_url: str | None, data_dir: Path) -> Any:
    from search.engines import open_engine
    from search.engines.opensearch.address import from_environment

    return open_engine(from_environment(index_url or f"whoosh:{data_dir / 'whoosh'}", os.environ))


def registry(sources_file: Path) -> list[Any]:
    from crawl.registry.sources import load_sources
    from search.domain.places import known_slugs

    return load_sources(sources_file, known_slugs())


def report(summary: Any) -> None:
    """Print a summary and leave with exit code 1 where it says that something failed."""
    click.echo(str(summary))
    if summary.failed:
        sys.exit(DONE_IN_PART)


@click.group(cls=CommandGroup)
@click.version_option(package_name="hoinghi")
def main() -> None:
    """hoinghi: tìm kiếm trong kho bài viết về hội nghị của các đảng bộ tỉnh, thành phố."""


@main.command()
@sources_option
@click.option("--source", "slugs", multiple=True, help="Only this source (may be given several times).")
@click.option("--max-pages", type=click.IntRange(min=1), help="Stop after so many pages per source.")
@click.option("--all", "keep_all", is_flag=True, help="Keep pages that are not about meetings, too.")
@contact_option
@data_option
def crawl(
    sources_file: Path, slugs: tuple[str, ...], max_pages: int | None, keep_all: bool, contact: str, data_dir: Path
) -> None:
    """Gather pages from the sources into the archive."""
    from crawl.fetch.crawler import crawl as gather
    from crawl.registry.sources import select_sources

    chosen = select_sources(registry(sources_file), slugs)
    report(gather(chosen, data_dir, max_pages=max_pages, all_=keep_all, contact=contact))


@main.command(name="import")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--province", default="", help="Slug of the province that the files are about.")
@data_option
def import_files(paths: tuple[Path, ...], province: str, data_dir: Path) -> None:
    """Take .txt .html .warc[.gz] .jsonl[.gz] .pdf .docx files, or folders of them, into the archive."""
    from crawl.importing.importer import import_paths
    from search.domain.places import require_slug

    report(import_paths(list(paths), data_dir, province=require_slug(province, "--province") if province else ""))


@main.command()
@click.option("--rebuild", is_flag=True, help="Build a fresh index beside the old one, then swap.")
@click.option("--dry-run", is_flag=True, help="Only say which documents would change.")
@data_option
@index_option
def index(rebuild: bool, dry_run: bool, data_dir: Path, index_url: str | None) -> None:
    """Bring the index in step with the archive."""
    from indexer.build import build, changes

    engine = open_index(index_url, data_dir)
    if dry_run:
        for line in changes(data_dir, engine):
            click.echo(str(line))
    else:
        report(build(data_dir, engine, rebuild=rebuild))


@main.command()
@click.argument("query")
@click.option("--province", "provinces", multiple=True, help="Slug, as it was then or as it is now.")
@click.option("--year", "years", multiple=True, type=int)
@click.option("--from", "date_from", default="", metavar="YYYY-MM-DD")
@click.option("--to", "date_to", default="", metavar="YYYY-MM-DD")
@click.option("--sort", type=click.Choice(["relevance", "newest", "oldest"]), default="relevance", show_default=True)
@click.option("--limit", type=click.IntRange(0, 1000), default=10, show_default=True)
@click.option("--offset", type=click.IntRange(0), default=0)
@click.option("--json", "as_json", is_flag=True)
@data_option
@index_option
def search(
    query: str,
    provinces: tuple[str, ...],
    years: tuple[int, ...],
    date_from: str,
    date_to: str,
    sort: str,
    limit: int,
    offset: int,
    as_json: bool,
    data_dir: Path,
    index_url: str | None,
) -> None:
    """Search the index."""
    from search.answer import answer
    from search.domain.places import require_slug
    from search.errors import BadRequest
    from search.query.nodes import Filters

    if not query.strip():
        raise BadRequest('empty query "": at least one word is expected: hoinghi search "giải ngân 2023"', "q")
    slugs = tuple(require_slug(province, "--province") for province in provinces)
    filters = Filters(provinces=slugs, years=years, date_from=date_from, date_to=date_to)
    engine = open_index(index_url, data_dir)
    results = answer(engine, query, filters=filters, sort=sort, limit=limit, offset=offset, propose=not as_json)
    click.echo(json.dumps(results.to_json(), ensure_ascii=False, indent=2) if as_json else plain(results))


def plain(results: Any) -> str:
    """Return results as text for a terminal."""
    import html
    import re

    lines = [f"{results.understood}  ({results.total} trang, {results.took_ms:.0f} ms)"]
    for number, hit in enumerate(results.hits, 1):
        document = hit.document
        place = document.province_then or "?"
        if document.province_now not in ("", document.province_then):
            place += f" → {document.province_now}"
        lines += [
            "",
            f"{number}. {document.title}",
            f"   {document.held or document.published or '?'} · {place} · {document.url}",
            "   " + html.unescape(re.sub("</?mark>", "", hit.snippet)),
        ]
    if results.did_you_mean:
        lines += ["", f"Có phải bạn tìm: {results.did_you_mean}"]
    return "\n".join(lines)


@main.command()
@click.option("--queries", required=True, type=click.Path(path_type=Path, dir_okay=False))
@click.option("--depth", type=click.IntRange(1), default=100, show_default=True)
@data_option
@index_option
def run(queries: Path, depth: int, data_dir: Path, index_url: str | None) -> None:
    """Print a TREC run for a JSON Lines file of {"id", "text"}: qid Q0 docid rank score hoinghi."""
    from search.evaluation import read_queries
    from search.evaluation import run as answer_all

    for line in answer_all(open_index(index_url, data_dir), read_queries(queries), depth=depth):
        click.echo(str(line))


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True)
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes that answer.")
@data_option
@index_option
def serve(host: str, port: int, workers: int, data_dir: Path, index_url: str | None) -> None:
    """Serve the search page and the JSON interface."""
    from web.serve import serve as run_server

    run_server(data_dir, index_url, host=host, port=port, workers=workers)


@main.command()
@sources_option
@contact_option
@data_option
@index_option
def schedule(sources_file: Path, contact: str, data_dir: Path, index_url: str | None) -> None:
    """Re-crawl each source when it is due, then index and send alerts, until stopped."""
    from functools import partial

    from crawl.fetch.schedule import crawl_visit, run_schedule
    from indexer.build import build
    from web.alerts.delivery import send_due
    from web.alerts.settings import read_settings

    settings = read_settings(os.environ)

    def index_and_tell() -> None:
        engine = open_index(index_url, data_dir)
        build(data_dir, engine)
        try:
            click.echo(str(send_due(data_dir, engine, settings)))
        except (CrawlError, SearchError) as trouble:  # the index is in step all the same
            click.echo(f"alerts: not sent, to be tried after the next crawl: {trouble}", err=True)

    run_schedule(
        registry(sources_file), data_dir, after_crawl=index_and_tell, crawl=partial(crawl_visit, contact=contact)
    )


@main.command()
@click.option("--json", "as_json", is_flag=True)
@sources_option
@data_option
def status(as_json: bool, sources_file: Path, data_dir: Path) -> None:
    """Say when each source was last tried, last succeeded, how much it has, and what went wrong."""
    from crawl.archive.health import source_states

    states = source_states(data_dir, registry(sources_file))
    if as_json:
        click.echo(json.dumps([state.to_json() for state in states], ensure_ascii=False, indent=2))
    else:
        tried = [state for state in states if state.tried]
        click.echo("\n".join([str(state) for state in tried] or ['chưa thu thập nguồn nào: chạy "hoinghi crawl"']))
        if len(tried) < len(states):
            click.echo(f"và {len(states) - len(tried)} nguồn trong sổ chưa thu thập lần nào (--json kể hết)")


@main.command()
@data_option
def coverage(data_dir: Path) -> None:
    """Print how many articles the archive holds by province and year, with the gaps."""
    from crawl.archive.coverage import archive_coverage

    click.echo(str(archive_coverage(data_dir)))


@main.command()
@data_option
def verify(data_dir: Path) -> None:
    """Hash every capture again and name what is damaged."""
    from crawl.archive.verify import verify as verify_archive

    report(verify_archive(data_dir))


@main.command()
@click.argument("target", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--warc", "form", flag_value="warc", help="All captures as one WARC file.")
@click.option("--jsonl", "form", flag_value="jsonl", default="jsonl", help="The articles as JSON Lines (default).")
@data_option
def export(target: Path, form: str, data_dir: Path) -> None:
    """Write the archive to a file that "hoinghi import" reads."""
    from crawl.archive.export import export_jsonl, export_warc

    count = export_warc(data_dir, target) if form == "warc" else export_jsonl(data_dir, target)
    click.echo(f"{target}: {count:,} {'files of captures' if form == 'warc' else 'articles'}")


@main.group()
def alerts() -> None:
    """Saved searches that tell of new pages, by mail or webhook."""


@alerts.command()
@data_option
@index_option
def send(data_dir: Path, index_url: str | None) -> None:
    """Tell what is new to all whose turn it is ("hoinghi schedule" does so after each crawl)."""
    from web.alerts.delivery import send_due
    from web.alerts.settings import read_settings

    report(send_due(data_dir, open_index(index_url, data_dir), read_settings(os.environ)))


@alerts.command(name="list")
@data_option
def list_alerts(data_dir: Path) -> None:
    """Count the alerts by state, kind and rhythm; addresses are not shown."""
    from web.alerts.subscriptions import Subscriptions

    counts = {}
    if Subscriptions.exist(data_dir):
        with Subscriptions(data_dir) as subscriptions:
            counts = subscriptions.counts()
    for (state, kind, rhythm), count in counts.items():
        click.echo(f"{count:6,}  {state:10} {kind:8} {rhythm}")
    click.echo(f"{sum(counts.values()):6,}  alerts")


@main.group()
def sources() -> None:
    """The registry of sources."""


@sources.command()
@sources_option
def check(sources_file: Path) -> None:
    """Check the registry: every problem with value, expectation and remedy."""
    from crawl.registry.sources import check_sources
    from search.domain.places import known_slugs

    problems = check_sources(sources_file, known_slugs())
    for problem in problems:
        click.echo(problem, err=True)
    if problems:
        sys.exit(2)
    sources = registry(sources_file)
    hosts = {host for source in sources for host in source.hosts}
    click.echo(f"{sources_file}: ok, {len(sources)} sources on {len(hosts)} hosts")


@sources.command(name="left-out")
@data_option
def left_out(data_dir: Path) -> None:
    """Name each page that the crawl left out because it seemed to be about no meeting, and why."""
    from crawl.fetch.frontier import left_out as pages_left_out

    for source, url, why in pages_left_out(data_dir):
        click.echo(f"{source}\t{url}\t{why}")


if __name__ == "__main__":
    main()
