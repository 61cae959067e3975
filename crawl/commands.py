"""The commands of the archive: gather, take in, look after, hand out.

Modules are imported inside the commands, so that a search does not wait for what only a crawl needs.
"""

import json
import sys
from pathlib import Path
from typing import Any

import click

from crawl.trial.commands import check, try_source
from options import contact_option, current_settings, data_option, open_index, report, say_of_meaning, sources_option

WACZ = ".wacz"
UNFETCHED_SHOWN = 5  # by source; --json names all of them


def registry(sources_file: Path) -> list[Any]:
    from crawl.registry.sources import load_sources
    from search.domain.places import known_slugs

    return load_sources(sources_file, known_slugs())


@click.command()
@sources_option
@click.option("--source", "slugs", multiple=True, help="Only this source (may be given several times).")
@click.option("--max-pages", type=click.IntRange(min=1), help="Stop after so many pages per source.")
@click.option("--all", "keep_all", is_flag=True, help="Keep pages that are not about meetings, too.")
@click.option("--retry", is_flag=True, help="Try again at once what could not be fetched before.")
@contact_option
@data_option
def crawl(
    sources_file: Path,
    slugs: tuple[str, ...],
    max_pages: int | None,
    keep_all: bool,
    retry: bool,
    contact: str,
    data_dir: Path,
) -> None:
    """Gather pages from the sources into the archive."""
    from crawl.archive.proof_log import extend_log
    from crawl.fetch.crawler import crawl as gather
    from crawl.registry.sources import select_sources

    chosen = select_sources(registry(sources_file), slugs)
    summary = gather(chosen, data_dir, max_pages=max_pages, all_=keep_all, retry=retry, contact=contact)
    extend_log(data_dir)
    report(summary)


@click.command(name="import")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--province", default="", help="Slug of the province that the files are about.")
@sources_option
@data_option
def import_files(paths: tuple[Path, ...], province: str, sources_file: Path, data_dir: Path) -> None:
    """Take .txt .html .warc[.gz] .jsonl[.gz] .pdf .docx files, or folders of them, into the archive.

    A .wacz file that "hoinghi export" wrote becomes the same archive, in an empty data directory.
    """
    from crawl.archive.proof_log import extend_log
    from crawl.importing.importer import import_paths
    from search.domain.place_names import require_slug

    if len(paths) == 1 and paths[0].suffix == WACZ and paths[0].is_file():
        from crawl.archive.wacz import import_wacz

        imported = import_wacz(paths[0], data_dir)
        extend_log(data_dir)
        report(imported)
        return
    slug = require_slug(province, "--province") if province else ""
    summary = import_paths(list(paths), data_dir, province=slug, sources=registry(sources_file))
    extend_log(data_dir)
    report(summary)


@click.command()
@click.option("--json", "as_json", is_flag=True)
@sources_option
@data_option
def status(as_json: bool, sources_file: Path, data_dir: Path) -> None:
    """Say when each source was last tried, last succeeded, how much it has, and what went wrong."""
    from crawl.archive.health import source_states
    from crawl.archive.index_run import last_run
    from crawl.errors import ArchiveError
    from crawl.fetch.frontier_reports import failing_pages, forbidden_pages, notes

    states = source_states(data_dir, registry(sources_file))
    trouble = ""
    not_followed: dict[str, list[str]] = {}
    forbidden: dict[str, int] = {}
    unfetched: dict[str, list[Any]] = {}
    try:
        not_followed, forbidden = notes(data_dir), forbidden_pages(data_dir)
        for page in failing_pages(data_dir):
            unfetched.setdefault(page.source, []).append(page)
    except ArchiveError as error:  # what the archive says of its sources is whole all the same
        trouble = str(error)
    if as_json:
        described = [
            state.to_json()
            | {
                "unfetched": [page.to_json() for page in unfetched.get(state.slug, [])],
                "not_followed": not_followed.get(state.slug, []),
                "forbidden": forbidden.get(state.slug, 0),
            }
            for state in states
        ]
        click.echo(json.dumps(described, ensure_ascii=False, indent=2))
        _end_with(trouble)
        return
    tried = [state for state in states if state.tried]
    for state in tried:
        click.echo(str(state))
        for note in not_followed.get(state.slug, []):
            click.echo(f"    {note}")
        if state.slug in forbidden:
            click.echo(f"    robots.txt cấm {forbidden[state.slug]:,} trang; xin lại theo nhịp, phòng khi quy định đổi")
        pages = sorted(unfetched.get(state.slug, []), key=lambda page: page.failed_since)
        for page in pages[:UNFETCHED_SHOWN]:
            click.echo(f"    {page}")
        if len(pages) > UNFETCHED_SHOWN:
            click.echo(f"    và {len(pages) - UNFETCHED_SHOWN:,} trang khác chưa lấy được (--json kể hết)")
    if run := last_run(data_dir):
        click.echo(str(run))
    say_of_meaning(data_dir)
    if not tried:
        click.echo('chưa thu thập nguồn nào: chạy "hoinghi crawl"')
    if len(tried) < len(states):
        click.echo(f"và {len(states) - len(tried)} nguồn trong sổ chưa thu thập lần nào (--json kể hết)")
    _end_with(trouble)


