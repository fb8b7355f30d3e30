"""The page where visitors choose their language and time zone, and the choice below every page."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from babel import Locale
from flask import Flask, Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from flask_modular import access, current_registry
from flask_modular import gettext as _
from modules.site.services import Language, fill, local_path, site_link

from . import module
from .forms import PreferencesForm
from .visitors import LANGUAGE, LOCALE, TIMEZONE, identity, keep, named, offered, tag_of, visitor

A_YEAR = 31_536_000

fill(module, "footer", "i18n/_footer.html")


@module.route("/", methods=["GET", "POST"])
@access.public
def index() -> ResponseReturnValue:
    form = PreferencesForm()
    if not form.validate_on_submit():
        return render_template("i18n/index.html", form=form), 422 if form.errors else 200
    locale, timezone = form.locale.data, form.timezone.data
    keep(locale, timezone)
    back = local_path(form.next.data or "")
    if not back:
        flash(_("Your choice was saved."), "success")
    response = current_app.make_response(redirect(back or url_for(".index")))
    remember(response, LOCALE, locale)
    remember(response, TIMEZONE, timezone)
    return response


@module.after_app_request
def remember_language(response: Response) -> Response:
    """Have the pages that follow be in the language that the address of this one names.

    No request changes what somebody who is signed in has chosen without the session's token.
    """
    language = str(named() or "")
    is_new = language and request.cookies.get(LOCALE) != language
    if is_new and response.mimetype == "text/html" and not identity():
        remember(response, LOCALE, language)
    return response


def remember(response: Response, name: str, value: str) -> None:
    """Have the browser keep a choice, or forget an empty one."""
    options = {"secure": current_app.config["SESSION_COOKIE_SECURE"], "samesite": "Lax"}
    response.set_cookie(name, value, max_age=A_YEAR if value else 0, httponly=True, **options)


@dataclass(frozen=True)
class Choice:
    """One of the languages below a page.

    :param url: the page in this language.
    """

    locale: Locale
    url: str
    current: bool

    @property
    def tag(self) -> str:
        """Return the language's name for browsers, such as `pt-BR`."""
        return tag_of(self.locale)

    @property
    def name(self) -> str:
        """Return the language's name for those who speak it."""
        return name_of(self.locale)

    @property
    def direction(self) -> str:
        """Return "ltr" or "rtl"."""
        return direction_of(self.locale)


@dataclass(frozen=True)
class Switch:
    """What the choice below a page needs.

    :param here: where to return to; empty where the page cannot be opened by its address.
    :param keeps: whether the choice of whoever reads is kept in the database.
    """

    url: str
    here: str
    keeps: bool
    languages: list[Choice]
    timezone: str
    script: str


def i18n_switch() -> Switch:
    """Return what the choice below the current page shows."""
    url = url_for(current_registry().endpoint(module.name, ".index"))
    rule = request.url_rule
    here = site_link(language=None) if rule is not None and "GET" in (rule.methods or ()) else ""
    current = visitor().choice
    return Switch(
        url=url,
        here=here,
        keeps=bool(identity()),
        languages=[Choice(one, in_language(one, here or url), one == current) for one in offered()],
        timezone=str(visitor().zone),
        script=url_for(current_registry().endpoint(module.name, ".static"), filename="i18n.js"),
    )


def in_language(locale: Locale, url: str) -> str:
    """Return the address of a page in a language."""
    return f"{url}{'&' if '?' in url else '?'}{LANGUAGE}={tag_of(locale)}"


# Below every page stand all languages, and Babel looks each of these up in its data.
@cache
def name_of(locale: Locale) -> str:
    """Return what a language is called in itself."""
    return str(locale.get_display_name())


@cache
def direction_of(locale: Locale) -> str:
    """Return "ltr" or "rtl"."""
    return str(locale.text_direction)


def site_language() -> Language:
    """Return the language of the page, in the place of the function of `site`."""
    locale = visitor().locale
    return Language(tag_of(locale), direction_of(locale))


@module.ready
def replace_language(app: Flask) -> None:
    """Have pages say the visitor's language, and show how to change it."""
    app.jinja_env.globals.update(site_language=site_language, i18n_switch=i18n_switch)
