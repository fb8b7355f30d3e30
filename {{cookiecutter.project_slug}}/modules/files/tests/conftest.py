"""Somebody, the module's URLs wherever it is mounted, and uploads of every kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

import pytest
from flask import Flask, url_for
from PIL import Image
from werkzeug.datastructures import FileStorage

from flask_modular import current_registry
from modules.files.s3 import Bucket
from modules.files.storage import Storage, current_storage

Url = Callable[..., str]


@pytest.fixture
def url(app: Flask) -> Url:
    """Return a function that makes URLs: `url(".picture")`."""

    def make(endpoint: str, **values: Any) -> str:
        with app.test_request_context():
            return url_for(current_registry().endpoint("files", endpoint), **values)

    return make


@pytest.fixture
def become(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Return a function that says who sends the requests from now on."""

    def become(who: str) -> None:
        with app.app_context():
            monkeypatch.setattr(current_registry(), "identities", {"tests": [lambda: who]})

    return become


@pytest.fixture
def request_context(app: Flask, db_session: object) -> Iterator[None]:
    """Be in a request, where somebody uploads something."""
    with app.test_request_context():
        yield


@pytest.fixture
def bucket(request_context: None) -> Bucket:
    """Return the bucket that TEST_FILES_STORAGE names, emptied; skip tests where it names none."""
    storage = current_storage()
    if not isinstance(storage, Bucket):
        pytest.skip("TEST_FILES_STORAGE names no bucket.")
    empty(storage)
    return storage


def empty(storage: Storage) -> None:
    """Remove all that is in a storage."""
    for key, _ in list(storage.list()):
        storage.remove(key)


def image(format_: str = "PNG", size: tuple[int, int] = (8, 4), **options: Any) -> bytes:
    """Return an image whose left half is red, and the right one blue."""
    drawn = Image.new("RGB", size, "red")
    drawn.paste("blue", (size[0] // 2, 0, *size))
    stream = BytesIO()
    drawn.save(stream, format_, **options)
    return stream.getvalue()


def upload(data: bytes, name: str = "photo.png") -> FileStorage:
    """Return an upload, whose sender says that it is anything."""
    return FileStorage(BytesIO(data), name, content_type="application/x-anything")
