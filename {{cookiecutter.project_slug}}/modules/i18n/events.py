"""What every request and every template gets: texts, values, and headers that say the language."""

from __future__ import annotations

from babel import Locale, UnknownLocaleError
from flask import Flask, Response, current_app
from flask_babel import Babel

from flask_modular import ModularError

from . import module
from .catalogues import catalogues_of
from .services import localized
from .visitors import parse, tag_of, timezone, visitor, was_asked


@module.translator
def translate(message: str, several: str | None, number: int) -> str:
    """Look a text up in the catalogues of the visitor's language."""
    if not message:
        return message  # what catalogues have under it is their own header
    if several is None:
        return visitor().texts.gettext(message)
    return visitor().texts.ngettext(message, several, number)


@module.ready
def init_babel(app: Flask) -> None:
    """Set up Flask-Babel, which other extensions ask for the language too."""
    check_settings(app)
    Babel(
        app,
        configure_jinja=False,
        locale_selector=lambda: visitor().locale,
        timezone_selector=lambda: visitor().zone,
    )
    app.jinja_env.filters["localized"] = localized


def check_settings(app: Flask) -> None:
    """Refuse languages and time zones that there are not.

    :raises ModularError: naming the setting.
    """
    config = app.config
    for name in (*config["I18N_LOCALES"], *filter(None, [config["I18N_LOCALE"]])):
        try:
            Locale.parse(name)
        except (ValueError, UnknownLocaleError):
            raise ModularError(
                f'"{name}" in FLASK_I18N_LOCALES or FLASK_I18N_LOCALE is no language; '
                "write one such as de or pt_BR."
            ) from None
    if config["I18N_LOCALE"] and not parse(config["I18N_LOCALE"]):
        raise ModularError(
            f'FLASK_I18N_LOCALE is "{config["I18N_LOCALE"]}", which is none of FLASK_I18N_LOCALES.'
        )
    if not timezone(config["I18N_TIMEZONE"]):
        raise ModularError(
            f'FLASK_I18N_TIMEZONE is "{config["I18N_TIMEZONE"]}"; write one such as Europe/Berlin.'
        )


@module.before_app_request
def look_for_changes() -> None:
    """Show translators what they have just written, in development."""
    if current_app.debug:
        catalogues_of(current_app).refresh()


@module.after_app_request
def say_language(response: Response) -> Response:
    """Say in which language an answer is, and keep caches from giving it to everybody."""
    if was_asked():
        response.headers["Content-Language"] = tag_of(visitor().locale)
        response.vary.update(("Accept-Language", "Cookie"))
    return response
