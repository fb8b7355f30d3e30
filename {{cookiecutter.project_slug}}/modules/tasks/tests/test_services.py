"""Jobs: queued with a transaction, run, tried again, told about."""

from __future__ import annotations

import logging
from collections.abc import Callable
from uuid import UUID

import pytest
from flask import Flask, g
from sqlalchemy.orm import Session, scoped_session

from flask_modular import ModularError, db
from modules.tasks.models import Job
from modules.tasks.reading import title_of
from modules.tasks.services import JobError, job, report, run_queued

Database = scoped_session[Session]
Known = Callable[..., None]

log = logging.getLogger(__name__)
calls: list[str] = []


@job
def add(a: int, b: int = 1) -> int:
    calls.append(g.request_id)
    log.warning("adding")
    return a + b


@job(max_retries=2, retry_backoff=60)
def stumble(times: int) -> str:
    calls.append("stumble")
    if len(calls) <= times:
        raise ValueError("the secrets of our database")
    return "up again"


@job(retry_for=(KeyError,))
def pick() -> None:
    raise ValueError


@job
def refuse() -> None:
    raise JobError("The file is\nno CSV.")


@job
def half() -> None:
    report(0.5, "half\x00way")
    raise JobError("No further.")


@job
def confuse() -> object:
    return object()


@job
def chain() -> str:
    made = add.enqueue(1)
    db.session.commit()
    return str(made.id)


@pytest.fixture(autouse=True)
def jobs(known: Known, db_session: Database) -> None:
    calls.clear()
    known(add, stumble, pick, refuse, half, confuse, chain)


def after(made: Job, **options: bool) -> Job:
    """Run what is queued, and return a job as it is then."""
    run_queued(**options)
    db.session.refresh(made)
    return made


def test_a_job_can_be_called_like_any_function(app: Flask) -> None:
    with app.app_context():
        g.request_id = ""
        assert add(1, b=2) == 3


def test_a_job_keeps_its_result() -> None:
    done = after(add.enqueue(1, b=2))
    assert (done.state, done.result, done.attempts, done.error) == ("succeeded", 3, 1, "")
    assert done.started_at
    assert done.finished_at
    assert done.started_at <= done.finished_at


def test_a_job_runs_once() -> None:
    add.enqueue(1)
    assert [run_queued(), run_queued()] == [1, 0]


def test_a_job_of_a_transaction_that_is_rolled_back_never_runs() -> None:
    add.enqueue(1)
    db.session.rollback()
    assert run_queued() == 0


def test_a_job_that_nobody_commits_is_complained_about(caplog: pytest.LogCaptureFixture) -> None:
    add.enqueue(1)
    db.session.remove()
    assert "Queued and never committed, so never run: " + add.name in caplog.text


def test_a_job_of_a_savepoint_waits_for_the_whole_transaction() -> None:
    add.enqueue(0)
    with db.session.begin_nested():
        add.enqueue(1)
    db.session.rollback()
    assert run_queued() == 0


def test_a_job_is_tried_again_after_an_error() -> None:
    made = stumble.enqueue(2)
    assert after(made).state == "retrying"
    assert made.due_at
    assert made.error == "Something went wrong on our side."
    done = after(made, retries=True)
    assert (done.state, done.result, done.attempts, done.error) == ("succeeded", "up again", 3, "")


def test_pauses_grow() -> None:
    made, pauses = stumble.enqueue(9), []
    for _ in range(2):
        after(made)
        assert made.due_at
        assert made.started_at
        pauses.append((made.due_at - made.started_at).total_seconds())
        made.due_at = made.created_at
    assert 30 <= pauses[0] <= 61
    assert 60 <= pauses[1] <= 121


def test_a_job_fails_after_its_last_attempt(caplog: pytest.LogCaptureFixture) -> None:
    done = after(stumble.enqueue(9), retries=True)
    assert (done.state, done.attempts, done.result) == ("failed", 3, None)
    assert "secrets" not in done.error
    assert "the secrets of our database" in caplog.text


def test_only_the_errors_it_names_are_retried() -> None:
    assert after(pick.enqueue()).state == "failed"


def test_a_job_error_is_told_in_one_line_and_not_retried() -> None:
    done = after(refuse.enqueue())
    assert (done.state, done.attempts, done.error) == ("failed", 1, "The file is no CSV.")


def test_a_job_tells_how_far_it_is() -> None:
    done = after(half.enqueue())
    assert (done.progress, done.progress_text) == (0.5, "half way")
    report(1.0)  # outside of a job nobody is told


def test_a_result_that_is_no_json_fails(caplog: pytest.LogCaptureFixture) -> None:
    assert after(confuse.enqueue(), retries=True).state == "failed"
    assert "takes and returns JSON" in caplog.text


def test_arguments_that_are_no_json_are_refused_at_once() -> None:
    with pytest.raises(TypeError, match="takes and returns JSON"):
        add.enqueue(UUID(int=0))  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="missing a required argument"):
        add.enqueue()  # type: ignore[call-arg]


def test_parameters_named_like_secrets_are_refused() -> None:
    def sign_in(name: str, user_password: str) -> None: ...

    with pytest.raises(ValueError, match=r'"user_password".* pass the id of a row'):
        job(sign_in)


def test_a_job_that_no_worker_would_find_is_refused() -> None:
    @job
    def lost() -> None: ...

    with pytest.raises(ModularError, match=r'no job ".*lost" here; jobs stand in the tasks.py'):
        lost.enqueue()


def test_a_job_carries_the_request_id_on(app: Flask) -> None:
    with app.test_request_context():
        g.request_id = "edge-7f"
        chain.enqueue()
        db.session.commit()
    run_queued()
    assert calls == ["edge-7f"]


def test_jobs_of_a_job_belong_to_the_same_person(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("modules.tasks.outbox.current_identity", lambda: "user:7")
    with app.test_request_context():
        made = chain.enqueue()
        db.session.commit()
    after(made)
    second = db.session.get_one(Job, UUID(made.result))
    assert (made.owner, second.owner) == ("user:7", "user:7")


def test_a_job_during_which_workers_die_is_given_up(caplog: pytest.LogCaptureFixture) -> None:
    made = add.enqueue(1)
    made.attempts = 5
    assert after(made).error == "Workers stopped in the middle of it 5 times."
    assert calls == []


def test_a_job_has_a_title_for_people_or_else_its_name(known: Known) -> None:
    titled = job(title="Import of products")(add.function)
    known(titled)
    assert title_of(titled.enqueue(1)) == "Import of products"
    assert title_of(refuse.enqueue()) == refuse.name
    assert title_of(Job(name="shop.gone", arguments={})) == "shop.gone"
