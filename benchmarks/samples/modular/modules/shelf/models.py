from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from flask_modular import Model


class Book(Model):
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    slug: Mapped[str] = mapped_column(String(100), unique=True)
    pages: Mapped[int]
