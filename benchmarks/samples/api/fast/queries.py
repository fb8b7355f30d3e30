"""What clients send and get."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal

from models import Product
from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field
from sqlalchemy import or_

Name = Literal["id", "name", "slug", "price", "stock", "sold_at", "category_id"]
Order = Literal[
    *("id", "name", "slug", "price", "stock", "sold_at"),
    *("-id", "-name", "-slug", "-price", "-stock", "-sold_at"),
]
Whole = Annotated[int, Field(ge=-(2**31), le=2**31 - 1)]
Text = Annotated[str, Field(max_length=100, pattern=r"^[^\x00]*$")]


def split(value: object) -> object:
    """Return the items of a list that is written with commas between them."""
    return value[0].split(",") if isinstance(value, list) and len(value) == 1 else value


Fields = Annotated[list[Name], BeforeValidator(split)]
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


class ItemQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    fields: Fields | None = None


class ListQuery(ItemQuery):
    limit: int = Field(20, ge=1, le=200)
    cursor: str | None = Field(None, min_length=1, max_length=2000)
    count: bool = False
    sort: Annotated[list[Order], BeforeValidator(split), Field(max_length=5)] | None = None
    q: Annotated[str, Field(max_length=200)] | None = None
    id: Whole | None = None
    name: Text | None = None
    slug: Text | None = None
    price: Decimal | None = None
    price_gte: Decimal | None = Field(None, alias="price[gte]")
    price_lte: Decimal | None = Field(None, alias="price[lte]")
    stock: Whole | None = None
    stock_gte: Whole | None = Field(None, alias="stock[gte]")
    stock_lte: Whole | None = Field(None, alias="stock[lte]")
    sold_at: AwareDatetime | None = None
    sold_at_gte: AwareDatetime | None = Field(None, alias="sold_at[gte]")
    sold_at_lte: AwareDatetime | None = Field(None, alias="sold_at[lte]")
    sold_at_null: bool | None = Field(None, alias="sold_at[null]")
    category_id: Whole | None = None


class Item(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    name: str
    slug: str
    price: Decimal
    stock: int
    sold_at: datetime | None
    category_id: int


class Page(BaseModel):
    items: list[Item]
    next: str | None
    count: int | None = None
