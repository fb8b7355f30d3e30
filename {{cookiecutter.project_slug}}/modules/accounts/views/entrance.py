"""Sign up, confirm, sign in, sign out."""

from __future__ import annotations

import time

from flask import abort, current_app, flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_security.confirmable import (
    confirm_email_token_status,
    confirm_user,
    requires_confirmation,
    send_confirmation_instructions,
)
from flask_security.registerable import register_existing, register_user
from flask_security.utils import login_user
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from flask_modular import access, db
from flask_modular import gettext as _

from .. import limits, module, passkeys, security
from ..callers import caller
from ..forms import AddressForm, CodeForm, DeviceSignInForm, SignInForm, SignUpForm
from ..models import User
from ..passwords import find_user, verify
from ..second_step import check_code
from ..sessions import sign_out_here
from .checks import ask, onward, redirect_with, security_form, take_errors

WAITING, PATIENCE = "accounts_waiting", 600  # seconds between the password and the code


@module.route("/sign-in", methods=["GET", "POST"])
@access.public
def sign_in() -> ResponseReturnValue:
    if caller().user:
        return onward()
    form = SignInForm()
    other_links = [(_("Forgotten your password?"), ".forgotten_password")]
    if current_app.config["ACCOUNTS_SIGN_UP"]:
        other_links.append((_("New here? Sign up"), ".sign_up"))
    if form.validate_on_submit():
        user = verify(form.email.data, form.password.data)
        if user is None:
            form.form_errors.append(_("The address or the password is not right."))
        elif requires_confirmation(user):  # type: ignore[no-untyped-call]
            form.form_errors.append(_("Confirm your address first: open the link in the mail."))
            other_links.insert(0, (_("Send the mail again"), ".confirm_again"))
        else:
            return admit(user, remember=form.remember.data)
    return ask(
        *(form, _("Sign in"), _("Sign in")),
        other_links=other_links,
        template="accounts/sign_in.html",
        options=passkeys.options_to_sign_in(),
    )


def admit(user: User, *, remember: bool) -> ResponseReturnValue:
    """Sign in somebody who knows the password, or ask for the code first."""
    if user.totp_secret is None:
        return enter(user, remember=remember)
    session[WAITING] = {"user": user.fs_uniquifier, "remember": remember, "since": time.time()}
    return redirect(url_for(".sign_in_code", next=request.args.get("next")))


def enter(user: User, *, remember: bool, via: str = "password") -> ResponseReturnValue:
    """Begin a session, and go on to what was asked for."""
    limits.password_was_right(user.email)
    login_user(user, remember=remember, authn_via=[via])  # type: ignore[arg-type]
    db.session.commit()
    return onward()


@module.route("/sign-in/code", methods=["GET", "POST"])
@access.public
def sign_in_code() -> ResponseReturnValue:
    waiting = session.get(WAITING) or {}
    if time.time() - waiting.get("since", 0) > PATIENCE:
        return redirect(url_for(".sign_in", next=request.args.get("next")))
    user = db.session.scalar(select(User).where(User.fs_uniquifier == waiting["user"]))
    form = CodeForm()
    if form.validate_on_submit() and user is not None and user.active:
        if check_code(user, form.code.data):
            return enter(user, remember=waiting["remember"])
        form.code.errors = [_("This code is not right, or was used already.")]
    return ask(form, _("One more step"), _("Sign in"), lead=_("Your account asks for a code."))


@module.post("/sign-in/passkey")
@access.public
def sign_in_with_passkey() -> ResponseReturnValue:
    """Sign in whoever has a passkey; its device has checked the person, so no code is asked for."""
    if caller().user:
        return onward()
    limits.try_passkey()
    form = DeviceSignInForm()
    if form.validate_on_submit():
        try:
            user = passkeys.use(form.credential.data or "")
        except passkeys.Refused:
            limits.password_was_wrong()
        else:
            return enter(user, remember=bool(form.remember.data), via="webauthn")
    # The same whatever was wrong: an old page, a spent answer, or a passkey that nobody has here.
    flash(_("Signing in with the passkey did not work. Try again, or use the password."), "danger")
    return redirect(url_for(".sign_in", next=request.args.get("next")))


@module.post("/sign-out")
@access.public
def sign_out() -> ResponseReturnValue:
    if caller().via == "session":
        sign_out_here()
    return redirect_with(_("You are signed out."), ".sign_in")


@module.route("/sign-up", methods=["GET", "POST"])
@access.public
def sign_up() -> ResponseReturnValue:
    if not current_app.config["ACCOUNTS_SIGN_UP"]:
        abort(404)
    if caller().user:
        return onward()
    form = SignUpForm()
    if form.validate_on_submit():
        limits.send_mail(form.email.data)
        if register(form):
            return redirect_with(_("A mail is on its way; follow the link in it."), ".sign_in")
    other_links = [(_("You have an account? Sign in"), ".sign_in")]
    lead = _("You will get a mail with a link that confirms your address.")
    return ask(form, _("Sign up"), _("Sign up"), lead=lead, other_links=other_links)


def register(form: SignUpForm) -> bool:
    """Make an account, or tell its owner that there is one; nobody learns here which of the two."""
    checked = security_form(form, security.SignUpForm)
    if checked.validate():
        register_user(checked)  # type: ignore[no-untyped-call]
    elif not register_existing(checked):
        take_errors(form, checked)
        return False
    try:
        db.session.commit()
    except IntegrityError:  # somebody signed up with the address in the same moment
        db.session.rollback()
    return True


@module.get("/confirmed/<token>")
@access.public
def confirm(token: str) -> ResponseReturnValue:
    expired, invalid, user = confirm_email_token_status(token)  # type: ignore[no-untyped-call]
    if user is None or expired or invalid:
        message = _("The link is not valid, or no longer. Ask for another mail.")
        return redirect_with(message, ".confirm_again", "danger")
    if request.method != "HEAD":  # which is for those who look whether a link is alive
        confirm_user(user)  # type: ignore[no-untyped-call]
        db.session.commit()
    return redirect_with(_("The address is confirmed; sign in."), ".sign_in")


@module.route("/confirm-again", methods=["GET", "POST"])
@access.public
def confirm_again() -> ResponseReturnValue:
    form = AddressForm()
    if form.validate_on_submit():
        limits.send_mail(form.email.data)
        user = find_user(form.email.data)
        if user is not None and requires_confirmation(user):  # type: ignore[no-untyped-call]
            send_confirmation_instructions(user)  # type: ignore[no-untyped-call]
        return redirect_with(_("If an account waits for that, a mail is on its way."), ".sign_in")
    lead = _("You will get a mail with a new link.")
    return ask(form, _("Confirm your address"), _("Send the mail"), lead=lead)
