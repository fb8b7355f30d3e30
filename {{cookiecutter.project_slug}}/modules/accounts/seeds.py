from __future__ import annotations

import click
from sqlalchemy import select

from flask_modular import db

from . import module
from .models import User
from .services import role_named


@module.seed
def roles() -> None:
    """Make the role of those who may do everything, and say how somebody gets it."""
    admin = role_named("admin", ["*"])
    db.session.commit()
    if db.session.scalar(select(User.id).where(User.roles.contains(admin)).limit(1)) is None:
        click.echo("There is no administrator yet. To be the first one:")
        click.echo("  flask user create you@example.com")
        click.echo("  flask user promote you@example.com")
