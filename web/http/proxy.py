"""Under which address readers find this site, and who they are, where proxies stand before it.

`proxies`     how many proxies are believed: the client, scheme, host and prefix that the outermost of them names
`public_url`  the address of the site; all that we write (links, feeds, letters, citations) begins with it
`hosts`       further names that a request may be sent to; with either of them set, a foreign Host is refused
"""

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, current_app, request
from werkzeug.exceptions import BadRequest, Forbidden
from werkzeug.middleware.proxy_fix import ProxyFix

from settings import Settings

ASKED_HOST = "hoinghi.host"  # in the WSGI environment: the Host that was asked for, as the trusted proxies tell it
EVERY_HOST = ("/healthz",)  # whoever looks whether the server lives may call it by its number

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


class PublicAddress:
    """Tells the application the address of the site, whatever host, scheme and prefix a request came by.

    url: "" to leave all as it came.
    """

    def __init__(self, application: Application, url: str) -> None:
        self._application = application
        parts = urlsplit(url)
        self._scheme, self._host, self._prefix = parts.scheme, parts.netloc, parts.path.rstrip("/")

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        environ[ASKED_HOST] = environ.get("HTTP_HOST", "")
        if self._host:
            environ.update({"wsgi.url_scheme": self._scheme, "HTTP_HOST": self._host, "SCRIPT_NAME": self._prefix})
            path = environ.get("PATH_INFO", "")
            if self._prefix and f"{path}/".startswith(f"{self._prefix}/"):  # the proxy has left it in the path
                environ["PATH_INFO"] = path.removeprefix(self._prefix) or "/"
        return self._application(environ, start_response)


def install(app: Flask) -> None:
    app.before_request(refuse_strange_host)


def stand_behind(app: Flask, settings: Settings) -> None:
    """Believe as many proxies as the settings name; app.extensions["proxies"] is their number."""
    app.extensions["proxies"] = hops = int(settings["proxies"])
    public = settings["public_url"].rstrip("/")
    names = {name.strip().lower() for name in settings["hosts"].split(",")} | {urlsplit(public).hostname or ""}
    app.extensions["hosts"] = names - {""}
    application: Application = PublicAddress(app.wsgi_app, public)
    if hops:
        application = ProxyFix(application, x_for=hops, x_proto=hops, x_host=hops, x_port=0, x_prefix=hops)
    app.wsgi_app = application  # type: ignore[method-assign, assignment]


def refuse_strange_host() -> None:
    """Refuse a request for no host, for several, or for one that is not ours: answers would be made up from it."""
    host = request.environ.get(ASKED_HOST, "")
    if not host or "," in host or any(character.isspace() for character in host):
        raise BadRequest(f'Host "{host[:60]}": expected one host, such as example.vn')
    ours = current_app.extensions["hosts"]
    if ours and name_of(host) not in ours and request.path not in EVERY_HOST:
        raise BadRequest(f'Host "{host[:60]}": expected {" or ".join(sorted(ours))}')


def is_own_origin(origin: str) -> bool:
    """Tell whether an Origin header names this site: as it is known to readers, or as it was asked for."""
    netloc = urlsplit(origin).netloc if origin.startswith(("http://", "https://")) else ""
    return origin == request.host_url.rstrip("/") or (bool(netloc) and netloc == request.environ.get(ASKED_HOST))


def refuse_foreign_form() -> None:
    """Raise Forbidden where another site's page sent the form. A program that sends no such headers has no readers."""
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if (site and site not in ("same-origin", "none")) or (origin and not is_own_origin(origin)):
        raise Forbidden("this form can only be sent from this site")


def name_of(host: str) -> str:
    """Return the name in a Host header: "a.vn" of "A.vn:443", "::1" of "[::1]:80"; "" where there is none."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def client_of_connection(hops: int) -> Callable[[Any], str]:
    """Return what tells the client of waitress's connection with a whole request, as ProxyFix does of a request."""

    def client(connection: Any) -> str:
        peer = str(connection.addr[0])
        if not hops:
            return peer
        named = [part.strip() for part in connection.requests[0].headers.get("X_FORWARDED_FOR", "").split(",")]
        return named[-hops] if len(named) >= hops and named[-hops] else peer

    return client
