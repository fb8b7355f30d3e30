"""What is settled once: settings of which no good can come, and when contents are removed."""

from __future__ import annotations

from flask import Flask, current_app
from packaging.requirements import Requirement
from sqlalchemy import Connection, event, select
from sqlalchemy.orm import Mapper, Session, SessionTransaction, object_session

from flask_modular import ModularError, db, has
from flask_modular.distributions import check_distribution

from . import module
from .addresses import read_address
from .models import File
from .s3 import Unavailable
from .services import delete, url_for_file
from .storage import current_storage

GONE = "files_gone"
FOR_BUCKETS = Requirement("boto3>=1.36")


@module.ready
def check_settings(app: Flask) -> None:
    """Refuse a storage that cannot be, and limits that the request's own would hide."""
    if app.config["FILES_STORAGE"]:
        read_address(app.config["FILES_STORAGE"])
        check_distribution("files", FOR_BUCKETS)
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


@module.health
def storage() -> None:
    """Ask the storage whether contents can be had."""
    current_storage().check()


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
            _remove(key)


def _remove(key: str) -> None:
    try:
        current_storage().remove(key)
    except (Unavailable, OSError):
        # What was asked for is done and committed.
        current_app.logger.exception("%s is left over; `flask files prune` removes it.", key)


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
