"""What other modules send mail with."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from email.utils import getaddresses, make_msgid, parseaddr
from typing import Any
from urllib.parse import urlsplit

from flask import current_app, has_request_context, request
from flask_mailman import EmailMessage, EmailMultiAlternatives

from flask_modular import has

from .delivery import deliver
from .templates import render


def send(
    to: str | Sequence[str],
    template: str = "",
    *,
    subject: str = "",
    text: str = "",
    html: str = "",
    reply_to: str = "",
    reader: str = "",
    **values: Any,
) -> None:
    """Send a mail; it leaves beside the request, and what goes wrong is logged.

    :param to: one address or several, which see each other.
    :param template: such as `shop/welcome`, for `mails/welcome.txt` of the module `shop`: its
        first line is the subject. The same goes along as HTML, unless `mails/welcome.html` is
        there and says it better.
    :param subject: instead of the template's, or without a template.
    :param text: the body, without a template; `html` likewise.
    :param reader: who that is, such as `user:17`: a template is written in their language where
        it is known, or else in that of the current visitor.
    :param values: what the template may use.
    :raises ValueError: for an address that is none, or a line break where a header would end.
    """
    if template:
        with _language_of(reader):
            first, text, html = render(current_app, template, values)
        subject = subject or first
    recipients = [to] if isinstance(to, str) else list(to)
    _refuse_control_characters("subject", subject)
    for address in [*recipients, *filter(None, [reply_to])]:
        _refuse_control_characters("address", address)
        _refuse_other_than_one_address(address)
    message = _message(subject, text, recipients, reply_to)
    if html and current_app.config["MAIL_BACKEND"] != "console":  # where people read the text
        message.attach_alternative(html, "text/html")
    # The application itself: this one's context ends with the request.
    deliver(current_app._get_current_object(), message)  # type: ignore[attr-defined]


def _message(
    subject: str, text: str, recipients: list[str], reply_to: str
) -> EmailMultiAlternatives:
    origin = sender()
    return EmailMultiAlternatives(
        subject,
        text,
        origin,
        recipients,
        reply_to=[reply_to] if reply_to else None,
        # Made here, for the host's name may take the resolver seconds, and is nobody's business.
        headers={"Message-ID": make_msgid(domain=parseaddr(origin)[1].rpartition("@")[2])},
    )


def _language_of(identity: str) -> AbstractContextManager[None]:
    if identity and has("i18n"):
        from modules.i18n.services import speaking_to

        language: AbstractContextManager[None] = speaking_to(identity)
        return language
    return nullcontext()


def _refuse_control_characters(what: str, text: str) -> None:
    if not text.isprintable():
        raise ValueError(f"The {what} {text!r} has a line break or another control character.")


def _refuse_other_than_one_address(text: str) -> None:
    found = [address.rpartition("@") for _, address in getaddresses([text])]
    if len(found) != 1 or not found[0][0] or not found[0][2]:
        raise ValueError(f'"{text}" is no mail address.')


def sender() -> str:
    """Return whom mails come from."""
    host = urlsplit(_site()).hostname or "localhost"
    return current_app.config["MAIL_SENDER"] or f"no-reply@{host}"


def link(endpoint: str, **values: Any) -> str:
    """Return the URL of an endpoint for a mail, or nothing where the site's host is not certain.

    Whoever sends a request writes the host in it. A link made of that would lead the reader of
    the mail, and the secret in the link, to a host of a stranger's choice.
    """
    site = urlsplit(_site())
    if not site.netloc:
        return ""
    current_app.inject_url_defaults(endpoint, values)
    adapter = current_app.url_map.bind(site.netloc, site.path or "/", url_scheme=site.scheme)
    return adapter.build(endpoint, values, force_external=True)


def _site() -> str:
    config = current_app.config
    if config["MAIL_SITE_URL"]:
        return str(config["MAIL_SITE_URL"])
    if config["SERVER_NAME"]:
        scheme, root = config["PREFERRED_URL_SCHEME"], config["APPLICATION_ROOT"]
        return f"{scheme}://{config['SERVER_NAME']}{root}"
    certain = config.get("TRUSTED_HOSTS") is not None or current_app.debug
    return request.url_root if has_request_context() and certain else ""


def outbox() -> list[EmailMessage]:
    """Return the mails that were sent in the tests, and that a test may clear."""
    state = current_app.extensions["mailman"]
    if not hasattr(state, "outbox"):
        state.outbox = []
    found: list[EmailMessage] = state.outbox
    return found
