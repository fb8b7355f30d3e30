from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from flask_modular import db
from modules.files.models import File
from modules.files.services import DOCUMENTS, store, url_for_file
from modules.files.storage import current_storage

from .conftest import Url, image, upload

Become = Callable[[str], None]
Get = Callable[..., TestResponse]


@pytest.fixture
def files(request_context: None) -> dict[str, File]:
    """Keep an image, a text and a private text."""
    found = {
        "image": store(upload(image(size=(64, 32))), sizes=(64, 16)),
        "text": store(upload(b"0123456789", "notes.txt"), DOCUMENTS),
    }
    db.session.commit()
    return found


@pytest.fixture
def get(visitor: FlaskClient) -> Iterator[Get]:
    """Return a function that gets a file, or its smallest version of at least some size."""
    answers = []

    def get(file: File, size: int = 0, **options: object) -> TestResponse:
        answers.append(visitor.get(url_for_file(file, size), buffered=True, **options))
        return answers[-1]

    yield get
    for answer in answers:
        answer.close()


def test_an_image_is_shown(files: dict[str, File], get: Get) -> None:
    answer = get(files["image"])
    assert (answer.status_code, answer.mimetype) == (200, "image/png")
    assert answer.headers["Content-Disposition"] == "inline; filename=photo.png"
    assert answer.data.startswith(b"\x89PNG")
    smaller = get(files["image"], 10)
    assert 0 < len(smaller.data) < len(answer.data)
    assert smaller.headers["ETag"] != answer.headers["ETag"]


def test_what_is_no_image_is_saved(files: dict[str, File], get: Get) -> None:
    answer = get(files["text"])
    assert answer.headers["Content-Disposition"] == "attachment; filename=notes.txt"
    assert answer.mimetype == "text/plain"


@pytest.mark.parametrize("name", ["image", "text"])
def test_a_browser_makes_nothing_else_of_it(files: dict[str, File], get: Get, name: str) -> None:
    headers = get(files[name]).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in headers["Content-Security-Policy"]
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_browsers_keep_a_file_and_may_ask_whether_it_changed(
    files: dict[str, File], get: Get
) -> None:
    answer = get(files["image"])
    assert "immutable" in answer.headers["Cache-Control"]
    assert "public" not in answer.headers["Cache-Control"]
    again = get(files["image"], headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_a_part_can_be_asked_for(files: dict[str, File], get: Get) -> None:
    answer = get(files["text"], headers={"Range": "bytes=2-4"})
    assert (answer.status_code, answer.data) == (206, b"234")
    assert answer.headers["Content-Range"] == "bytes 2-4/10"
    assert get(files["text"], headers={"Range": "bytes=10-"}).status_code == 416


def test_a_private_file_is_not_there_for_others(
    app: Flask, request_context: None, become: Become, get: Get
) -> None:
    become("user:7")
    file = store(upload(image()), private=True)
    db.session.commit()
    answer = get(file)
    assert answer.status_code == 200
    assert "no-cache" in answer.headers["Cache-Control"]
    for other in ("user:70", ""):
        become(other)
        assert get(file).status_code == 404


@pytest.mark.parametrize("change", [("photo.png", "photo.html"), ("size=16", "size=17")])
def test_only_what_is_there_is_sent(
    visitor: FlaskClient, files: dict[str, File], change: tuple[str, str]
) -> None:
    url = url_for_file(files["image"], 16)
    assert visitor.get(url, buffered=True).status_code == 200
    assert visitor.get(url.replace(*change)).status_code == 404


@pytest.mark.parametrize("name", ["..%2Fsecret", "..%5Csecret", "%2e%2e", "%00", "/etc/passwd"])
def test_a_name_leads_nowhere_else(
    visitor: FlaskClient, files: dict[str, File], url: Url, name: str
) -> None:
    folder = url(".show", file_id=files["image"].id, name="x").removesuffix("x")
    assert visitor.get(folder + name).status_code == 404


def test_a_file_without_its_content_is_not_there(files: dict[str, File], get: Get) -> None:
    current_storage().remove(files["text"].key())
    assert get(files["text"]).status_code == 404
