"""The table of notes."""

from datetime import UTC, datetime

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from flask_modular import Model, current_identity


def now() -> datetime:
    return datetime.now(UTC)


class Note(Model):
    # What lists and the archive ask for: notes in or out of it, by the time of their last change.
    __table_args__ = (Index(None, "archived", "updated_at", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text, default="")
    archived: Mapped[bool] = mapped_column(default=False)
    # Such as "user:17", or empty. No foreign key: notes do not know which module knows people.
    author: Mapped[str] = mapped_column(String(200), default=current_identity)
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now, onupdate=now)

    def __str__(self) -> str:
        return self.title
