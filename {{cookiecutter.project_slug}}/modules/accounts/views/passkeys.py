"""Passkeys: those of one's account, one more, one less."""

from __future__ import annotations

import time

from flask import abort, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue

from flask_modular import db
from flask_modular import gettext as _
from modules.mail.services import send

from .. import module, passkeys
from ..forms import DeviceForm, NamePasskeyForm, PasswordForm
from ..mailing import forgotten
from ..models import User
from ..own import me, own
from .checks import ask, knows_password, redirect_with

CONFIRMED, PATIENCE = "accounts_passkey", 600  # seconds between the password and the device
MOST = 20
PASSKEY = "<int(max=2147483647):passkey_id>"


@module.get("/passkeys")
@own
def list_passkeys() -> ResponseReturnValue:
    found = {"passkeys": me().passkeys, "obstacle": obstacle(me())}
    return render_template("accounts/passkeys.html", **found)


def obstacle(user: User) -> str:
    """Return why no passkey can be added, if that is so."""
    if len(user.passkeys) >= MOST:
        return _("You have %(number)s passkeys; remove one to add another.", number=MOST)
    if passkeys.domain():
        return ""
    if url := passkeys.better_url():
        return _("Browsers take no passkeys at this address; open %(url)s instead.", url=url)
    return _("Browsers take no passkeys at this address; open the site by its name.")


@module.route("/passkeys/add", methods=["GET", "POST"])
@own
def add_passkey() -> ResponseReturnValue:
    user = me()
    if obstacle(user):
        return redirect(url_for(".list_passkeys"))
    form = NamePasskeyForm()
    if form.validate_on_submit() and knows_password(user, form.password):
        session[CONFIRMED] = {"name": form.name.data, "since": time.time()}
        return redirect(url_for(".create_passkey"))
    lead = _("It will open your account without the password, and without a code.")
    return ask(form, _("Add a passkey"), _("Continue"), lead=lead)


@module.route("/passkeys/create", methods=["GET", "POST"])
@own
def create_passkey() -> ResponseReturnValue:
    user = me()
    confirmed = session.get(CONFIRMED) or {}
    if obstacle(user) or time.time() - confirmed.get("since", 0) > PATIENCE:
        return redirect(url_for(".add_passkey"))
    form = DeviceForm()
    if form.validate_on_submit():
        try:
            passkey = passkeys.add(user, confirmed["name"], form.credential.data or "")
        except passkeys.Refused:
            message = _("That did not work. Try again.")
            return redirect_with(message, ".create_passkey", "danger")
        del session[CONFIRMED]
        tell(user, passkey.name, added=True)
        message = _("The passkey “%(name)s” is added.", name=passkey.name)
        return redirect_with(message, ".list_passkeys")
    options = passkeys.options_to_add(user)
    return render_template("accounts/passkey_create.html", options=options)


@module.route(f"/passkeys/{PASSKEY}/remove", methods=["GET", "POST"])
@own
def remove_passkey(passkey_id: int) -> ResponseReturnValue:
    user = me()
    passkey = next((one for one in user.passkeys if one.id == passkey_id), None)
    if passkey is None:
        abort(404)
    name, form = passkey.name, PasswordForm()
    if form.validate_on_submit() and knows_password(user, form.password):
        user.passkeys.remove(passkey)
        db.session.commit()
        tell(user, name, added=False)
        return redirect_with(_("The passkey “%(name)s” is removed.", name=name), ".list_passkeys")
    title = _("Remove the passkey “%(name)s”", name=name)
    lead = _("It will open your account no longer. Your device may go on offering it.")
    return ask(form, title, _("Remove it"), lead=lead, danger=True)


def tell(user: User, name: str, *, added: bool) -> None:
    """Tell the account's owner about a passkey."""
    values = {"name": name, "added": added, **forgotten()}
    send(user.email, "accounts/passkey", reader=user.identity, **values)
