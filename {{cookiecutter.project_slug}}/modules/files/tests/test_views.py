from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pytest
from flask import Flask, render_template_string

from flask_modular import db
from flask_modular.html import Page, parse
from modules.files.services import inspect, picture_of, set_picture

from .conftest import Url, image, upload

Open = Callable[..., Page]
Become = Callable[[str], None]
# What a profile page has, of somebody.
PROFILE = '{% set owner = "user:7" %}{% include "files/_picture.html" ignore missing %}'


def test_a_picture_is_set_shown_and_removed(page: Open, url: Url, become: Become) -> None:
    become("user:7")
    shown = page(url(".picture")).submit({"picture": (BytesIO(image()), "me.png")})
    assert "The picture was saved." in shown.text
    [drawn] = [one for one in shown.select("img") if "/me.png" in one.attributes["src"]]
    assert shown.client.get(drawn.attributes["src"], buffered=True).mimetype == "image/png"
    removed = shown.submit(action=url(".forget_picture"))
    assert "The picture was removed." in removed.text
    assert picture_of("user:7") is None


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "Choose a file."),
        (b"<svg/>", "Only JPEG, PNG, GIF, WebP can be uploaded here."),
    ],
)
def test_what_is_wrong_with_a_file_stands_at_the_field(
    page: Open, url: Url, become: Become, data: bytes, message: str
) -> None:
    become("user:7")
    refused = page(url(".picture")).submit({"picture": (BytesIO(data), data and "me.png")})
    [beside] = refused.select("div", class_="invalid-feedback")
    assert beside.text == message
    assert picture_of("user:7") is None


def test_another_module_shows_a_picture_and_the_way_to_another_one(
    app: Flask, db_session: object, url: Url
) -> None:
    with app.test_request_context():
        assert "<img" not in render_template_string(PROFILE)
        set_picture("user:7", inspect(upload(image())))
        db.session.flush()
        shown = parse(render_template_string(PROFILE))
    assert [one.attributes["width"] for one in shown.select("img")] == ["96"]
    assert [one.attributes["href"] for one in shown.select("a")] == [url(".picture")]


def test_nobody_has_no_picture(page: Open, url: Url, become: Become) -> None:
    become("")
    assert page(url(".picture")).status == 403
