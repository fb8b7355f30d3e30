"""One's own picture: shown, replaced, removed."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from flask_modular import access, current_identity, db
from flask_modular import gettext as _

from . import module
from .forms import PictureForm
from .services import endpoint, picture_of, remove_picture, set_picture, url_for_file

module.add_app_template_global(picture_of)
module.add_app_template_global(url_for_file)


@module.app_template_global()
def url_for_picture() -> str:
    """Return where people choose their own picture."""
    return url_for(endpoint("picture"))


def owner() -> str:
    """Return who sends the request, which has to be somebody."""
    return current_identity() or abort(403, _("Only somebody who is known can have a picture."))


@module.route("/picture", methods=["GET", "POST"])
@access("files.write")
def picture() -> ResponseReturnValue:
    form, who = PictureForm(), owner()
    if not form.validate_on_submit() or form.picture.content is None:
        return render_template("files/picture.html", form=form, picture=picture_of(who))
    set_picture(who, form.picture.content)
    db.session.commit()
    flash(_("The picture was saved."), "success")
    return redirect(url_for(".picture"))


@module.post("/picture/remove")
@access("files.write")
def forget_picture() -> ResponseReturnValue:
    remove_picture(owner())
    db.session.commit()
    flash(_("The picture was removed."), "success")
    return redirect(url_for(".picture"))
