"""Calls to an OpenSearch cluster: tried again where that is safe, and clear words where it is no use.

Everything that is sent can be sent twice: documents have ids, and so have indices. So a call is repeated when a node
is lost, when a node is too busy (429) and when no copy of a shard is in use at the moment (503).
"""

import logging
import os
import random
import time
from base64 import b64encode
from collections.abc import Callable
from typing import Any, TypeVar

from opensearchpy import OpenSearch, exceptions

from search.engines.opensearch.address import Address
from search.errors import BadIndexAddress, IndexUnavailable

KNOWN_VERSIONS = (2, 3)
REQUEST_SECONDS = 30.0
PATIENCE_SECONDS = 60.0  # a lost node is noticed, and its copies replaced, in less
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.1, 5.0
BUSY, AGAIN_STATUS = 429, (429, 502, 503, 504)

T = TypeVar("T")
logging.getLogger("opensearch").setLevel(logging.ERROR)  # it warns of every attempt that fails; the last one is told


class Cluster:
    """A connection to the nodes of an address; shared by threads."""

    def __init__(self, address: Address, patience_seconds: float = PATIENCE_SECONDS) -> None:
        self.address, self.patience_seconds = address, patience_seconds
        if address.ca_file and not os.access(address.ca_file, os.R_OK):
            raise BadIndexAddress(
                f'index address: cannot read the authority "{address.ca_file}": expected certificates in PEM, '
                "from ca_file or HOINGHI_INDEX_CA"
            )
        options: dict[str, Any] = {"ca_certs": address.ca_file} if address.ca_file else {}
        self.client = OpenSearch(
            hosts=[{"host": host.strip("[]"), "port": port} for host, port in address.hosts],
            use_ssl=address.tls,
            verify_certs=address.verify,
            ssl_show_warn=False,
            headers=_headers(address),
            timeout=REQUEST_SECONDS,
            max_retries=len(address.hosts) - 1,  # every node is asked once, then we pause
            retry_on_timeout=True,
            pool_maxsize=16,
            **options,
        )
        self._major = 0

    def call(self, function: Callable[..., T], *arguments: Any, **options: Any) -> T:
        """Return what the call returns. Raises IndexUnavailable with the reason where trying again does not help."""
        pauses = Pauses(self.patience_seconds)
        while True:
            try:
                return function(*arguments, **options)
            except exceptions.ConnectionError as error:
                if isinstance(error, exceptions.SSLError):
                    raise self._untrusted(error) from error
                if not pauses.wait():
                    raise self.unreachable(error) from error
            except (exceptions.AuthenticationException, exceptions.AuthorizationException) as error:
                raise self._refused(error) from error
            except exceptions.NotFoundError:
                raise
            except exceptions.TransportError as error:
                if is_full(error.info) or error.status_code not in AGAIN_STATUS or not pauses.wait():
                    raise self.failed(error) from error

    def major(self) -> int:
        """Return the server's version (2 of 2.19.1). Raises IndexUnavailable for a server that we do not know."""
        if not self._major:
            version = self.call(self.client.info).get("version", {})
            number, kind = str(version.get("number", "?")), version.get("distribution", "Elasticsearch")
            major = int(number.partition(".")[0]) if number.partition(".")[0].isdecimal() else 0
            known = " or ".join(f"{one}.x" for one in KNOWN_VERSIONS)
            if kind != "opensearch" or major not in KNOWN_VERSIONS:
                raise IndexUnavailable(
                    "{address} is {found}: expected OpenSearch {known}; name a cluster of such a version",
                    code="cluster-of-other-version",
                    address=str(self.address),
                    found=f"{kind} {number}",
                    known=known,
                )
            self._major = major
        return self._major

    def unreachable(self, error: Exception) -> IndexUnavailable:
        reason = str(getattr(error, "info", "") or error)
        return IndexUnavailable(
            "no node of {address} answers ({reason}): check that the cluster runs and that address and TLS are right",
            code="cluster-silent",
            address=str(self.address),
            reason=reason[:200],
        )

    def _untrusted(self, error: exceptions.SSLError) -> IndexUnavailable:
        reason = str(error.info)
        if "CERTIFICATE_VERIFY_FAILED" in reason:
            why = reason.partition("certificate verify failed: ")[2].partition(" (_ssl")[0] or reason[:200]
            return IndexUnavailable(
                "the certificate of {address} is not trusted ({reason}): name the file of the authority that signed "
                "it in HOINGHI_INDEX_CA or ca_file, and the host by the name that the certificate has",
                code="cluster-not-trusted",
                address=str(self.address),
                reason=why,
            )
        return IndexUnavailable(
            "{address} does not answer by TLS ({reason}): is it opensearch:// rather than opensearchs://?",
            code="cluster-without-tls",
            address=str(self.address),
            reason=reason[:200],
        )

    def _refused(self, error: exceptions.TransportError) -> IndexUnavailable:
        if is_full(error.info):
            return self.failed(error)
        who = f'user "{self.address.user}"' if self.address.user else "without a user"
        return IndexUnavailable(
            "{address} refuses {who} (HTTP {status}): give user and password in HOINGHI_INDEX_USER and "
            "HOINGHI_INDEX_PASSWORD, and let the user read, write and manage this index and its alias",
            code="cluster-refuses-user",
            address=str(self.address),
            who=who,
            status=error.status_code,
        )

    def failed(self, error: exceptions.TransportError) -> IndexUnavailable:
        if is_full(error.info):
            return self.full()
        if error.status_code == BUSY:
            return IndexUnavailable(
                "{address} has been too busy for {seconds:.0f} s (HTTP 429): try again later, or add nodes",
                code="cluster-busy",
                address=str(self.address),
                seconds=self.patience_seconds,
            )
        if error.status_code in AGAIN_STATUS:
            return self.red(f"HTTP {error.status_code}, {error.error}")
        return self.refused_with(f"HTTP {error.status_code}: {reason_of(error)}")

    def refused_with(self, reason: str) -> IndexUnavailable:
        """Return what to tell where the cluster answers a question with an error."""
        return IndexUnavailable(
            "{address} answered {reason}", code="cluster-error", address=str(self.address), reason=reason[:500]
        )

    def full(self) -> IndexUnavailable:
        return IndexUnavailable(
            "{address} takes no more documents: the disk of a node is fuller than the flood stage; free space or add "
            "nodes, then run the same command again (what was taken stays)",
            code="cluster-full",
            address=str(self.address),
        )

    def red(self, detail: str) -> IndexUnavailable:
        return IndexUnavailable(
            "{address} has shards of which no copy is in use ({reason}): start the lost nodes again, or see GET "
            "_cluster/allocation/explain; nothing was changed that is not complete",
            code="cluster-lost-shards",
            address=str(self.address),
            reason=detail,
        )


