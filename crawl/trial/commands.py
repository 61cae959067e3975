"""`hoinghi sources try` and `hoinghi sources check`."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from options import contact_option, data_option, sources_option

if TYPE_CHECKING:
    from crawl.registry.sources import Source


@click.command(name="try")
@click.argument("target", metavar="URL|SLUG")
@click.option(
    "--record",
    "record_in",
    is_flag=False,
    flag_value="",
    default=None,
    metavar="[FOLDER]",
    help="Keep the pages and what was read of them (default: recorded/ in the data directory).",
)
@sources_option
@contact_option
@data_option
def try_source(target: str, record_in: str | None, sources_file: Path, contact: str, data_dir: Path) -> None:
    """Visit a site politely: what would be stored of three articles, and why, and a table for sources.toml."""
    from crawl.registry.sources import load_sources
    from crawl.trial.proposal import proposed
    from crawl.trial.recording import FOLDER, record
    from crawl.trial.report import trial_lines
    from crawl.trial.visit import source_to_try, visit
    from search.domain.places import known_slugs

    trial = visit(source_to_try(target, load_sources(sources_file, known_slugs())), contact=contact)
    for line in trial_lines(trial):
        click.echo(line)
    if record_in is not None and trial.read:
        click.echo(f"\nđã ghi: {record(trial, proposed(trial), Path(record_in or data_dir / FOLDER))}")
    if trial.trouble or not trial.read:
        sys.exit(1)


@click.command()
@click.option(
    "--recorded",
    is_flag=False,
    flag_value="",
    default=None,
    metavar="[FOLDER]",
    help="Read recorded pages again and name what is read otherwise (default: recorded/ in the data directory).",
)
@sources_option
@data_option
def check(recorded: str | None, sources_file: Path, data_dir: Path) -> None:
    """Check the registry: every problem with value, expectation and remedy."""
    from crawl.registry.sources import check_sources, load_sources
    from crawl.trial.recording import FOLDER
    from search.domain.places import known_slugs

    problems = check_sources(sources_file, known_slugs())
    for problem in problems:
        click.echo(problem, err=True)
    if problems:
        sys.exit(2)
    sources = load_sources(sources_file, known_slugs())
    hosts = {host for source in sources for host in source.hosts}
    click.echo(f"{sources_file}: ok, {len(sources)} sources on {len(hosts)} hosts")
    if recorded is not None:
        _check_recorded(Path(recorded or data_dir / FOLDER), {source.slug: source for source in sources})


def _check_recorded(folder: Path, sources: "dict[str, Source]") -> None:
    from crawl.trial.recording import replay

    pages = differences = 0
    for found in replay(folder, sources):
        if isinstance(found, int):
            pages += found
        else:
            differences += 1
            click.echo(str(found))
    if not pages:
        click.echo(f"{folder} holds no recorded pages: record some with sources try SLUG --record", err=True)
        sys.exit(2)
    click.echo(f"{folder}: {pages:,} pages read again, {differences:,} parts read otherwise")
    if differences:
        sys.exit(1)
