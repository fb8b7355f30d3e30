"""What browsers say that they are, in words."""

from __future__ import annotations

import re

from flask_modular import gettext as _

# The first that matches: most browsers claim to be others as well.
BROWSERS = {
    "Edg": "Edge",
    "OPR": "Opera",
    "SamsungBrowser": "Samsung Internet",
    "Firefox|FxiOS": "Firefox",
    "Chrome|CriOS": "Chrome",
    "Safari": "Safari",
}
SYSTEMS = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS X": "macOS",
    "CrOS": "ChromeOS",
    "Linux": "Linux",
}


def device(agent: str) -> str:
    """Return in words what a browser says that it is."""
    browser = _first(BROWSERS, agent) or _("A program")
    system = _first(SYSTEMS, agent)
    return _("%(browser)s on %(system)s", browser=browser, system=system) if system else browser


def _first(names: dict[str, str], agent: str) -> str:
    return next((name for pattern, name in names.items() if re.search(pattern, agent)), "")
