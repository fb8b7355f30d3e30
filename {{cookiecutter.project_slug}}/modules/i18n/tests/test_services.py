from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest
from flask import Flask, render_template_string
from sqlalchemy.orm import Session, scoped_session

from flask_modular import gettext
from modules.i18n.models import Preference
from modules.i18n.services import forget, localized, speaking_to, stored

MOMENT = datetime(2026, 3, 1, 22, 30, tzinfo=UTC)


def shown(app: Flask, value: object, language: str, cookie: str = "") -> str:
    """Return a value as pages show it; the spaces of some languages are no common ones."""
    headers = {"Accept-Language": language, "Cookie": cookie}
    with app.test_request_context("/", headers=headers):
        return " ".join(render_template_string("{{ value|localized }}", value=value).split())


@pytest.mark.parametrize(
    ("value", "english", "german"),
    [
        (date(2026, 3, 1), "Mar 1, 2026", "01.03.2026"),
        (time(8, 30), "8:30 AM", "08:30"),
        (datetime(2026, 3, 1, 22, 30), "Mar 1, 2026, 10:30 PM", "01.03.2026, 22:30"),
        (MOMENT, "Mar 1, 2026, 10:30 PM UTC", "01.03.2026, 22:30 UTC"),
        (Decimal("1234567.50"), "1,234,567.50", "1.234.567,50"),
        (0.125, "0.125", "0,125"),
        (2026, "2026", "2026"),
        (20260, "20,260", "20.260"),
        (float("inf"), "inf", "inf"),
        (1e300, "1e+300", "1e+300"),
        ("<b>", "&lt;b&gt;", "&lt;b&gt;"),
    ],
)
def test_values_are_in_the_form_of_the_language(
    app: Flask, value: object, english: str, german: str
) -> None:
    assert shown(app, value, "en") == english
    assert shown(app, value, "de") == german


@pytest.mark.parametrize(
    ("cookie", "text"),
    [
        ("device_timezone=Asia/Tokyo", "02.03.2026, 07:30"),
        ("timezone=Africa/Cairo; device_timezone=Asia/Tokyo", "02.03.2026, 00:30"),
        ("timezone=Moon/Base", "01.03.2026, 22:30 UTC"),
    ],
)
def test_moments_are_in_the_time_zone_of_the_visitor(app: Flask, cookie: str, text: str) -> None:
    assert shown(app, MOMENT, "de", cookie) == text


def test_somebody_else_is_written_to_in_their_language(
    app: Flask, db_session: scoped_session[Session]
) -> None:
    db_session.add(Preference(identity="user:7", locale="de", timezone="Asia/Tokyo"))
    db_session.commit()
    with speaking_to("user:7"):
        assert gettext("Language") == "Sprache"
        assert localized(MOMENT) == "02.03.2026, 07:30"
    assert gettext("Language") == "Language"


def test_who_has_chosen_nothing_is_written_to_as_the_visitor_is(
    app: Flask, db_session: scoped_session[Session]
) -> None:
    with app.test_request_context("/", headers={"Accept-Language": "de"}), speaking_to("user:8"):
        assert gettext("Language") == "Sprache"


def test_what_somebody_has_chosen_is_forgotten(db_session: scoped_session[Session]) -> None:
    db_session.add_all(Preference(identity=f"user:{n}", locale="de") for n in (7, 8))
    forget("user:7")
    db_session.commit()
    assert (stored("user:7").locale, stored("user:8").locale) == ("", "de")
