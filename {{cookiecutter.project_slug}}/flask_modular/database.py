"""The one SQLAlchemy object, and the base that models subclass."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.model import camel_to_snake_case, should_set_tablename
from sqlalchemy import DateTime, MetaData, event
from sqlalchemy.engine import Dialect
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, NoSuchModuleError
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

from .errors import RequirementError, SettingsError

NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UTCDateTime(TypeDecorator[datetime]):
    """A moment, kept and returned in UTC with its time zone; SQLite alone would forget the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn a moment into UTC."""
        if value is not None and value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone; use datetime.now(UTC) and its like.")
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Say that a moment is in UTC."""
        return value and (
            value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
        )


class _Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING_CONVENTION)


# Not as a class attribute: Flask-SQLAlchemy copies those to a class that shares the registry.
_Base.registry.update_type_annotation_map({datetime: UTCDateTime})

db = SQLAlchemy(model_class=_Base)


class _Behaviour:
    """Name tables after their module, and let modules extend every model.

    A mixin, because Flask-SQLAlchemy copies the model class that it is given.
    """

    extensions: ClassVar[list[Callable[[type[Any]], None]]] = []

    def __init_subclass__(cls, **options: Any) -> None:
        if should_set_tablename(cls):
            setattr(cls, "__tablename__", _table_name(cls))  # noqa: B010 (mypy: no such attribute)
        if not cls.__dict__.get("__abstract__"):
            for extend in _Behaviour.extensions:
                extend(cls)
        super().__init_subclass__(**options)


def _table_name(model: type) -> str:
    package, _, rest = model.__module__.partition(".")
    prefix = rest.partition(".")[0] + "_" if package == "modules" else ""
    return prefix + camel_to_snake_case(model.__name__)


if TYPE_CHECKING:
    _ModelBase = _Base
else:
    _ModelBase = db.Model


class Model(_Behaviour, _ModelBase):
    """Base of every model; the table is named `<module>_<model>` unless the model names it."""

    __abstract__ = True


def extend_models(extensions: Iterable[Callable[[type[Any]], None]]) -> None:
    """Have functions called with every model class from now on, before it is mapped."""
    new = [function for function in extensions if function not in _Behaviour.extensions]
    _Behaviour.extensions.extend(new)


def init_database(app: Flask) -> None:
    """Set up the database of an application.

    :raises SettingsError: when the database's URL cannot be used.
    """
    try:
        db.init_app(app)
    except (ArgumentError, NoSuchModuleError) as error:
        raise SettingsError(
            f"DATABASE_URL is no URL of a database that SQLAlchemy knows ({error}); write it "
            f"like postgresql+psycopg://user:password@host:5432/name."
        ) from None
    except ModuleNotFoundError as error:
        raise RequirementError(
            f'The database of DATABASE_URL needs the driver "{error.name}": uv add {error.name} '
            f"(or pip install {error.name})."
        ) from None
    with app.app_context():
        for engine in db.engines.values():
            if engine.dialect.name == "sqlite":
                event.listen(engine, "connect", _enforce_foreign_keys)


def _enforce_foreign_keys(connection: DBAPIConnection, _: object) -> None:
    # SQLite ignores foreign keys unless each connection asks for them.
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()
