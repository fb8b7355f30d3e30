from __future__ import annotations

from flask_modular import db

from . import module
from .services import role_named


@module.seed
def roles() -> None:
    """Make the role of those who may do everything."""
    role_named("admin", ["*"])
    db.session.commit()
