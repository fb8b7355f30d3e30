"""The shop's pages, by hand."""

from typing import Any, ClassVar

from django.contrib.auth.mixins import LoginRequiredMixin
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.views.generic import CreateView, DetailView, ListView, TemplateView, UpdateView

from .models import Category, Product

COLUMNS = {
    "name": _("Name"),
    "slug": _("Slug"),
    "price": _("Price"),
    "stock": _("Stock"),
    "sold_at": _("Sold at"),
}


class Products(ListView):
    """A table with search, sorting and pages."""

    model = Product
    paginate_by = 50
    extra_context: ClassVar = {"columns": COLUMNS.items()}

    def get_queryset(self) -> QuerySet[Product]:
        """Return what is asked for."""
        products = Product.objects.order_by(self.get_ordering())
        wanted = self.request.GET.get("q")
        found = Q(name__icontains=wanted) | Q(slug__icontains=wanted)
        return products.filter(found) if wanted else products

    def get_ordering(self) -> str:
        """Return the column to sort by."""
        wanted = self.request.GET.get("sort", "")
        return wanted if wanted.removeprefix("-") in COLUMNS else "id"

    def get_context_data(self, **values: Any) -> dict[str, Any]:
        """Return what the template shows, with the few pages that it links to."""
        context = super().get_context_data(**values)
        pages = context["paginator"].get_elided_page_range(
            context["page_obj"].number, on_each_side=1, on_ends=1
        )
        return {**context, "pages": pages}


class Home(TemplateView):
    """The page at the root."""

    template_name = "shop/page.html"


class OneProduct(DetailView):
    """One product."""

    model = Product
    template_name = "shop/page.html"


class Categories(ListView):
    """What products are sorted by."""

    model = Category
    template_name = "shop/page.html"


class NewProduct(LoginRequiredMixin, CreateView):
    """The form of a new product."""

    model = Product
    fields = "__all__"
    template_name = "shop/form.html"
    success_url = "/shop/"


class EditProduct(LoginRequiredMixin, UpdateView):
    """The form of a product that is there."""

    model = Product
    fields = "__all__"
    template_name = "shop/form.html"
    success_url = "/shop/"
