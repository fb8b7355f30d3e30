from __future__ import annotations

from contextvars import Context
from typing import Any

import pytest
from flask import Flask

from flask_modular import current_registry, db
from modules.accounts.services import User, create_token, deactivate


@pytest.mark.parametrize("ended", ["token", "account", "deleted account"])
def test_what_is_pushed_ends_with_what_somebody_connected_with(
    app: Flask, ada: User, ended: str
) -> None:
    if "live" not in current_registry().enabled:
        pytest.skip("Nothing is pushed here.")
    token, text = create_token(ada, "browser", ["*"])
    db.session.commit()
    socketio: Any = app.extensions["live"].socketio
    client = Context().run(socketio.test_client, app, auth={"token": text})
    assert client.is_connected()
    if ended == "token":
        ada.tokens.remove(token)
    elif ended == "account":
        deactivate(ada)
    else:
        db.session.delete(ada)
    db.session.flush()
    assert client.is_connected()  # nothing is certain yet
    db.session.commit()
    assert not client.is_connected()
