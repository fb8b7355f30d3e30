"""How mail leaves: the URL that says where to, and the backends that go there."""

from __future__ import annotations

import os
import smtplib
import ssl
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from flask import Flask, current_app
from flask_mailman import EmailMessage
from flask_mailman.backends import smtp
from flask_mailman.backends.base import BaseEmailBackend

from flask_modular import ModularError

WANTED = "write it like smtp://user:password@host:587?tls=1, smtps://host or console:."
_PORTS = {("smtp", False): 25, ("smtp", True): 587, ("smtps", False): 465}


def transport(app: Flask) -> dict[str, Any]:
    """Return Flask-Mailman's settings for `MAIL_URL`.

    :raises ModularError: when the URL cannot be understood; what it holds is not repeated.
    """
    if app.testing:
        return {"MAIL_BACKEND": "locmem"}
    url = urlsplit(app.config["MAIL_URL"])
    if url.scheme in ("smtp", "smtps"):
        return _smtp(url)
    if url.scheme == "console" or (app.debug and not url.geturl()):
        return {"MAIL_BACKEND": "console"}
    if url.geturl():
        raise ModularError(f'FLASK_MAIL_URL has the unknown scheme "{url.scheme}"; {WANTED}')
    # Somebody may have configured Flask-Mailman by its own settings.
    ours = {"MAIL_SERVER", "MAIL_BACKEND"}.isdisjoint(app.config)
    return {"MAIL_BACKEND": Unsent} if ours else {}


def _smtp(url: SplitResult) -> dict[str, Any]:
    options = {name: values[-1] for name, values in parse_qs(url.query).items()}
    # A password never travels in the clear, unless somebody says so.
    tls = options.pop("tls", "1" if url.scheme == "smtp" and url.username else "0")
    try:
        port = url.port
    except ValueError:
        port = -1
    if port == -1 or not url.hostname or options or tls not in ("0", "1"):
        raise ModularError(f"FLASK_MAIL_URL cannot be understood; {WANTED}")
    if url.scheme == "smtps" and tls == "1":
        raise ModularError("FLASK_MAIL_URL has smtps:// and tls=1; take one of them away.")
    return {
        "MAIL_BACKEND": SMTP,
        "MAIL_SERVER": url.hostname,
        "MAIL_PORT": port or _PORTS[url.scheme, tls == "1"],
        "MAIL_USERNAME": unquote(url.username or "") or None,
        "MAIL_PASSWORD": unquote(url.password or "") or None,
        "MAIL_USE_TLS": tls == "1",
        "MAIL_USE_SSL": url.scheme == "smtps",
    }


class _VerifyingSMTP(smtplib.SMTP):
    """The standard library's, which would take any certificate on STARTTLS."""

    def starttls(self, *arguments: Any, **options: Any) -> tuple[int, bytes]:
        return super().starttls(context=options.get("context") or ssl.create_default_context())


class SMTP(smtp.EmailBackend):
    """Flask-Mailman's SMTP, which checks the server's certificate and lets go of the connection."""

    connection: smtplib.SMTP | None

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return smtplib.SMTP_SSL if self.use_ssl else _VerifyingSMTP

    def open(self) -> bool | None:
        try:
            opened: bool | None = super().open()
        except BaseException:
            if self.connection is not None:
                self.connection.close()
                self.connection = None
            raise
        return opened


class Unsent(BaseEmailBackend):
    """Sends nothing, and says so: a mail's text may hold a secret, which is not for a log."""

    def send_messages(self, messages: list[EmailMessage]) -> int:
        for message in messages:
            current_app.logger.error(
                "A mail to %s was not sent: set FLASK_MAIL_URL.", ", ".join(message.recipients())
            )
        return 0


@cache
def _postmen() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=2, thread_name_prefix="mail")


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_postmen.cache_clear)  # threads do not survive a fork


def deliver(app: Flask, message: EmailMessage) -> None:
    """Send a message, beside the request where that takes time.

    How long a server takes is nothing for a visitor to wait for, nor to learn from: it would tell
    whether an address is known.
    """
    if app.config["MAIL_BACKEND"] is SMTP:
        _postmen().submit(_deliver, app, message)
    else:
        _deliver(app, message)


def _deliver(app: Flask, message: EmailMessage) -> None:
    with app.app_context():
        try:
            message.send()
        except Exception:
            names = ", ".join(message.recipients())
            app.logger.exception("A mail to %s could not be sent.", names)
