"""What happens to jobs when an account is deleted."""

from typing import Any

import pytest
from sqlalchemy import select

from flask_modular import db, has
from modules.tasks.models import QUEUED, SUCCEEDED, SYSTEM, Job


def test_jobs_are_handed_out_and_go_with_the_account(db_session: Any) -> None:
    if has("accounts"):
        from modules.accounts.services import create_user, delete_account, export_account

        user = create_user("ada@example.com")
        db.session.flush()
        for owner, state in ((user.identity, SUCCEEDED), (user.identity, QUEUED), ("", SUCCEEDED)):
            db.session.add(Job(name="test.add", owner=owner, state=state, arguments={}))
        db.session.commit()
        assert [job["state"] for job in export_account(user)["tasks"]] == [SUCCEEDED, QUEUED]
        delete_account(user)
        left = db.session.execute(select(Job.owner, Job.state).order_by(Job.owner)).all()
        assert [tuple(row) for row in left] == [("", SUCCEEDED), (SYSTEM, QUEUED)]
    else:
        pytest.skip("No module here knows people.")
