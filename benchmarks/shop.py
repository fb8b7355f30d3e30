"""The shop that is asked: written by the template and by hand, all with the same database."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from .measure import environment
from .projects import IGNORED, ROOT, SAMPLES

EMAIL = "ada@example.com"
PRODUCTS, CATEGORIES = 1000, 20
MODELS = (
    "product name:str(100) slug:str(100):unique price:decimal(10,2) stock:int=0 "
    "sold_at:datetime? category:category",
    "category name:str(100):unique",
)
# What a new module lets anyone read takes a permission here, so that tokens are looked at.
PUBLIC, READ = "@access.public", '@access("shop.read")'


@dataclass(frozen=True)
class Shop:
    """The projects that answer, and what they have in common.

    :param folder: the workspace.
    :param variables: the settings of all of them, as environment variables.
    :param projects: the folder of each, by name.
    """

    folder: Path
    variables: Mapping[str, str]
    projects: Mapping[str, Path]
    token: str

    def environment(self, name: str, **variables: str) -> dict[str, str]:
        """Return the environment of a project's process."""
        return environment(self.folder, self.projects[name]) | {**self.variables} | variables


def open_shop(folder: Path) -> Shop:
    """Write the projects and fill the database."""
    database = folder / "shop.db"
    variables = {
        "BENCHMARK_ROWS": str(folder / "rows.json"),
        "CELERY_BROKER_URL": "",
        "DATABASE_URL": f"sqlite:///{database}",
        "FLASK_CONFIG": "production",
        "REDIS_URL": "",
        "SECRET_KEY": "a key for the benchmarks alone",
    }
    projects = {name: SAMPLES / "api" / name for name in ("by_hand", "bare", "fast")}
    projects["lean"] = bake(folder, "lean", "-ops -tasks")
    projects["full"] = bake(folder, "full")
    flask = environment(folder, projects["full"]) | variables
    flask["FLASK_CONFIG"] = "development"
    models = [word for model in MODELS for word in ("--model", model)]
    run(projects["full"], flask, "module", "new", "shop", *models)
    run(projects["full"], flask, "db", "upgrade")
    shop = projects["full"] / "modules" / "shop"
    ask_for_permission(shop / "api.py")
    shutil.copytree(shop, projects["lean"] / "modules" / "shop", ignore=IGNORED)
    fill(database)
    run(projects["full"], flask, "user", "create", EMAIL, "--link")
    run(projects["full"], flask, "user", "promote", EMAIL)
    token = run(projects["full"], flask, "token", "create", EMAIL, "load", "--scope", "*")
    return Shop(folder, variables, projects, token.strip())


def bake(folder: Path, name: str, modules: str = "", flavor: str = "api-only") -> Path:
    """Make a project.

    :param modules: what to add to the flavor or leave out of it.
    """
    answers = [f"project_name={name}", f"flavor={flavor}", f"modules={modules}"]
    options = ["--no-input", "--default-config", "--output-dir", str(folder)]
    subprocess.run(
        [sys.executable, "-m", "cookiecutter", str(ROOT), *options, *answers],
        env=environment(folder),
        stdout=subprocess.DEVNULL,
        check=True,
    )
    return folder / name


def run(project: Path, variables: Mapping[str, str], *arguments: str) -> str:
    """Run a `flask` command of a project, and return what it prints."""
    return execute(project, variables, "-m", "flask", *arguments)


def execute(project: Path, variables: Mapping[str, str], *arguments: str, typed: str = "") -> str:
    """Run Python in a project, and return what it prints.

    :param typed: its standard input.
    """
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=project,
        env=variables,
        input=typed,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL if typed else None,  # prompts
        text=True,
        check=True,
    )
    return done.stdout


def ask_for_permission(path: Path) -> None:
    """Have the endpoints that read ask for a permission."""
    text = path.read_text(encoding="utf-8")
    if PUBLIC not in text:
        raise RuntimeError(f'There is no {PUBLIC} in "{path}"; new modules declare it otherwise.')
    path.write_text(text.replace(PUBLIC, READ), encoding="utf-8")


def fill(database: Path) -> None:
    """Put the categories and the products into the database."""
    start = datetime(2026, 1, 1, tzinfo=UTC)
    sold = [start + timedelta(hours=number) for number in range(PRODUCTS)]
    products = [
        (
            f"Product {number}",
            f"product-{number}",
            f"{number % 90 + 9.95:.2f}",
            number % 40,
            f"{sold[number]:%Y-%m-%d %H:%M:%S.%f}" if number % 3 else None,
            number % CATEGORIES + 1,
        )
        for number in range(PRODUCTS)
    ]
    with sqlite3.connect(database) as connection:
        connection.executemany(
            "INSERT INTO shop_category (name) VALUES (?)",
            [(f"Category {number}",) for number in range(CATEGORIES)],
        )
        connection.executemany(
            "INSERT INTO shop_product (name, slug, price, stock, sold_at, category_id) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            products,
        )
    connection.close()
