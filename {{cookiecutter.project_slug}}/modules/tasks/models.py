"""The rows of jobs, and of what runs periodically."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from flask_modular import Model

QUEUED, STARTED, RETRYING = "queued", "started", "retrying"
SUCCEEDED, FAILED = "succeeded", "failed"
STATES = (QUEUED, STARTED, RETRYING, SUCCEEDED, FAILED)

# Whose jobs are that no request asked for: those of commands, and periodic ones.
SYSTEM = "system"


def now() -> datetime:
    return datetime.now(UTC)


class Job(Model):
    """One call of a job; its id is the id of the Celery task, too."""

    __tenant_scoped__ = False  # workers serve everybody
    __table_args__ = (Index(None, "owner", "created_at", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    name: Mapped[str] = mapped_column(String(200))
    owner: Mapped[str] = mapped_column(String(200), default="")
    state: Mapped[str] = mapped_column(String(20), default=QUEUED)
    arguments: Mapped[Any] = mapped_column(JSON)
    request_id: Mapped[str] = mapped_column(String(128), default="")
    created_at: Mapped[datetime] = mapped_column(default=now)
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    # When anybody may take the job up: at once, or after a pause. While it runs, the end of its
    # worker's lease; while a message is under way, the time to send another. None once it is done.
    due_at: Mapped[datetime | None] = mapped_column(index=True)
    worker: Mapped[str] = mapped_column(String(200), default="")
    attempts: Mapped[int] = mapped_column(default=0)
    failures: Mapped[int] = mapped_column(default=0)
    progress: Mapped[float] = mapped_column(default=0.0)
    progress_text: Mapped[str] = mapped_column(String(200), default="")
    result: Mapped[Any] = mapped_column(JSON(none_as_null=True), nullable=True)
    error: Mapped[str] = mapped_column(String(500), default="")

    def __str__(self) -> str:
        return self.name

    @property
    def is_done(self) -> bool:
        """Tell whether the job has an end, good or bad."""
        return self.state in (SUCCEEDED, FAILED)


class Schedule(Model):
    """When a periodic job is due next; whoever moves the moment on queues the job."""

    __tenant_scoped__ = False

    name: Mapped[str] = mapped_column(String(200), primary_key=True)
    due_at: Mapped[datetime]
