"""An authority that gives certificates by ACME (RFC 8555), as Let's Encrypt does: Pebble, by the same people.

It asks the site that a certificate is for on port 80 for the token that certbot has put there.
"""

import json

import trustme

from tests.clean_root.following import AUTHORITY, Host, wait_for

DIRECTORY = "https://127.0.0.1:14000/dir"
MANAGEMENT = "127.0.0.1:15000"
# The certificate by which certbot knows the authority when it talks to it; those that it gives are signed by another.
ACME_SERVER = "/usr/local/share/ca-certificates/acme.crt"
# Shorter than the 30 days before its end at which certbot renews a certificate, so that it renews at each run.
VALID_SECONDS = 20 * 86_400
# Where nobody sits at a terminal, certbot waits up to eight minutes before it renews, so that not all come at once.
CERTBOT = f"server = {DIRECTORY}\nno-random-sleep-on-renew = true\n"


def start_authority(host: Host) -> None:
    """Start it on a host and have certbot ask it; AUTHORITY gets its root certificate."""
    signer = trustme.CA()
    certificate = signer.issue_cert("127.0.0.1")
    host.write(ACME_SERVER, signer.cert_pem.bytes().decode())
    host.sh("[ ! -d /etc/ssl/certs ] || update-ca-certificates")  # without that folder: certbot's installation runs it
    host.write("/srv/acme/chain.pem", "".join(one.bytes().decode() for one in certificate.cert_chain_pems))
    host.write("/srv/acme/key.pem", certificate.private_key_pem.bytes().decode())
    settings = {
        "listenAddress": DIRECTORY.split("/")[2],
        "managementListenAddress": MANAGEMENT,
        "certificate": "/srv/acme/chain.pem",
        "privateKey": "/srv/acme/key.pem",
        "httpPort": 80,
        "tlsPort": 443,
        "certificateValidityPeriod": VALID_SECONDS,
    }
    host.write("/srv/acme/pebble.json", json.dumps({"pebble": settings}))
    host.write("/root/.config/letsencrypt/cli.ini", CERTBOT)
    # Pebble tests its clients: it waits up to 15 s before it asks, and refuses one good nonce in twenty; certbot tries
    # again once, so that one run in some hundred would fail.
    variables = ("PEBBLE_VA_NOSLEEP=1", "PEBBLE_WFE_NONCEREJECT=0")
    host.begin("env", *variables, "pebble", "-config", "/srv/acme/pebble.json")
    answers = f"curl -s --cacert {ACME_SERVER} -w '%{{http_code}}' {DIRECTORY} || true"
    wait_for(host, lambda: "200" in host.sh(answers))
    host.sh(f"curl -fsS --cacert {ACME_SERVER} -o {AUTHORITY} https://{MANAGEMENT}/roots/0")
