"""A note, one that nobody has changed for long, and the module's URLs wherever it is mounted."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask, url_for
from sqlalchemy.orm import Session, scoped_session

from flask_modular import current_registry
from modules.notes.models import Note, now

Url = Callable[..., str]


@pytest.fixture
def url(app: Flask) -> Url:
    """Return a function that makes URLs: `url(".show", note_id=1)`, `url("_api.notes")`."""

    def make(endpoint: str, **values: Any) -> str:
        with app.test_request_context():
            return url_for(current_registry().endpoint("notes", endpoint), **values)

    return make


@pytest.fixture
def note(db_session: scoped_session[Session]) -> Note:
    row = Note(title="Tea", body="Green, from the hills.")
    db_session.add(row)
    db_session.commit()
    return row


@pytest.fixture
def old_note(db_session: scoped_session[Session]) -> Note:
    row = Note(title="Coffee", body="Black.", updated_at=now() - timedelta(days=1_000))
    db_session.add(row)
    db_session.commit()
    return row
