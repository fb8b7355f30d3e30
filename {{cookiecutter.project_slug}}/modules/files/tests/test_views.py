from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pytest

from flask_modular.html import Page
from modules.files.services import picture_of

from .conftest import Url, image

Open = Callable[..., Page]
Become = Callable[[str], None]


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


def test_nobody_has_no_picture(page: Open, url: Url, become: Become) -> None:
    become("")
    assert page(url(".picture")).status == 403
