from __future__ import annotations

import os

import pytest
from flask import Flask

from flask_modular import db
from modules.files.models import File
from modules.files.services import store
from modules.files.storage import Folder, current_storage

from .conftest import image, upload

pytestmark = pytest.mark.usefixtures("request_context")


@pytest.fixture
def stored(app: Flask, monkeypatch: pytest.MonkeyPatch) -> File:
    """Keep a file in a folder of its own."""
    monkeypatch.setitem(app.config, "FILES_FOLDER", "pruned")
    for key, _ in list(current_storage().list()):
        current_storage().remove(key)
    file = store(upload(image()))
    db.session.commit()
    return file


def leave(key: str, *, old: bool) -> None:
    """Leave a content without a row."""
    storage = current_storage()
    assert isinstance(storage, Folder)
    storage.write(key, b"left")
    if old:
        os.utime(storage.path(key), (0, 0))


def prune(app: Flask, *options: str, answer: str = "") -> str:
    db.session.commit()
    return app.test_cli_runner().invoke(args=["files", "prune", *options], input=answer).output


def test_all_may_be_well(app: Flask, stored: File) -> None:
    assert prune(app) == "Nothing to prune.\n"


def test_contents_without_a_row_are_removed_unless_they_are_new(app: Flask, stored: File) -> None:
    leave("orphan", old=True)
    leave("being-uploaded", old=False)
    assert "no row      orphan" in prune(app, "--yes")
    assert {key for key, _ in current_storage().list()} == {"being-uploaded", stored.key()}


def test_rows_without_content_are_removed(app: Flask, stored: File) -> None:
    lost = store(upload(image()))
    db.session.commit()
    current_storage().remove(lost.key())
    assert f"no content  {lost.id} photo.png" in prune(app, "--yes")
    db.session.expire_all()
    assert db.session.query(File).all() == [stored]


def test_nothing_is_removed_without_an_answer(app: Flask, stored: File) -> None:
    leave("orphan", old=True)
    assert "Aborted!" in prune(app, answer="n\n")
    assert "orphan" in dict(current_storage().list())


def test_a_storage_that_is_not_there_costs_no_rows(app: Flask, stored: File) -> None:
    current_storage().remove(stored.key())
    assert "is FILES_FOLDER the right one, and mounted?" in prune(app, "--yes")
    assert db.session.query(File).all() == [stored]
