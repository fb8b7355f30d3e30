from __future__ import annotations

import pytest
from flask import Flask

from flask_modular import ModularError
from modules.chat.events import check_settings


@pytest.mark.parametrize("key", ["CHAT_PAGE_SIZE", "CHAT_LONGEST_MESSAGE", "CHAT_AWAY_AFTER"])
def test_a_number_that_makes_no_sense_is_refused(
    app: Flask, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    monkeypatch.setitem(app.config, key, 0)
    with pytest.raises(ModularError, match=key):
        check_settings(app)
