from flask import Flask

from flask_modular import current_registry
from flask_modular.tools import new


def test_new_module_gets_a_page_for_each_model(app: Flask) -> None:
    with app.app_context():
        registry = current_registry()
        models = ["fruit name:str(50) ripe:bool", "crate label:str(20) fruit:fruit?"]
        specs = new.describe(app, registry, "stall", models)
        texts = new.compose(registry, "stall", specs, ["admin"])
    assert "class FruitAdmin(ModelAdmin):" in texts["admin.py"]
    assert 'column_list = ("label", "fruit", )' in texts["admin.py"]
    assert 'column_filters = ("ripe", )' in texts["admin.py"]
    assert "test_crate_is_created_by_an_administrator" in texts["tests/test_admin.py"]
