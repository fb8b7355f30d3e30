from __future__ import annotations

from typing import Any

from flask import abort, current_app
from flask.views import MethodView
from sqlalchemy import Select, func, select
from werkzeug.wrappers import Response

from flask_modular import access, db
from modules.api.services import Blueprint, find, remove, store

from .models import Category, Product
from .schemas import CategorySchema, ProductSchema

blueprint = Blueprint("probe_api", __name__)


@blueprint.route("/products", endpoint="product_list")
class ProductList(MethodView):
    @access.public
    @blueprint.lists(
        ProductSchema, sort=("id", "name", "stock", "price", "sold_at"), search=("name", "text")
    )
    def get(self) -> Select[Product]:
        """List products."""
        return select(Product)

    @access("probe.write")
    @blueprint.arguments(ProductSchema)
    @blueprint.creates(ProductSchema, ".product", product_id="id")
    def post(self, values: dict[str, Any]) -> Product:
        """Create a product."""
        return store(Product(**values))


@blueprint.route("/products/<id:product_id>", endpoint="product")
class ProductItem(MethodView):
    @access.public
    @blueprint.shows(ProductSchema)
    def get(self, product_id: int) -> Product:
        """Show a product."""
        return find(Product, product_id, ProductSchema)

    @access("probe.write")
    @blueprint.arguments(ProductSchema)
    @blueprint.changes(ProductSchema)
    def put(self, values: dict[str, Any], product_id: int) -> Product:
        """Replace a product."""
        return store(find(Product, product_id, ProductSchema), values)

    @access("probe.write")
    @blueprint.arguments(ProductSchema(partial=True))
    @blueprint.changes(ProductSchema)
    def patch(self, values: dict[str, Any], product_id: int) -> Product:
        """Change some fields of a product."""
        product = find(Product, product_id, ProductSchema)
        current_app.extensions.get("probe", lambda: None)()  # where somebody else may be faster
        return store(product, values)

    @access("probe.write")
    @blueprint.deletes()
    def delete(self, product_id: int) -> None:
        """Delete a product."""
        remove(find(Product, product_id, ProductSchema))


@blueprint.route("/categories", endpoint="category_list")
class CategoryList(MethodView):
    @access.public
    @blueprint.lists(CategorySchema)
    def get(self) -> Select[Category]:
        """List categories."""
        return select(Category)

    @access("probe.write")
    @blueprint.arguments(CategorySchema)
    @blueprint.creates(CategorySchema, ".category", category_id="id")
    def post(self, values: dict[str, Any]) -> Category:
        """Create a category."""
        return store(Category(**values))


@blueprint.route("/categories/<id:category_id>", endpoint="category")
class CategoryItem(MethodView):
    @access.public
    @blueprint.shows(CategorySchema)
    def get(self, category_id: int) -> Category:
        """Show a category."""
        return find(Category, category_id, CategorySchema)

    @access("probe.write")
    @blueprint.arguments(CategorySchema(partial=True))
    @blueprint.changes(CategorySchema)
    def patch(self, values: dict[str, Any], category_id: int) -> Category:
        """Change some fields of a category."""
        return store(find(Category, category_id, CategorySchema), values)

    @access("probe.write")
    @blueprint.deletes()
    def delete(self, category_id: int) -> None:
        """Delete a category."""
        remove(find(Category, category_id, CategorySchema))


@blueprint.post("/answers/<kind>")
@access("probe.write")
@blueprint.response(200)
def answer(kind: str) -> Response:
    """Create a category, and answer in one way or another."""
    number = db.session.scalar(select(func.count()).select_from(Category))
    made = store(Category(name=f"{kind} {number}"))
    response = current_app.response_class(made.name)
    if kind == "secret":
        response.cache_control.no_store = True
    if kind == "cookie":
        response.set_cookie("flavor", "vanilla")
    if kind.isdigit():
        abort(int(kind))
    return response
