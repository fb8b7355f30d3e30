from flask import Flask

from flask_modular import current_registry
from flask_modular.tools import new


def compose(app: Flask, *models: str) -> dict[str, str]:
    with app.app_context():
        registry = current_registry()
        specs = new.describe(app, registry, "stall", list(models))
        return new.compose(registry, "stall", specs, ["api"])


def test_new_module_without_models_gets_an_endpoint(app: Flask) -> None:
    texts = compose(app)
    assert 'blueprint = Blueprint("stall_api", __name__)' in texts["api.py"]
    assert '{"title": "Stall"}' in texts["tests/test_api.py"]


def test_new_module_with_models_gets_resources(app: Flask) -> None:
    texts = compose(app, "fruit name:str(50)", "crate label:str(20)")
    for name in ("Fruit", "Crate"):
        assert f"class {name}List(MethodView):" in texts["api.py"]
        assert f"class {name}Schema(ModelSchema):" in texts["schemas.py"]
    assert "def test_crate_is_replaced(" in texts["tests/test_api.py"]
