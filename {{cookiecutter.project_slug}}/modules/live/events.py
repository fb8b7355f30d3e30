"""What concerns the application as a whole: settings, and the way in for clients."""

from __future__ import annotations

from typing import cast

from flask import Flask
from flask.sansio.blueprints import BlueprintSetupState

from . import module
from .checking import check_settings


@module.record_once
def open_gate(state: BlueprintSetupState) -> None:
    """Let clients connect.

    At registration, before anything is `ready`: what others wrap around the application then, such
    as what is believed of proxies, is wrapped around the gate as well.

    :raises ModularError: when a setting makes no sense.
    """
    from .gate import Gate

    app = cast(Flask, state.app)
    check_settings(app.config)
    app.wsgi_app = Gate(app, app.wsgi_app)  # type: ignore[method-assign]
