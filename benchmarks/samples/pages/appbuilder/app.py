"""The shop with Flask-AppBuilder, as its documentation has it."""

from __future__ import annotations

import os
from typing import ClassVar

from flask import Flask
from flask_appbuilder import AppBuilder, Model, ModelView
from flask_appbuilder.models.sqla.base import SQLA
from flask_appbuilder.models.sqla.interface import SQLAInterface
from flask_wtf import CSRFProtect
from sqlalchemy import Column, DateTime, ForeignKey, Integer, Numeric, String
from sqlalchemy.orm import relationship

db = SQLA()
appbuilder = AppBuilder()


class Category(Model):
    """What products are sorted by."""

    __tablename__ = "shop_category"
    id = Column(Integer, primary_key=True)
    name = Column(String(100), unique=True, nullable=False)

    def __repr__(self) -> str:
        return str(self.name)


class Product(Model):
    """What is sold."""

    __tablename__ = "shop_product"
    id = Column(Integer, primary_key=True)
    name = Column(String(100), nullable=False)
    slug = Column(String(100), unique=True, nullable=False)
    price = Column(Numeric(10, 2), nullable=False)
    stock = Column(Integer, nullable=False, default=0)
    sold_at = Column(DateTime)
    category_id = Column(ForeignKey("shop_category.id"), nullable=False)
    category = relationship(Category)


class ProductView(ModelView):
    """The pages of products."""

    datamodel = SQLAInterface(Product)
    list_columns: ClassVar = ["name", "slug", "price", "stock", "sold_at"]
    page_size = 50


def create_app() -> Flask:
    """Make the application."""
    app = Flask(__name__)
    app.config.from_mapping(
        SECRET_KEY=os.environ["SECRET_KEY"],
        SQLALCHEMY_DATABASE_URI=os.environ["DATABASE_URL"],
        FAB_ADD_SECURITY_PERMISSION_VIEWS_VIEW=False,
    )
    CSRFProtect(app)
    db.init_app(app)
    with app.app_context():
        appbuilder.init_app(app, db.session)
        appbuilder.add_view(ProductView, "Products", category="Shop")
        db.create_all()
    return app
