"""What views and templates of every module may use: extensions, menu, icons, assets, links."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache
from numbers import Number
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import flask_bootstrap
from flask import current_app, request, url_for
from flask.sansio.blueprints import BlueprintSetupState
from flask_bootstrap import Bootstrap5
from flask_wtf.csrf import CSRFProtect
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup, escape
from werkzeug.exceptions import HTTPException

from flask_modular import Module, current_registry, gettext

bootstrap = Bootstrap5()
csrf = CSRFProtect()
SLOTS, ASSETS = "site_slots", "site_assets"


@dataclass(frozen=True)
class Language:
    """What a page is written in: a language tag, and "ltr" or "rtl"."""

    code: str
    direction: str = "ltr"


def site_language() -> Language:
    """Return the language of the current page; `i18n` puts the visitor's in this one's place."""
    return Language(current_app.config["SITE_LANG"])


def localized(value: Any) -> str:
    """Return a date, time or number as text; `i18n` has a filter of this name that knows more."""
    if isinstance(value, datetime):
        return value.isoformat(" ", "minutes").replace("+00:00", " UTC")
    return str(value)


def site_value(value: Any) -> Markup:
    """Return a value for people: `ui.value` in templates."""
    if value is None or value == "":
        return Markup('<span class="nothing" title="%s">—</span>') % gettext("empty")
    if isinstance(value, str):
        return escape(value)
    if isinstance(value, bool):
        return escape(gettext("yes") if value else gettext("no"))
    in_words = current_app.jinja_env.filters["localized"]
    if isinstance(value, Number):
        return escape(in_words(value))
    if isinstance(value, date | time):
        return Markup('<time datetime="%s">%s</time>') % (value.isoformat(), in_words(value))
    if isinstance(value, Iterable):
        return Markup("<code>%s</code>") % htmlsafe_json_dumps(value, current_app.json.dumps)
    return escape(value)


@dataclass(frozen=True)
class Link:
    """One entry of the menu.

    :param current: what `aria-current` says: "page" here, "true" on a page below, else empty.
    """

    label: str
    url: str
    icon: str
    current: str


def site_menu() -> list[Link]:
    """Return the entries of the menu that the current visitor may see."""
    items = [item for item in current_registry().menu if item.is_visible()]
    urls = [url_for(item.endpoint) for item in items]
    current = _current(urls)
    state = "page" if current == request.script_root + request.path else "true"
    return [
        Link(gettext(str(item.label)), url, item.icon or "", state if url == current else "")
        for item, url in zip(items, urls, strict=True)
    ]


def _current(urls: list[str]) -> str:
    """Return the URL that the current page is at or below, the longest of them."""
    here, root = request.script_root + request.path, request.script_root + "/"
    above = [url for url in urls if url != root and here.startswith(url.rstrip("/") + "/")]
    return here if here in urls else max(above, key=len, default="")


def fill(module: Module, slot: str, template: str, *, order: int = 100) -> None:
    """Have every page show a template of a module, which is rendered with what the page has.

    :param slot: "head", "header" (after the menu), "banner" (above the content) or "footer".
    :param order: templates in one place are sorted by it.
    """

    def add(state: BlueprintSetupState) -> None:
        slots: dict[str, list[tuple[int, str]]] = state.app.extensions.setdefault(SLOTS, {})
        bisect.insort(slots.setdefault(slot, []), (order, template))

    module.record_once(add)


def site_slot(slot: str) -> list[str]:
    """Return the templates that modules want to have in a place of every page."""
    slots: dict[str, list[tuple[int, str]]] = current_app.extensions.get(SLOTS, {})
    return [template for _, template in slots.get(slot, [])]


def site_home() -> str:
    """Return the URL of the root, or an empty string where no module answers there."""
    try:
        current_app.url_map.bind("localhost").match("/", method="GET")
    except HTTPException:
        return ""
    return request.script_root + "/"


def site_asset(filename: str, endpoint: str = "") -> str:
    """Return the URL of a static file, wherever its owner is mounted; every page has several.

    :param endpoint: that serves it; this module's unless given.
    """
    endpoint = endpoint or current_registry().endpoint("site", ".static")
    # The URL changes when the file does, or has a host where the page is on another subdomain.
    if current_app.debug or current_app.subdomain_matching:
        return url_for(endpoint, filename=filename)
    urls: dict[tuple[str, ...], str] = current_app.extensions.setdefault(ASSETS, {})
    key = request.script_root, endpoint, filename
    if key not in urls:
        urls[key] = url_for(endpoint, filename=filename)
    return urls[key]


def site_link(**changes: Any) -> str:
    """Return the current URL with other query arguments; those that are None or empty vanish.

    `url_for` with the visitor's own arguments would obey `?_scheme=javascript`: this does not.
    """
    arguments: dict[str, Any] = {**request.args.to_dict(flat=False), **changes}
    kept = {key: value for key, value in arguments.items() if value not in (None, "")}
    query = urlencode(kept, doseq=True)
    path = url_for(request.endpoint, **(request.view_args or {})) if request.endpoint else ""
    return f"{path}?{query}" if query else path


def page_number() -> int:
    """Return which page of a list the URL asks for, in bounds that databases can count to."""
    return min(request.args.get("page", 1, type=int), 1_000_000)


def local_path(target: str) -> str:
    """Return a path of this site, or nothing for what leads elsewhere.

    Browsers read a backslash as a slash, leave out line breaks, and take `//host` for a host.
    """
    is_local = re.fullmatch(r"/(?!/)[^\\]*", target) and target.isprintable()
    return target if is_local else ""


@cache
def _icons() -> str:
    folder = Path(flask_bootstrap.__file__).parent
    return (folder / "static/bootstrap5/icons/bootstrap-icons.svg").read_text(encoding="utf-8")


@cache
def site_icon(name: str) -> Markup:
    """Return a Bootstrap icon as SVG, hidden from screen readers; nothing for an unknown name.

    Pages hold the few icons that they show, and nobody loads the sheet of 2,000 (1.1 MB).
    """
    pattern = rf'<symbol[^>]*\bid="{re.escape(name)}"[^>]*>(.*?)</symbol>'
    found = re.search(pattern, _icons(), re.DOTALL)
    if not name or found is None:
        return Markup()
    return Markup(  # noqa: S704 (the drawing is from Bootstrap's own sheet)
        f'<svg class="icon icon-{escape(name)}" viewBox="0 0 16 16" width="16" height="16" '
        f'fill="currentColor" aria-hidden="true" focusable="false">{found[1]}</svg>'
    )
