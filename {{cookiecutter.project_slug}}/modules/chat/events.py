"""Who leaves, for now or for good, and settings of which no good can come."""

from __future__ import annotations

from typing import Any

from flask import Flask

from flask_modular import has
from flask_modular.values import check_numbers
from modules.accounts.services import personal_data

from . import module, personal
from .people import close

LIMITS = {
    "CHAT_PAGE_SIZE": (1, 200),
    "CHAT_LONGEST_MESSAGE": (1, 20_000),
    "CHAT_AWAY_AFTER": (30, 3600),
}

personal_data(module, export=personal.export, erase=personal.erase)


@module.ready
def check_settings(app: Flask) -> None:
    """Refuse numbers that make no sense."""
    check_numbers(app.config, LIMITS)


if has("live"):
    from modules.live.services import disconnected

    @module.ready
    def watch_connections(app: Flask) -> None:
        """Mark people as away when they close the last of their pages."""
        disconnected.connect(leave, app)


def leave(_: Flask, *, sid: str, **__: Any) -> None:
    """Note that a page is closed."""
    close(sid)
