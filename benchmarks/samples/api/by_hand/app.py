"""The API of a shop, written by hand with Flask, Flask-SQLAlchemy and marshmallow."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatchcase
from hashlib import sha256

from flask import Flask, request
from marshmallow import ValidationError
from models import Token, User, db
from products import blueprint
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Forbidden, HTTPException, Unauthorized

EVERYONE = ["*.read"]


def create_app() -> Flask:
    app = Flask(__name__)
    app.config["SECRET_KEY"] = os.environ["SECRET_KEY"]
    app.config["SQLALCHEMY_DATABASE_URI"] = os.environ["DATABASE_URL"]
    db.init_app(app)
    app.before_request(authorize)
    app.register_blueprint(blueprint)
    app.register_error_handler(HTTPException, describe)
    app.register_error_handler(ValidationError, refuse)
    return app


def authorize() -> None:
    """Refuse whoever may not read; every endpoint here reads."""
    permissions, header = EVERYONE, request.headers.get("Authorization")
    if header is not None:
        token = find_token(header)
        permissions = EVERYONE + [name for role in token.user.roles for name in role.permissions]
        if not allows(token.scopes):
            raise Forbidden("The token is too narrow.")
    if not allows(permissions):
        raise Unauthorized("Send a bearer token.", www_authenticate=WWWAuthenticate("bearer"))


def allows(patterns: list[str]) -> bool:
    return any(fnmatchcase("shop.read", pattern) for pattern in patterns)


def find_token(header: str) -> Token:
    """Return the token of a request, its user and their roles, and mark its use."""
    scheme, _, text = header.partition(" ")
    query = select(Token).where(Token.digest == sha256(text.strip().encode()).hexdigest())
    query = query.options(joinedload(Token.user).joinedload(User.roles))
    token = db.session.scalars(query).unique().one_or_none()
    now = datetime.now(UTC)
    if (
        scheme.lower() != "bearer"
        or token is None
        or not token.user.active
        or token.expires_at <= now
    ):
        challenge = WWWAuthenticate("bearer", {"error": "invalid_token"})
        raise Unauthorized("The token cannot be used.", www_authenticate=challenge)
    if token.last_used_at is None or now - token.last_used_at >= timedelta(minutes=1):
        token.last_used_at = now
        db.session.commit()
    return token


def describe(error: HTTPException) -> tuple[dict[str, object], int | None, list[tuple[str, str]]]:
    headers = [one for one in error.get_headers() if one[0] != "Content-Type"]
    body = {"title": error.name, "status": error.code, "detail": error.description}
    return body, error.code, headers


def refuse(error: ValidationError) -> tuple[dict[str, object], int]:
    return {"title": "Unprocessable Entity", "status": 422, "errors": error.messages}, 422
