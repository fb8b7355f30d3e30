from collections.abc import Callable

import pytest
from flask import url_for
from sqlalchemy.orm import Session, scoped_session

from flask_modular.html import Page
from modules.tasks.models import FAILED, SUCCEEDED, Job

Open = Callable[..., Page]


@pytest.fixture
def jobs(db_session: scoped_session[Session]) -> list[Job]:
    rows = [
        Job(
            name="shop.bill", state=FAILED, arguments={"args": [7], "kwargs": {}}, error="No paper."
        ),
        Job(name="shop.send", state=SUCCEEDED, arguments={"args": [], "kwargs": {}}),
    ]
    db_session.add_all(rows)
    db_session.commit()
    return rows


def test_jobs_are_found_by_their_state(page: Open, jobs: list[Job]) -> None:
    url = url_for("admin_tasks_job.index_view", _external=False)
    failed = page(f"{url}?filter_state=failed")
    assert "No paper." in failed.text
    assert "shop.send" not in failed.text
    assert "[7]" in failed.follow("shop.bill").text
    assert page(f"{url}?filter_state=lost").status == 400


def test_jobs_can_only_be_looked_at(page: Open, jobs: list[Job]) -> None:
    details = page(url_for("admin_tasks_job.details_view", id=jobs[0].id, _external=False))
    assert not {"New entry", "Edit", "Delete"} & details.links.keys()
    for name in ("new", "edit", "delete", "action"):
        url = details.url.partition("details")[0]
        assert page(f"{url}{name}/?id={jobs[0].id}").status == 404


def test_a_job_that_is_not_there_is_not_found(page: Open) -> None:
    for key in ("1", "x", "00000000-0000-0000-0000-000000000000"):
        assert page(url_for("admin_tasks_job.details_view", id=key, _external=False)).status == 404
