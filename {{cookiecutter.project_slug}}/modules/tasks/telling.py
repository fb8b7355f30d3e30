"""Telling whoever waits for a job that it has moved on; nobody is told where there is no `live`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from flask_modular import has

from .models import SYSTEM


@contextmanager
def told(row: Row[Any]) -> Iterator[None]:
    """Tell the owner of a job that it starts, and how it has ended."""
    tell(row.id, row.owner)
    try:
        yield
    finally:
        tell(row.id, row.owner)


def tell(job_id: UUID, owner: str) -> None:
    """Tell somebody that there is news of a job; the page asks what it is."""
    if has("live") and owner not in ("", SYSTEM):
        from modules.live.services import push

        push("tasks.job", {"id": str(job_id)}, to=owner)
