"""Who is signed in."""

from __future__ import annotations

from flask import Response, jsonify
from flask_wtf.csrf import generate_csrf

from flask_modular import access

from . import module
from .callers import caller


@module.get("/session")
@access.public
def show_session() -> Response:
    """Show who is signed in, what they may, and the token for what the session changes."""
    who = caller()
    found = {"user": None if who.user is None else who.user.get_security_payload()}
    if who.scopes is None:
        found["csrf_token"] = generate_csrf()
    permissions = sorted(set(who.permissions))
    response = jsonify(**found, permissions=permissions, scopes=who.scopes)
    response.headers["Cache-Control"] = "no-store"
    return response
