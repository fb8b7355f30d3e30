"""Where contents are kept: behind one interface, so that it need not be a folder."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import BinaryIO, Protocol

from flask import current_app

from .places import key_at, place
from .s3 import bucket_at


class Storage(Protocol):
    """Keeps contents under keys, which are made here and never what somebody typed.

    Its text is where that is, for people; there is no secret in it.
    """

    def write(self, key: str, content: bytes) -> None:
        """Keep a content, in the place of one that is there."""

    def open(self, key: str) -> BinaryIO:
        """Open a content, which can be read from any place of it.

        :raises FileNotFoundError: where there is none.
        """

    def remove(self, key: str) -> None:
        """Forget a content, if it is there."""

    def list(self) -> Iterator[tuple[str, datetime]]:
        """Yield every key, and since when there is a content for it."""

    def check(self) -> None:
        """Raise an error where contents could not be had."""


class Folder:
    """Keep contents in a folder.

    :param root: made when there is something to keep.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def __str__(self) -> str:
        return str(self.root)

    def path(self, key: str) -> Path:
        return self.root / place(key)

    def write(self, key: str, content: bytes) -> None:
        path = self.path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    def open(self, key: str) -> BinaryIO:
        return self.path(key).open("rb")

    def remove(self, key: str) -> None:
        self.path(key).unlink(missing_ok=True)

    def list(self) -> Iterator[tuple[str, datetime]]:
        for path in self.root.glob("??/*"):
            if key := key_at(f"{path.parent.name}/{path.name}"):
                yield key, datetime.fromtimestamp(path.stat().st_mtime, UTC)

    def check(self) -> None:
        """Find no fault: a folder that is not there yet is made."""


def current_storage() -> Storage:
    """Return the storage of the current application."""
    config, testing = current_app.config, current_app.testing
    # Tests write and remove: never where the project has its files.
    url = os.environ.get("TEST_FILES_STORAGE", "") if testing else config["FILES_STORAGE"]
    return bucket_at(url) if url else current_folder()


def current_folder() -> Folder:
    """Return the folder of the current application, whether it is the storage or was it once."""
    root = _folder_of_tests() if current_app.testing else Path(current_app.instance_path)
    return Folder(root / current_app.config["FILES_FOLDER"])


@cache
def _folder_of_tests() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="files-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
