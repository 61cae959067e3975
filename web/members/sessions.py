"""Who asks: by a session in a signed cookie, or by a token in the header Authorization. And whether a form is ours."""

import hashlib
import hmac
import secrets
import time
from dataclasses import dataclass

from flask import current_app, g, request, session
from werkzeug.exceptions import Forbidden

from search.errors import HoinghiError
from web.http.proxy import refuse_foreign_form
from web.members.accounts import ROLES, Accounts, Member

SESSION_SECONDS = 12 * 3600  # a working day; after that one signs in again
COOKIE = "hoinghi-session"


class RoleMissing(HoinghiError):
    """A member asks for what only another role may do."""

    def __init__(self, role: str) -> None:
        super().__init__("this takes a member with the role {role}: ask the operator", code="role-missing", role=role)


@dataclass(frozen=True, slots=True)
class SigningIn:
    """How one signs in here. private: nothing is readable without. oidc: by a provider as well."""

    accounts: Accounts
    private: bool = False
    passwords: bool = False
    oidc: bool = False

    @property
    def is_on(self) -> bool:
        return self.passwords or self.oidc


def signing_in() -> SigningIn:
    held: SigningIn = current_app.extensions["members"]
    return held


def session_key(secret: str) -> bytes:
    """Return the key that sessions are signed with: made from the secret, which signs links as well."""
    return hmac.new(secret.encode(), b"hoinghi session", hashlib.sha256).digest()


def current_member() -> Member | None:
    """Return who asks, None for nobody; found once in a request."""
    if "member" not in g:
        g.member = (_by_token() or _by_session()) if signing_in().is_on else None
    found: Member | None = g.member
    return found


def begin_session(member: Member, vouched_by: str) -> None:
    """Sign a member in. vouched_by: "password" or "oidc"."""
    session.clear()  # nothing that stood in the cookie of before counts
    session.update(name=member.name, role=member.role, by=vouched_by, mark=member.mark, at=int(time.time()))
    session["form"] = secrets.token_urlsafe(24)


def form_token() -> str:
    """Return what every form of this session carries, so that no other site can send it."""
    if "form" not in session:
        session["form"] = secrets.token_urlsafe(24)
    return str(session["form"])


def check_form() -> None:
    """Raise Forbidden where a form was sent by another site's page, or without the token of this session."""
    refuse_foreign_form()
    held, given = str(session.get("form", "")), request.form.get("form", "")
    if not held or not hmac.compare_digest(held.encode(), given.encode()):
        raise Forbidden("this form can only be sent from this site")


def require(role: str) -> Member:
    """Return who asks. Raises RoleMissing where he or she may not do what a role may."""
    member = current_member()
    if member is None or not member.may(role):
        raise RoleMissing(role)
    return member


def _by_session() -> Member | None:
    name, role, begun = session.get("name"), session.get("role"), session.get("at", 0)
    if not name or role not in ROLES or not 0 <= time.time() - begun < SESSION_SECONDS:
        return None
    held = signing_in().accounts.by_name().get(name)
    if session.get("by") == "oidc":
        member = held or Member(name, role)
        return member if member.mark == session.get("mark") else None
    return held if held and held.mark == session.get("mark") else None


def _by_token() -> Member | None:
    """Read `Bearer TOKEN`, or for programs that know no other way a token as the password of HTTP Basic."""
    given = request.authorization
    token = given.token if given and given.type == "bearer" else given.password if given else None
    return signing_in().accounts.with_token(token) if token else None
