"""The file of members: a line each, `name:role:secret`; lines that begin with # are remarks.

    nhat.linh:operator:scrypt:32768:8:1$…     signs in with a password (Werkzeug's hash)
    may-doc:reader:token$<sha-256>            a program's token, which it sends with each request
    mai@example.vn:editor:oidc                signs in at the OpenID Connect provider; the role stands here

Read anew when it has changed, so that who is removed is out at once.
"""

import hashlib
import hmac
import os
import re
import secrets
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Lock

from filelock import FileLock
from werkzeug.security import check_password_hash, generate_password_hash

from search.errors import SearchError

ROLES = ("reader", "editor", "operator")  # each may do what those before it may
EDITOR, OPERATOR = ROLES[1:]
NAME = re.compile(r"[\w.@+-]{1,100}")
SHORTEST_PASSWORD = 12  # characters
OIDC, TOKEN = "oidc", "token$"
SECRET = re.compile(  # what can be compared with: nothing, a digest, or a hash that Werkzeug can read
    r"oidc|token\$[0-9a-f]{64}|(scrypt:\d+:\d+:\d+|pbkdf2:sha(1|256|512)(:\d+)?)\$[^$:]+\$[0-9a-f]+"
)
HEADER = '# members of hoinghi: name:role:secret. Changed by "hoinghi members".\n'


class MembersMisconfigured(SearchError):
    """The file of members, or a setting of signing in, cannot be used."""


@dataclass(frozen=True, slots=True)
class Member:
    """secret: as it stands in the file; "" for one whom the provider vouches for alone."""

    name: str
    role: str
    secret: str = ""

    def may(self, role: str) -> bool:
        """Tell whether this member may do what a role may."""
        return ROLES.index(self.role) >= ROLES.index(role)

    @property
    def mark(self) -> str:
        """What a session remembers of the secret: another password, or another role, ends it."""
        return hashlib.sha256(f"{self.role}:{self.secret}".encode()).hexdigest()[:16]


class Accounts:
    """The members of a file, shared by threads. path None: there are none."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._lock = Lock()
        self._read: tuple[tuple[int, int, int], dict[str, Member]] | None = None

    def by_name(self) -> dict[str, Member]:
        """Return name → member. Raises MembersMisconfigured where the file is missing or a line of it is wrong."""
        if self._path is None:
            return {}
        with self._lock:
            try:
                found = self._path.stat()
                state = (found.st_ino, found.st_size, found.st_mtime_ns)
                if self._read is None or self._read[0] != state:
                    self._read = state, read_members(self._path)
            except (OSError, UnicodeDecodeError) as error:
                raise MembersMisconfigured(
                    f'members {self._path} cannot be read ({error}): "hoinghi members add NAME" makes it'
                ) from None
            return self._read[1]

    def with_password(self, name: str, password: str) -> Member | None:
        """Return the member whose password this is. Takes as long for a name that there is not."""
        member = self.by_name().get(name)
        known = member.secret if member and is_password(member.secret) else ""
        is_right = check_password_hash(known or _nobody(), password)
        return member if known and is_right else None

    def with_token(self, token: str) -> Member | None:
        digest = TOKEN + hashlib.sha256(token.encode()).hexdigest()
        found = [one for one in self.by_name().values() if hmac.compare_digest(one.secret.encode(), digest.encode())]
        return found[0] if found else None


@cache
def _nobody() -> str:
    return generate_password_hash(secrets.token_hex())


def is_password(secret: str) -> bool:
    return bool(secret) and secret != OIDC and not secret.startswith(TOKEN)


def read_members(path: Path) -> dict[str, Member]:
    """Return name → member. Raises OSError, or MembersMisconfigured naming the line and never its secret."""
    found: dict[str, Member] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        name, _, rest = line.strip().partition(":")
        role, _, secret = rest.partition(":")
        if not NAME.fullmatch(name) or role not in ROLES:
            raise MembersMisconfigured(
                f"line {number} of {path}: expected name:role:secret with a role of {', '.join(ROLES)},"
                ' as "hoinghi members add NAME" writes it'
            )
        if not SECRET.fullmatch(secret):
            raise MembersMisconfigured(
                f"line {number} of {path}: the secret of {name} is no hash of a password, digest of a token or"
                f' "{OIDC}": write it anew with "hoinghi members add {name} --role {role}"'
            )
        found[name] = Member(name, role, secret)
    return found


def write_member(path: Path, name: str, role: str, secret: str) -> None:
    """Add a member to the file, or change one. Raises MembersMisconfigured."""
    if not NAME.fullmatch(name):
        raise MembersMisconfigured(f'name "{name[:60]}": expected letters, digits and . @ + - _, at most 100')
    with _locked(path):
        members = read_members(path) if path.exists() else {}
        _write(path, {**members, name: Member(name, role, secret)})


def remove_member(path: Path, name: str) -> None:
    """Raises MembersMisconfigured where there is none of this name."""
    with _locked(path):
        members = read_members(path) if path.exists() else {}
        if name not in members:
            raise MembersMisconfigured(f'no member "{name[:60]}" in {path}: "hoinghi members list" names them')
        _write(path, {other: member for other, member in members.items() if other != name})


def hashed_password(password: str) -> str:
    """Return what the file keeps of a password. Raises MembersMisconfigured where it is too short."""
    if len(password) < SHORTEST_PASSWORD:
        raise MembersMisconfigured(
            f"the password has {len(password)} characters: expected at least {SHORTEST_PASSWORD}; four words do well"
        )
    return generate_password_hash(password)


def new_token() -> tuple[str, str]:
    """Return a token, to be shown once, and what the file keeps of it."""
    token = f"hoinghi_{secrets.token_urlsafe(32)}"
    return token, TOKEN + hashlib.sha256(token.encode()).hexdigest()


def _locked(path: Path) -> FileLock:
    return FileLock(path.with_name(f".{path.name}.lock"))


def _write(path: Path, members: dict[str, Member]) -> None:
    mode = 0o600
    with suppress(FileNotFoundError):
        mode = path.stat().st_mode & 0o777
    part = path.with_name(f".{path.name}.part")
    lines = [f"{one.name}:{one.role}:{one.secret}\n" for one in members.values()]
    with open(os.open(part, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, mode), "w", encoding="utf-8") as file:
        file.writelines([HEADER, *lines])
    os.replace(part, path)
