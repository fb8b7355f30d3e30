"""What messages become, who is here, and what somebody has read."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from flask_modular import db
from modules.accounts.services import User, create_token
from modules.chat import people
from modules.chat.markup import links, render
from modules.chat.models import NICKNAME, Connection, Message, Person, Room, now
from modules.chat.services import change, history, mark_read, me, rooms, search, statistics, sweep
from modules.chat.tests.conftest import Clock, Write


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("**bold** and `code`", "<p><strong>bold</strong> and <code>code</code></p>\n"),
        ("one\ntwo", "<p>one<br>\ntwo</p>\n"),
        ("<script>alert(1)</script>", "&lt;script&gt;"),
        ('<img src=x onerror="alert(1)">', "&lt;img"),
        ("![x](https://evil.example/pixel.gif)", "evil.example"),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>\n"),
    ],
)
def test_markdown_becomes_html_that_can_do_no_harm(source: str, html: str) -> None:
    made = render(source)
    assert html in made
    assert not any(word in made for word in ("<script", "<img", 'href="javascript'))


def test_addresses_become_links_that_search_engines_do_not_follow() -> None:
    made = render("See https://example.com/a_b?c=d. `https://example.com/code`")
    assert 'href="https://example.com/a_b?c=d"' in made
    assert made.count("<a ") == 1
    assert 'rel="nofollow noopener noreferrer ugc"' in made


def test_the_first_links_are_found_wherever_they_stand() -> None:
    source = "https://a.example [b](https://b.example) <https://c.example> https://d.example"
    assert links(source) == ["https://a.example", "https://b.example", "https://c.example"]
    assert links("mailto:ada@example.com `https://a.example`") == []


def test_a_room_is_read_page_by_page(
    app: Flask, monkeypatch: pytest.MonkeyPatch, room: Room, write: Write
) -> None:
    monkeypatch.setitem(app.config, "CHAT_PAGE_SIZE", 2)
    for number in range(5):
        write(str(number))
    last, older, newer = history(room)
    assert ([one.source for one in last], older, newer) == (["3", "4"], True, False)
    middle, older, newer = history(room, before=last[0].id)
    assert ([one.source for one in middle], older, newer) == (["1", "2"], True, True)
    again, older, newer = history(room, after=middle[-1].id)
    assert ([one.source for one in again], older, newer) == (["3", "4"], True, False)


def test_a_page_knows_whether_there_is_more_on_its_far_side(room: Room, write: Write) -> None:
    first, last = write("first"), write("last")
    assert history(room, after=0) == ([first, last], False, False)
    assert history(room, after=first.id) == ([last], True, False)
    assert history(room, before=last.id + 1) == ([first, last], False, False)
    assert history(room, before=last.id) == ([first], False, True)


@pytest.mark.parametrize("end", ["before", "after"])
def test_in_place_of_a_page_with_nothing_on_it_there_is_the_end(
    room: Room, write: Write, end: str
) -> None:
    only = write()
    assert history(room, **{end: only.id}) == ([only], False, False)


def test_messages_are_searched(write: Write) -> None:
    write("Green tea")
    write("100 % coffee")
    for text, source in (("TEA", "Green tea"), ("%", "100 % coffee")):
        found, older, newer = search(text)
        assert ([one.source for one in found], older, newer) == ([source], False, False)


def test_rooms_with_something_to_read_are_marked(room: Room, write: Write) -> None:
    ada = Person(identity="user:0", nickname="Ada")
    db.session.add(ada)
    message = write()
    assert [unread for _, unread in rooms(ada)] == [True]
    assert [unread for _, unread in rooms(None)] == [False]
    assert [unread for _, unread in rooms(message.person)] == [False]
    mark_read(ada, room.id, message.id)
    mark_read(ada, room.id, 0)  # an old window
    assert [unread for _, unread in rooms(ada)] == [False]


def test_people_of_whom_no_sign_comes_are_away(app: Flask, eve: FlaskClient) -> None:
    person = db.session.query(Person).one()
    person.seen_at -= timedelta(days=1)
    db.session.commit()
    assert (sweep(), person.online) == (1, False)
    headers = {"Authorization": eve.environ_base["HTTP_AUTHORIZATION"]}
    with app.app_context(), app.test_request_context("/", headers=headers):
        here = me()
        assert here is not None
        assert (here.nickname, here.online) == ("Eve", True)
    assert sweep() == 0


def test_two_pages_that_are_closed_at_once_are_closed_both(app: Flask, eve: FlaskClient) -> None:
    if db.engine.dialect.name == "sqlite":
        pytest.skip("SQLite lets one write after the other.")
    person = db.session.query(Person).one()
    db.session.add_all(Connection(sid=sid, person_id=person.id) for sid in ("one", "two"))
    db.session.commit()
    barrier = Barrier(2)

    def wait(_: object) -> None:
        with suppress(BrokenBarrierError):
            barrier.wait(1)  # the other is here already, or waits for this one

    def run(sid: str) -> None:
        with app.app_context():
            people.close(sid)

    event.listen(db.session, "before_commit", wait)
    try:
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(run, ("one", "two")))
    finally:
        event.remove(db.session, "before_commit", wait)
    db.session.refresh(person)
    assert (person.online, db.session.query(Connection).count()) == (False, 0)


def test_nicknames_begin_as_the_name_in_the_profile(
    app: Flask, db_session: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    nicknames: list[str] = []
    told: list[dict[str, Any]] = []
    monkeypatch.setattr(people, "tell", lambda event, data: told.append(data))
    for name in ("Ada Lovelace", "Ada Lovelace", "", "<b>_"):
        user = User(email=f"{len(nicknames)}@example.com", name=name)
        _, text = create_token(user, "tests", ["*"])
        db_session.commit()
        headers = {"Authorization": f"Bearer {text}"}
        with app.app_context(), app.test_request_context("/", headers=headers):
            here = me()
            assert here is not None
            nicknames.append(here.nickname)
    assert [one["nickname"] for one in told] == nicknames
    first, second, third, fourth = nicknames
    assert (first, fourth) == ("Ada-Lovelace", "b")
    assert re.fullmatch("Ada-Lovelace-[0-9a-f]{8}", second)
    assert re.fullmatch(r"user\d+", third)
    assert all(re.match(NICKNAME, one) for one in nicknames)


def test_statistics_count_what_all_processes_did(write: Write) -> None:
    write("old", created_at=now() - timedelta(hours=1))
    for _ in range(6):
        write()
    assert statistics() == {"online": 1, "messages_per_second": 0.1}
    assert db.session.query(Message).count() == 7


def test_time_goes_by_as_a_test_says(clock: Clock, room: Room, write: Write) -> None:
    message = write()
    person = message.person
    assert message.created_at == person.seen_at == clock.moment
    clock.moment += timedelta(seconds=60)
    assert (sweep(), statistics()["messages_per_second"]) == (0, 0.017)
    clock.moment += timedelta(seconds=1)
    assert (sweep(), statistics()["messages_per_second"]) == (1, 0)
    assert person.updated_at == clock.moment
    assert change(message, "Later").edited_at == clock.moment
