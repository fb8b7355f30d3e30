"""The application, for a server."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")


def create_app() -> object:
    """Make the application."""
    from django.core.wsgi import get_wsgi_application
    from django.urls import get_resolver

    application = get_wsgi_application()
    get_resolver().url_patterns  # noqa: B018 (otherwise the first request would import them)
    return application
