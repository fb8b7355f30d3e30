"""The contract that every module keeps, wherever it is mounted.

A module that is put into this project is tested here without a line of its own: its pages
answer who is signed in, its links move with it, its seeds can be run twice, its forms are
protected, and who only reads gets no cookie.
"""

from __future__ import annotations

import itertools
import json
import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.routing import Rule, UUIDConverter

from app import create_app
from flask_modular import Registry, current_registry, db
from flask_modular.access import UNSAFE_METHODS, Guard
from flask_modular.html import parse
from flask_modular.registry import LoadedModule
from flask_modular.testing import empty_tables, signed_in
from flask_modular.tools.boundaries import check_text
from flask_modular.tools.survey import survey

PROJECT: Registry = create_app("testing").extensions["flask_modular"]
MODULES = sorted(PROJECT.modules)
ELSEWHERE: dict[str, list[dict[str, str]]] = {
    "default": [],
    "renamed": [{"name": "renamed_{}", "url_prefix": "/renamed/{}"}],
    "nested": [{"url_prefix": "/a/longer/prefix/{}"}],
    "twice": [{}, {"name": "again_{}", "url_prefix": "/again/{}"}],
}
LINKS = ("action", "formaction", "href", "src")
NOBODY = "00000000-0000-0000-0000-000000000001"


@dataclass
class Mounted:
    """One module of an application in which it is mounted somewhere else."""

    app: Flask
    loaded: LoadedModule

    @property
    def names(self) -> list[str]:
        return [mount.name for mount in self.loaded.mounts]

    def prefix(self, name: str) -> str:
        [mount] = [mount for mount in self.loaded.mounts if mount.name == name]
        return mount.url_prefix or self.loaded.module.url_prefix or "/"

    def rules(self) -> list[Rule]:
        """Return the rules of the module's own blueprint, static files left out."""
        rules = self.app.url_map.iter_rules()
        own = [rule for rule in rules if rule.endpoint.rpartition(".")[0] in self.names]
        return [rule for rule in own if not rule.endpoint.endswith(".static")]

    def pages(self) -> list[Rule]:
        """Return the rules that can be opened without arguments."""
        return [
            rule
            for rule in self.rules()
            if "GET" in (rule.methods or ()) and not rule.arguments - set(rule.defaults or ())
        ]

    def urls(self) -> list[str]:
        """Return where those pages are."""
        with self.app.test_request_context():
            return [url_for(rule.endpoint) for rule in self.pages()]


def toml(value: Any) -> str:
    """Write a value as TOML."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(k)} = {toml(v)}" for k, v in value.items()) + " }"
    if isinstance(value, list):
        return f"[{', '.join(map(toml, value))}]"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str | bool) else str(value)


def settings(name: str, place: str) -> str:
    """Return the project's `modules.toml` with one module mounted elsewhere."""
    path = PROJECT.settings_file
    sections = tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    mounts = [{key: text.format(name) for key, text in mount.items()} for mount in ELSEWHERE[place]]
    if mounts:
        sections[name] = {**sections.get(name, {}), "mounts": mounts}
    return "".join(f"{name} = {toml(section)}\n" for name, section in sections.items())


def ids(value: tuple[str, str]) -> str:
    return "-".join(value)


@pytest.fixture(params=list(itertools.product(MODULES, ELSEWHERE)), ids=ids, scope="module")
def mounted(
    request: pytest.FixtureRequest, app: Flask, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Mounted]:
    """Yield each module in each place, in an application of its own, with empty tables."""
    name, place = request.param
    file: Path = tmp_path_factory.mktemp(place) / "modules.toml"
    file.write_text(settings(name, place), encoding="utf-8")
    application = create_app({"MODULES_TOML": file})
    with application.app_context():
        db.create_all()
        yield Mounted(application, current_registry().modules[name])
        empty_tables()
        for engine in db.engines.values():
            engine.dispose()


def test_it_is_mounted_where_it_should_be(mounted: Mounted) -> None:
    assert set(mounted.names) <= set(mounted.app.blueprints)
    for rule in mounted.rules():
        prefix = mounted.prefix(rule.endpoint.rpartition(".")[0])
        assert rule.rule.startswith(prefix)


def seed() -> None:
    for functions in current_registry().seeds.values():
        for function in functions:
            function()


@pytest.fixture
def browser(mounted: Mounted) -> Iterator[FlaskClient]:
    """Yield a client in which somebody who may do everything has signed in."""
    client = signed_in(mounted.app)
    client.environ_base.pop("HTTP_AUTHORIZATION", None)  # browsers send none, but a session
    yield client
    empty_tables()


def test_its_pages_answer(mounted: Mounted, browser: FlaskClient) -> None:
    for url in mounted.urls():
        response = browser.get(url, buffered=True)
        # The tables of these tests are not what migrations made, so that they are not ready.
        expected = {200, 302, 503} if url.endswith("/readyz") else {200, 302}
        assert response.status_code in expected, url
        assert "next=" not in response.headers.get("Location", ""), f"{url} asks to sign in."


