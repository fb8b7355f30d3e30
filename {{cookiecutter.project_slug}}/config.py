"""Settings by environment: defaults here, `FLASK_…` variables and `.env` over them."""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from dotenv import load_dotenv
from flask import Flask

from flask_modular import ModularError

KNOWN_SECRETS = {"", "dev", "secret", "changeme", "change-me", "development", "insecure"}


class Base:
    """What holds everywhere."""

    SESSION_COOKIE_HTTPONLY = True
    SESSION_COOKIE_SAMESITE = "Lax"
    MAX_CONTENT_LENGTH = 16 * 1024 * 1024


class Development(Base):
    """On your machine."""

    DEBUG = True
    TEMPLATES_AUTO_RELOAD = True


class Testing(Base):
    """In the tests: an in-memory database unless TEST_DATABASE_URL names another."""

    TESTING = True
    SECRET_KEY = "a key for the tests"  # noqa: S105
    SERVER_NAME = "localhost"


class Production(Base):
    """On the server."""

    SESSION_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-session"
    SQLALCHEMY_ENGINE_OPTIONS: ClassVar[dict[str, Any]] = {"pool_pre_ping": True}
    PREFERRED_URL_SCHEME = "https"


ENVIRONMENTS: dict[str, type[Base]] = {
    "development": Development,
    "testing": Testing,
    "production": Production,
}


def configure(app: Flask, config: str | Mapping[str, Any] | None = None) -> None:
    """Fill `app.config`: the environment's defaults, then variables, then what is passed.

    :param config: an environment's name, or settings for a test.
    :raises ModularError: for an unknown environment, or production without a secret key.
    """
    load_dotenv(Path(app.root_path) / ".env")
    name = config if isinstance(config, str) else os.environ.get("FLASK_CONFIG", "production")
    if isinstance(config, Mapping):
        name = "testing"
    if name not in ENVIRONMENTS:
        raise ModularError(
            f'FLASK_CONFIG is "{name}"; the environments are {", ".join(ENVIRONMENTS)}.'
        )
    if name == "development":
        os.environ.setdefault("FLASK_DEBUG", "1")  # `flask run` takes debugging from here alone
    app.config.from_object(ENVIRONMENTS[name])
    if name != "testing":
        app.config.from_prefixed_env()
    app.config["SQLALCHEMY_DATABASE_URI"] = database_url(app, name)
    app.config.setdefault("REDIS_URL", "" if name == "testing" else os.environ.get("REDIS_URL", ""))
    if isinstance(config, Mapping):
        app.config.update(config)
    app.config["SECRET_KEY"] = secret_key(app, name)


def database_url(app: Flask, environment: str) -> str:
    """Return the database's URL: SQLite in `instance/` where no variable names another."""
    if environment == "testing":
        return os.environ.get("TEST_DATABASE_URL") or "sqlite://"
    url: str = app.config.get("SQLALCHEMY_DATABASE_URI") or os.environ.get("DATABASE_URL", "")
    # Hosting platforms still say postgres://, which SQLAlchemy does not know.
    for scheme in ("postgres://", "postgresql://"):
        if url.startswith(scheme):
            return "postgresql+psycopg://" + url.removeprefix(scheme)
    return url or "sqlite:///app.db"


def secret_key(app: Flask, environment: str) -> str:
    """Return the key that signs sessions; development makes one of its own, per project.

    :raises ModularError: when production has none, or one that is known or short.
    """
    key = str(app.config.get("SECRET_KEY") or os.environ.get("SECRET_KEY", ""))
    if environment == "production" and (key.lower() in KNOWN_SECRETS or len(key) < 16):
        raise ModularError(
            "Production needs a SECRET_KEY of at least 16 characters that nobody knows (made by "
            'python -c "import secrets; print(secrets.token_urlsafe(32))"); for development, '
            "copy .env.example to .env."
        )
    return key or _development_key(Path(app.instance_path) / "secret_key")


def _development_key(path: Path) -> str:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(secrets.token_urlsafe(32), encoding="utf-8")
    return path.read_text(encoding="utf-8")
