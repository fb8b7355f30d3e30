"""One's own jobs, as people see them without scripts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, scoped_session

from flask_modular import current_registry
from flask_modular.access import Guard
from flask_modular.html import Page
from flask_modular.registry import registry_of
from modules.tasks.jobs import job
from modules.tasks.models import FAILED, QUEUED, RETRYING, STARTED, SUCCEEDED, Job, now

Open = Callable[..., Page]
Write = Callable[..., Job]
Url = Callable[..., str]


@job(title="Import of <b>products</b>", page=lambda result: f"/shop/?only={result}&q=<")
def load() -> None: ...


@pytest.fixture(autouse=True)
def ada(app: Flask, known: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
    """Have Ada be who asks; she may do nothing special."""
    known(load)
    registry = registry_of(app)
    monkeypatch.setattr(registry, "identities", {"test": [lambda: "ada"]})
    monkeypatch.setattr(registry, "guard", Guard([lambda permission: ("No.", 403)], {}))


@pytest.fixture
def url(app: Flask) -> Url:
    def make(endpoint: str, **values: Any) -> str:
        with app.test_request_context():
            return url_for(current_registry().endpoint("tasks", endpoint), **values)

    return make


@pytest.fixture
def write(db_session: scoped_session[Session]) -> Write:
    """Return a function that stores a job of Ada's."""

    def write(state: str = QUEUED, **values: Any) -> Job:
        values = {"name": load.name, "owner": "ada", "state": state, "arguments": {}, **values}
        made = Job(**values)
        db_session.add(made)
        db_session.commit()
        return made

    return write


@pytest.fixture
def see(visitor: FlaskClient) -> Open:
    """Return a function that opens a page."""
    return lambda url: Page.open(visitor, url)


def test_the_list_holds_ones_own_jobs_the_latest_first(see: Open, url: Url, write: Write) -> None:
    write(name="shop.old", created_at=now() - timedelta(hours=1))
    write(name="shop.new")
    for owner in ("eve", "", "system"):
        write(name="shop.hidden", owner=owner)
    text = see(url(".index")).text
    assert text.index("shop.new") < text.index("shop.old")
    assert "shop.hidden" not in text


def test_the_list_has_pages(see: Open, url: Url, write: Write) -> None:
    for number in range(21):
        write(name=f"shop.job-{number:02}", created_at=now() + timedelta(seconds=number))
    first = see(url(".index"))
    assert "shop.job-00" not in first.text
    assert "shop.job-00" in first.follow("Next").text


def test_the_list_may_be_empty(see: Open, url: Url) -> None:
    assert "No jobs yet" in see(url(".index")).text


def test_strangers_see_none_and_have_no_entry_in_the_menu(
    app: Flask, see: Open, url: Url, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(owner="")
    assert "Jobs" in see(url(".index")).links
    monkeypatch.setattr(registry_of(app), "identities", {})
    page = see(url(".index"))
    assert "Sign in to see what you have started." in page.text
    assert "Jobs" not in page.links


def test_how_far_a_job_is_shows_as_a_bar_and_in_words(see: Open, url: Url, write: Write) -> None:
    made = write(STARTED, progress=0.254, progress_text="reading <i>lamps</i>")
    for shown in (see(url(".index")), see(url(".show", job_id=made.id))):
        [bar] = shown.select("progress")
        assert (bar.attributes["value"], bar.attributes["max"]) == ("25", "100")
        assert "25% reading <i>lamps</i>" in shown.text
        assert "Import of <b>products</b>" in shown.text


def test_a_job_that_says_nothing_has_a_bar_without_an_end(
    see: Open, url: Url, write: Write
) -> None:
    made = write(RETRYING)
    [bar] = see(url(".show", job_id=made.id)).select("progress")
    assert "value" not in bar.attributes


def test_a_link_leads_to_what_came_out(see: Open, url: Url, write: Write) -> None:
    made = write(SUCCEEDED, result="all", started_at=now(), finished_at=now())
    shown = see(url(".index")).follow("Import of <b>products</b>")
    assert shown.url == url(".show", job_id=made.id)
    assert "Succeeded" in shown.text
    assert shown.links["See the result"] == "/shop/?only=all&q=<"
    assert "all" not in shown.text.split()
    assert shown.select("progress") == []


@pytest.mark.parametrize(
    "values", [{"state": STARTED}, {"state": SUCCEEDED, "name": "shop.unknown", "result": [1]}]
)
def test_a_job_may_lead_nowhere(see: Open, url: Url, write: Write, values: dict[str, Any]) -> None:
    shown = see(url(".show", job_id=write(**values).id))
    assert shown.status == 200
    assert "See the result" not in shown.links


def test_why_it_failed_is_shown(see: Open, url: Url, write: Write) -> None:
    made = write(FAILED, error="The file is no <CSV>.")
    for shown in (see(url(".index")), see(url(".show", job_id=made.id))):
        assert "The file is no <CSV>." in shown.text


def test_only_what_is_not_done_is_asked_about_again(see: Open, url: Url, write: Write) -> None:
    for state, is_asked in ((SUCCEEDED, False), (QUEUED, True)):
        page = see(url(".show", job_id=write(state).id))
        [shown] = page.select("span", class_="job-state")
        assert ("data-unfinished" in shown.attributes) == is_asked
        assert ("See how it goes now" in page.links) == is_asked


def test_somebody_elses_job_is_not_there(see: Open, url: Url, write: Write) -> None:
    assert see(url(".show", job_id=write(owner="eve").id)).status == 404


def test_the_page_brings_its_script_and_style(visitor: FlaskClient, see: Open, url: Url) -> None:
    page = see(url(".index"))
    scripts = [one.attributes.get("src", "") for one in page.select("script")]
    styles = [one.attributes.get("href", "") for one in page.select("link")]
    [script] = [one for one in scripts if "tasks" in one]
    [style] = [one for one in styles if "tasks" in one]
    for path in (script, style):
        with visitor.get(path) as answer:
            assert answer.status_code == 200
