"""The commands of the server and of the alerts that it takes."""

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


COMMANDS = (serve, alerts)
