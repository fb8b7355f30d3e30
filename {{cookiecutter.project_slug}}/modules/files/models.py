from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID, uuid4

from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from flask_modular import Model, current_identity


def now() -> datetime:
    return datetime.now(UTC)


class File(Model):
    """What is known of a file; its content is in the storage, and never changes."""

    __table_args__ = (Index(None, "owner", "purpose"),)

    # Nobody guesses it: what is not private is for those who were shown where it is.
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    # Such as "user:17", or empty. No foreign key: files do not know which module knows people.
    owner: Mapped[str] = mapped_column(String(200), default=current_identity)
    purpose: Mapped[str] = mapped_column(String(40), default="")  # such as "picture"
    private: Mapped[bool] = mapped_column(default=False)  # whether only the owner may have it
    name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]  # in bytes
    digest: Mapped[str] = mapped_column(String(64))  # SHA-256 of the content, in hexadecimal
    # The smaller versions of an image, by their longest sides in pixels.
    versions: Mapped[list[int]] = mapped_column(JSON(), default=list)
    created_at: Mapped[datetime] = mapped_column(default=now)

    def __str__(self) -> str:
        return self.name

    def key(self, version: int | None = None) -> str:
        """Return the name that the storage has for the content, or for a smaller version."""
        return self.id.hex if version is None else f"{self.id.hex}-{version}"

    @property
    def keys(self) -> list[str]:
        """Return the names of all that the storage has of this file."""
        return [self.key(), *map(self.key, self.versions)]
