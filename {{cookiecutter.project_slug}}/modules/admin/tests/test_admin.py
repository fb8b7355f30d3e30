"""The pages that come along: the log, and the modules."""

from __future__ import annotations

import tomllib
from pathlib import Path

from flask import Flask

from app import create_app
from flask_modular import current_registry, db
from flask_modular.registry import registry_of
from modules.accounts.services import Role

from .conftest import Open

MOUNTED = """
[admin]
mounts = [{ url_prefix = "/back/office" }]
[accounts]
mounts = [{}, { name = "again", url_prefix = "/again" }]
"""


def test_the_log_is_searched_and_filtered(page: Open, root: str, roles: list[Role]) -> None:
    roles[0].name = "<b>renamed</b>"
    db.session.commit()
    found = page(f"{root}change/?filter_action=changed&q=renamed")
    assert "name: role 00 → <b>renamed</b>" in found.text
    assert "role 01" not in found.text
    assert "Nothing found" in page(f"{root}change/?filter_model=accounts").text
    one = page(f"{root}change/?filter_model=accounts.role&filter_key={roles[0].id}")
    assert "role 01" not in one.text


def test_the_log_can_only_be_read(page: Open, root: str, roles: list[Role]) -> None:
    details = page(f"{root}change/?q=role+07").links
    assert not {"New entry", "Edit", "Delete"} & details.keys()
    for name in ("new", "edit", "delete", "action"):
        assert page(f"{root}change/{name}/").status == 404


def test_the_modules_are_those_of_the_command(app: Flask, page: Open, root: str) -> None:
    text = page(f"{root}modules/").text
    for name in current_registry().modules:
        assert f"{name} " in text
    assert "modules/admin" in text


def test_pages_exist_once_and_below_the_first(app: Flask, tmp_path: Path) -> None:
    given, file = registry_of(app).settings_file, tmp_path / "modules.toml"
    sections = tomllib.loads(given.read_text("utf-8")) if given.exists() else {}
    disabled = (name for name, one in sections.items() if one.get("enabled") is False)
    off = "".join(f"[{name}]\nenabled = false\n" for name in disabled)  # they have no tables here
    file.write_text(MOUNTED + off, encoding="utf-8")
    urls = map(str, create_app({"MODULES_TOML": file}).url_map.iter_rules())
    found = [url for url in urls if "user/details" in url]
    assert found == ["/back/office/accounts/user/details/"]
