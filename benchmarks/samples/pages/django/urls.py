"""The shop's pages, those of accounts and the admin."""

from django.contrib import admin
from django.contrib.auth.views import LoginView
from django.urls import include, path
from shop import views
from shop.forms import SignIn

sign_in = LoginView.as_view(template_name="shop/sign_in.html", authentication_form=SignIn)

urlpatterns = [
    path("accounts/", include("django.contrib.auth.urls")),
    path("admin/", admin.site.urls),
    path("i18n/", include("django.conf.urls.i18n")),
    path("sign-in/", sign_in, name="login"),
    path("shop/", views.Products.as_view(), name="products"),
    path("shop/products/new", views.NewProduct.as_view(), name="product_create"),
    path("shop/products/<int:pk>", views.OneProduct.as_view(), name="product"),
    path("shop/products/<int:pk>/edit", views.EditProduct.as_view(), name="product_edit"),
    path("shop/categories/", views.Categories.as_view(), name="categories"),
    path("", views.Home.as_view(), name="home"),
]
