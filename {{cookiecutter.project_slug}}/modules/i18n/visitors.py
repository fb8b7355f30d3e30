"""Whoever reads: in which language and time zone, and how that is found out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import pytz
from babel import Locale, UnknownLocaleError
from babel.support import Translations
from flask import current_app, g, has_request_context, request
from flask_babel import refresh
from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from werkzeug.exceptions import HTTPException

from flask_modular import current_identity, db

from .catalogues import SOURCE, catalogues_of
from .models import Preference

LOCALE, TIMEZONE = "locale", "timezone"  # cookies of what was chosen
LANGUAGE = "language"  # what an address names the language of its page with
DEVICE_TIMEZONE = "device_timezone"  # the cookie in which a script says what the device is set to
MOST_ACCEPTED = 10  # languages of a header that are looked at: nobody reads more
_KEY = "i18n_visitor"


@dataclass(frozen=True)
class Visitor:
    """Whoever reads a page or a mail.

    :param timezone: empty where it is not known; `zone` is the default one then.
    """

    locale: Locale
    timezone: str = ""

    @cached_property
    def texts(self) -> Translations:
        """Return what is said in the language."""
        return catalogues_of(current_app).texts(self.locale)

    @cached_property
    def zone(self) -> Any:
        """Return the time zone that moments are shown in."""
        return pytz.timezone(self.timezone or current_app.config["I18N_TIMEZONE"])

    @property
    def choice(self) -> Locale:
        """Return the language among those to choose from: `en` for somebody who reads `en_GB`."""
        near = (one for one in offered() if one.language == self.locale.language)
        return self.locale if self.locale in offered() else next(near)


def visitor() -> Visitor:
    """Return whoever reads what is being written."""
    found: Visitor | None = g.get(_KEY)
    if found is None:
        found = _find()
        setattr(g, _KEY, found)
    return found


def was_asked() -> bool:
    """Tell whether anything of the answer depends on who reads it."""
    return _KEY in g


@contextmanager
def speaking_to(identity: str) -> Iterator[None]:
    """Write for somebody else for a while: for a mail, in a job.

    :param identity: such as `user:17`; who has chosen nothing is written to as the visitor is.
    """
    before = visitor()
    chosen = stored(identity)
    locale = parse(chosen.locale) or before.locale
    setattr(g, _KEY, Visitor(locale, timezone(chosen.timezone) or before.timezone))
    refresh()
    try:
        yield
    finally:
        setattr(g, _KEY, before)
        refresh()


def offered() -> list[Locale]:
    """Return the languages that there are to choose from."""
    catalogues = catalogues_of(current_app)
    if not catalogues.languages:
        names: list[str] = current_app.config["I18N_LOCALES"]
        names = names or sorted({SOURCE, *catalogues.names("i18n")})
        catalogues.languages = [Locale.parse(name) for name in names]
    return catalogues.languages


@cache
def tag_of(locale: Locale) -> str:
    """Return the tag of a language as HTML and HTTP have it."""
    return str(locale).replace("_", "-")


def parse(text: str, sep: str = "_") -> Locale | None:
    """Return the language that a text names, if it is offered, with the region that it names."""
    try:
        wanted = Locale.parse(text, sep=sep)
    except (ValueError, UnknownLocaleError):
        return None
    for one in offered():
        # English in its British form is English still; Brazilian Portuguese is not Portuguese.
        if one == wanted or (one.language == wanted.language and not one.territory):
            return wanted
    return None


def timezone(text: str) -> str:
    """Return a text if it names a time zone, or else an empty one."""
    return text if text in pytz.all_timezones_set else ""


def identity() -> str:
    """Return who sends the request; nobody where the credentials are not right."""
    try:
        return current_identity()
    except HTTPException:
        return ""


def stored(identity: str) -> Preference:
    """Return what somebody has chosen before."""
    nothing = Preference(identity=identity, locale="", timezone="")
    if not identity:
        return nothing
    try:
        with db.session.no_autoflush:  # what a view is about to save is its own affair
            return db.session.get(Preference, identity) or nothing
    except SQLAlchemyError:
        # Error pages ask, too, and the database may be what is broken.
        current_app.logger.warning("The language of %s is not known.", identity, exc_info=True)
        return nothing


def named() -> Locale | None:
    """Return the language that the address of a page names, as `?language=de` does."""
    return parse(request.args.get(LANGUAGE, ""), "-") if request.method in ("GET", "HEAD") else None


def chosen() -> tuple[Locale | None, str]:
    """Return the language and the time zone that the visitor has chosen."""
    kept, cookies = stored(identity()), request.cookies
    locale = named() or parse(kept.locale or cookies.get(LOCALE, ""))
    return locale, timezone(kept.timezone or cookies.get(TIMEZONE, ""))


def _find() -> Visitor:
    if not has_request_context():
        return Visitor(_default())
    locale, zone = chosen()
    return Visitor(_spoken(locale), zone or timezone(request.cookies.get(DEVICE_TIMEZONE, "")))


def keep(locale: str, timezone: str) -> None:
    """Keep what somebody who is signed in has chosen."""
    who = identity()
    if not who:
        return
    try:
        _store(who, locale, timezone)
    except IntegrityError:  # a form that was sent twice at the same time
        db.session.rollback()
        _store(who, locale, timezone)


def _store(identity: str, locale: str, timezone: str) -> None:
    db.session.merge(Preference(identity=identity, locale=locale, timezone=timezone))
    db.session.commit()


def forget(identity: str) -> None:
    """Forget what somebody has chosen; does not commit."""
    db.session.execute(delete(Preference).where(Preference.identity == identity))


def _spoken(chosen: Locale | None) -> Locale:
    """Return the chosen language in the visitor's form of it, or else the first that suits."""
    tags = request.accept_languages.values()
    accepted = [one for tag in list(tags)[:MOST_ACCEPTED] if (one := parse(tag, "-"))]
    if chosen is None:
        return next(iter(accepted), _default())
    if chosen.territory:
        return chosen
    return next((one for one in accepted if one.language == chosen.language), chosen)


def _default() -> Locale:
    config = current_app.config
    return parse(config["I18N_LOCALE"] or config.get("SITE_LANG", SOURCE)) or offered()[0]
