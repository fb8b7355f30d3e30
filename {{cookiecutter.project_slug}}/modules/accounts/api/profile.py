"""Who one is, as others may be shown it."""

from __future__ import annotations

from typing import Any

from flask.views import MethodView
from sqlalchemy import select

from flask_modular import access
from modules.api.services import find, store

from ..models import User
from ..own import authenticated_user
from ..permissions import Personal
from ..schemas import ProfileSchema
from .blueprint import blueprint


def myself() -> User:
    """Return who asks; before a change, as `find` has it, if the client has seen what there is.

    :raises Unauthorized: for somebody whom nobody knows.
    """
    user = authenticated_user()
    return find(select(User).where(User.id == user.id), user.id, ProfileSchema)


@blueprint.route("/profile", endpoint="profile")
class Profile(MethodView):
    @Personal(kinds=("bearer", "session"))
    @blueprint.shows(ProfileSchema)
    def get(self) -> User:
        """Show one's own profile."""
        return myself()

    @access("accounts.write")
    @blueprint.arguments(ProfileSchema(partial=True))
    @blueprint.changes(ProfileSchema)
    def patch(self, values: dict[str, Any]) -> User:
        """Change one's own name."""
        return store(myself(), values)
