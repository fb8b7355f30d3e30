"""Telling those who listen; nobody does where there is no module `live`."""

from __future__ import annotations

from typing import Any

from flask_modular import has

ALL = "all"  # what the room of all who may read the chat is called


def tell(event: str, data: Any, *, room: int = 0) -> None:
    """Tell those in a room, or all who read the chat, of something that is stored already."""
    if has("live"):
        from modules.live.services import push

        push(event, data, room=f"chat:{room or ALL}")
