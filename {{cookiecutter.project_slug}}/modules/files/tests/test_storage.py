"""What every storage does: a folder, or the one that TEST_FILES_STORAGE names."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from os import SEEK_END

import pytest
from flask import Flask

from modules.files.storage import Storage, current_folder, current_storage


@pytest.fixture
def storage(request_context: None) -> Iterator[Storage]:
    storage = current_storage()
    yield storage
    storage.remove("key")


def read(storage: Storage, key: str) -> bytes:
    with storage.open(key) as stream:
        return stream.read()


@pytest.mark.parametrize("content", [b"", b"a content", bytes(range(256)) * 1_000])
def test_what_is_written_is_read(storage: Storage, content: bytes) -> None:
    storage.write("key", content)
    assert read(storage, "key") == content


def test_what_is_written_again_takes_the_place_of_the_first(storage: Storage) -> None:
    storage.write("key", b"a long content")
    storage.write("key", b"another")
    assert read(storage, "key") == b"another"


def test_a_content_can_be_read_from_any_place(storage: Storage) -> None:
    content = bytes(range(256)) * 1_000
    storage.write("key", content)
    with storage.open("key") as stream:
        assert stream.read(3) == content[:3]
        assert stream.seek(0, SEEK_END) == len(content)
        assert stream.read() == b""
        assert stream.seek(200_000) == 200_000
        assert stream.read() == content[200_000:]
        stream.seek(-5, SEEK_END)
        assert stream.read(2) == content[-5:-3]
        stream.seek(1)
        assert stream.read(70_000) == content[1:70_001]


def test_what_is_removed_is_gone_and_may_be_removed_again(storage: Storage) -> None:
    storage.write("key", b"a content")
    storage.remove("key")
    storage.remove("key")
    with pytest.raises(FileNotFoundError):
        storage.open("key")
    assert "key" not in dict(storage.list())


def test_it_knows_since_when_there_is_a_content(storage: Storage) -> None:
    storage.write("key", b"a content")
    assert abs(dict(storage.list())["key"] - datetime.now(UTC)) < timedelta(minutes=5)


@pytest.mark.parametrize(
    "key", ["", "..", "../key", "a/b", "/etc/passwd", r"..\key", "key\x00", "key\n", "kéy", "."]
)
def test_a_key_leads_nowhere_else(storage: Storage, key: str) -> None:
    with pytest.raises(ValueError, match="is no key"):
        storage.write(key, b"a content")
    with pytest.raises(ValueError, match="is no key"):
        storage.open(key)
    with pytest.raises(ValueError, match="is no key"):
        storage.remove(key)


@pytest.mark.usefixtures("request_context")
def test_a_folder_knows_what_is_none_of_ours(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "FILES_FOLDER", "littered")
    folder = current_folder()
    folder.write("kept", b"a content")
    for name in ("ke/.DS_Store", "ke/Thumbs.db", "ke/other", "ké/kéy"):
        path = folder.root / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
    assert [key for key, _ in folder.list()] == ["kept"]


def test_many_write_at_a_time(storage: Storage) -> None:
    contents = {f"key-{number}": bytes([number]) * 10_000 for number in range(16)}
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(storage.write, contents, contents.values()))
    assert {key: read(storage, key) for key in contents} == contents
    for key in contents:
        storage.remove(key)


def test_it_is_well_where_it_is(storage: Storage) -> None:
    storage.check()
