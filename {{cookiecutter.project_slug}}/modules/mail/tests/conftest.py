from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask_mailman import EmailMessage

from modules.mail.services import outbox

Write = Callable[..., None]


@pytest.fixture
def mails(app: Flask) -> Iterator[list[EmailMessage]]:
    """Yield what is sent, in an application context."""
    with app.app_context():
        outbox().clear()
        yield outbox()
        outbox().clear()


@pytest.fixture
def write(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Write]:
    """Give a module `shop` a mail: `write("welcome.txt", "Hello")`."""
    monkeypatch.setitem(app.extensions, "mails", {**app.extensions["mails"], "shop": tmp_path})
    app.extensions.pop("mail_templates", None)

    def write(name: str, text: str) -> None:
        (tmp_path / name).write_text(text, encoding="utf-8")

    yield write
    app.extensions.pop("mail_templates", None)  # other tests mean the mails of all modules
