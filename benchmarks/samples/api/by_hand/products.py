"""The products: one of them, and a list with filters, search, sorting and pages."""

from __future__ import annotations

from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, current_app, request
from marshmallow import Schema, fields, validate
from models import Product, db
from pages import Key, after, order, read_cursor, write_cursor
from sqlalchemy import func, or_, select

blueprint = Blueprint("products", __name__, url_prefix="/api/shop/products")

SORTABLE = ("id", "name", "slug", "price", "stock", "sold_at")
FILTERS = {
    "id": lambda value: Product.id == value,
    "name": lambda value: Product.name == value,
    "slug": lambda value: Product.slug == value,
    "price": lambda value: Product.price == value,
    "price[gte]": lambda value: Product.price >= value,
    "price[lte]": lambda value: Product.price <= value,
    "stock": lambda value: Product.stock == value,
    "stock[gte]": lambda value: Product.stock >= value,
    "stock[lte]": lambda value: Product.stock <= value,
    "sold_at": lambda value: Product.sold_at == value,
    "sold_at[gte]": lambda value: Product.sold_at >= value,
    "sold_at[lte]": lambda value: Product.sold_at <= value,
    "sold_at[null]": lambda value: (
        Product.sold_at.is_(None) if value else Product.sold_at.is_not(None)
    ),
    "category_id": lambda value: Product.category_id == value,
    "q": lambda value: or_(
        Product.name.icontains(value, autoescape=True),
        Product.slug.icontains(value, autoescape=True),
    ),
}


class ProductSchema(Schema):
    id = fields.Integer()
    name = fields.String()
    slug = fields.String()
    price = fields.Decimal(as_string=True)
    stock = fields.Integer()
    sold_at = fields.AwareDateTime()
    category_id = fields.Integer()


class Commas(fields.List):
    """A list that is written with commas between its items."""

    def _deserialize(self, value: str, *arguments: Any, **options: Any) -> list[Any]:
        return super()._deserialize(value.split(","), *arguments, **options)


def flag() -> fields.Boolean:
    return fields.Boolean(truthy={"true"}, falsy={"false"})


def chosen() -> Commas:
    names = list(ProductSchema._declared_fields)
    return Commas(fields.String(validate=validate.OneOf(names)), validate=validate.Length(1))


def text(longest: int) -> fields.String:
    without_nul = validate.Regexp(r"[^\0]*\Z")
    return fields.String(validate=[validate.Length(max=longest), without_nul])


def whole() -> fields.Integer:
    return fields.Integer(validate=validate.Range(-(2**31), 2**31 - 1))


ItemQuery = Schema.from_dict({"fields": chosen()})
ListQuery = Schema.from_dict(
    {
        "limit": fields.Integer(load_default=20, validate=validate.Range(1, 200)),
        "cursor": text(2000),
        "count": flag(),
        "fields": chosen(),
        "sort": Commas(
            fields.String(validate=validate.OneOf([*SORTABLE, *(f"-{one}" for one in SORTABLE)])),
            validate=validate.Length(1, 5),
        ),
        "q": text(200),
        "name": text(100),
        "slug": text(100),
        **{name: whole() for name in ("id", "category_id")},
        **{f"price{word}": fields.Decimal() for word in ("", "[gte]", "[lte]")},
        **{f"stock{word}": whole() for word in ("", "[gte]", "[lte]")},
        **{f"sold_at{word}": fields.AwareDateTime() for word in ("", "[gte]", "[lte]")},
        "sold_at[null]": flag(),
    }
)
product_schema, item_query, list_query = ProductSchema(), ItemQuery(), ListQuery()


@blueprint.get("/<int:product_id>")
def show(product_id: int) -> Response:
    given = item_query.load(request.args)
    product = db.session.get(Product, product_id) or abort(404)
    data = product_schema.dump(product)
    tag = sha256(current_app.json.dumps(data).encode()).hexdigest()[:32]  # of the whole row
    return answer(only(data, given.get("fields")), tag)


@blueprint.get("")
def list_products() -> Response:
    given = list_query.load(request.args)
    found = select(Product).where(
        *(FILTERS[name](given[name]) for name in FILTERS if name in given)
    )
    body: dict[str, Any] = {}
    if given.get("count"):
        body["count"] = db.session.scalar(select(func.count()).select_from(found.subquery()))
    keys = [Key(name.lstrip("-"), name.startswith("-")) for name in given.get("sort", ())]
    products, links = page([*keys, Key("id")], found, given)
    items = [only(one, given.get("fields")) for one in product_schema.dump(products, many=True)]
    response = answer({"items": items, "next": links.get("next"), **body})
    for relation, cursor in links.items():
        response.headers.add("Link", f'<{link(cursor)}>; rel="{relation}"')
    return response


def page(
    keys: list[Key], found: Any, given: dict[str, Any]
) -> tuple[list[Product], dict[str, str]]:
    """Return the products of a page, and the cursors of the pages beside it."""
    limit, cursor, backwards = given["limit"], given.get("cursor"), False
    if cursor:
        values, backwards = read_cursor(keys, cursor)
        found = found.where(after(keys, values, backwards))
    found = found.order_by(*order(keys, backwards)).limit(limit + 1)
    products = db.session.scalars(found).all()
    more, products = len(products) > limit, products[:limit]
    if backwards:
        products = products[::-1]
    links = {"first": ""} if cursor else {}
    if products and (more or backwards):
        links["next"] = write_cursor(keys, products[-1], backwards=False)
    if products and (more if backwards else cursor):
        links["prev"] = write_cursor(keys, products[0], backwards=True)
    return products, links


def link(cursor: str) -> str:
    kept = [(name, value) for name, value in request.args.items(multi=True) if name != "cursor"]
    query = urlencode([*kept, ("cursor", cursor)] if cursor else kept)
    return f"{request.path}?{query}" if query else request.path


def only(data: dict[str, Any], names: list[str] | None) -> dict[str, Any]:
    return {name: data[name] for name in names} if names else data


def answer(body: dict[str, Any], tag: str = "") -> Response:
    """Return JSON with an ETag; 304 where the client has it already."""
    dumped = current_app.json.dumps(body, sort_keys=False)
    response = Response(dumped, mimetype="application/json")
    if tag:
        response.set_etag(tag)
    else:
        response.add_etag()
    response.cache_control.private = True
    response.cache_control.no_cache = True
    return response.make_conditional(request)
