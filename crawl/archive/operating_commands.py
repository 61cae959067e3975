"""The commands of those who look after an installation: backup, restore, withhold."""

import sys
import time
from datetime import datetime
from pathlib import Path

import click

from options import DONE_IN_PART, data_option, index_option, open_index, report
from search.errors import IndexBusy, IndexMissing

BUSY_SECONDS = 600  # a run of the indexer over a day's pages takes less


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@data_option
def backup(file: Path, data_dir: Path) -> None:
    """Write all that cannot be made again into one file, while the crawl goes on."""
    from crawl.archive.backup import backup as write_backup

    report(write_backup(data_dir, file))


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@data_option
def restore(file: Path, data_dir: Path) -> None:
    """Bring a backup back into an empty data directory; then run "hoinghi index"."""
    from crawl.archive.backup import restore as bring_back

    report(bring_back(file, data_dir))
    click.echo('now run "hoinghi index": it makes the index from the archive')


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
    _bring_index_in_step(data_dir, index_url)


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


COMMANDS = (backup, restore, withhold)
