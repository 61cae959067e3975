"""The command of the index."""

from datetime import date
from pathlib import Path

import click

from options import data_option, index_option, open_index, report


@click.command()
@click.option("--rebuild", is_flag=True, help="Build a fresh index beside the old one, then swap.")
@click.option("--dry-run", is_flag=True, help="Only say which documents would change.")
@data_option
@index_option
def index(rebuild: bool, dry_run: bool, data_dir: Path, index_url: str | None) -> None:
    """Bring the index in step with the archive."""
    from crawl.archive.withholding import lift_due
    from indexer.build import build, changes

    engine = open_index(index_url, data_dir)
    if dry_run:
        for line in changes(data_dir, engine):
            click.echo(str(line))
    else:
        lift_due(data_dir, date.today())
        report(build(data_dir, engine, rebuild=rebuild))


COMMANDS = (index,)
