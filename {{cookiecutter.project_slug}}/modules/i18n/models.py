from __future__ import annotations

from typing import ClassVar

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from flask_modular import Model


class Preference(Model):
    """What somebody who is signed in has chosen; an empty text is no choice."""

    __tenant_scoped__: ClassVar[bool] = False

    # Such as "user:17". No foreign key: languages do not know which module knows people.
    identity: Mapped[str] = mapped_column(String(200), primary_key=True)
    locale: Mapped[str] = mapped_column(String(35), default="")
    timezone: Mapped[str] = mapped_column(String(64), default="")
