"""The database: names of tables and constraints, foreign keys, inheritance."""

from __future__ import annotations

import importlib
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from flask_modular import Model, db
from flask_modular.tests.project import Project

MODELS = """
from datetime import datetime

from flask_modular import Model
from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column


class BlogAuthor(Model):
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    born: Mapped[datetime | None]
    __mapper_args__ = {"polymorphic_on": "kind", "polymorphic_identity": "author"}


class Editor(BlogAuthor):
    __mapper_args__ = {"polymorphic_identity": "editor"}


class Post(Model):
    __tablename__ = "blog_entry"
    id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("blog_blog_author.id"), index=True)
    rank: Mapped[int]
    __table_args__ = (CheckConstraint("rank > 0", name="positive"),)
"""


@pytest.fixture
def models(project: Project) -> Any:
    project.module("blog", models=MODELS)
    with project.app().app_context():
        imported = importlib.import_module("modules.blog.models")
        db.create_all()
        yield imported


def test_tables_are_named_after_module_and_model(models: Any) -> None:
    assert models.BlogAuthor.__tablename__ == "blog_blog_author"


def test_a_model_may_name_its_table(models: Any) -> None:
    assert models.Post.__tablename__ == "blog_entry"


def test_a_single_table_is_inherited(models: Any) -> None:
    assert models.Editor.__table__ is models.BlogAuthor.__table__


def test_a_model_outside_of_modules_has_no_prefix(project: Project) -> None:

    class Stray(Model):
        id: Mapped[int] = mapped_column(primary_key=True)

    assert Stray.__tablename__ == "stray"


def test_constraints_have_names(models: Any) -> None:
    tables = (models.BlogAuthor.__table__, models.Post.__table__)
    names = {str(one.name) for table in tables for one in (*table.constraints, *table.indexes)}
    assert names == {
        "pk_blog_blog_author",
        "uq_blog_blog_author_name",
        "pk_blog_entry",
        "fk_blog_entry_author_id_blog_blog_author",
        "ck_blog_entry_positive",
        "ix_blog_entry_author_id",
    }


def test_sqlite_enforces_foreign_keys(models: Any) -> None:
    db.session.add(models.Post(author_id=99, rank=1))
    with pytest.raises(IntegrityError):
        db.session.commit()
    db.session.rollback()


def test_moments_come_back_in_utc(models: Any) -> None:
    noon = datetime(2024, 1, 1, 12, tzinfo=timezone(timedelta(hours=2)))
    db.session.add(models.Editor(name="Ada", born=noon))
    db.session.commit()
    db.session.expire_all()
    editor = db.session.scalars(db.select(models.Editor)).one()
    assert (editor.born, editor.born.utcoffset()) == (noon, timedelta(0))
