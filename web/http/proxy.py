"""Who the client is where proxies stand before us: what the trusted ones tell, and nothing that a client says."""

from collections.abc import Callable
from typing import Any

from flask import Flask

from settings import Settings


def install(app: Flask, settings: Settings) -> None:
    """Believe as many proxies as the settings name; app.extensions["proxies"] is their number."""
    app.extensions["proxies"] = hops = int(settings["proxies"])
    if hops:
        from werkzeug.middleware.proxy_fix import ProxyFix

        app.wsgi_app = ProxyFix(app.wsgi_app, hops, hops, hops, 0, hops)  # type: ignore[method-assign]


def client_of_connection(hops: int) -> Callable[[Any], str]:
    """Return what tells the client of waitress's connection with a whole request, as ProxyFix does of a request."""

    def client(connection: Any) -> str:
        peer = str(connection.addr[0])
        if not hops:
            return peer
        named = [part.strip() for part in connection.requests[0].headers.get("X_FORWARDED_FOR", "").split(",")]
        return named[-hops] if len(named) >= hops and named[-hops] else peer

    return client
