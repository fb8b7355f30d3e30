from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from flask_modular import db
from modules.files import pruning
from modules.files.models import File, now
from modules.files.s3 import Bucket
from modules.files.services import store
from modules.files.storage import current_folder, current_storage

from .conftest import empty, image, upload

pytestmark = pytest.mark.usefixtures("request_context")


@pytest.fixture
def stored(app: Flask, monkeypatch: pytest.MonkeyPatch) -> File:
    """Keep a file in a folder of its own."""
    monkeypatch.setitem(app.config, "FILES_FOLDER", "pruned")
    empty(current_storage())
    file = store(upload(image()))
    db.session.commit()
    return file


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have an hour gone by since anything was kept."""
    monkeypatch.setattr(pruning, "now", lambda: now() + timedelta(hours=1, minutes=1))


def leave(key: str) -> None:
    """Leave a content without a row."""
    current_storage().write(key, b"left")


def prune(app: Flask, *options: str, answer: str = "") -> str:
    db.session.commit()
    return app.test_cli_runner().invoke(args=["files", "prune", *options], input=answer).output


def test_all_may_be_well(app: Flask, stored: File) -> None:
    assert prune(app) == "Nothing to prune.\n"


def test_contents_without_a_row_are_removed(app: Flask, stored: File, later: None) -> None:
    leave("orphan")
    assert "no row      orphan" in prune(app, "--yes")
    assert {key for key, _ in current_storage().list()} == {stored.key()}


def test_what_is_being_uploaded_is_let_alone(app: Flask, stored: File) -> None:
    leave("being-uploaded")
    assert prune(app) == "Nothing to prune.\n"


def test_rows_without_content_are_removed(app: Flask, stored: File) -> None:
    lost = store(upload(image()))
    db.session.commit()
    current_storage().remove(lost.key())
    assert f"no content  {lost.id} photo.png" in prune(app, "--yes")
    db.session.expire_all()
    assert db.session.query(File).all() == [stored]


def test_nothing_is_removed_without_an_answer(app: Flask, stored: File, later: None) -> None:
    leave("orphan")
    assert "Aborted!" in prune(app, answer="n\n")
    assert "orphan" in dict(current_storage().list())


def test_a_storage_that_is_not_there_costs_no_rows(app: Flask, stored: File) -> None:
    current_storage().remove(stored.key())
    assert f"is {current_storage()} the right place?" in prune(app, "--yes")
    assert db.session.query(File).all() == [stored]


def test_a_folder_is_copied_to_the_bucket_that_takes_its_place(
    app: Flask, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "FILES_FOLDER", "copied")
    current_folder().write("kept-since-long", b"a content")
    copied = app.test_cli_runner().invoke(args=["files", "copy"]).output
    with bucket.open("kept-since-long") as stream:
        assert stream.read() == b"a content"
    again = app.test_cli_runner().invoke(args=["files", "copy"]).output
    assert (copied.split()[1], again.split()[1]) == ("1", "0")


def test_a_folder_is_not_copied_to_itself(
    app: Flask, stored: File, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TEST_FILES_STORAGE", raising=False)
    output = app.test_cli_runner().invoke(args=["files", "copy"]).output
    assert "There is no bucket to copy to: FLASK_FILES_STORAGE names one." in output