def _headers(address: Address) -> dict[str, str]:
    headers = {"accept-encoding": "gzip"}  # questions are small; documents are compressed by Bulk
    if address.user:  # the client would send Latin-1, which has no "ờ"
        headers["authorization"] = "Basic " + b64encode(f"{address.user}:{address.password}".encode()).decode()
    return headers


class Pauses:
    """Pauses between attempts, longer and longer, by chance a little different; until patience ends."""

    def __init__(self, patience_seconds: float) -> None:
        self._until = time.monotonic() + patience_seconds
        self._pause = FIRST_PAUSE_SECONDS

    def wait(self) -> bool:
        """Pause; return False, at once, when there is no time left."""
        left = self._until - time.monotonic()
        if left <= 0:
            return False
        time.sleep(min(self._pause * random.uniform(0.7, 1.3), left))
        self._pause = min(self._pause * 2, LONGEST_PAUSE_SECONDS)
        return True


def is_full(info: Any) -> bool:
    """Tell whether an error is the block that a cluster puts on indices when a disk is full."""
    return "read-only-allow-delete" in str(info) or "flood-stage" in str(info)


def reason_of(error: exceptions.TransportError) -> str:
    """Return what the server says, in one line."""
    info = error.info
    if isinstance(info, dict):
        cause = info.get("error", info)
        if isinstance(cause, dict):
            roots = cause.get("root_cause") or [cause]
            return str(roots[0].get("reason", cause))[:500]
    return str(info or error)[:500]
