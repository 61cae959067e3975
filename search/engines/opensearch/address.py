"""opensearch://host:9200,other:9200/name?shards=3&replicas=1 → where the index is and how it is to be made."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qsl, quote, unquote

from search.errors import BadIndexAddress

SCHEMES = {"opensearch": False, "opensearchs": True}  # → over TLS
FORM = "opensearch://host:9200/name?shards=3&replicas=1"
DEFAULT_PORT = 9200
# What OpenSearch takes for an index, short enough for the suffix of a generation.
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,199}")
_HOST = re.compile(r"([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::([0-9]{1,5}))?")
_YES, _NO = ("1", "true", "yes"), ("0", "false", "no")


@dataclass(frozen=True, slots=True)
class Address:
    """Where an index is. part: this machine's share of it ("" if it fills the whole index).

    shards, replicas: of an index that is made anew; replicas are also brought in step by every writer.
    replicas_last: a rebuild makes them at its end, by copying files; if a node is lost before, it has to begin anew.
    """

    hosts: tuple[tuple[str, int], ...]
    name: str
    tls: bool = False
    verify: bool = True
    ca_file: str = ""
    user: str = ""
    password: str = field(default="", repr=False)
    shards: int = 1
    replicas: int = 1
    replicas_last: bool = False
    part: str = ""

    def __str__(self) -> str:
        """Return the address without user and password, for messages."""
        hosts = ",".join(f"{host}:{port}" for host, port in self.hosts)
        return f"{'opensearchs' if self.tls else 'opensearch'}://{hosts}/{self.name}"


def parse_address(url: str) -> Address:
    """Return the address that url names. Raises BadIndexAddress where none is meant; passwords are not repeated."""
    scheme, _, rest = url.partition("://")
    location, _, options = rest.partition("?")
    hosts, _, name = location.partition("/")
    login, at, hosts = hosts.rpartition("@")
    user, _, password = login.partition(":") if at else ("", "", "")
    address = Address(_hosts(hosts), _name(name), SCHEMES[scheme], user=unquote(user), password=unquote(password))
    for key, value in parse_qsl(options, keep_blank_values=True):
        if key in ("shards", "replicas"):
            least = 1 if key == "shards" else 0
            if not value.isdecimal() or not least <= int(value) <= 1024:
                raise BadIndexAddress(
                    f'index address: {key}={value} is not a number from {least} to 1024, as in "{FORM}"'
                )
            address = replace(address, **{key: int(value)})  # type: ignore[arg-type]
        elif key in ("tls", "verify", "replicas_last"):
            if value not in (*_YES, *_NO):
                raise BadIndexAddress(f"index address: {key}={value} is neither 1 nor 0")
            address = replace(address, **{key: value in _YES})  # type: ignore[arg-type]
        elif key in ("ca_file", "part"):
            address = replace(address, **{key: value})  # type: ignore[arg-type]
        else:
            known = "shards, replicas, replicas_last, tls, verify, ca_file, part"
            raise BadIndexAddress(f'index address: no option "{key}"; expected one of {known}')
    return address


def with_login(url: str, user: str, password: str, ca_file: str = "") -> str:
    """Return an opensearch address with a login and an authority put in; what it says itself comes first.

    Other addresses are returned unchanged.
    """
    scheme, separator, rest = url.partition("://")
    if scheme not in SCHEMES or not separator:
        return url
    if user and "@" not in rest.partition("/")[0]:
        rest = f"{quote(user, safe='')}:{quote(password, safe='')}@{rest}"
    if ca_file and "ca_file=" not in rest:
        rest += f"{'&' if '?' in rest else '?'}ca_file={quote(ca_file, safe='')}"
    return f"{scheme}://{rest}"


def from_environment(url: str, environment: Mapping[str, str]) -> str:
    """Return an address with HOINGHI_INDEX_USER, HOINGHI_INDEX_PASSWORD and HOINGHI_INDEX_CA put in."""
    return with_login(url, *(environment.get(f"HOINGHI_INDEX_{name}", "") for name in ("USER", "PASSWORD", "CA")))


def _hosts(text: str) -> tuple[tuple[str, int], ...]:
    found = []
    for host in text.split(","):
        match = _HOST.fullmatch(host.strip())
        if match is None:
            raise BadIndexAddress(f'index address: "{host}" is not a host with a port, as in "{FORM}"')
        found.append((match[1], int(match[2] or DEFAULT_PORT)))
    return tuple(found)


def _name(text: str) -> str:
    name = text.rstrip("/")
    if not _NAME.fullmatch(name):
        raise BadIndexAddress(
            f'index address: "{name}" cannot be the name of an index: expected lower-case letters, digits, "-", "_" '
            f'or ".", as in "{FORM}"'
        )
    return name
