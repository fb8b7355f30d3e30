import pytest
from flask import Flask
from flask.testing import FlaskClient

from flask_modular import ModularError, has
from modules.admin.events import check_settings
from modules.admin.pages import pages_of


@pytest.mark.parametrize("days", [0, -1, 36_501])
def test_a_number_of_days_that_makes_no_sense_is_refused(
    app: Flask, monkeypatch: pytest.MonkeyPatch, days: int
) -> None:
    check_settings(app)
    monkeypatch.setitem(app.config, "ADMIN_LOG_DAYS", days)
    with pytest.raises(ModularError, match=f"FLASK_ADMIN_LOG_DAYS is {days}; write a number"):
        check_settings(app)


def test_translators_are_told_what_is_made_of_names(app: Flask) -> None:
    texts = {*pages_of(app).texts()}
    assert {("accounts", "People"), ("admin", "Fields"), ("admin", "Routes")} <= texts


def test_what_is_made_of_names_is_in_the_language_of_the_visitor(
    client: FlaskClient, root: str
) -> None:
    if not has("i18n"):
        pytest.skip("Texts are in English here.")
    for path, texts in (("change/", ("Felder", "Konten")), ("modules/", ("Ausstehend",))):
        answer = client.get(root + path, headers={"Accept-Language": "de"})
        assert [text for text in texts if text not in answer.text] == []
