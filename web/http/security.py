"""Headers that keep a page to itself, and compression of what is sent."""

from flask import Flask, Response, request
from isal import igzip

# Nothing is loaded from another host, no script or style stands in a page. Form answers go to ourselves alone.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",  # a source does not learn what its reader searched for
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
HSTS_SECONDS = 31_536_000  # a year
COMPRESSIBLE = ("text/", "application/json", "application/atom+xml", "application/xml", "image/svg+xml")
SMALLEST_COMPRESSED_BYTES = 1000  # below this the gzip header costs more than it saves
GZIP_LEVEL = 2  # of isal: a page takes 0.15 ms and 10.3 kB; level 4 of zlib 0.75 ms and 9.3 kB, level 1 0.5 and 10.4


def install(app: Flask) -> None:
    app.after_request(compress)
    app.after_request(set_headers)


def set_headers(response: Response) -> Response:
    given = {name.lower() for name, _ in response.headers}
    response.headers.extend((name, value) for name, value in HEADERS.items() if name.lower() not in given)
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = f"max-age={HSTS_SECONDS}"
    if "cache-control" not in given:
        # an error or a whole file is of this moment; of all else a copy may be kept and has to be asked for again
        is_passing = response.status_code >= 400 or response.is_streamed or request.path == "/healthz"
        response.headers["Cache-Control"] = "no-store" if is_passing else "no-cache"
    return response


def keep_nothing(response: Response) -> Response:
    """Let nobody keep a copy of an answer: what comes after each request of a blueprint for one person alone."""
    response.headers["Cache-Control"] = "no-store"
    return response


def compress(response: Response) -> Response:
    """Compress a whole text answer for clients that accept gzip; streams are passed on as they are."""
    if response.is_streamed or response.direct_passthrough:
        return response
    if response.status_code != 304 and not (response.mimetype or "").startswith(COMPRESSIBLE):
        return response
    response.vary.add("Accept-Encoding")
    if response.status_code in (204, 304):
        return response
    if not request.accept_encodings.quality("gzip") or "Content-Encoding" in response.headers:
        return response
    body = response.get_data()
    if len(body) >= SMALLEST_COMPRESSED_BYTES:
        response.set_data(igzip.compress(body, GZIP_LEVEL, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    return response
