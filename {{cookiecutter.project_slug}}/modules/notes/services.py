"""What is done with notes, whoever asks: pages, the API, a command, a job."""

from datetime import timedelta
from typing import Any

from flask import current_app
from sqlalchemy import Select, UnaryExpression, or_, select, update

from flask_modular import db

from .models import Note, now

MOST_DAYS = 36_500  # older than anything that a database of notes holds
ORDERS: dict[str, UnaryExpression[Any]] = {
    "title": Note.title.asc(),
    "-title": Note.title.desc(),
    "updated_at": Note.updated_at.asc(),
    "-updated_at": Note.updated_at.desc(),
}


def select_notes(q: str = "", sort: str = "", *, archived: bool = False) -> Select[Note]:
    """Select notes that contain a text, the latest first unless `sort` names another order."""
    found = select(Note).where(Note.archived.is_(archived))
    if q := q.replace("\0", ""):  # PostgreSQL takes none
        columns = (Note.title, Note.body)
        found = found.where(or_(*(column.icontains(q, autoescape=True) for column in columns)))
    return found.order_by(ORDERS.get(sort, ORDERS["-updated_at"]), Note.id)


def archive_old(days: int | None = None) -> int:
    """Archive the notes that nobody has changed for some days; return how many those were.

    :param days: `archive_after_days` unless given.
    """
    if days is None:
        days = current_app.config["NOTES_ARCHIVE_AFTER_DAYS"]
    old = (~Note.archived, Note.updated_at <= now() - timedelta(days=days))
    statement = update(Note).where(*old).values(archived=True).returning(Note.id)
    archived = db.session.scalars(statement).all()
    db.session.commit()
    return len(archived)
