"""The API of a shop with FastAPI, pydantic and SQLAlchemy.

The endpoints are plain functions, as FastAPI's documentation has them for a database driver that
blocks: it runs them in its pool of threads. Sessions and tokens are dependencies.
"""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatchcase
from hashlib import sha256
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException, Query, Request, Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from models import Product, Token, User
from pages import Key, after, order, read_cursor, write_cursor
from queries import FILTERS, Item, ItemQuery, ListQuery, Page
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session, joinedload

EVERYONE = ["*.read"]

engine = create_engine(os.environ["DATABASE_URL"], connect_args={"check_same_thread": False})
app = FastAPI()
bearer = HTTPBearer(auto_error=False)


def open_session() -> Iterator[Session]:
    with Session(engine) as session:
        yield session


Database = Annotated[Session, Depends(open_session)]


def authorize(
    database: Database,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)],
) -> None:
    """Refuse whoever may not read."""
    permissions = EVERYONE
    if credentials is not None:
        token = find_token(database, credentials.credentials)
        permissions = EVERYONE + [name for role in token.user.roles for name in role.permissions]
        if not allows(token.scopes):
            raise HTTPException(403, "The token is too narrow.")
    if not allows(permissions):
        raise HTTPException(401, "Send a bearer token.", {"WWW-Authenticate": "Bearer"})


def allows(patterns: list[str]) -> bool:
    return any(fnmatchcase("shop.read", pattern) for pattern in patterns)


def find_token(database: Session, text: str) -> Token:
    """Return a token, its user and their roles, and mark its use."""
    query = select(Token).where(Token.digest == sha256(text.encode()).hexdigest())
    query = query.options(joinedload(Token.user).joinedload(User.roles))
    token = database.scalars(query).unique().one_or_none()
    now = datetime.now(UTC)
    if token is None or not token.user.active or token.expires_at <= now:
        challenge = {"WWW-Authenticate": 'Bearer error="invalid_token"'}
        raise HTTPException(401, "The token cannot be used.", challenge)
    if token.last_used_at is None or now - token.last_used_at >= timedelta(minutes=1):
        token.last_used_at = now
        database.commit()
    return token


@app.get("/api/shop/products/{product_id}", dependencies=[Depends(authorize)])
def show(
    product_id: int, query: Annotated[ItemQuery, Query()], database: Database, request: Request
) -> Response:
    product = database.get(Product, product_id)
    if product is None:
        raise HTTPException(404)
    item = Item.model_validate(product)
    whole = item.model_dump_json().encode()  # the ETag is that of the whole row
    shown = item.model_dump_json(include=set(query.fields)).encode() if query.fields else whole
    return answer(request, shown, whole)


@app.get("/api/shop/products", dependencies=[Depends(authorize)])
def list_products(
    query: Annotated[ListQuery, Query()], database: Database, request: Request
) -> Response:
    given = query.model_dump(exclude_none=True, by_alias=True)
    found = select(Product).where(
        *(FILTERS[name](given[name]) for name in FILTERS if name in given)
    )
    count = None
    if query.count:
        count = database.scalar(select(func.count()).select_from(found.subquery()))
    keys = [Key(name.lstrip("-"), name.startswith("-")) for name in query.sort or ()]
    products, links = paged(database, [*keys, Key("id")], found, query)
    page = Page(items=products, next=links.get("next"), count=count)
    include = {"items": {"__all__": set(query.fields)}} if query.fields else {"items": True}
    wanted = {**include, "next": True, **({"count": True} if query.count else {})}
    response = answer(request, page.model_dump_json(include=wanted).encode())
    for relation, cursor in links.items():
        params = request.query_params.multi_items()
        kept = [one for one in params if one[0] != "cursor"]
        url = request.url.replace_query_params()
        url = url.include_query_params(**dict(kept), **({"cursor": cursor} if cursor else {}))
        response.headers.append("Link", f'<{url}>; rel="{relation}"')
    return response


def paged(
    database: Session, keys: list[Key], found: object, query: ListQuery
) -> tuple[list[Product], dict[str, str]]:
    """Return the products of a page, and the cursors of the pages beside it."""
    backwards = False
    if query.cursor:
        values, backwards = read_cursor(keys, query.cursor)
        found = found.where(after(keys, values, backwards))
    found = found.order_by(*order(keys, backwards)).limit(query.limit + 1)
    products = database.scalars(found).all()
    more, products = len(products) > query.limit, products[: query.limit]
    if backwards:
        products = products[::-1]
    links = {"first": ""} if query.cursor else {}
    if products and (more or backwards):
        links["next"] = write_cursor(keys, products[-1], backwards=False)
    if products and (more if backwards else query.cursor):
        links["prev"] = write_cursor(keys, products[0], backwards=True)
    return products, links


def answer(request: Request, body: bytes, tagged: bytes = b"") -> Response:
    """Return JSON with an ETag; 304 where the client has it already."""
    tag = f'"{sha256(tagged or body).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    if tag in request.headers.get("If-None-Match", ""):
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type="application/json")
