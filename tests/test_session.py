"""The session in the README: a client signs up, obtains a token, writes, and reads page by page."""

import re
import shutil
from collections.abc import Callable

import pytest

from tests.baking import ROOT
from tests.projects import Project, Server, unavailable
from tests.test_docs import Fence, fences, pattern

pytestmark = pytest.mark.slow
README = ROOT / "README.md"


def block(language: str, start: str) -> Fence:
    """Return the README's block that begins with a text."""
    [found] = [
        one for one in fences(README) if one.language == language and one.text.startswith(start)
    ]
    return found


@pytest.fixture
def shop(make: Callable[..., Project]) -> Project:
    """Return a project of the flavor, with the module of the README."""
    if shutil.which("curl") is None:
        unavailable("There is no curl on this machine.")
    project = make(flavor="api-only", database="sqlite")
    project.run("flask", "db", "upgrade")
    for command, _ in block("console", "$ flask module new").session[:2]:
        project.run("sh", "-c", command)
    return project


def values(server: Server, printed: str) -> dict[str, str]:
    """Return what the commands of the session refer to, as far as it is known."""
    links = re.findall(r"http://\S+/accounts/\S+", server.output)
    tokens = re.findall(r'"token": "(.+?)"', printed)
    return {"SERVER": server.url, "LINK": links[-1] if links else "", "TOKEN": "".join(tokens)}


def test_the_session_goes_as_the_readme_says(shop: Project) -> None:
    printed = ""
    with shop.flask_run() as server:
        for command, shown in block("shell-session", "$ curl").session:
            client = shop.having(**values(server, printed))
            output = client.run("sh", "-c", command).replace("\r", "").rstrip("\n")
            assert re.fullmatch(pattern(shown), output), f"$ {command}\n{output}"
            printed += output
