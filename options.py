"""Options that several commands share, and what each of those commands does with them."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from settings import BY_NAME, COMMAND_LINE, SETTINGS, Settings, read_settings

DONE_IN_PART = 1
SOURCES_FILE = Path(__file__).parent / "crawl" / "registry" / "sources.toml"

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def current_settings() -> Settings:
    """Return the settings of the command that runs: main() has read them."""
    settings = click.get_current_context().find_root().obj
    return settings if isinstance(settings, Settings) else read_settings()


def setting_option(name: str, parameter: str = "", **attributes: Any) -> Decorator:
    """Return the option of a setting; without it on the command line, the command gets what the settings say."""
    setting = BY_NAME[name]

    def note(context: click.Context, option: click.Parameter, value: Any) -> Any:
        if option.name and context.get_parameter_source(option.name) is ParameterSource.COMMANDLINE:
            text = str(int(value)) if isinstance(value, bool) else str(value)
            current_settings().put(name, text, COMMAND_LINE)
        return value

    return click.option(
        f"--{name.replace('_', '-')}",
        parameter or name,
        default=lambda: current_settings()[name],
        show_default=setting.default or False,
        callback=note,
        help=f"{setting.meaning} ({setting.variable})",
        **attributes,
    )


data_option = setting_option("data", "data_dir", type=click.Path(path_type=Path, file_okay=False))
index_option = setting_option("index", "index_url")
contact_option = setting_option("contact")
sources_option = click.option(
    "--sources",
    "sources_file",
    default=SOURCES_FILE,
    type=click.Path(path_type=Path, dir_okay=False),
    help="The registry of sources (default: the one that ships with the program).",
)


def every_setting_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the option of each setting that may stand on a command line, but those of the whole program."""
    for setting in reversed(SETTINGS):
        if not setting.is_secret and not setting.name.startswith("log_"):
            command = setting_option(setting.name)(command)
    return command


def open_index(index_url: str | None, data_dir: Path) -> Any:
    from search.engines import open_engine
    from search.engines.opensearch.address import from_environment

    return open_engine(from_environment(index_url or f"whoosh:{data_dir / 'whoosh'}", current_settings().variables()))


def say_of_meaning(data_dir: Path) -> None:
    """Print what is the case with search by meaning, where an encoder is set."""
    from search.semantic.state import open_semantics

    settings = current_settings()
    semantics = open_semantics(data_dir, settings.variables())
    if semantics is not None:
        click.echo(str(semantics.state(lambda: _indexed(settings["index"] or None, data_dir))))


def _indexed(index_url: str | None, data_dir: Path) -> int:
    """Return how many documents the index holds, 0 where there is none or it does not answer."""
    from search.errors import IndexMissing, IndexUnavailable

    try:
        return int(open_index(index_url, data_dir).count())
    except (IndexMissing, IndexUnavailable):
        return 0


def report(summary: Any) -> None:
    """Print a summary and leave with exit code 1 where it says that something failed."""
    click.echo(str(summary))
    if summary.failed:
        sys.exit(DONE_IN_PART)


def sign_if_set(data_dir: Path) -> None:
    """Sign the last head of the log of proofs where a key is set; say so where that fails, and go on."""
    from crawl.archive.signed_heads import sign_last_head
    from search.errors import HoinghiError

    settings = current_settings()
    if not settings["proof_key"]:
        return
    try:
        sign_last_head(data_dir, Path(settings["proof_key"]), settings["timestamp_url"])
    except HoinghiError as trouble:
        click.echo(f"the head of the log of proofs is not signed: {trouble}", err=True)
