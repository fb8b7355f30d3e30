"""`config.py` and `app.py`: the environments."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from app import create_app
from config import configure
from flask_modular import ModularError

SECRET = "a secret of many characters"


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """Return an application without configuration, away from what the environment says."""
    names = ("FLASK_CONFIG", "FLASK_DEBUG", "FLASK_SECRET_KEY", "SECRET_KEY", "DATABASE_URL")
    for name in (*names, "FLASK_SQLALCHEMY_DATABASE_URI", "TEST_DATABASE_URL"):
        # Set first, so that what `.env` or `configure` puts there is undone as well.
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    return Flask("bare", root_path=str(tmp_path), instance_path=str(tmp_path / "instance"))


def test_an_unknown_environment_is_refused(bare: Flask) -> None:
    with pytest.raises(ModularError, match="development, testing, production"):
        configure(bare, "staging")


@pytest.mark.parametrize("key", [None, "dev", "changeme", "short"])
def test_production_needs_a_secret_key(
    bare: Flask, key: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    if key:
        monkeypatch.setenv("SECRET_KEY", key)
    with pytest.raises(ModularError, match="Production needs a SECRET_KEY"):
        configure(bare)


@pytest.mark.parametrize("name", ["SECRET_KEY", "FLASK_SECRET_KEY"])
def test_production_is_the_default(bare: Flask, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, SECRET)
    configure(bare)
    assert bare.config["SECRET_KEY"] == SECRET
    assert bare.config["SESSION_COOKIE_SECURE"]
    assert not bare.debug


def test_development_makes_a_key_and_keeps_it(bare: Flask) -> None:
    configure(bare, "development")
    key = bare.config.pop("SECRET_KEY")
    configure(bare, "development")
    assert bare.config["SECRET_KEY"] == key
    assert bare.debug


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_a_postgresql_url_gets_its_driver(
    bare: Flask, scheme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"{scheme}://ada@example.com/shop")
    configure(bare, "development")
    url = bare.config["SQLALCHEMY_DATABASE_URI"]
    assert url == "postgresql+psycopg://ada@example.com/shop"


def test_the_default_is_sqlite(bare: Flask) -> None:
    configure(bare, "development")
    assert bare.config["SQLALCHEMY_DATABASE_URI"] == "sqlite:///app.db"


def test_the_environment_wins_over_dotenv(bare: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = "FLASK_CONFIG=development\nFLASK_BLOG_SIZE=1\nFLASK_BLOG_TITLE=From a file\n"
    Path(bare.root_path, ".env").write_text(lines, encoding="utf-8")
    monkeypatch.setenv("FLASK_BLOG_SIZE", "2")
    monkeypatch.setenv("FLASK_BLOG_TITLE", "")
    monkeypatch.delenv("FLASK_BLOG_TITLE")
    configure(bare)
    assert (bare.config["BLOG_SIZE"], bare.config["BLOG_TITLE"]) == (2, "From a file")


def test_tests_obey_no_variable_but_their_own(bare: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLASK_TESTING", "false")
    monkeypatch.setenv("DATABASE_URL", "sqlite:///precious.db")
    configure(bare, "testing")
    assert bare.config["SQLALCHEMY_DATABASE_URI"] == "sqlite://"
    assert bare.testing


def test_settings_make_a_testing_application() -> None:
    app = create_app({"SERVER_NAME": "example.com"})
    assert app.testing
    assert app.config["SERVER_NAME"] == "example.com"
