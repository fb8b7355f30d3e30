"""The admin's pages of products."""

from django.contrib import admin

from .models import Product


@admin.register(Product)
class ProductAdmin(admin.ModelAdmin):
    """A table with search, sorting and pages."""

    list_display = ("name", "slug", "price", "stock", "sold_at")
    list_per_page = 50
    search_fields = ("name", "slug")
