"""Flask-Security as it is set up here: JSON, argon2, and no word on who has an account."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, NoReturn

from flask import Flask, abort
from flask_security import (
    ChangePasswordForm,
    LoginForm,
    RegisterFormV2,
    ResetPasswordForm,
    Security,
    SQLAlchemyUserDatastore,
    uia_email_mapper,
)
from flask_security.utils import get_message
from wtforms import StringField

from flask_modular import current_registry, db

from . import module, sessions
from .bodies import SHORTEST_PASSWORD
from .challenges import CODE_NEEDED
from .endpoints import render_json
from .mailing import Post
from .models import Role, User, now
from .second_step import check_code

SETTINGS: dict[str, Any] = {
    "STATIC_FOLDER": None,
    "FLASH_MESSAGES": False,
    "CLI_USERS_NAME": False,
    "CLI_ROLES_NAME": False,
    # Who has an account is nobody's business.
    "RETURN_GENERIC_RESPONSES": True,
    # No questions to name servers; and addresses under .test are what they are for.
    "EMAIL_VALIDATOR_ARGS": {"check_deliverability": False, "test_environment": True},
    "USER_IDENTITY_ATTRIBUTES": [
        # Addresses are kept in lower case, so that the database's index finds them.
        {"email": {"mapper": uia_email_mapper, "case_insensitive": False}}
    ],
    "PASSWORD_LENGTH_MIN": SHORTEST_PASSWORD,
    "PASSWORD_SCHEMES": ["argon2"],
    "PASSWORD_SINGLE_HASH": {"argon2"},
    "PASSWORD_CONFIRM_REQUIRED": False,
    # What tokens in mails hold a digest of is no password: a slow one would only tell, by the time
    # that it takes, that there is an account to send a mail to.
    "HASHING_SCHEMES": ["hex_sha256"],
    "CONFIRMABLE": True,
    "RECOVERABLE": True,
    "CHANGEABLE": True,
    # Its texts are rendered by the module `mail`.
    "EMAIL_PLAINTEXT": False,
    "EMAIL_HTML": False,
    "DATETIME_FACTORY": now,
    # A token that was stolen must not be enough to change the password.
    "API_ENABLED_METHODS": ["session"],
    "FRESHNESS": timedelta(hours=1),
    "FRESHNESS_GRACE_PERIOD": timedelta(minutes=10),
}
# A password of a test need not be safe from those who guess it.
CHEAP_HASHES = {"argon2__rounds": 1, "argon2__memory_cost": 8, "argon2__parallelism": 1}


class SignInForm(LoginForm):
    """Tells those who know the password what else is missing; nobody else."""

    code = StringField()

    def validate(self, **options: Any) -> bool:
        valid: bool = super().validate(**options)
        if not valid and self.requires_confirmation:
            self.email.errors = []
            self.form_errors.append(get_message("CONFIRMATION_REQUIRED")[0])
        user: Any = self.user
        if valid and user.totp_secret and not check_code(user, self.code.data or ""):
            self.form_errors.append(CODE_NEEDED)
            return False
        return valid


class SignUpForm(RegisterFormV2):
    """Flask-Security's; setting it up changes the class."""


class ResetForm(ResetPasswordForm):
    """Takes the new password once."""

    password_confirm = None  # type: ignore[assignment]


class ChangeForm(ChangePasswordForm):
    """Takes the new password once."""

    new_password_confirm = None  # type: ignore[assignment]


def prefix() -> str:
    """Return where the module is mounted; Flask-Security's endpoints stand at the first mount."""
    mount = current_registry().modules[module.name].mounts[0]
    return mount.url_prefix or str(module.url_prefix)


def init_security(app: Flask) -> Security:
    """Set up Flask-Security on an application."""
    settings = {
        **SETTINGS,
        "URL_PREFIX": prefix(),
        "REGISTERABLE": app.config["ACCOUNTS_SIGN_UP"],
        "PASSWORD_HASH_PASSLIB_OPTIONS": CHEAP_HASHES if app.testing else {},
    }
    for name, value in settings.items():
        app.config.setdefault(f"SECURITY_{name}", value)
    app.config.setdefault("WTF_CSRF_TIME_LIMIT", None)  # as long as the session
    app.config.setdefault("REMEMBER_COOKIE_SECURE", app.config["SESSION_COOKIE_SECURE"])
    app.config.setdefault("REMEMBER_COOKIE_SAMESITE", "Lax")
    security = Security(
        mail_util_cls=Post,
        login_form=SignInForm,
        register_form=SignUpForm,
        reset_password_form=ResetForm,
        change_password_form=ChangeForm,
    )
    security.render_json(render_json)
    security.want_json(lambda request: True)
    models: Any = (User, Role)
    security.init_app(app, SQLAlchemyUserDatastore(db, *models), render_template=_no_page)
    security.login_manager.user_loader(sessions.load)
    _hush(security.login_manager)
    _ask_late(app, security.principal)
    return security


def _no_page(*arguments: Any, **values: Any) -> NoReturn:
    abort(406, "There are no pages here; send and accept JSON.")


def _ask_late(app: Flask, principal: Any) -> None:
    """Have Flask-Principal learn who it is from the policy, and not before each request.

    Health pages and assets would need the database for it.
    """
    functions = app.before_request_funcs[None]
    functions[:] = [one for one in functions if getattr(one, "__self__", None) is not principal]


def _hush(manager: Any) -> None:
    """Keep Flask-Login's use of `utcnow` to itself: it is its own to mend, and no error."""
    if sys.version_info >= (3, 12):
        manager._set_cookie = _without_deprecation(manager._set_cookie)


def _without_deprecation(function: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(function)
    def call(*arguments: Any) -> Any:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "datetime.datetime.utcnow", DeprecationWarning)
            return function(*arguments)

    return call
