"""The shop's pages, by hand."""

from typing import ClassVar

from django.contrib.auth.mixins import LoginRequiredMixin
from django.db.models import Q, QuerySet
from django.views.generic import ListView

from .models import Product

SORTABLE = ("name", "slug", "price", "stock", "sold_at", "category")


class Products(LoginRequiredMixin, ListView):
    """A table with search, sorting and pages."""

    model = Product
    paginate_by = 50
    extra_context: ClassVar = {"columns": SORTABLE}

    def get_queryset(self) -> QuerySet[Product]:
        """Return what is asked for."""
        products = Product.objects.select_related("category").order_by(self.get_ordering())
        wanted = self.request.GET.get("q")
        found = Q(name__icontains=wanted) | Q(slug__icontains=wanted)
        return products.filter(found) if wanted else products

    def get_ordering(self) -> str:
        """Return the column to sort by."""
        wanted = self.request.GET.get("sort", "")
        return wanted if wanted.removeprefix("-") in SORTABLE else "id"
