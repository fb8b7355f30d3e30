"""Orphans: contents without a row, and rows without their content."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from flask_modular import db

from .models import File, now
from .storage import current_storage

# A content is there before its row is committed.
GRACE = timedelta(hours=1)


@dataclass(frozen=True)
class Orphans:
    """What has lost its other half.

    :param keys: of contents that no row names.
    :param files: rows of which a content is missing.
    :param all_files: whether no row has its content: then it is the storage that is missing.
    """

    keys: list[str]
    files: list[File]
    all_files: bool


def find_orphans() -> Orphans:
    """Look through the storage and the table."""
    kept = dict(current_storage().list())
    files = db.session.scalars(select(File)).all()
    named = {key for file in files for key in file.keys}
    lost = [file for file in files if not kept.keys() >= set(file.keys)]
    old = now() - GRACE
    keys = sorted(key for key, since in kept.items() if key not in named and since < old)
    return Orphans(keys, lost, bool(files) and len(lost) == len(files))


def prune(orphans: Orphans) -> list[File]:
    """Remove orphans; return the rows that others still refer to."""
    for key in orphans.keys:
        current_storage().remove(key)
    return list(_delete(orphans.files))


def _delete(files: Iterable[File]) -> Iterable[File]:
    for file in files:
        try:
            with db.session.begin_nested():
                db.session.delete(file)
        except IntegrityError:
            yield file
    db.session.commit()
