"""The command line: each command is a thin shell over one function, in its room, of which only the one asked is read.

Exit codes: 0 done; 1 done in part (says what failed); 2 bad usage or bad input (says value, expectation, remedy).
"""

import gc
import sqlite3
import sys
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from logs import set_up
from options import (
    DONE_IN_PART,
    contact_option,
    current_settings,
    data_option,
    every_setting_option,
    index_option,
    open_index,
    setting_option,
    sign_if_set,
    sources_option,
)
from search.errors import HoinghiError, is_disk_full
from settings import LOG_LEVELS, SETTINGS, BadSetting, read_settings

COMMANDS = {
    "crawl.commands": ("crawl", "import", "status", "verify", "export", "sources"),
    "crawl.archive.operating_commands": ("dump", "backup", "restore", "proof", "rebuild-archive"),
    "indexer.commands": ("index", "withhold", "permit"),
    "search.commands": ("search", "embed", "run", "figures", "coverage"),
    "web.commands": ("serve", "proposals", "mcp", "alerts", "members"),
}
ROOM_OF = {name: room for room, names in COMMANDS.items() for name in names}
OBJECTS_PER_COLLECTION = 50_000  # new ones before garbage is looked for: a tenth of a start was spent on that

RESTORE = 'run "hoinghi verify", and bring back a copy of what it names'
FREE_SOME = "free some, then run the same again; what was stored stays stored"


class CommandGroup(click.Group):
    """Shows a user's mistakes as one clear message with exit code 2, never as a traceback."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*self.commands, *ROOM_OF])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in self.commands or cmd_name not in ROOM_OF:
            return super().get_command(ctx, cmd_name)
        room = import_module(".".join(filter(None, [__package__, ROOM_OF[cmd_name]])))  # in a wheel: hoinghi.search…
        return next(one for one in vars(room).values() if isinstance(one, click.Command) and one.name == cmd_name)

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except HoinghiError as mistake:
            click.echo(f"hoinghi: {mistake}", err=True)
            context.exit(DONE_IN_PART if is_disk_full(mistake) else 2)
        except BrokenPipeError:
            sys.stderr.close()
            context.exit(0)
        except (OSError, sqlite3.Error) as error:
            if is_disk_full(error):
                import tempfile

                named = getattr(error, "filename", None)
                where = named or f"where the archive and the index are, or in {tempfile.gettempdir()}"
                click.echo(f"hoinghi: no space left ({where}): {FREE_SOME}", err=True)
                context.exit(DONE_IN_PART)
            if not isinstance(error, sqlite3.DatabaseError):
                raise
            click.echo(f"hoinghi: a database in the data directory cannot be read ({error}): {RESTORE}", err=True)
            context.exit(2)
        except KeyboardInterrupt:
            click.echo("hoinghi: stopped; what was stored stays stored", err=True)
            context.exit(130)


def begin(context: click.Context, option: click.Parameter, config_file: Path | None) -> None:
    """Read the settings before any other option asks for its default."""
    try:
        context.obj = read_settings(config_file)
    except BadSetting as mistake:
        click.echo(f"hoinghi: {mistake}", err=True)
        context.exit(2)


class UnsupportedSystem(HoinghiError):
    """What this program needs of the system is not there."""


def refuse_windows() -> None:
    """Say at once what would fail later: reading files at a place (pread), fork, signals between processes."""
    if sys.platform == "win32":
        raise UnsupportedSystem(
            "Windows lacks what the index and the server need (pread, fork): run this within WSL or in a container,"
            " as docs/operate.md says"
        )


@click.group(cls=CommandGroup)
@click.version_option(package_name="hoinghi")
@click.option(
    "--config",
    type=click.Path(path_type=Path, dir_okay=False),
    callback=begin,
    is_eager=True,
    expose_value=False,
    help="The file of settings (default: hoinghi.toml, where there is one; HOINGHI_CONFIG).",
)
@setting_option("log_level", type=click.Choice(LOG_LEVELS))
@setting_option("log_json", is_flag=True)
def main(log_level: str, log_json: bool) -> None:
    """hoinghi: tìm kiếm trong kho bài viết về hội nghị của các đảng bộ tỉnh, thành phố."""
    refuse_windows()
    gc.set_threshold(OBJECTS_PER_COLLECTION)
    set_up(log_level, as_json=log_json)


@main.command()
@every_setting_option
def config(**given: Any) -> None:
    """Print every setting, its value and where that comes from; secrets are not shown."""
    settings = current_settings()
    for setting in SETTINGS:
        value = settings.shown(setting.name) or "-"
        click.echo(f"{setting.name:18} {value:34} {settings.origin(setting.name)}")


@main.command()
@sources_option
@contact_option
@data_option
@index_option
def schedule(sources_file: Path, contact: str, data_dir: Path, index_url: str | None) -> None:
    """Re-crawl each source when it is due, then index and send alerts, until stopped."""
    from functools import partial

    from crawl.archive.dumps import dump
    from crawl.commands import registry
    from crawl.fetch.schedule import crawl_visit, run_schedule
    from indexer.keep_in_step import keep_in_step
    from search.semantic.embedding import embed_if_set
    from web.alerts.delivery import send_due
    from web.alerts.operator_mail import tell_operator
    from web.alerts.settings import alert_settings

    settings = alert_settings(current_settings().variables())
    operator = current_settings()["operator_mail"]

    def index_and_tell() -> None:
        engine = open_index(index_url, data_dir)
        try:
            keep_in_step(data_dir, engine, lambda text: click.echo(text))
            sign_if_set(data_dir)
        finally:
            if told := tell_operator(data_dir, settings, operator):
                click.echo(told)
        if folder := current_settings()["dumps"]:
            keep = int(current_settings()["dumps_kept"])
            try:
                click.echo(str(dump(data_dir, Path(folder), keep=keep, today=date.today())))
            except HoinghiError as trouble:  # the index is in step all the same
                click.echo(f"no dump of this month: {trouble}", err=True)
        click.echo(embed_if_set(engine, data_dir, current_settings().variables()), nl=False)
        try:
            click.echo(str(send_due(data_dir, engine, settings)))
        except HoinghiError as trouble:  # the index is in step all the same
            click.echo(f"alerts: not sent, to be tried after the next crawl: {trouble}", err=True)

    run_schedule(
        registry(sources_file),
        data_dir,
        after_crawl=index_and_tell,
        crawl=partial(crawl_visit, contact=contact),
    )


if __name__ == "__main__":
    main()
