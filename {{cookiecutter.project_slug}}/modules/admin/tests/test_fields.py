"""The fields of forms: one for each type of column."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from flask import Flask, g
from sqlalchemy import JSON, Enum, ForeignKey, Numeric, SmallInteger, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from flask_modular import db
from flask_modular.database import UTCDateTime
from modules.accounts.services import Role, User
from modules.admin import fields
from modules.admin.services import ModelAdmin

KEY = UUID(int=7)
GOOD = {
    "name": "Chair",
    "text": "Four legs.",
    "stock": "3",
    "floor": "-1",
    "weight": "2.5",
    "price": "12.50",
    "made_on": "2026-01-31",
    "sold_at": "2026-01-31T12:30",
    "opens": "08:30",
    "code": str(KEY),
    "details": '{"legs": 4}',
    "size": "very_large",
    "token": "0000",
}
DATA = {
    "name": "Chair",
    "text": "Four legs.",
    "stock": 3,
    "floor": -1,
    "weight": 2.5,
    "price": Decimal("12.50"),
    "made_on": dt.date(2026, 1, 31),
    "sold_at": dt.datetime(2026, 1, 31, 12, 30, tzinfo=dt.UTC),
    "opens": dt.time(8, 30),
    "code": KEY,
    "details": {"legs": 4},
    "size": "very_large",
    "is_new": None,
}


class Base(DeclarativeBase):
    """Apart from the project's models: these have no tables."""


class Thing(Base):
    __tablename__ = "thing"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(10))
    text: Mapped[str | None] = mapped_column(Text)
    stock: Mapped[int]
    floor: Mapped[int] = mapped_column(SmallInteger)
    weight: Mapped[float]
    price: Mapped[Decimal] = mapped_column(Numeric(6, 2))
    made_on: Mapped[dt.date | None]
    sold_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    opens: Mapped[dt.time | None]
    code: Mapped[UUID | None]
    details: Mapped[Any] = mapped_column(JSON(none_as_null=True), nullable=True)
    size: Mapped[str | None] = mapped_column(Enum("small", "very_large", native_enum=False))
    is_new: Mapped[bool | None]
    api_key: Mapped[str | None]
    token: Mapped[str]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("thing.id"))
    children: Mapped[list[Thing]] = relationship()


class ThingAdmin(ModelAdmin):
    model = Thing  # type: ignore[assignment]
    column_filters = ("name", "stock", "made_on", "sold_at", "code", "size", "is_new")


@pytest.fixture
def view(app: Flask) -> ThingAdmin:
    with app.app_context():
        return ThingAdmin("shop")


def filled_in(app: Flask, view: ModelAdmin, values: dict[str, Any]) -> Any:
    """Return the form for a new row, sent with these values."""
    request = app.test_request_context("/", method="POST", data=values)
    with app.app_context(), request:  # which has a `g` of its own
        g.csrf_valid = True
        form: Any = view.create_form()
        form.validate()
        return form


def test_each_type_has_its_field(app: Flask, view: ThingAdmin) -> None:
    form = filled_in(app, view, GOOD)
    assert form.errors == {}
    assert {name: value for name, value in form.data.items() if name in DATA} == DATA


def test_a_field_says_what_it_takes(app: Flask, view: ThingAdmin) -> None:
    form = filled_in(app, view, GOOD)
    assert (str(form.sold_at.description), form.details.description) == ("In UTC.", "JSON.")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("name", ""),
        ("name", "x" * 11),
        ("stock", "many"),
        ("stock", str(2**31)),
        ("floor", str(2**15)),
        ("weight", "nan"),
        ("price", "10000.00"),
        ("price", "Infinity"),
        ("made_on", "yesterday"),
        ("sold_at", "noon"),
        ("code", "x"),
        ("details", "{"),
        ("size", "gigantic"),
    ],
)
def test_what_does_not_fit_a_column_is_said(
    app: Flask, view: ThingAdmin, name: str, text: str
) -> None:
    assert list(filled_in(app, view, {**GOOD, name: text}).errors) == [name]


def test_what_is_not_named_is_left_out(view: ThingAdmin) -> None:
    new, old = set(vars(view._create_form_class)), set(vars(view._edit_form_class))
    assert not {"api_key", "children", "id"} & new
    assert new - old == {"token"}  # a secret that has to be there, and is not shown again
    assert not {"api_key", "token"} & {name for name, _ in view._details_columns}


def test_filters_fit_their_columns(view: ThingAdmin) -> None:
    controls = {one.argument.removeprefix("filter_"): one.control for one in view._filters}
    assert controls == {
        "name": "search",
        "stock": "number",
        "made_on_from": "date",
        "made_on_until": "date",
        "sold_at_from": "date",
        "sold_at_until": "date",
        "code": "search",
        "size": "select",
        "is_new": "select",
    }
    bad = {"stock": str(2**31), "code": "x", "size": "gigantic", "is_new": "perhaps"}
    for one in view._filters:
        name = one.argument.removeprefix("filter_")
        assert name not in bad or not one.validate(bad[name])


class TokenForm(ModelAdmin):
    """A form with a reference that has to be there."""

    from modules.accounts.services import Token as model


@pytest.mark.usefixtures("db_session")
class TestReference:
    @pytest.fixture
    def ada(self) -> User:
        ada = User(email="ada@example.com")
        db.session.add_all([User(email="ben@example.com"), ada])
        db.session.commit()
        return ada

    @pytest.fixture(params=["select", "key"])
    def form(self, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Any:
        if request.param == "key":
            monkeypatch.setattr(fields, "MOST_ROWS", 1)
        return TokenForm("accounts")

    def test_a_row_is_chosen(self, app: Flask, ada: User, form: Any) -> None:
        sent = filled_in(app, form, {"user": str(ada.id)})
        assert sent.user.data.email == "ada@example.com"
        assert "user" not in sent.errors

    @pytest.mark.parametrize("key", ["", "0", "x", "9" * 30])
    def test_a_row_that_is_not_there_is_refused(
        self, app: Flask, ada: User, form: Any, key: str
    ) -> None:
        assert "user" in filled_in(app, form, {"user": key}).errors

    def test_many_rows_make_no_long_select(
        self, app: Flask, ada: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with app.test_request_context():
            few = TokenForm("accounts").create_form().user()
            monkeypatch.setattr(fields, "MOST_ROWS", 1)
            many = TokenForm("accounts").create_form().user()
        assert "ben@example.com" in few
        assert "ben@example.com" not in many


def test_roles_are_named_in_order(app: Flask, db_session: Any) -> None:
    db_session.add_all([Role(name=name, permissions=[]) for name in ("b", "c", "a")])
    db_session.commit()
    from modules.admin.pages import pages_of

    view = pages_of(app).of(User)
    assert view is not None
    with app.test_request_context():
        assert [one.label.text for one in view.create_form().roles] == ["a", "b", "c"]
