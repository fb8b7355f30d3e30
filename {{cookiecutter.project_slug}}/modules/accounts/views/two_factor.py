"""Two-factor authentication: on, off, new recovery codes."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from flask_modular import gettext as _

from .. import module
from ..enrolment import new_recovery_codes, offered, switch_off, switch_on
from ..forms import PasswordForm, SwitchOnForm
from ..own import me, own
from ..second_step import key_of, picture_of
from .checks import ask, knows_password, redirect_with


@module.route("/two-factor", methods=["GET", "POST"])
@own
def two_factor() -> ResponseReturnValue:
    user = me()
    if user.totp_secret is None:
        return redirect(url_for(".switch_two_factor_on"))
    form = PasswordForm()
    if form.validate_on_submit() and knows_password(user, form.password):
        codes = new_recovery_codes(user)
        return render_template("accounts/recovery_codes.html", codes=codes)
    values = {
        "title": _("Two-factor authentication"),
        "lead": _("It is on: signing in takes your password and a code."),
        "label": _("Make new recovery codes"),
        "other_links": [(_("Switch it off"), ".switch_two_factor_off")],
    }
    left = len(user.recovery_codes)
    return render_template("accounts/two_factor.html", form=form, left=left, **values)


@module.route("/two-factor/on", methods=["GET", "POST"])
@own
def switch_two_factor_on() -> ResponseReturnValue:
    user = me()
    if user.totp_secret is not None:
        return redirect(url_for(".two_factor"))
    secret = offered()
    form = SwitchOnForm()
    if form.validate_on_submit() and knows_password(user, form.password):
        codes = switch_on(user, form.code.data)
        if codes is not None:
            return render_template("accounts/recovery_codes.html", codes=codes)
        form.code.errors = [_("This code is not right. Is the clock of your device?")]
    values = {
        "title": _("Switch two-factor authentication on"),
        "lead": _("Scan this with an authenticator, such as the one that your phone came with."),
        "label": _("Switch it on"),
        "picture": picture_of(secret, user.email),
        "key": key_of(secret),
    }
    return render_template("accounts/two_factor_on.html", form=form, **values)


@module.route("/two-factor/off", methods=["GET", "POST"])
@own
def switch_two_factor_off() -> ResponseReturnValue:
    user = me()
    form = PasswordForm()
    if form.validate_on_submit() and knows_password(user, form.password):
        switch_off(user)
        return redirect_with(_("Two-factor authentication is off."), ".index")
    lead = _("The password alone will be enough to sign in.")
    title = _("Switch two-factor authentication off")
    return ask(form, title, _("Switch it off"), lead=lead, danger=True)
