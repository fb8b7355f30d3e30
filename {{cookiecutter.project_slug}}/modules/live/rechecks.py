"""Whether those who are connected still may be: sessions end, tokens are revoked, people leave."""

from __future__ import annotations

from time import sleep
from typing import Any

from werkzeug.exceptions import HTTPException

from flask_modular import current_identity

from .contexts import context_of, prepare
from .hub import IDENTITY, ROOM, Hub
from .server import ALL, end_connections


def recheck_for_ever(hub: Hub) -> None:
    """Look after the connections of this process."""
    while True:
        sleep(hub.app.config["LIVE_RECHECK_SECONDS"])
        try:
            recheck(hub)
        except Exception:  # the thread goes on, whatever the database says
            hub.app.logger.exception("Connections cannot be looked after now.")


def recheck(hub: Hub) -> None:
    """End connections of people who are signed out, and take people out of rooms they may not see.

    What they asked for is refused anyway; this is about what is pushed to them.
    """
    for sid, eio_sid in list(hub.server.manager.get_participants(ALL, None)):
        environ = hub.server.environ.get(eio_sid)
        if environ is None or IDENTITY not in environ:
            continue
        with context_of(hub.app, environ, sid):
            if not _is_the_same(environ):
                end_connections(hub.server, sid)
                continue
            for room in _lost_rooms(hub, sid):
                hub.server.leave_room(sid, room)


def _is_the_same(environ: dict[str, Any]) -> bool:
    try:
        prepare()
        return bool(current_identity() == environ[IDENTITY])
    except HTTPException:
        return False


def _lost_rooms(hub: Hub, sid: str) -> list[str]:
    rooms = [room for room in hub.server.rooms(sid) if room.startswith(ROOM)]
    return [room for room in rooms if not hub.may(room.removeprefix(ROOM), default=True)]
