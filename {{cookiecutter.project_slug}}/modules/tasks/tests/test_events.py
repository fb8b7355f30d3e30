"""Settings of which no good can come, and what happens to jobs when an account is deleted."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from flask_modular import ModularError, db, has
from modules.tasks.events import check_settings
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


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("KEEP_DAYS", 1_000_000),
        ("KEEP_DAYS", -1),
        ("LEASE_SECONDS", 0),
        ("THREADS", 0),
        ("THREADS", 1_000),
        ("TIME_LIMIT", 0),
        ("GRACE_SECONDS", -1),
    ],
)
def test_a_number_that_makes_no_sense_is_refused(
    app: Flask, monkeypatch: pytest.MonkeyPatch, name: str, number: int
) -> None:
    monkeypatch.setitem(app.config, f"TASKS_{name}", number)
    with pytest.raises(ModularError, match=f"FLASK_TASKS_{name} is {number}; write a number"):
        check_settings(app)
