"""What is kept of somebody: handed out on request, and gone with the account."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app
from flask.sansio.blueprints import BlueprintSetupState
from sqlalchemy import inspect
from sqlalchemy.exc import IntegrityError
from werkzeug.exceptions import Conflict

from flask_modular import Model, Module, db

from .models import User

KEEPERS = "accounts_keepers"
SECRETS = {
    *("password", "digest", "fs_uniquifier", "totp_secret", "totp_counter", "user_id"),
    *("credential_id", "public_key", "handle", "sign_count"),
}


@dataclass(frozen=True)
class Keeper:
    """A module that keeps something of people."""

    export: Callable[[User], Any] | None
    erase: Callable[[User], None] | None


def personal_data(
    module: Module,
    *,
    export: Callable[[User], Any] | None = None,
    erase: Callable[[User], None] | None = None,
) -> None:
    """Say that a module keeps something of people; called in its `events.py`.

    :param export: returns what is kept of a user, of which JSON can be made.
    :param erase: takes it away, or whom it is of, before the account is deleted; does not commit.
    """

    def add(state: BlueprintSetupState) -> None:
        state.app.extensions.setdefault(KEEPERS, {})[module.name] = Keeper(export, erase)

    module.record_once(add)


def keepers() -> dict[str, Keeper]:
    """Return the modules that keep something of people."""
    found: dict[str, Keeper] = current_app.extensions.get(KEEPERS, {})
    return found


def export_account(user: User) -> dict[str, Any]:
    """Return all that is kept of a user, by module."""
    account = {
        **columns(user),
        "roles": [role.name for role in user.roles],
        "tokens": [columns(token) for token in user.tokens],
        "sessions": [columns(one) for one in user.sessions],
        "passkeys": [columns(one) for one in user.passkeys],
        "two_factor": user.totp_secret is not None,
    }
    others = {name: one.export(user) for name, one in keepers().items() if one.export}
    return {"accounts": account, **others}


def columns(row: Model) -> dict[str, Any]:
    """Return a row's values, those left out that are secrets."""
    names = [one.key for one in inspect(type(row)).column_attrs if one.key not in SECRETS]
    return {name: _plain(getattr(row, name)) for name in names}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def delete_account(user: User) -> None:
    """Delete a user, and what other modules keep; commits.

    :raises Conflict: where something cannot do without the account.
    """
    for one in keepers().values():
        if one.erase:
            one.erase(user)
    db.session.delete(user)
    try:
        db.session.commit()
    except IntegrityError:
        db.session.rollback()
        raise Conflict(
            "Something that others still need belongs to this account. Nothing was deleted."
        ) from None
