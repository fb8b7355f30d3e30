"""Fixtures for every module's tests; pytest loads this file as a plugin.

`app` is made before tests are collected: a test file may import models at its top, and models
may be extended by modules, so the modules have to be loaded first.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from contextvars import Context
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask, has_app_context
from flask.testing import FlaskClient
from flask_sqlalchemy.session import Session
from sqlalchemy.orm import scoped_session
from werkzeug.test import TestResponse

from app import create_app

from .database import db
from .downgrades import drop_version_table
from .html import Page
from .registry import current_registry, registry_of
from .upgrades import upgrade

_application = pytest.StashKey[Flask]()


def pytest_configure(config: pytest.Config) -> None:
    """Make the application before any test file is imported."""
    config.stash[_application] = create_app("testing")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out the tests of modules that are switched off: what they test is not loaded."""
    registry = registry_of(config.stash[_application])
    off = [one.folder for one in registry.known.values() if one.name not in registry.enabled]
    return True if any(collection_path.is_relative_to(folder) for folder in off) else None


@pytest.fixture(scope="session")
def app(request: pytest.FixtureRequest) -> Iterator[Flask]:
    """Yield the application; migrations have made the tables in the database of the tests."""
    application = request.config.stash[_application]
    with application.app_context():
        drop_tables()
        upgrade()
        db.create_all()  # those of models that have no migration yet
    yield application
    with application.app_context():
        db.session.remove()
        drop_tables()
        for engine in db.engines.values():
            engine.dispose()


def drop_tables() -> None:
    """Drop the tables of all modules, and what says which migrations made them."""
    db.drop_all()
    for name in current_registry().known:
        drop_version_table(name)


@pytest.fixture(scope="session")
def redis_url() -> str:
    """Return the URL of a Redis for tests; skip them where there is none.

    REQUIRE_SERVICES=1 makes them fail instead.
    """
    url = os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/0")
    address = urlsplit(url)
    try:
        socket.create_connection((address.hostname or "", address.port or 6379), 1).close()
    except OSError as error:
        if os.environ.get("REQUIRE_SERVICES") == "1":
            raise
        pytest.skip(f"Redis does not answer at {url} ({error}); TEST_REDIS_URL names another.")
    return url


@pytest.fixture
def db_session(app: Flask) -> Iterator[scoped_session[Session]]:
    """Yield the database session, in an application context; the tables are emptied after."""
    with app.app_context():
        yield db.session
        empty_tables()


def empty_tables() -> None:
    """Delete all rows, and end the session."""
    db.session.rollback()
    for table in reversed(db.metadata.sorted_tables):
        db.session.execute(table.delete())
    db.session.commit()
    db.session.remove()


class Client(FlaskClient):
    """A client whose requests share nothing with the test but the database.

    The context that a test works in would otherwise lend its `g` and its session to each request.
    """

    def open(self, *args: Any, **options: Any) -> TestResponse:
        """Commit what the test has added, then send a request."""
        if has_app_context():
            db.session.commit()
        if self.preserve_context:  # `with client:` asks to see the request's context
            return super().open(*args, **options)
        return Context().run(super().open, *args, **options)


@pytest.fixture
def visitor(app: Flask, db_session: scoped_session[Session]) -> FlaskClient:
    """Return a client that keeps cookies, of somebody whom nobody knows."""
    app.test_client_class = Client
    return app.test_client()


@pytest.fixture
def client(app: Flask, db_session: scoped_session[Session]) -> FlaskClient:
    """Return a client that keeps cookies, of somebody who may do everything.

    Where no module knows people, that is anyone.
    """
    return signed_in(app)


def signed_in(app: Flask) -> FlaskClient:
    """Return a client of somebody who may do everything, in an application with tables."""
    app.test_client_class = Client
    client = app.test_client()
    for functions in registry_of(app).sign_ins.values():
        for sign_in in functions:
            sign_in(client)
    return client


@pytest.fixture
def page(client: FlaskClient) -> Callable[..., Page]:
    """Return a function that opens a page as a browser without scripts would: `page("/")`."""

    def open_page(url: str, **options: Any) -> Page:
        return Page.open(client, url, **options)

    return open_page
