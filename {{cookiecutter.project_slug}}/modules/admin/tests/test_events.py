import pytest
from flask import Flask

from flask_modular import ModularError
from modules.admin.events import check_settings


@pytest.mark.parametrize("days", [0, -1, 36_501])
def test_a_number_of_days_that_makes_no_sense_is_refused(
    app: Flask, monkeypatch: pytest.MonkeyPatch, days: int
) -> None:
    check_settings(app)
    monkeypatch.setitem(app.config, "ADMIN_LOG_DAYS", days)
    with pytest.raises(ModularError, match=f"FLASK_ADMIN_LOG_DAYS is {days}; write a number"):
        check_settings(app)
