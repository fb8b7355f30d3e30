from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, ForeignKey, Numeric, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from flask_modular import Model


class Category(Model):
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40), unique=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("probe_category.id"))
    parent: Mapped[Category | None] = relationship(remote_side=[id])


class Product(Model):
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40), unique=True)
    text: Mapped[str] = mapped_column(Text, default="")
    stock: Mapped[int] = mapped_column(default=0)
    price: Mapped[Decimal | None] = mapped_column(Numeric(8, 2))
    sold_at: Mapped[datetime | None]
    is_new: Mapped[bool] = mapped_column(default=True)
    details: Mapped[Any] = mapped_column(JSON(none_as_null=True), nullable=True)
    category_id: Mapped[int | None] = mapped_column(ForeignKey("probe_category.id"))
