from database import db
from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column


class Book(db.Model):
    __tablename__ = "shelf_book"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    slug: Mapped[str] = mapped_column(String(100), unique=True)
    pages: Mapped[int]
