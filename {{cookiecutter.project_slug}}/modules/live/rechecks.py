"""Whether those who are connected still may be: sessions end, tokens are revoked, people leave."""

from __future__ import annotations

from collections.abc import Callable
from threading import Thread
from time import monotonic, sleep
from typing import Any

from werkzeug.exceptions import HTTPException

from flask_modular import current_identity

from .contexts import context_of, prepare
from .gate import SINCE
from .hub import IDENTITY, ROOM, Hub
from .server import ALL, LOOK, end_connection, end_connections

PATIENCE = 10.0


def watch(hub: Hub) -> None:
    """Look after the connections of this process from now on."""
    looks = ((end_strangers, LOOK), (recheck, float(hub.app.config["LIVE_RECHECK_SECONDS"])))
    for look, seconds in looks:
        Thread(target=_repeat, args=(look, seconds, hub), name="live", daemon=True).start()


def _repeat(look: Callable[[Hub], None], seconds: float, hub: Hub) -> None:
    while True:
        sleep(seconds)
        try:
            look(hub)
        except Exception:  # the thread goes on, whatever the database says
            hub.app.logger.exception("Connections cannot be looked after now.")


def end_strangers(hub: Hub, *, patience: float = PATIENCE) -> None:
    """End connections that nobody was let in by: they hold threads, and may do so for ever.

    :param patience: how long somebody who connects has for it, in seconds.
    """
    manager = hub.server.manager
    for eio_sid in list(hub.server.eio.sockets):
        environ = hub.server.environ.get(eio_sid)
        is_in = manager.is_connected(manager.sid_from_eio_sid(eio_sid, ALL), ALL)
        if environ is not None and not is_in and monotonic() - environ[SINCE] >= patience:
            end_connection(hub.server, eio_sid)


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
