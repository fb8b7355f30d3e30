"""One's own account: name, address, sessions, the data, the end."""

from __future__ import annotations

from flask import (
    Response,
    abort,
    current_app,
    render_template,
    request,
)
from flask.typing import ResponseReturnValue

from flask_modular import access, db
from flask_modular import gettext as _

from .. import limits, module, sessions
from ..forms import NewAddressForm, PasswordForm, ProfileForm
from ..own import me, own
from ..personal import delete_account, export_account
from .addresses import offer_address, take_address
from .checks import ask, knows_password, redirect_with
from .devices import device

SESSION = "<int(max=2147483647):session_id>"


@module.route("/", methods=["GET", "POST"])
@own
def index() -> ResponseReturnValue:
    user = me()
    form = ProfileForm(obj=user)
    if form.validate_on_submit():
        user.name = form.name.data or ""
        db.session.commit()
        return redirect_with(_("Your name is saved."), ".index")
    return render_template("accounts/index.html", form=form, user=user)


@module.route("/address", methods=["GET", "POST"])
@own
def change_address() -> ResponseReturnValue:
    user = me()
    form = NewAddressForm()
    if form.validate_on_submit() and knows_password(user, form.password):
        try:
            email = current_app.extensions["security"].mail_util.validate(form.email.data)
        except ValueError:
            form.email.errors = [_("This is no mail address.")]
        else:
            limits.send_mail(email)
            offer_address(user, email, f"{request.blueprint}.confirm_address")
            db.session.commit()
            return redirect_with(_("Open the link in the mail to the new address."), ".index")
    lead = _(
        "It is %(email)s now. The new one has to be confirmed; your other sessions end then.",
        email=user.email,
    )
    return ask(form, _("Change your address"), _("Send the mail"), lead=lead)


@module.get("/address/<token>")
@access.public
def confirm_address(token: str) -> ResponseReturnValue:
    if request.method == "HEAD":  # for those who look whether a link is alive
        return ""
    user = take_address(token)
    if user is None:
        message = _("The link is not valid, or no longer. Ask for another mail.")
        return redirect_with(message, ".change_address", "danger")
    return redirect_with(_("Your address is %(email)s now.", email=user.email), ".index")


@module.get("/sessions")
@own
def list_sessions() -> ResponseReturnValue:
    found = list(db.session.scalars(sessions.running(me())))
    found.sort(key=lambda one: (one.id != sessions.current(), -one.last_seen_at.timestamp()))
    return render_template(
        "accounts/sessions.html", sessions=found, current=sessions.current(), device=device
    )


@module.post(f"/sessions/{SESSION}/end")
@own
def end_session(session_id: int) -> ResponseReturnValue:
    user = me()
    found = next((one for one in user.sessions if one.id == session_id), None)
    if found is None:
        abort(404)
    user.sessions.remove(found)
    db.session.commit()
    return redirect_with(_("The session has ended."), ".list_sessions")


@module.post("/sessions/end")
@own
def sign_out_everywhere() -> ResponseReturnValue:
    me().sessions.clear()
    db.session.commit()
    sessions.sign_out_here()
    return redirect_with(_("You are signed out everywhere."), ".sign_in")


@module.get("/export")
@own
def export() -> Response:
    """Hand out all that is kept, as a file."""
    body = current_app.json.dumps(export_account(me()), indent=2, ensure_ascii=False)
    response = Response(body, mimetype="application/json")
    response.headers["Content-Disposition"] = "attachment; filename=account.json"
    return response


@module.route("/delete", methods=["GET", "POST"])
@own
def delete() -> ResponseReturnValue:
    user = me()
    form = PasswordForm()
    if form.validate_on_submit() and knows_password(user, form.password):
        delete_account(user)
        sessions.sign_out_here()
        return redirect_with(_("Your account is deleted."), ".sign_in")
    lead = _(
        "All that is kept of you goes with it; what you wrote for others stays, without your name. "
        "This cannot be undone."
    )
    return ask(form, _("Delete your account"), _("Delete it"), lead=lead, danger=True)
