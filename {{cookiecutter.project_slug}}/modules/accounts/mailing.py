"""Flask-Security's mails, written in `mails/` and sent by the module `mail`."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_security import MailUtil

from flask_modular import current_registry
from modules.mail.services import link, send

from . import module
from .models import User

# What Flask-Security calls a mail, and what its text is called here.
NAMES = {
    "welcome": "welcome",
    "welcome_existing": "exists",
    "confirmation_instructions": "confirm",
    "reset_instructions": "reset",
    "reset_notice": "was_reset",
    "change_notice": "was_changed",
}


class Post(MailUtil):
    """Addresses in lower case, and links that do not trust the request."""

    def normalize(self, email: str) -> str:
        return str(super().normalize(email)).lower()

    def validate(self, email: str) -> str:
        return str(super().validate(email)).lower()

    def send_mail(
        self,
        template: str,
        subject: str,
        recipient: Any,
        sender: Any,
        body: str | None,
        html: str | None,
        **context: Any,
    ) -> None:
        """Send one of the mails in NAMES."""
        user: User = context["user"]
        names = ", ".join(token.name for token in user.tokens)
        values: dict[str, Any] = {"user": user, "within": context.get("within"), "tokens": names}
        values.update(forgotten())
        for kind, endpoint in (("confirmation", "confirm_email"), ("reset", "reset_password")):
            if token := context.get(f"{kind}_token"):
                values[kind] = reachable(f"security.{endpoint}", token=token)
        name = NAMES[template.rpartition("/")[2]]
        send(recipient, f"accounts/{name}", reader=user.identity, **values)


def forgotten() -> dict[str, Any]:
    """Return what mails say of the way to a new password: where it begins, and whether by page."""
    page = current_registry().endpoint(module.name, ".forgotten_password")
    endpoint = page if has_pages() else "security.forgot_password"
    return {"forgotten": reachable(endpoint), "pages": has_pages()}


def has_pages() -> bool:
    """Tell whether links lead to pages here."""
    return "views" in current_registry().modules[module.name].parts


def reachable(endpoint: str, **values: Any) -> str:
    """Return a link, or the path alone where the site's host is not certain."""
    return link(endpoint, **values) or url_for(endpoint, **values)
