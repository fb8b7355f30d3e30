from database import db
from flask import redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from . import blueprint
from .models import Book


@blueprint.get("/")
def index() -> str:
    return render_template("shelf/index.html", books=db.session.scalars(select(Book)))


@blueprint.get("/<int:id>")
def detail(id: int) -> str:
    return render_template("shelf/index.html", books=[db.get_or_404(Book, id)])


@blueprint.post("/new")
def new() -> Response:
    db.session.add(Book(title=request.form["title"], slug=request.form["slug"]))
    db.session.commit()
    return redirect(url_for(".index"))


@blueprint.post("/<int:id>/edit")
def edit(id: int) -> Response:
    db.get_or_404(Book, id).title = request.form["title"]
    db.session.commit()
    return redirect(url_for(".index"))


@blueprint.post("/<int:id>/delete")
def delete(id: int) -> Response:
    db.session.delete(db.get_or_404(Book, id))
    db.session.commit()
    return redirect(url_for(".index"))
