"""The shop's pages, the sign-in page and the admin."""

from django.contrib import admin
from django.contrib.auth.views import LoginView
from django.urls import path
from shop.views import Products

urlpatterns = [
    path("admin/", admin.site.urls),
    path("sign-in/", LoginView.as_view(template_name="shop/sign_in.html")),
    path("shop/", Products.as_view()),
]
