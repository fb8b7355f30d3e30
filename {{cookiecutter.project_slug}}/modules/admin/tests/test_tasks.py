from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from modules.admin.models import Change, now
from modules.admin.tasks import prune_log


def test_the_log_forgets_of_itself(db_session: scoped_session[Session]) -> None:
    for days in (0, 1, 1_000):
        db_session.add(Change(action="changed", model="x", at=now() - timedelta(days=days)))
    db_session.commit()
    assert prune_log() == 1
    assert len(db_session.scalars(select(Change)).all()) == 2
    assert prune_log.options.is_periodic
