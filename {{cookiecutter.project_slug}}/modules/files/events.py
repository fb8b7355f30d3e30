"""What is settled once: settings of which no good can come, and when contents are removed."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import Connection, event, select
from sqlalchemy.orm import Mapper, Session, SessionTransaction, object_session

from flask_modular import ModularError, db, has

from . import module
from .models import File
from .services import delete, url_for_file
from .storage import current_storage

GONE = "files_gone"


@module.ready
def check_settings(app: Flask) -> None:
    """Refuse limits that the request's own would hide."""
    most = app.config["MAX_CONTENT_LENGTH"] or float("inf")
    if not 0 < app.config["FILES_MAX_BYTES"] < most:
        raise ModularError(
            f"FLASK_FILES_MAX_BYTES is {app.config['FILES_MAX_BYTES']}; write a number above 0 and "
            f"below MAX_CONTENT_LENGTH, which is {most}."
        )
    if app.config["FILES_MAX_PIXELS"] < 1:
        raise ModularError(
            f"FLASK_FILES_MAX_PIXELS is {app.config['FILES_MAX_PIXELS']}; write a number above 0."
        )


@event.listens_for(File, "after_delete")
def note_keys(mapper: Mapper[File], connection: Connection, file: File) -> None:
    """Note what becomes of no use, whoever deletes the row."""
    session = object_session(file)
    if session is not None:
        session.info.setdefault(GONE, []).extend(file.keys)


@event.listens_for(db.session, "after_commit")
def remove_contents(session: Session) -> None:
    """Remove contents once it is certain that their rows are gone."""
    if not session.in_nested_transaction():
        for key in session.info.pop(GONE, ()):
            current_storage().remove(key)


@event.listens_for(db.session, "after_soft_rollback")
def keep_contents(session: Session, transaction: SessionTransaction) -> None:
    """Keep contents whose rows are back; `flask files prune` finds those whose rows are not."""
    session.info.pop(GONE, None)


if has("accounts"):
    from modules.accounts.services import User, personal_data

    def export(user: User) -> list[dict[str, object]]:
        """Return what is kept of somebody, and where to get it."""
        return [
            {"name": file.name, "size": file.size, "url": url_for_file(file)}
            for file in db.session.scalars(select(File).filter_by(owner=f"user:{user.id}"))
        ]

    def erase(user: User) -> None:
        """Delete the files of somebody whose account is deleted."""
        for file in db.session.scalars(select(File).filter_by(owner=f"user:{user.id}")):
            delete(file)

    personal_data(module, export=export, erase=erase)
