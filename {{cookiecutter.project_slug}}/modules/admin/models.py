"""The log: who changed what."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from flask_modular import Model

CREATED, CHANGED, DELETED = "created", "changed", "deleted"


def now() -> datetime:
    return datetime.now(UTC)


class Change(Model):
    """One row that was created, changed or deleted, and by whom."""

    __tenant_scoped__: ClassVar[bool] = False
    __table_args__ = (Index(None, "model", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(default=now, index=True)
    # Such as "user:17"; empty for commands and jobs.
    who: Mapped[str] = mapped_column(String(200), default="", index=True)
    action: Mapped[str] = mapped_column(String(20))
    model: Mapped[str] = mapped_column(String(200))  # such as "notes.note"
    key: Mapped[str] = mapped_column(String(200), default="")  # empty for many rows at once
    label: Mapped[str] = mapped_column(String(200), default="")
    # Each field with its value before and after; of secrets, only that they changed.
    fields: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    source: Mapped[str] = mapped_column(String(200), default="")  # an endpoint or a command
    request_id: Mapped[str] = mapped_column(String(128), default="")

    def __str__(self) -> str:
        return f"{self.model} {self.key}".strip()
