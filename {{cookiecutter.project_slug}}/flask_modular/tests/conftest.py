"""Fixtures for the kernel's own tests."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from flask_modular import revisions
from flask_modular.tests.project import Project, project_in

SERVER = os.environ.get("TEST_DATABASE_URL", "")
DATABASES = ["sqlite", *(["postgresql"] if SERVER.startswith("postgresql") else [])]


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """Yield a project without modules, on SQLite."""
    with project_in(tmp_path, f"sqlite:///{tmp_path / 'test.db'}") as project:
        yield project


@pytest.fixture(params=DATABASES)
def migrated(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Project]:
    """Yield a project on each database that there is: SQLite, and PostgreSQL if tests use it."""
    monkeypatch.setattr(revisions, "tidy", lambda path: None)  # two processes for each revision
    if request.param == "sqlite":
        with project_in(tmp_path, f"sqlite:///{tmp_path / 'test.db'}") as project:
            yield project
        return
    schema = f"kernel_{os.environ.get('PYTEST_XDIST_WORKER', 'tests')}"
    engine = create_engine(SERVER, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"DROP SCHEMA IF EXISTS {schema} CASCADE"))
        connection.execute(text(f"CREATE SCHEMA {schema}"))
        url = engine.url.update_query_dict({"options": f"-csearch_path={schema}"})
        with project_in(tmp_path, url.render_as_string(hide_password=False)) as project:
            yield project
        connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
    engine.dispose()
