from modules.api.services import ModelSchema

from .models import Category, Product


class CategorySchema(ModelSchema):
    class Meta:
        model = Category
        fields = ("id", "name", "parent_id")


class ProductSchema(ModelSchema):
    class Meta:
        model = Product
        fields = (
            *("id", "name", "text", "stock", "price", "sold_at", "is_new", "details"),
            "category_id",
        )
