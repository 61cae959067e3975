"""The commands of those who look after an installation: backup, restore, proof, the archive made anew."""

import json
from datetime import date
from pathlib import Path

import click

from options import current_settings, data_option, report, setting_option, sign_if_set


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
@click.argument("key", required=False, default="")
@click.option("--sign", is_flag=True, help='Sign the last head with proof_key, as "hoinghi index" does, and print it.')
@click.option("--new-key", type=click.Path(path_type=Path, dir_okay=False), help="Make a private key in this file.")
@data_option
def proof(key: str, sign: bool, new_key: Path | None, data_dir: Path) -> None:
    """Print what proves that the versions of the article KEY stand in the log (RFC 6962), as JSON."""
    from crawl.archive.proof_log import extend_log, proof_of
    from crawl.archive.signed_heads import new_key as make_key
    from crawl.archive.signed_heads import signed_heads

    if new_key is not None:
        make_key(new_key)
        click.echo(f"{new_key}: keep a copy elsewhere, and set proof_key")
    elif sign:
        extend_log(data_dir)
        sign_if_set(data_dir)
        for head in signed_heads(data_dir)[-1:]:
            click.echo(json.dumps(head))
    elif key:
        click.echo(json.dumps(proof_of(data_dir, key), ensure_ascii=False, indent=1))
    else:
        raise click.UsageError("expected the KEY of an article, --sign or --new-key FILE")


@click.command()
@click.option("--anew", is_flag=True, help="Write that of this month again.")
@setting_option("dumps", "folder", type=click.Path(path_type=Path, file_okay=False))
@setting_option("dumps_kept", "keep", type=click.IntRange(1, 999))
@data_option
def dump(anew: bool, folder: Path, keep: int, data_dir: Path) -> None:
    """Write the public dump of this month (WACZ, JSON Lines), as "hoinghi schedule" does where dumps is set."""
    from crawl.archive.dumps import dump as write_dump

    if not current_settings()["dumps"]:
        raise click.UsageError('expected a folder: --dumps FOLDER, or dumps = "…" in hoinghi.toml')
    report(write_dump(data_dir, folder, keep=keep, today=date.today(), anew=anew))
