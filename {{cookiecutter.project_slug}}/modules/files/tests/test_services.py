from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from zlib import crc32

import pytest
from flask import Flask
from PIL import Image
from werkzeug.exceptions import RequestEntityTooLarge, UnprocessableEntity

from flask_modular import db
from modules.files.models import File
from modules.files.services import (
    DOCUMENTS,
    IMAGES,
    Kind,
    delete,
    inspect,
    may_read,
    picture_of,
    remove_picture,
    set_picture,
    store,
    url_for_file,
)
from modules.files.storage import current_storage

from .conftest import image, upload

pytestmark = pytest.mark.usefixtures("request_context")
Become = Callable[[str], None]


def content(file: File, version: int | None = None) -> bytes:
    with current_storage().open(file.key(version)) as stream:
        return stream.read()


def kept(file: File) -> list[bool]:
    there = dict(current_storage().list())
    return [key in there for key in file.keys]


def test_what_is_uploaded_is_kept(become: Become) -> None:
    become("user:7")
    file = store(upload(b"Dear diary", "diary.txt"), DOCUMENTS, purpose="diary", private=True)
    db.session.commit()
    found = db.session.get_one(File, file.id)
    assert content(found) == b"Dear diary"
    assert (found.name, found.media_type, found.size) == ("diary.txt", "text/plain", 10)
    assert (found.owner, found.purpose, found.private) == ("user:7", "diary", True)


@pytest.mark.parametrize(
    ("format_", "media_type", "name"),
    [
        ("JPEG", "image/jpeg", "photo.jpg"),
        ("PNG", "image/png", "photo.png"),
        ("WEBP", "image/webp", "photo.webp"),
        ("GIF", "image/png", "photo.png"),
    ],
)
def test_an_image_is_what_its_content_is(format_: str, media_type: str, name: str) -> None:
    file = store(upload(image(format_), "photo.html"))
    assert (file.media_type, file.name) == (media_type, name)
    assert Image.open(BytesIO(content(file))).size == (8, 4)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b" \n<!doctype html><script>alert(1)</script>",
        b"\xef\xbb\xbf<?xml version='1.0'?>",
        b"#!/bin/sh\nrm -rf /",
        b"MZ\x90\x00\x03",
        b"PK\x03\x04",
        b"text\x00with more",
        b"\xff\xfetext",
        b"GIF89a=1/*<script>alert(1)</script>*/",
        b"RIFF\x00\x00\x00\x00WAVEfmt ",
        image(size=(100, 100))[:80],
    ],
)
def test_what_would_run_or_cannot_be_read_is_refused(data: bytes) -> None:
    with pytest.raises(UnprocessableEntity):
        store(upload(data), IMAGES | DOCUMENTS)
    assert not list(db.session.new)


@pytest.mark.parametrize(
    ("data", "kind"), [(image(), DOCUMENTS), (b"%PDF-1.7", IMAGES), (b"text", Kind.PDF)]
)
def test_a_file_of_another_kind_is_refused(data: bytes, kind: Kind) -> None:
    with pytest.raises(UnprocessableEntity, match="can be uploaded here"):
        store(upload(data), kind)


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP", "GIF"])
def test_what_is_hidden_in_an_image_is_left_behind(format_: str) -> None:
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    # What an encoder does not know, it ignores.
    data = image(format_, exif=exif, comment=b"taken at home", icc_profile=b"taken at home")
    assert b"taken at home" in data
    kept = content(store(upload(data + b"<script>alert(1)</script>")))
    assert b"taken at home" not in kept
    assert b"script" not in kept


def test_an_image_is_turned_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned clockwise
    turned = Image.open(BytesIO(content(store(upload(image("JPEG", (80, 40), exif=exif))))))
    assert turned.size == (40, 80)
    red, _, blue = turned.convert("RGB").crop((20, 5, 21, 6)).tobytes()
    assert red > blue


def test_what_is_transparent_stays_so() -> None:
    stream = BytesIO()
    Image.new("RGBA", (2, 2), (255, 0, 0, 0)).save(stream, "PNG")
    kept = Image.open(BytesIO(content(store(upload(stream.getvalue())))))
    assert kept.convert("RGBA").tobytes()[3] == 0


