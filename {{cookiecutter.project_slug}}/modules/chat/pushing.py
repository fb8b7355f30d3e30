"""Telling those who listen; nobody does where there is no module `live`."""

from __future__ import annotations

from typing import Any

from flask_modular import has


def tell(event: str, data: Any, *, room: int = 0) -> None:
    """Tell those who are in a room, or everyone, of something that is stored already."""
    if has("live"):
        from modules.live.services import push

        push(event, data, room=f"chat:{room}" if room else "")
