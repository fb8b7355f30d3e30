"""Where contents are kept: behind one interface, so that it need not be a folder."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import BinaryIO, Protocol

from flask import current_app


class Storage(Protocol):
    """Keeps contents under keys, which are made here and never what somebody typed."""

    def write(self, key: str, content: bytes) -> None:
        """Keep a content."""

    def open(self, key: str) -> BinaryIO:
        """Open a content, which can be read from any place of it.

        :raises FileNotFoundError: where there is none.
        """

    def remove(self, key: str) -> None:
        """Forget a content, if it is there."""

    def list(self) -> Iterator[tuple[str, datetime]]:
        """Yield every key, and since when there is a content for it."""


class Folder:
    """Keep contents in a folder, spread over many: none gets too full.

    :param root: made when there is something to keep.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, key: str) -> Path:
        return self.root / key[:2] / key

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
            yield path.name, datetime.fromtimestamp(path.stat().st_mtime, UTC)


def current_storage() -> Storage:
    """Return the storage of the current application."""
    root = _folder_of_tests() if current_app.testing else Path(current_app.instance_path)
    return Folder(root / current_app.config["FILES_FOLDER"])


@cache
def _folder_of_tests() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="files-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
