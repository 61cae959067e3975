"""The commands that change what the index holds."""

import sys
import time
from datetime import date, datetime
from pathlib import Path

import click

from crawl.archive.permits import PERMITS
from options import DONE_IN_PART, current_settings, data_option, index_option, open_index, report, sign_if_set
from search.errors import IndexBusy, IndexMissing

BUSY_SECONDS = 600  # a run over a day's pages takes less


@click.command()
@click.option("--rebuild", is_flag=True, help="Build a fresh index beside the old one, then swap.")
@click.option("--dry-run", is_flag=True, help="Only say which documents would change.")
@data_option
@index_option
def index(rebuild: bool, dry_run: bool, data_dir: Path, index_url: str | None) -> None:
    """Bring the index in step with the archive."""
    from crawl.archive.index_run import note_run
    from crawl.archive.proof_log import extend_log
    from crawl.archive.withholding import lift_due
    from indexer.build import build, changes

    engine = open_index(index_url, data_dir)
    if dry_run:
        for line in changes(data_dir, engine):
            click.echo(str(line))
    else:
        lift_due(data_dir, date.today())
        summary = build(data_dir, engine, rebuild=rebuild)
        extend_log(data_dir)
        sign_if_set(data_dir)
        note_run(data_dir)
        report(summary)


@click.command()
@click.argument("key", required=False, default="")
@click.option("--reason", default="", help="Why, as readers are told.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="The day on which the article is shown again.")
@click.option("--lift", is_flag=True, help="Show the article again now.")
@click.option("--list", "lists", is_flag=True, help="Name what is withheld.")
@data_option
@index_option
def withhold(
    key: str,
    reason: str,
    until: datetime | None,
    lift: bool,
    lists: bool,
    data_dir: Path,
    index_url: str | None,
) -> None:
    """Take an article out of pages, interfaces, exports and the index; a tombstone with the reason stays.

    KEY: as in the address /bai/<key>, or that address.
    """
    from crawl.archive import withholding
    from crawl.article import article_key

    if lists:
        for one in withholding.withheld(data_dir).values():
            click.echo(f"{one.key}  {one.since}  {one.until or '-'}  {one.reason}")
        return
    key = key.rstrip("/").rpartition("/bai/")[2] if "/bai/" in key else key
    key = article_key(key) if "://" in key else key
    if not key:
        raise click.UsageError("KEY: expected an article's key, as in the address /bai/<key>")
    if lift:
        withholding.lift(data_dir, key)
    elif not reason.strip():
        raise click.UsageError('--reason: expected why, as readers are told, for example --reason "Theo yêu cầu"')
    else:
        withholding.withhold(data_dir, key, reason.strip(), until.date().isoformat() if until else "")
    click.echo(f"{key}: {'shown again' if lift else 'withheld from pages, interfaces and exports'}")
    try:
        if not lift:
            _drop_dumps()
    finally:
        _bring_index_in_step(data_dir, index_url)


@click.command()
@click.argument("shown", type=click.Choice(PERMITS), required=False)
@click.option("--source", default="", help="Slug of the source that it holds for; else all without one of their own.")
@click.option("--list", "lists", is_flag=True, help="Name what was permitted.")
@data_option
@index_option
def permit(shown: str | None, source: str, lists: bool, data_dir: Path, index_url: str | None) -> None:
    """Say how much of the articles may be shown: full, excerpt (the beginning) or metadata (title, day, address)."""
    from crawl.archive import permits
    from crawl.archive.archive import Archive

    if lists:
        with Archive(data_dir, read_only=True) as archive:
            for one in permits.permits(archive):
                click.echo(f"{one.source or '(all others)':30} {one.shown}")
        return
    if not shown:
        raise click.UsageError(f"expected one of {', '.join(PERMITS)}")
    permits.permit(data_dir, shown, source)
    click.echo(f"{source or 'all sources without a permit of their own'}: {shown}")
    try:
        _drop_dumps()
    finally:
        _bring_index_in_step(data_dir, index_url)


def _drop_dumps() -> None:
    """Take away the public dumps, which may hold what is not to be shown; the scheduler makes that of this month."""
    from crawl.archive.dumps import drop_dumps

    if (folder := current_settings()["dumps"]) and (dropped := drop_dumps(Path(folder))):
        click.echo(
            f"{dropped} files of dumps taken away from {folder}; the scheduler, or hoinghi dump, makes a new one"
        )


def _bring_index_in_step(data_dir: Path, index_url: str | None) -> None:
    """Index what has changed; wait for a run that is under way."""
    from indexer.build import build

    until = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            click.echo(f"index: {build(data_dir, open_index(index_url, data_dir))}")
            return
        except IndexMissing:
            return  # there is nothing to take it out of
        except IndexBusy as busy:
            if time.monotonic() > until:
                click.echo(f'{busy}\nthe pages leave it out already; then run "hoinghi index"', err=True)
                sys.exit(DONE_IN_PART)
            time.sleep(1)
