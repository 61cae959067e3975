"""An authority that gives certificates by ACME (RFC 8555), as Let's Encrypt does: Pebble, by the same people.

It asks the site that a certificate is for on port 80 for the token that certbot has put there.
"""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

import trustme

from tests.clean_root.root import CleanRoot

DIRECTORY = "https://127.0.0.1:14000/dir"
MANAGEMENT = "127.0.0.1:15000"
TRUSTED_PROGRAMS = "/usr/local/share/ca-certificates/acme.crt"  # whom certbot believes that it is the authority
# Shorter than the 30 days before its end at which certbot renews a certificate, so that it renews at each run.
VALID_SECONDS = 20 * 86_400
# Where nobody sits at a terminal, certbot waits up to eight minutes before it renews, so that not all come at once.
CERTBOT = f"server = {DIRECTORY}\nno-random-sleep-on-renew = true\n"


class Place(Protocol):
    """Where it runs: a CleanRoot, or a machine."""

    def sh(self, commands: str) -> str: ...
    def write(self, path: str, text: str) -> None: ...


def set_up(place: Place) -> list[str]:
    """Write what it and certbot need. Returns the command that starts it."""
    programs = trustme.CA()
    certificate = programs.issue_cert("127.0.0.1")
    place.write(TRUSTED_PROGRAMS, programs.cert_pem.bytes().decode())
    place.sh("[ ! -d /etc/ssl/certs ] || update-ca-certificates")  # else when certbot brings them
    place.write("/srv/acme/chain.pem", "".join(one.bytes().decode() for one in certificate.cert_chain_pems))
    place.write("/srv/acme/key.pem", certificate.private_key_pem.bytes().decode())
    settings = {
        "listenAddress": DIRECTORY.split("/")[2],
        "managementListenAddress": MANAGEMENT,
        "certificate": "/srv/acme/chain.pem",
        "privateKey": "/srv/acme/key.pem",
        "httpPort": 80,
        "tlsPort": 443,
        "certificateValidityPeriod": VALID_SECONDS,
    }
    place.write("/srv/acme/pebble.json", json.dumps({"pebble": settings}))
    place.write("/root/.config/letsencrypt/cli.ini", CERTBOT)
    # Pebble tests its clients: it waits up to 15 s before it asks, and refuses one good nonce in twenty; certbot tries
    # again once, so that one run in some hundred would fail.
    return ["env", "PEBBLE_VA_NOSLEEP=1", "PEBBLE_WFE_NONCEREJECT=0", "pebble", "-config", "/srv/acme/pebble.json"]


def trust(place: Place, trusted: str) -> None:
    """Wait until it answers, and write its root certificate to a file, for those who visit."""
    until = time.monotonic() + 300  # an emulated processor takes half a minute
    while "200" not in place.sh(f"curl -s --cacert {TRUSTED_PROGRAMS} -w '%{{http_code}}' {DIRECTORY} || true"):
        assert time.monotonic() < until, "Pebble does not answer"
        time.sleep(0.1)
    place.sh(f"curl -fsS --cacert {TRUSTED_PROGRAMS} -o {trusted} https://{MANAGEMENT}/roots/0")


@contextmanager
def certificate_authority(root: CleanRoot, trusted: str) -> Iterator[None]:
    """Run one in a root that certbot asks. trusted: the file that gets its root certificate."""
    pebble = root.begin(*set_up(root))
    try:
        trust(root, trusted)
        yield
    finally:
        pebble.terminate()
        pebble.wait(60)