def _end_with(trouble: str) -> None:
    """Say what could not be told and end as done in part; go on where there was no trouble."""
    if trouble:
        click.echo(trouble, err=True)
        sys.exit(1)


@click.command()
@click.option(
    "--index",
    "index_url",
    is_flag=False,
    flag_value="",
    default=None,
    metavar="[URL]",
    help="Check the index instead of the archive: every byte against its checksum.",
)
@click.option("--head", help="Check a signed head that was kept (a file, or the address of /api/proof/head).")
@click.option("--key", default="", help="The public key, in base64, that must have signed it.")
@click.option(
    "--timestamp-ca",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="The certificate (PEM) that its time stamp must lead to.",
)
@data_option
def verify(index_url: str | None, head: str | None, key: str, timestamp_ca: Path | None, data_dir: Path) -> None:
    """Hash every capture again and name what is damaged; with --index or --head, check these instead."""
    from crawl.archive.proof_log import verify_log
    from crawl.archive.verify import verify as verify_archive

    if head is not None:
        from crawl.archive.signed_heads import check_head, read_head

        report(check_head(data_dir, read_head(head), key, timestamp_ca))
    elif index_url is None:
        found, log = verify_archive(data_dir), verify_log(data_dir)
        found.damaged += log.wrong
        click.echo(str(log))
        report(found)
    else:
        report(open_index(index_url or current_settings()["index"], data_dir).verify())


@click.command()
@click.argument("target", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--warc", "form", flag_value="warc", help="All captures as one WARC file.")
@click.option("--wacz", "form", flag_value="wacz", help="All versions and captures as one WACZ file.")
@click.option("--jsonl", "form", flag_value="jsonl", default="jsonl", help="The articles as JSON Lines (default).")
@data_option
def export(target: Path, form: str, data_dir: Path) -> None:
    """Write the archive to a file that "hoinghi import" reads; a name in .wacz means --wacz."""
    from crawl.archive.export import export_jsonl, export_warc

    if form == "wacz" or target.suffix == WACZ:
        from crawl.archive.wacz import export_wacz

        report(export_wacz(data_dir, target))
        return
    if form == "warc":
        click.echo(f"{target}: {export_warc(data_dir, target):,} files of captures")
        return
    lost: list[tuple[str, Exception]] = []
    count = export_jsonl(data_dir, target, damaged=lambda name, error: lost.append((name, error)))
    for name, error in lost:
        click.echo(f"  {name}: {error}")
    click.echo(f"{target}: {count:,} articles")
    if lost:
        _end_with(
            f'{len(lost):,} articles cannot be read from the damaged archive.db and are not in {target}: "hoinghi'
            ' rebuild-archive" makes it anew from the captures'
        )


@click.group()
def sources() -> None:
    """The registry of sources."""


sources.add_command(check)
sources.add_command(try_source)


@sources.command(name="left-out")
@data_option
def left_out(data_dir: Path) -> None:
    """Name each page that the crawl left out because it seemed to be about no meeting, and why."""
    from crawl.archive.frontier_file import left_out as pages_left_out

    for source, url, why in pages_left_out(data_dir):
        click.echo(f"{source}\t{url}\t{why}")
