"""The table of the API: answers that are kept for their `Idempotency-Key`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from flask_modular import Model


class IdempotentRequest(Model):
    """A POST that was sent with a key, and what was answered to it once it was.

    :param scope: who sent it, to which address, with which key: a digest.
    :param body: what was sent: a digest.
    """

    __tablename__ = "api_idempotent_request"
    __table_args__ = (UniqueConstraint("scope"),)
    __tenant_scoped__ = False  # its scope says whose it is

    id: Mapped[int] = mapped_column(primary_key=True)
    scope: Mapped[str] = mapped_column(String(64))
    body: Mapped[str] = mapped_column(String(64))
    expires_at: Mapped[datetime] = mapped_column(index=True)
    status: Mapped[int | None]
    headers: Mapped[Any] = mapped_column(JSON(none_as_null=True), nullable=True)
    answer: Mapped[bytes | None] = mapped_column(LargeBinary)
