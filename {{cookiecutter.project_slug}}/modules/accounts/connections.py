"""What is pushed to somebody ends with the session or the token that they connected with."""

from __future__ import annotations

from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import object_session
from sqlalchemy.orm import session as orm

from flask_modular import has

from .models import Session, Token, User

_ENDED = "accounts.ended"


@event.listens_for(Session, "after_delete")
@event.listens_for(Token, "after_delete")
@event.listens_for(User, "after_delete")
def note(_: Any, __: Any, row: Session | Token | User) -> None:
    """Remember whose session or token it was until that is certain.

    Those of an account that is deleted are the database's to delete.
    """
    if work := object_session(row):
        work.info.setdefault(_ENDED, set()).add(row.id if isinstance(row, User) else row.user_id)


@event.listens_for(orm.Session, "after_commit")
def disconnect_all(work: orm.Session) -> None:
    """End their connections, all of them: those that are still signed in come back."""
    ended = work.info.pop(_ENDED, ())
    if ended and has("live"):
        from modules.live.services import disconnect

        for user_id in ended:
            disconnect(f"user:{user_id}")
