"""Where one is signed in; as on the page, a token is not enough."""

from __future__ import annotations

from flask.views import MethodView
from sqlalchemy import Select

from flask_modular import db
from modules.api.services import find, remove

from .. import sessions
from ..models import Session
from ..own import me, own
from ..schemas import SessionSchema
from .blueprint import blueprint


@blueprint.route("/sessions", endpoint="sessions")
class Sessions(MethodView):
    @own
    @blueprint.lists(SessionSchema, sort=("last_seen_at", "created_at"))
    def get(self) -> Select[Session]:
        """List one's own sessions."""
        return sessions.running(me())

    @own
    @blueprint.deletes()
    def delete(self) -> None:
        """End all of one's own sessions but the one that asks."""
        sessions.end_others(me())
        db.session.commit()


@blueprint.delete("/sessions/<id:session_id>")
@own
@blueprint.deletes()
def end_session(session_id: int) -> None:
    """End one of one's own sessions."""
    remove(find(sessions.running(me()), session_id, SessionSchema))
