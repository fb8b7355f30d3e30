from flask import Flask

from flask_modular import current_registry
from flask_modular.tools import new

PAGES = ("list", "detail", "form", "delete")


def compose(app: Flask, *models: str) -> dict[str, str]:
    with app.app_context():
        registry = current_registry()
        specs = new.describe(app, registry, "stall", list(models))
        return new.compose(registry, "stall", specs, ["views"])


def test_new_module_without_models_gets_a_page(app: Flask) -> None:
    texts = compose(app)
    assert 'render_template("stall/index.html")' in texts["views.py"]
    assert '{% extends "site/layout.html" %}' in texts["templates/stall/index.html"]
    assert "Stall" in texts["tests/test_views.py"]


def test_new_module_with_models_gets_forms_and_pages(app: Flask) -> None:
    texts = compose(app, "fruit name:str(50)", "crate label:str(20)")
    assert "class FruitForm(Form):" in texts["forms.py"]
    assert "def fruit_edit(" in texts["views.py"]
    assert "test_fruit_is_created" in texts["tests/test_views.py"]
    pages = {f"{name}_{page}" for name in ("fruit", "crate") for page in PAGES}
    templates = {path for path in texts if path.startswith("templates/")}
    assert templates == {f"templates/stall/{page}.html" for page in {"_nav", *pages}}
