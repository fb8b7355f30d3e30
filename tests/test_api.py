"""The API of a made project, tried by a program that has read nothing but its specification."""

from collections.abc import Callable

import pytest

from tests.projects import SQLITE_FIRST, Project

pytestmark = pytest.mark.slow
RESOURCES = (
    "--model=product name:str(100) slug:str(100):unique price:decimal(10,2) stock:int=0 "
    "sold_at:datetime? category:category",
    "--model=category name:str(100):unique",
)
# Everything that schemathesis knows; the limits are another test's business.
TRY = ("schemathesis", "run", "api.json", "--checks", "all", "--generation-deterministic")
LIMITS = ("ACCOUNT", "ADDRESS", "MAIL", "MAILS")
OPEN = {f"FLASK_ACCOUNTS_{name}_LIMIT": "100000 per minute" for name in LIMITS} | {
    "FLASK_API_RATE_LIMIT": ""
}


@pytest.fixture
def shop(make: Callable[..., Project], database: str) -> Project:
    """Return a fresh project with two resources, migrated and seeded."""
    project = make(flavor="api-only").having(DATABASE_URL=database, **OPEN)
    project.run("flask", "db", "upgrade")
    project.run("flask", "module", "new", "shop", *RESOURCES)
    project.run("flask", "seed")
    return project


@pytest.fixture
def token(shop: Project) -> Callable[[], str]:
    """Return a function that makes a token of somebody who may do everything."""
    shop.run("flask", "user", "create", "ada@example.com", "--link")
    shop.run("flask", "user", "promote", "ada@example.com")
    make = ("flask", "token", "create", "ada@example.com", "tests", "--scope=*")
    return lambda: shop.run(*make).strip()


@SQLITE_FIRST
@pytest.mark.parametrize(
    "phases", ["examples", pytest.param("coverage,fuzzing,stateful", marks=pytest.mark.full)]
)
def test_it_does_what_its_specification_says(
    shop: Project, token: Callable[[], str], phases: str
) -> None:
    shop.run("flask", "api", "export", "--output=api.json")
    live = shop.in_production(FLASK_ACCESS_OPEN=None)
    with live.gunicorn() as server:
        # Apart, for whoever revokes the token that it sends has seen the last of everything else.
        for choice, how in (("exclude", phases), ("include", "coverage,fuzzing")):
            which = (f"--{choice}-operation-id", "accounts_delete_revoke_token")
            send = ("--url", server.url, "-H", f"Authorization: Bearer {token()}")
            assert "passed" in shop.run(*TRY, "--phases", how, *which, *send)
