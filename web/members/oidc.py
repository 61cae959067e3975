"""Signing in by OpenID Connect: the code flow with PKCE, state and nonce, by Authlib (extra `hoinghi[oidc]`).

The role comes from the file of members where it has a line with `oidc` for the confirmed mail address or the subject,
else from the claim that `oidc_claim` names; who has no role there has no business here.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from flask import Flask, current_app
from flask.typing import ResponseReturnValue

from settings import Settings
from web.members.accounts import OIDC, ROLES, Accounts, Member, MembersMisconfigured

PROVIDER = "hoinghi_provider"


def set_up(app: Flask, settings: Settings) -> None:
    """Raises MembersMisconfigured where something is not set or not installed."""
    if not settings["oidc_client"]:
        raise MembersMisconfigured("oidc_issuer is set, oidc_client is not: expected the name that the provider knows")
    try:
        from authlib.integrations.flask_client import OAuth
    except ImportError as error:
        raise MembersMisconfigured(
            f'oidc_issuer needs what is not installed here ({error.name}): pip install "hoinghi[oidc]"'
        ) from None
    issuer = settings["oidc_issuer"].rstrip("/")
    registry = OAuth(app)
    registry.register(
        PROVIDER,
        client_id=settings["oidc_client"],
        client_secret=settings["oidc_secret"] or None,
        server_metadata_url=f"{issuer}/.well-known/openid-configuration",
        client_kwargs={
            "scope": settings["oidc_scope"],
            "code_challenge_method": "S256",
            "timeout": 10,
            **({} if settings["oidc_secret"] else {"token_endpoint_auth_method": "none"}),
        },
    )
    app.extensions["oidc"] = getattr(registry, PROVIDER)
    app.extensions["oidc_claim"] = settings["oidc_claim"]


def to_provider(back: str) -> ResponseReturnValue:
    """Redirect to the provider; back: where it sends the reader afterwards."""
    answer: ResponseReturnValue = current_app.extensions["oidc"].authorize_redirect(back)
    return answer


def from_provider(accounts: Accounts) -> Member | None:
    """Return whom the provider vouches for, None for somebody without a role. Raises what Authlib raises."""
    provider = current_app.extensions["oidc"]
    token = provider.authorize_access_token()
    claims: dict[str, Any] = dict(token["userinfo"])  # of the ID token, which was checked
    if "userinfo_endpoint" in provider.load_server_metadata():
        told = provider.userinfo(token=token)
        if told.get("sub") == claims["sub"]:
            claims |= {name: value for name, value in told.items() if name not in claims}
    return member_of(claims, accounts.by_name(), current_app.extensions["oidc_claim"])


def member_of(claims: Mapping[str, Any], members: Mapping[str, Member], claim: str) -> Member | None:
    """Return the member whom claims describe; None where neither the file nor the claim gives a role."""
    confirmed = claims.get("email") if claims.get("email_verified") is True else None
    names = [name for name in (confirmed, claims["sub"]) if isinstance(name, str)]
    for name in names:
        if name in members and members[name].secret == OIDC:
            return members[name]
    told = claims.get(claim)
    roles: Iterable[object] = [told] if isinstance(told, str) else told if isinstance(told, list) else []
    known = [role for role in ROLES if role in roles or f"hoinghi-{role}" in roles]
    return Member(f"oidc {names[0]}", known[-1]) if known else None
