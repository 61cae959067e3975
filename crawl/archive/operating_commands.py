"""The commands of those who look after an installation: backup, restore, proof, the archive made anew."""

import json
from pathlib import Path

import click

from options import data_option, report


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


@click.command(name="rebuild-archive")
@data_option
def rebuild_archive(data_dir: Path) -> None:
    """Make archive.db anew from the captures alone; the old one is kept beside it."""
    from crawl.archive.rebuild import rebuild

    report(rebuild(data_dir))
    click.echo('now run "hoinghi index"')


@click.command()
@click.argument("key")
@data_option
def proof(key: str, data_dir: Path) -> None:
    """Print what proves that the versions of an article stand in the log (RFC 6962), as JSON."""
    from crawl.archive.proof_log import proof_of

    click.echo(json.dumps(proof_of(data_dir, key), ensure_ascii=False, indent=1))


COMMANDS = (backup, restore, proof, rebuild_archive)
