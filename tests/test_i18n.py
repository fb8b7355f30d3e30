"""The catalogues that come along say all that their modules say."""

from collections.abc import Callable

import pytest

from tests.baking import TEMPLATE
from tests.projects import Project

CATALOGUES = sorted(path.split("/") for path in TEMPLATE.files if path.endswith("/messages.po"))
TRANSLATED = sorted({module for _, module, *_ in CATALOGUES})
OPTIONAL = {*TRANSLATED} - {*TEMPLATE.flavors["full-stack"].modules}


@pytest.mark.parametrize("module", TRANSLATED)
def test_every_text_is_translated(flavors: Callable[..., Project], module: str) -> None:
    project = flavors("full-stack", *sorted(OPTIONAL))
    assert "Every text is translated." in project.run("flask", "i18n", "check", "--module", module)


@pytest.mark.parametrize("module", TRANSLATED)
def test_every_module_speaks_the_same_languages(module: str) -> None:
    assert [language for _, name, _, language, *_ in CATALOGUES if name == module] == ["ar", "de"]
