from __future__ import annotations

from typing import Any

from flask import Flask, g, session
from flask.testing import FlaskClient

from flask_modular import access, db, has

from . import connections, module  # noqa: F401 (connections listens)
from .callers import caller, known_caller
from .models import Passkey, Role, Token, User, now
from .permissions import Personal
from .personal import personal_data
from .policy import judge
from .settings import check_settings

OPEN = (
    *("login", "logout", "register", "send_confirmation", "confirm_email"),
    *("forgot_password", "reset_password"),
)
PERSONAL = ("change_password", "verify")

module.policy(judge)
for name in OPEN:
    module.permit(f"security.{name}", access.public)
# Flask-Security itself asks for the session.
for name in PERSONAL:
    module.permit(f"security.{name}", Personal(kinds=("session",)))

# Languages cannot say so themselves: mails are written in them, so they come before accounts do.
if has("i18n"):
    from modules.i18n import module as languages
    from modules.i18n.services import forget, stored

    def export_choice(user: User) -> dict[str, str]:
        """Return which language and time zone somebody has chosen."""
        choice = stored(user.identity)
        return {"locale": choice.locale, "timezone": choice.timezone}

    def forget_choice(user: User) -> None:
        """Forget the language and the time zone of somebody."""
        forget(user.identity)

    personal_data(languages, export=export_choice, erase=forget_choice)


@module.identity
def identity() -> str | None:
    """Return `user:17` and its like.

    :raises Unauthorized: for credentials that are not right: their owner is not nobody.
    """
    user = caller().user
    return user.identity if user is not None else None


@module.sign_in
def sign_in(client: FlaskClient) -> None:
    """Have a test's client send the token of somebody who may do everything.

    Without that header it is a browser in which the same user has signed in.
    """
    from flask_security import login_user

    from .tokens import create_token

    with client.application.test_request_context():
        role = Role(name="everything", permissions=["*"])
        user = User(email="everything@example.com", confirmed_at=now(), roles=[role])
        _, text = create_token(user, "tests", ["*"])
        db.session.commit()
        login_user(user, authn_via=["password"])  # type: ignore[arg-type]
        db.session.commit()
        signed_in = dict(session)
    with client.session_transaction() as browser:
        browser.update(signed_in)
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {text}"


@module.ready
def init_accounts(app: Flask) -> None:
    """Set up Flask-Security, and have it answer as the rest of the application does."""
    from flask_login import user_logged_in, user_logged_out
    from flask_security.signals import (
        password_changed,
        password_reset,
        reset_password_instructions_sent,
    )

    from . import sessions
    from .endpoints import guard
    from .passwords import spend_time
    from .security import init_security

    check_settings(app.config)
    security = init_security(app)
    security.login_manager.request_loader(lambda request: known_caller().user)
    guard(app)
    if csrf := app.extensions.get("csrf"):
        csrf.exempt(app.blueprints["security"])  # the policy asks for the token
    user_logged_in.connect(renew_session, app)
    user_logged_in.connect(sessions.start, app)
    user_logged_out.connect(sessions.end_current, app)
    password_changed.connect(revoke_tokens, app)
    password_reset.connect(revoke_keys, app)
    # Flask-Security takes that long for an account that is not there.
    reset_password_instructions_sent.connect(spend_time, app)


def renew_session(_: Flask, **__: Any) -> None:
    """Forget what a session had before the sign-in: whoever planted it knows its token."""
    for key in [one for one in session if not one.startswith("_")]:  # those are Flask-Login's
        del session[key]
    g.pop("csrf_token", None)


def revoke_tokens(_: Flask, user: User, **__: Any) -> None:
    """Take the tokens from an account whose password was changed; the mail has named them."""
    db.session.query(Token).filter_by(user_id=user.id).delete()


def revoke_keys(_: Flask, user: User, **__: Any) -> None:
    """Take tokens and passkeys from an account whose password was reset: whose are they?"""
    for kind in (Token, Passkey):
        db.session.query(kind).filter_by(user_id=user.id).delete()
