"""The shop with pages: written by the template, with Flask-AppBuilder and with Django."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from .measure import environment
from .projects import SAMPLES, TEMPLATE
from .shop import EMAIL, MODELS, bake, execute, fill, run

MODULES, BUILDER, DJANGO, ADMIN = "modules", "Flask-AppBuilder", "Django", "Django's admin"
PASSWORD = "correct horse staple"  # noqa: S105 (of nobody)
ADA = ("--username", "ada", "--email", EMAIL)
NAMED = ("--firstname", "Ada", "--lastname", "Lovelace", "--password", PASSWORD)


@dataclass(frozen=True)
class Contender:
    """A project to ask for pages.

    :param variables: its environment.
    :param pages: the paths of its pages, by what is measured.
    :param field: what its form calls the name of whoever signs in.
    :param hidden: libraries that it is not to find, though they are installed.
    """

    project: Path
    variables: Mapping[str, str]
    pages: Mapping[str, str]
    field: str = "username"
    hidden: str = ""


def open_contenders(folder: Path) -> dict[str, Contender]:
    """Write the projects, with a database and somebody who can sign in to each."""
    django = with_django(folder)
    admin = {"sign in": "/admin/login/", "list-50": "/admin/shop/product/"}
    return {
        MODULES: with_modules(folder),
        BUILDER: with_appbuilder(folder),
        DJANGO: django,
        ADMIN: Contender(django.project, django.variables, admin),
    }


def settings(folder: Path, project: Path, **variables: str) -> dict[str, str]:
    """Return the environment of a project with a database of its own."""
    return environment(folder, project) | {
        "DATABASE_URL": f"sqlite:///{folder / project.name}.db",
        "SECRET_KEY": "a key for the benchmarks alone, of enough letters",
        **variables,
    }


def with_modules(folder: Path) -> Contender:
    """Make a full-stack project with a new module."""
    project = bake(folder, "whole", flavor="full-stack")
    none = {"CELERY_BROKER_URL": "", "REDIS_URL": ""}
    variables = settings(folder, project, **none, FLASK_CONFIG="development")
    models = [word for model in MODELS for word in ("--model", model)]
    run(project, variables, "module", "new", "shop", *models)
    run(project, variables, "db", "upgrade")
    fill(folder / "whole.db")
    typed = f"{PASSWORD}\n{PASSWORD}\n"
    execute(project, variables, "-m", "flask", "user", "create", EMAIL, typed=typed)
    variables |= {"FLASK_CONFIG": "production", "FLASK_SHOP_PAGE_SIZE": "50"}
    pages = {"sign in": "/accounts/sign-in", "list-50": "/shop/"}
    return Contender(project, variables, pages, "email")


def with_appbuilder(folder: Path) -> Contender:
    """Make the database of the project with Flask-AppBuilder."""
    project = SAMPLES / "pages" / "appbuilder"
    variables = settings(folder, project, FLASK_APP="app:create_app")
    run(project, variables, "fab", "create-admin", *ADA, *NAMED)
    fill(folder / "appbuilder.db")
    pages = {"sign in": "/login/", "list-50": "/productview/list/"}
    return Contender(project, variables, pages)


def with_django(folder: Path) -> Contender:
    """Make the database of the project with Django, and its static files."""
    project = SAMPLES / "pages" / "django"
    named = {"DJANGO_SUPERUSER_PASSWORD": PASSWORD, "DJANGO_SETTINGS_MODULE": "settings"}
    static = {"STYLE": str(copy_style(folder / "style")), "STATIC_ROOT": str(folder / "static")}
    variables = settings(folder, project, **named, **static)
    execute(project, variables, "-m", "django", "migrate", "--run-syncdb")
    execute(project, variables, "-m", "django", "createsuperuser", "--no-input", *ADA)
    execute(project, variables, "-m", "django", "collectstatic", "--no-input")
    fill(folder / "django.db")
    return Contender(project, variables, {"sign in": "/sign-in/", "list-50": "/shop/"})


def copy_style(folder: Path) -> Path:
    """Copy the files that the modules' pages load, for pages of the same look."""
    found = find_spec("flask_bootstrap")
    bootstrap = Path(found.origin or "").parent / "static/bootstrap5" if found else Path()
    folder.mkdir()
    for source in (TEMPLATE / "modules/site/static", TEMPLATE / "modules/i18n/static"):
        shutil.copytree(source, folder, dirs_exist_ok=True)
    for name in ("css/bootstrap.min.css", "js/bootstrap.min.js", "umd/popper.min.js"):
        for file in (bootstrap / name).parent.glob(f"{Path(name).name}*"):
            shutil.copy(file, folder)  # with its map
    return folder
