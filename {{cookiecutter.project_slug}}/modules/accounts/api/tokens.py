"""Bearer tokens: obtain them, see one's own, revoke them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Response, current_app, url_for
from sqlalchemy import Select, select

from flask_modular import access, db
from modules.api.services import find, remove

from ..callers import Caller, caller, takes_basic
from ..challenges import InsufficientScope, wrong_password
from ..models import Token, now
from ..own import authenticated_user
from ..passwords import authenticate
from ..permissions import Personal
from ..policy import refuse
from ..schemas import NewTokenSchema, TokenRequestSchema, TokenSchema
from ..tokens import create_token
from .blueprint import blueprint, never_kept

MAY_USE_TOKENS = access("accounts.tokens")
KINDS = ("basic", "bearer", "session")
LOCATION = {"description": "Where it is.", "schema": {"type": "string", "format": "uri-reference"}}


@blueprint.post("/tokens")
@Personal(kinds=KINDS, optional=True)
@takes_basic
@never_kept
@blueprint.arguments(TokenRequestSchema)
@blueprint.response(201, NewTokenSchema, headers={"Location": LOCATION})
@blueprint.alt_response(403, "FORBIDDEN")
@blueprint.alt_response(429, "TOO_MANY_REQUESTS")
def obtain_token(given: dict[str, Any]) -> Response:
    """Obtain a token.

    Say who you are with your address and password, in the body or as HTTP Basic, or with a session
    or a token that you have. An account with two-factor authentication wants its code with the
    password, in the body. What you may not do yourself, a token for it does not let you do
    either. One that was obtained with another is no wider than that, and ends no later.
    """
    who = asking(given)
    if who.user is None or not who.may(MAY_USE_TOKENS.name):
        refuse(who, MAY_USE_TOKENS.name)
    check_scopes(who, given["scopes"])
    days = given.get("expires_in_days", current_app.config["ACCOUNTS_TOKEN_DAYS"])
    until = now() + timedelta(days=days)
    expires_at = min(until, who.until) if who.until else until
    token, text = create_token(who.user, given["name"], given["scopes"], expires_at=expires_at)
    db.session.commit()
    body = current_app.json.dumps({**TokenSchema().dump(token), "token": text}, sort_keys=False)
    response = Response(body, 201, mimetype="application/json")
    response.headers["Location"] = url_for(".token", token_id=token.id)
    return response


def asking(given: dict[str, Any]) -> Caller:
    """Return who asks for a token: by the password in the body, or as for any other request."""
    email, password = given.get("email"), given.get("password")
    if not email and not password:
        return caller()
    code = given.get("code", "")
    user = authenticate(email, password, code) if email and password else None
    if user is None:
        raise wrong_password()
    return Caller(user, via="password")


def check_scopes(who: Caller, scopes: list[str]) -> None:
    """Refuse to make a token that is wider than the one that asks for it."""
    for scope in scopes:
        if not who.may_grant(scope):
            raise InsufficientScope(scope)


def own_tokens() -> Select[Token]:
    """Select the tokens of whoever asks: the setting "everyone" may let anybody in."""
    return select(Token).where(Token.user_id == authenticated_user().id)


@blueprint.get("/tokens")
@MAY_USE_TOKENS
@blueprint.lists(TokenSchema, sort=("created_at", "expires_at", "name"))
def tokens() -> Select[Token]:
    """List one's own tokens, those that have expired among them."""
    return own_tokens()


@blueprint.get("/tokens/<id:token_id>")
@MAY_USE_TOKENS
@blueprint.shows(TokenSchema)
def token(token_id: int) -> Token:
    """Show one of one's own tokens."""
    return find(own_tokens(), token_id, TokenSchema)


@blueprint.delete("/tokens/<id:token_id>")
@MAY_USE_TOKENS
@blueprint.deletes()
def revoke_token(token_id: int) -> None:
    """Revoke one of one's own tokens."""
    remove(find(own_tokens(), token_id, TokenSchema))
