"""`flask module remove`."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect

import modules
from flask_modular import revisions
from flask_modular.errors import SettingsError
from flask_modular.tests.project import Project
from flask_modular.tools.settings_file import with_enabled, without_section


@pytest.fixture(autouse=True)
def development(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(revisions, "tidy", lambda path: None)
    monkeypatch.setenv("FLASK_CONFIG", "development")


@pytest.fixture
def shop(project: Project) -> Project:
    """Return a project with a module that was just made."""
    project.run("module", "new", "shop", "--model", "product name:str(100)")
    project.forget()
    return project


def schema(project: Project) -> list[str]:
    engine = create_engine(project.url)
    tables = inspect(engine).get_table_names()
    engine.dispose()
    return tables


def contents(root: Path) -> dict[Path, bytes]:
    paths = (path for path in root.rglob("*") if path.is_file())
    return {path: path.read_bytes() for path in paths if path.suffix not in {".pyc", ".db"}}


def test_remove_undoes_new(project: Project) -> None:
    project.settings("# mine\n")
    before = contents(project.root)
    project.run("module", "new", "shop", "--model", "product name:str(100) parent:product?")
    project.forget()
    project.run("module", "disable", "shop")
    project.run("module", "remove", "shop", "--yes")
    assert contents(project.root) == before
    assert schema(project) == []
    assert not (project.root / "modules/shop").exists()


def test_plan_is_shown_before_anything_happens(shop: Project) -> None:
    shop.run("seed")
    shop.forget()
    result = shop.flask("module", "remove", "shop")  # nobody answers
    assert result.exit_code == 1
    assert "table    shop_product (3 rows)" in result.output
    assert "modules/shop (" in result.output
    assert (shop.root / "modules/shop").is_dir()
    assert "shop_product" in schema(shop)


def test_tables_may_stay(shop: Project) -> None:
    shop.run("module", "remove", "shop", "--yes", "--keep-data")
    assert schema(shop) == ["shop_alembic_version", "shop_product"]


def test_module_that_another_requires_stays(shop: Project) -> None:
    shop.module("cart", 'requires = ["shop"]')
    result = shop.flask("module", "remove", "shop", "--yes")
    assert '"shop" is required by cart' in result.output
    assert (shop.root / "modules/shop").is_dir()


def test_module_whose_tables_are_referred_to_stays(shop: Project) -> None:
    shop.run("module", "new", "cart", "--model", "line product:shop.product")
    shop.forget()
    shop.run("module", "disable", "cart")
    result = shop.flask("module", "remove", "shop", "--yes")
    assert "cart_line → shop_product" in result.output
    assert (shop.root / "modules/shop").is_dir()


def test_installed_module_is_not_ours_to_remove(
    shop: Project, tmp_path_factory: pytest.TempPathFactory
) -> None:
    site_packages = tmp_path_factory.mktemp("installed")
    (site_packages / "plugin").mkdir()
    (site_packages / "plugin/__init__.py").write_text("")
    modules.__path__ = [*modules.__path__, str(site_packages)]  # the fixture puts it back
    assert "uninstall it with pip" in shop.flask("module", "remove", "plugin").output


def test_unknown_module_is_not_removed(shop: Project) -> None:
    assert 'Did you mean "shop"?' in shop.flask("module", "remove", "shoop").output


@pytest.mark.parametrize("file", ["models.py", "__init__.py", "manifest.toml"])
def test_broken_module_is_removed_with_its_tables(shop: Project, file: str) -> None:
    shop.write(f"modules/shop/{file}", "this = is = not = anything\n1 /")
    shop.run("module", "remove", "shop", "--yes")
    assert schema(shop) == []
    assert not (shop.root / "modules/shop").exists()


def test_broken_migration_keeps_the_module(shop: Project) -> None:
    [revision] = (shop.root / "modules/shop/migrations").glob("*.py")
    revision.write_text("1 / 0\n")
    result = shop.flask("module", "remove", "shop", "--yes")
    assert "--keep-data" in result.output
    assert (shop.root / "modules/shop").is_dir()
    shop.run("module", "remove", "shop", "--yes", "--keep-data")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# note\n",
        "[wiki]\nenabled = true\n",
        '[wiki]\nmounts = [\n  { url_prefix = "/a" },\n]\n\n# about press\n[press]\n',
        "[wiki]\r\nenabled = true\r\n",
    ],
)
def test_section_goes_as_it_came(text: str) -> None:
    assert without_section(with_enabled(text, "blog", False), "blog") == text


@pytest.mark.parametrize(
    ("section", "rest"),
    [
        ("[blog]\n[blog.config]\nx = 1\n", "\n[wiki]\n"),
        ('[[blog.mounts]]\nurl_prefix = "/a"\n', "[wiki]\n"),
        ("blog = { enabled = true }\n", "[wiki]\n"),
        ("blog.enabled = true\n", "wiki.enabled = true\n"),
        ("[blog]\nenabled = true\n", "# about the wiki\n[wiki]\n"),
    ],
)
def test_section_of_any_form_goes_and_the_rest_stays(section: str, rest: str) -> None:
    assert without_section(section + rest, "blog") == rest
    assert "blog" not in tomllib.loads(without_section(rest + section, "blog"))


def test_scattered_section_is_left_to_its_author() -> None:
    with pytest.raises(SettingsError):
        without_section("[blog]\n[wiki]\n[blog.config]\nx = 1\n", "blog")
