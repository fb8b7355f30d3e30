"""A new password: for somebody who has forgotten the old one, and for somebody who has not."""

from __future__ import annotations

from flask.typing import ResponseReturnValue
from flask_security.changeable import change_user_password
from flask_security.recoverable import (
    reset_password_token_status,
    send_reset_password_instructions,
    update_password,
)

from flask_modular import access, db
from flask_modular import gettext as _

from .. import limits, module, security
from ..forms import AddressForm, ChangePasswordForm, NewPasswordForm
from ..own import me, own
from ..passwords import find_user, spend_time
from .checks import ask, knows_password, redirect_with, security_form, take_errors


@module.route("/password/forgotten", methods=["GET", "POST"])
@access.public
def forgotten_password() -> ResponseReturnValue:
    form = AddressForm()
    if form.validate_on_submit():
        limits.send_mail(form.email.data)
        user = find_user(form.email.data)
        if user is not None and user.active:
            send_reset_password_instructions(user)  # type: ignore[no-untyped-call]
        else:
            spend_time()
        return redirect_with(_("If there is an account, a mail is on its way."), ".sign_in")
    lead = _("You will get a mail with a link to set a new one.")
    return ask(form, _("Forgotten password"), _("Send the mail"), lead=lead)


@module.route("/password/new/<token>", methods=["GET", "POST"])
@access.public
def new_password(token: str) -> ResponseReturnValue:
    expired, invalid, user = reset_password_token_status(token)  # type: ignore[no-untyped-call]
    if user is None or expired or invalid or not user.active:
        message = _("The link is not valid, or no longer. Ask for another mail.")
        return redirect_with(message, ".forgotten_password", "danger")
    form = NewPasswordForm(username=user.email)
    if form.validate_on_submit():
        checked = security_form(form, security.ResetForm)
        checked.user = user
        if checked.validate():
            update_password(user, checked.password.data)  # type: ignore[no-untyped-call]
            db.session.commit()
            return redirect_with(_("The password is set; sign in with it."), ".sign_in")
        take_errors(form, checked)
    lead = _("All sessions end, all tokens are revoked, and all passkeys are removed.")
    return ask(form, _("Set a new password"), _("Set the password"), lead=lead)


@module.route("/password", methods=["GET", "POST"])
@own
def change_password() -> ResponseReturnValue:
    user = me()
    form = ChangePasswordForm()
    if form.validate_on_submit() and knows_password(user, form.password):
        checked = security_form(form, security.ChangeForm)
        if checked.validate():
            change_user_password(user, checked.new_password.data)  # type: ignore[arg-type]
            db.session.commit()
            message = _("The password is changed; other sessions have ended, tokens are revoked.")
            return redirect_with(message, ".index")
        take_errors(form, checked)
    lead = _("Your other sessions end, and all tokens are revoked.")
    return ask(form, _("Change your password"), _("Change it"), lead=lead)
