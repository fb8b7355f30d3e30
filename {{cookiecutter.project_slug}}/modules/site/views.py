"""Error pages: what happened, what to do about it, and the request id to ask for help with."""

from __future__ import annotations

from flask import current_app, g, jsonify, render_template, request
from flask_wtf.csrf import CSRFError
from markupsafe import escape
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import Conflict, HTTPException, SecurityError
from werkzeug.wrappers import Response

from flask_modular import db
from flask_modular import lazy_gettext as _

from . import module

# What each status means to a visitor, and what to do about it.
MESSAGES = {
    400: (
        _("That did not work"),
        _("The request could not be understood. Go back and try it again."),
    ),
    401: (_("Please sign in"), _("This page is for people who are signed in.")),
    403: (_("This is not yours to see"), _("You do not have permission for this page.")),
    404: (
        _("Nothing here"),
        _("There is no page at this address. It may have moved, or never existed."),
    ),
    405: (_("That cannot be done here"), _("This address does not take that kind of request.")),
    409: (_("Somebody was faster"), _("What you are working on was changed or deleted meanwhile.")),
    413: (_("Too large"), _("What you sent is larger than this site accepts.")),
    429: (_("Not so fast"), _("There were too many requests in a short time. Wait a moment.")),
    500: (_("Something broke"), _("The fault is ours, not yours. It was recorded.")),
    503: (_("Back in a moment"), _("The site cannot answer right now. Try again in a minute.")),
}
FORM_EXPIRED = (
    _("This form has expired"),
    _(
        "It was open for too long, or your browser keeps no cookies for this site. Nothing was "
        "saved: go back, reload the page and send it again."
    ),
)


@module.app_errorhandler(StaleDataError)
def show_conflict(error: StaleDataError) -> Response:
    """Answer that somebody else was faster: what is being saved has been deleted meanwhile."""
    db.session.rollback()
    return show_error(Conflict())


@module.app_errorhandler(HTTPException)
def show_error(error: HTTPException) -> Response:
    """Answer an error with a page, or with JSON where that is what the client asks for."""
    response = Response.force_type(error.get_response(), request.environ)
    if error.response is not None or (error.code or 0) < 400:
        return response  # a view made this answer itself
    title, text = _message(error)
    fields = {"code": error.code, "title": title, "request_id": g.get("request_id", "")}
    accepts = request.accept_mimetypes
    if accepts["application/json"] > accepts["text/html"]:
        response.data = jsonify(**fields, text=text).data
        response.content_type = "application/json"
    else:
        response.data = _page(error, **fields, text=text).encode()
        response.content_type = "text/html; charset=utf-8"
    return response


def _message(error: HTTPException) -> tuple[str, str]:
    code = error.code or 500
    title, text = MESSAGES.get(code, (error.name, MESSAGES[400 if code < 500 else 500][1]))
    if isinstance(error, CSRFError):
        title, text = FORM_EXPIRED
    # What a view said itself, as in abort(404, "No such product."), unless it is a fault of ours.
    elif code < 500 and error.description and error.description != type(error).description:
        text = error.description
    return str(title), str(text)


def _page(error: HTTPException, **fields: object) -> str:
    # A host that is not trusted gets no page: no URL can be built for it.
    if not isinstance(error, SecurityError):
        try:
            return render_template("site/error.html", **fields)
        except Exception:
            # The layout itself may be what is broken.
            current_app.logger.exception("The error page could not be rendered.")
    return (
        "<!doctype html>\n<title>{title}</title>\n"
        "<h1>{title}</h1>\n<p>{text}</p>\n<p>{request_id}</p>\n"
    ).format_map({key: escape(value) for key, value in fields.items()})
