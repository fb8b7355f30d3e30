import pytest
from flask import Flask

from flask_modular import ModularError
from modules.notes.events import check_settings


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("NOTES_PAGE_SIZE", 0),
        ("NOTES_PAGE_SIZE", 101),
        ("NOTES_ARCHIVE_AFTER_DAYS", -1),
        ("NOTES_ARCHIVE_AFTER_DAYS", 10**9),
    ],
)
def test_a_number_that_makes_no_sense_is_refused(
    app: Flask, monkeypatch: pytest.MonkeyPatch, key: str, value: int
) -> None:
    check_settings(app)
    monkeypatch.setitem(app.config, key, value)
    with pytest.raises(ModularError, match=f"FLASK_{key} is {value}; write a number"):
        check_settings(app)
