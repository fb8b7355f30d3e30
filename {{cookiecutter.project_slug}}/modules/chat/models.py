"""People as the chat knows them, where they are, rooms, messages, and how far somebody has read."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from flask_modular import Model, lazy_gettext

LONGEST_NAME, LONGEST_TOPIC = 40, 200
NICKNAME = r"[^\W_][\w.-]*\Z"
NO_NICKNAME = lazy_gettext(
    "Write letters, digits, “.”, “-” and “_”, and begin with a letter or a digit."
)


def now() -> datetime:
    return datetime.now(UTC)


class Person(Model):
    """Somebody who has been here; `identity` is what the project calls them, such as `user:17`."""

    id: Mapped[int] = mapped_column(primary_key=True)
    identity: Mapped[str] = mapped_column(String(200), unique=True)
    nickname: Mapped[str] = mapped_column(String(LONGEST_NAME), unique=True)
    online: Mapped[bool] = mapped_column(default=True, index=True)
    seen_at: Mapped[datetime] = mapped_column(default=now)
    created_at: Mapped[datetime] = mapped_column(default=now)
    # Not at each sign of life: of what others see of the person.
    updated_at: Mapped[datetime] = mapped_column(default=now, index=True)

    def __str__(self) -> str:
        return self.nickname

    @property
    def ink(self) -> int:
        """Return which of eight colours the nickname has."""
        return sum(map(ord, self.nickname)) % 8


class Room(Model):
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(LONGEST_NAME), unique=True)
    topic: Mapped[str] = mapped_column(String(LONGEST_TOPIC), default="")
    created_at: Mapped[datetime] = mapped_column(default=now)

    def __str__(self) -> str:
        return self.name


class Message(Model):
    __table_args__ = (Index(None, "room_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("chat_room.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(
        ForeignKey("chat_person.id", ondelete="CASCADE"), index=True
    )
    source: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)  # of the source, and safe
    previews: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    created_at: Mapped[datetime] = mapped_column(default=now)
    edited_at: Mapped[datetime | None]
    updated_at: Mapped[datetime] = mapped_column(default=now, onupdate=now, index=True)
    room: Mapped[Room] = relationship()
    person: Mapped[Person] = relationship(lazy="joined")


class Connection(Model):
    """A page that somebody has open, in whichever process."""

    sid: Mapped[str] = mapped_column(String(40), primary_key=True)
    person_id: Mapped[int] = mapped_column(
        ForeignKey("chat_person.id", ondelete="CASCADE"), index=True
    )
    seen_at: Mapped[datetime] = mapped_column(default=now)


class Reading(Model):
    """How far somebody has read in a room."""

    person_id: Mapped[int] = mapped_column(
        ForeignKey("chat_person.id", ondelete="CASCADE"), primary_key=True
    )
    room_id: Mapped[int] = mapped_column(
        ForeignKey("chat_room.id", ondelete="CASCADE"), primary_key=True
    )
    message_id: Mapped[int] = mapped_column(default=0)
