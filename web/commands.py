"""The commands of the server, its members and alerts, of what readers propose, and of the tools for language models."""

import json
import sys
from dataclasses import asdict
from pathlib import Path

import click

from options import current_settings, data_option, index_option, open_index, report, setting_option


@click.command()
@setting_option("host")
@setting_option("port", type=click.IntRange(0, 65535))
@setting_option("workers", type=click.IntRange(1, 64))
@setting_option("metrics")
@setting_option("proxies", type=click.IntRange(0, 9))
@data_option
@index_option
def serve(
    host: str, port: int, workers: int, metrics: str, proxies: int, data_dir: Path, index_url: str | None
) -> None:
    """Serve the search page and the JSON interface."""
    from web.serve import serve as run_server

    run_server(data_dir, index_url, host=host, port=port, workers=workers, settings=current_settings())


@click.command()
@click.option("--json", "as_json", is_flag=True, help="As JSON Lines.")
@data_option
def proposals(as_json: bool, data_dir: Path) -> None:
    """List the pages that readers named for missing meetings and nobody has answered; none is fetched by itself.

    "hoinghi sources try URL" looks at one; "hoinghi import" takes it; /quan-tri answers it.
    """
    from web.missing_meetings import proposals as proposed
    from web.reader_files import PROPOSALS
    from web.reader_requests import OPEN, requests

    found, damaged = proposed(data_dir)
    waiting = {one.id for one in requests(data_dir) if one.state == OPEN}
    for one in found:
        if one.id in waiting:
            click.echo(json.dumps(asdict(one), ensure_ascii=False) if as_json else str(one))
    if damaged:
        click.echo(f"hoinghi: {data_dir / PROPOSALS}: {damaged} damaged lines skipped", err=True)


NOBODY_SIGNS_IN = 'and nobody signs in to MCP over HTTP: run "hoinghi mcp" without --http'


@click.command()
@click.option("--http", is_flag=True, help="Serve over HTTP at /mcp; else over standard input and output.")
@click.option("--server", default="", help="Ask this server of hoinghi; else the index and archive of this machine.")
@setting_option("host")
@setting_option("port", type=click.IntRange(0, 65535))
@data_option
@index_option
def mcp(http: bool, server: str, host: str, port: int, data_dir: Path, index_url: str | None) -> None:
    """Give language models the archive as tools (Model Context Protocol); needs hoinghi[mcp].

    The setting token (HOINGHI_TOKEN) is shown to a private site that --server names.
    """
    from importlib.metadata import version

    from client import Client
    from search.errors import SearchError

    settings = current_settings()
    if http and not server and settings["private"] == "1":
        raise SearchError(f"private is 1, {NOBODY_SIGNS_IN}")
    if http and server and settings["token"]:
        raise SearchError(f"a token is set, {NOBODY_SIGNS_IN}")
    try:
        from web.mcp_server import in_process, mcp_server
    except ImportError as error:
        remedy = 'pip install "hoinghi[mcp]"'
        raise SearchError(f"hoinghi mcp needs what is not installed here ({error.name}): {remedy}") from error
    if server and not server.startswith(("http://", "https://")):
        raise SearchError(f'--server "{server}": expected an address such as https://hoinghi.example.vn')
    if server:
        client = Client(server, token=settings["token"])
    else:
        from web import create_app

        address = settings["public_url"] or f"http://127.0.0.1:{port}"
        client = Client(address, fetch=in_process(create_app(data_dir, index_url, settings), address))
    tools = mcp_server(client, version("hoinghi"))
    if http:
        click.echo(f"hoinghi: MCP at http://{host}:{port}/mcp", err=True)
        tools.run("streamable-http", host=host, port=port, stateless_http=True, json_response=True)
    else:
        tools.run("stdio")


@click.group()
def alerts() -> None:
    """Saved searches that tell of new pages, by mail or webhook."""


@alerts.command()
@data_option
@index_option
def send(data_dir: Path, index_url: str | None) -> None:
    """Tell what is new to all whose turn it is ("hoinghi schedule" does so after each crawl)."""
    from web.alerts.delivery import send_due
    from web.alerts.settings import alert_settings

    report(send_due(data_dir, open_index(index_url, data_dir), alert_settings(current_settings().variables())))


@alerts.command(name="list")
@data_option
def list_alerts(data_dir: Path) -> None:
    """Count the alerts by state, kind and rhythm; addresses are not shown."""
    from web.alerts.subscriptions import Subscriptions

    counts = {}
    if Subscriptions.exist(data_dir):
        with Subscriptions(data_dir) as subscriptions:
            counts = subscriptions.counts()
    for (state, kind, rhythm), count in counts.items():
        click.echo(f"{count:6,}  {state:10} {kind:8} {rhythm}")
    click.echo(f"{sum(counts.values()):6,}  alerts")


@click.group()
def members() -> None:
    """Who may sign in: names, roles, passwords and tokens, in the file that the setting `members` names."""


def _file_of_members() -> Path:
    from web.members.accounts import MembersMisconfigured

    if not current_settings()["members"]:
        raise MembersMisconfigured('the setting members names no file: expected one, as in members = "members.txt"')
    return Path(current_settings()["members"])


@members.command(name="add")
@click.argument("name")
@click.option("--role", type=click.Choice(("reader", "editor", "operator")), default="reader", show_default=True)
@click.option("--token", is_flag=True, help="A program, which sends a token; it is shown once.")
@click.option("--oidc", is_flag=True, help="NAME is a mail address or subject of the OpenID Connect provider.")
def add_member(name: str, role: str, token: bool, oidc: bool) -> None:
    """Add a member or change one. The password is asked for, or read from standard input."""
    from web.members.accounts import OIDC, hashed_password, new_token, write_member

    file = _file_of_members()
    if token and oidc:
        raise click.UsageError("--token and --oidc: expected one of them")
    shown = ""
    if token:
        shown, secret = new_token()
    elif oidc:
        secret = OIDC
    elif sys.stdin.isatty():
        secret = hashed_password(click.prompt("Password", hide_input=True, confirmation_prompt=True))
    else:
        secret = hashed_password(sys.stdin.readline().rstrip("\n"))
    write_member(file, name, role, secret)
    click.echo(shown or f"{name}: {role}")


@members.command(name="remove")
@click.argument("name")
def drop_member(name: str) -> None:
    """Remove a member, whose sessions end at once."""
    from web.members.accounts import remove_member

    remove_member(_file_of_members(), name)
    click.echo(f"{name}: removed")


@members.command(name="list")
def list_members() -> None:
    """Name the members, their roles and how they sign in."""
    from web.members.accounts import Accounts, is_password

    for one in Accounts(_file_of_members()).by_name().values():
        way = "password" if is_password(one.secret) else one.secret.partition("$")[0]
        click.echo(f"{one.name:30} {one.role:10} {way}")
