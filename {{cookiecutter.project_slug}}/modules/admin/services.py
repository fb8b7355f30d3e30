"""What an `admin.py` is written with."""

from __future__ import annotations

from flask_admin import expose
from flask_admin.actions import action

from .model_admin import ModelAdmin
from .pages import ACCESS, AdminPage

__all__ = ["ACCESS", "AdminPage", "ModelAdmin", "action", "expose"]
