from __future__ import annotations

from collections.abc import Callable

from flask import url_for

from flask_modular import db
from flask_modular.html import Page
from modules.files.services import store
from modules.files.storage import current_storage

from .conftest import image, upload


def test_an_administrator_deletes_a_file(page: Callable[..., Page], request_context: None) -> None:
    file = store(upload(image()))
    db.session.commit()
    key = file.key()
    shown = page(url_for("admin_files_file.index_view", _external=False)).follow("photo.png")
    assert file.digest in shown.text
    assert "It was deleted." in shown.follow("Delete").submit().text
    assert key not in dict(current_storage().list())
