"""The command line: each command is a thin shell over one function and stands in its room (<room>/commands.py).

Exit codes: 0 done; 1 done in part (says what failed); 2 bad usage or bad input (says value, expectation, remedy).
"""

import os
import sys
from pathlib import Path
from typing import Any

import click

from crawl import commands as crawl_commands
from indexer import commands as indexer_commands
from options import contact_option, data_option, index_option, open_index, sources_option
from search import commands as search_commands
from search.errors import HoinghiError
from web import commands as web_commands


class CommandGroup(click.Group):
    """Shows a user's mistakes as one clear message with exit code 2, never as a traceback."""

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except HoinghiError as mistake:
            click.echo(f"hoinghi: {mistake}", err=True)
            context.exit(2)
        except BrokenPipeError:
            sys.stderr.close()
            context.exit(0)
        except KeyboardInterrupt:
            click.echo("hoinghi: stopped; what was stored stays stored", err=True)
            context.exit(130)


@click.group(cls=CommandGroup)
@click.version_option(package_name="hoinghi")
def main() -> None:
    """hoinghi: tìm kiếm trong kho bài viết về hội nghị của các đảng bộ tỉnh, thành phố."""


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
        except HoinghiError as trouble:  # the index is in step all the same
            click.echo(f"alerts: not sent, to be tried after the next crawl: {trouble}", err=True)

    run_schedule(
        crawl_commands.registry(sources_file),
        data_dir,
        after_crawl=index_and_tell,
        crawl=partial(crawl_visit, contact=contact),
    )


for room in (crawl_commands, indexer_commands, search_commands, web_commands):
    for command in room.COMMANDS:
        main.add_command(command)


if __name__ == "__main__":
    main()