def test_versions_are_made_and_never_larger_than_the_image() -> None:
    file = store(upload(image(size=(100, 50))), sizes=(64, 400, 16))
    sizes = {
        version: Image.open(BytesIO(content(file, version))).size for version in (None, 64, 16)
    }
    assert sizes == {None: (100, 50), 64: (64, 32), 16: (16, 8)}


def test_the_smallest_version_that_suffices_is_linked() -> None:
    file = store(upload(image(size=(100, 50))), sizes=(64, 400, 16))
    asked = {size: url_for_file(file, size).partition("?")[2] for size in (0, 10, 16, 17, 65)}
    assert asked == {0: "", 10: "size=16", 16: "size=16", 17: "size=64", 65: ""}


def test_an_upload_has_a_limit(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "FILES_MAX_BYTES", 1_500)
    store(upload(b"x" * 1_500), DOCUMENTS)
    with pytest.raises(RequestEntityTooLarge, match=r"it may have 1\.5 kB"):
        store(upload(b"x" * 1_501), DOCUMENTS)


@pytest.mark.parametrize("side", [101, 30_000])
def test_an_image_that_would_grow_in_memory_is_refused(
    app: Flask, monkeypatch: pytest.MonkeyPatch, side: int
) -> None:
    monkeypatch.setitem(app.config, "FILES_MAX_PIXELS", 10_000)
    data = content(store(upload(image(size=(100, 100)))))
    header = data[12:16] + side.to_bytes(4, "big") * 2 + data[24:29]
    bomb = data[:12] + header + crc32(header).to_bytes(4, "big") + data[33:]
    with pytest.raises(RequestEntityTooLarge, match=r"it may have 0\.01 million"):
        store(upload(bomb))


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "passwd.txt"),
        (r"C:\Users\ada\diary.txt", "diary.txt"),
        ("invoice.exe", "invoice.txt"),
        ("diary.txt\x00.html", "diary.txt_.txt"),
        ("a\u202etxt.exe", "a_txt.txt"),
        ('"><img src=x>.txt', "___img src=x_.txt"),
        ("日記.txt", "日記.txt"),
        ("....", "file.txt"),
        ("", "file.txt"),
        ("x" * 300, "x" * 100 + ".txt"),
    ],
)
def test_a_name_is_no_path_and_ends_as_its_content_does(name: str, safe: str) -> None:
    assert store(upload(b"text", name), DOCUMENTS).name == safe


def test_a_private_file_is_its_owners(become: Become) -> None:
    become("user:7")
    private, public = (store(upload(image()), private=one) for one in (True, False))
    assert may_read(private)
    become("user:8")
    assert not may_read(private)
    assert may_read(public)


def test_a_private_file_of_nobody_is_nobodys(become: Become) -> None:
    become("")
    assert not may_read(store(upload(image()), private=True))


def test_a_deleted_file_is_gone_once_that_is_certain() -> None:
    file = store(upload(image()), sizes=(8, 4))
    db.session.commit()
    delete(file)
    db.session.flush()
    assert kept(file) == [True, True]
    db.session.commit()
    assert kept(file) == [False, False]


@pytest.mark.parametrize("taken_back", ["savepoint", "transaction"])
def test_a_file_that_is_not_deleted_after_all_is_kept(taken_back: str) -> None:
    file = store(upload(image()))
    db.session.commit()
    store(upload(image()))
    savepoint = db.session.begin_nested()
    delete(file)
    db.session.flush()
    if taken_back == "transaction":
        savepoint.commit()
        db.session.rollback()
    else:
        savepoint.rollback()
    db.session.commit()
    assert db.session.get(File, file.id)
    assert kept(file) == [True]


def test_a_picture_takes_the_place_of_the_one_before() -> None:
    first = set_picture("user:7", inspect(upload(image())))
    db.session.commit()
    second = set_picture("user:7", inspect(upload(image("JPEG"))))
    db.session.commit()
    assert (picture_of("user:7"), picture_of("user:8")) == (second, None)
    assert kept(first) == [False]
    remove_picture("user:7")
    db.session.commit()
    assert picture_of("user:7") is None