def test_what_its_pages_lead_to_moves_with_it(mounted: Mounted, browser: FlaskClient) -> None:
    left = f"{mounted.loaded.module.url_prefix}/"
    if left == "//" or left in [f"{mounted.prefix(name)}/" for name in mounted.names]:
        pytest.skip("It stands where it would by itself.")
    seed()
    for url in mounted.urls():
        page = parse(browser.get(url, buffered=True).get_data(as_text=True))
        links = [one.attributes.get(name, "") for one in page.select() for name in LINKS]
        paths = [urlsplit(urljoin(url, link)).path for link in links if link]
        assert not [path for path in paths if f"{path}/".startswith(left)], url


def test_who_only_reads_gets_no_cookie(mounted: Mounted) -> None:
    for url in mounted.urls():
        response = mounted.app.test_client().get(url, buffered=True)
        if response.status_code == 200 and "csrf_token" not in response.text:
            assert "Set-Cookie" not in response.headers, url


def test_its_menu_leads_under_its_mount(mounted: Mounted) -> None:
    with mounted.app.test_request_context():
        for item in current_registry().menu:
            mount = item.endpoint.rpartition(".")[0]
            if item.module == mounted.loaded.name and mount in mounted.names:
                assert url_for(item.endpoint, _external=False).startswith(mounted.prefix(mount))


def test_its_static_files_are_served(mounted: Mounted) -> None:
    for mount, name in itertools.product(mounted.names, static_files(mounted.loaded)):
        with mounted.app.test_request_context():
            url = url_for(f"{mount}.static", filename=name)
        assert mounted.app.test_client().get(url, buffered=True).status_code == 200, url


def static_files(loaded: LoadedModule) -> set[str]:
    """Return the static files that a module has, and those that its templates name."""
    folder = Path(loaded.module.static_folder or "/no-such-folder")
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    texts = (path.read_text("utf-8") for path in loaded.manifest.folder.rglob("*.html"))
    named = re.compile(r"""url_for\(["']\.static["'], filename=["'](.+?)["']\)""")
    return there.union(*map(named.findall, texts))


def test_its_commands_exist_once(mounted: Mounted) -> None:
    module = mounted.loaded.module
    if module.cli.commands and isinstance(module.cli_group, str):
        assert mounted.app.cli.commands[module.cli_group] is module.cli


def test_what_it_contributes_counts_once(mounted: Mounted) -> None:
    name, here = mounted.loaded.name, current_registry()
    for kind in ("seeds", "health", "ready", "policies"):
        assert len(getattr(here, kind).get(name, [])) == len(getattr(PROJECT, kind).get(name, []))


def test_its_health_checks_run(mounted: Mounted) -> None:
    for check in current_registry().health.get(mounted.loaded.name, []):
        assert isinstance(check(), str | None)


def test_seeds_can_be_run_twice(mounted: Mounted) -> None:
    def rows() -> dict[str, int]:
        tables = db.metadata.sorted_tables
        return {
            table.name: db.session.scalar(select(func.count()).select_from(table)) or 0
            for table in tables
        }

    counts = []
    for _ in range(2):
        seed()
        counts.append(rows())
    assert counts[0] == counts[1]


def test_a_form_without_its_token_never_reaches_the_view(
    mounted: Mounted, monkeypatch: pytest.MonkeyPatch
) -> None:
    csrf = mounted.app.extensions.get("csrf")
    if csrf is None:
        pytest.skip("No module here protects forms.")
    before = mounted.app.before_request_funcs.get(None, [])
    # Policies might refuse first, and hide that nothing else would.
    others = [one for one in before if not isinstance(getattr(one, "__self__", None), Guard)]
    monkeypatch.setitem(mounted.app.before_request_funcs, None, others)
    for rule in mounted.rules():
        for method in UNSAFE_METHODS & (rule.methods or set()):
            reached: list[str] = []
            view = mounted.app.view_functions[rule.endpoint]
            if f"{view.__module__}.{view.__name__}" in csrf._exempt_views:
                continue
            monkeypatch.setitem(mounted.app.view_functions, rule.endpoint, spy(reached, rule))
            mounted.app.test_client().open(example(mounted.app, rule), method=method)
            assert not reached


def spy(reached: list[str], rule: Rule) -> Callable[..., str]:
    def view(**arguments: object) -> str:
        reached.append(rule.endpoint)
        return ""

    return view


def example(app: Flask, rule: Rule) -> str:
    """Return a URL of a rule, with something for each of its arguments."""
    arguments: dict[str, Any] = {
        name: NOBODY if isinstance(converter, UUIDConverter) else "1"
        for name, converter in rule._converters.items()
    }
    with app.test_request_context():
        return url_for(rule.endpoint, _method=next(iter(rule.methods or ())), **arguments)


@pytest.mark.parametrize("name", MODULES)
def test_it_names_no_endpoint_of_its_own_absolutely(app: Flask, name: str) -> None:
    with app.app_context():
        found = [one for one in check_text(survey()) if one.module == name and one.id == "M301"]
    assert not [one.message for one in found]
