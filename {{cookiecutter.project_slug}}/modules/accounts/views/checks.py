"""What pages have in common: who is there, what is asked, where it goes on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict
from wtforms import Field

from flask_modular import Form
from flask_modular import gettext as _
from modules.site.services import local_path

from ..models import User
from ..own import check_password

T = TypeVar("T")


def knows_password(user: User, field: Field) -> bool:
    """Tell whether a field holds a user's password, and say so at the field if not.

    :raises TooManyRequests: where it was tried too often.
    """
    if check_password(user, field.data):
        return True
    field.errors = [_("That is not your password.")]
    return False


def security_form(form: Form, kind: type[T]) -> T:
    """Return one of Flask-Security's forms with what was filled in here, to check it."""
    values = {field.name: field.data for field in form if field.name != "csrf_token"}
    make: Any = kind
    found: T = make(formdata=MultiDict(values), meta={"csrf": False})
    return found


def take_errors(form: Form, checked: Any) -> None:
    """Show what one of Flask-Security's forms finds wrong."""
    for field in form:
        field.errors = [str(one) for one in checked.errors.get(field.name, ())]


def ask(
    form: Form,
    title: str,
    label: str,
    *,
    lead: str = "",
    other_links: Sequence[tuple[str, str]] = (),
    danger: bool = False,
    template: str = "accounts/form.html",
    **values: Any,
) -> str:
    """Show a page with one form.

    :param label: of the button.
    :param other_links: what stands below the form: texts and endpoints.
    :param danger: whether what the form does cannot be undone.
    :param template: extends that of forms, with more; `values` are for it.
    """
    found = {"form": form, "title": title, "label": label, "lead": lead, "danger": danger}
    return render_template(template, **found, other_links=other_links, **values)


def redirect_with(message: str, endpoint: str, category: str = "success") -> ResponseReturnValue:
    """Go to a page, and say something there."""
    flash(message, category)
    return redirect(url_for(endpoint))


def onward() -> ResponseReturnValue:
    """Go where somebody wanted to go who had to sign in first; nowhere outside this site."""
    return redirect(local_path(request.args.get("next", "")) or url_for(".index"))
