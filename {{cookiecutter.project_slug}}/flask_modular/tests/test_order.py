"""The order of loading, and what stands in its way."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from flask_modular.errors import RequirementError
from flask_modular.manifest import Manifest
from flask_modular.order import columns, dependency_order


def manifests(**requires: str) -> dict[str, Manifest]:
    """Return manifests by name; the value lists what each requires, `?` marks what it uses."""
    result = {}
    for name, words in requires.items():
        needed = tuple(word for word in words.split() if "?" not in word)
        used = tuple(word.strip("?") for word in words.split() if "?" in word)
        result[name] = Manifest(name, Path(name), requires=needed, uses=used)
    return result


def names(found: dict[str, Manifest]) -> list[str]:
    return [manifest.name for manifest in dependency_order(found)]


def test_a_module_comes_after_what_it_requires_and_uses() -> None:
    assert names(manifests(a="b? c", b="d", c="", d="")) == ["c", "d", "b", "a"]


def test_what_is_merely_used_may_be_absent() -> None:
    assert names(manifests(a="nowhere?")) == ["a"]


def test_discovery_order_does_not_matter() -> None:
    found = manifests(a="c", b="", c="", d="a b?", e="c?", f="", g="f d")
    shuffled = list(found.items())
    orders = set()
    for seed in range(50):
        random.Random(seed).shuffle(shuffled)  # noqa: S311
        orders.add(tuple(names(dict(shuffled))))
    assert len(orders) == 1


def test_a_folder_waits_for_nobody() -> None:
    views, texts = {"views": ("views.py",)}, {"texts": ("texts/",)}
    site = Manifest("site", Path("site"), collects=views, entries=frozenset({"texts"}))
    talk = Manifest("talk", Path("talk"), collects=texts, entries=frozenset({"views.py"}))
    assert names({"site": site, "talk": talk}) == ["site", "talk"]


def test_a_missing_requirement_names_the_nearest_module() -> None:
    with pytest.raises(RequirementError) as caught:
        dependency_order(manifests(blog="acounts", accounts=""))
    assert '"blog" requires "acounts", which is not there' in caught.value.message
    assert 'Did you mean "accounts"?' in caught.value.message


def test_a_disabled_requirement_names_the_command() -> None:
    found = manifests(blog="accounts", accounts="")
    disabled = {"accounts": found.pop("accounts")}
    with pytest.raises(RequirementError, match="flask module enable accounts"):
        dependency_order(found, disabled)


def test_a_cycle_is_printed() -> None:
    with pytest.raises(RequirementError, match="cycle: ") as caught:
        dependency_order(manifests(a="b", b="c?", c="a"))
    assert "a → b → c → a" in caught.value.message.replace(": ", ": c → a → b → ")


def test_a_collector_comes_before_what_it_collects() -> None:
    found = {
        "blog": Manifest("blog", Path("blog"), entries=frozenset({"views.py"})),
        "site": Manifest("site", Path("site"), collects={"views": ("views.py",)}),
    }
    assert names(found) == ["site", "blog"]


def test_a_collector_may_need_what_it_collects_from() -> None:
    files = frozenset({"admin.py", "tasks.py"})
    found = {
        "accounts": Manifest("accounts", Path("accounts"), entries=files),
        "admin": Manifest(
            "admin",
            Path("admin"),
            requires=("accounts",),
            collects={"admin": ("admin.py",)},
            entries=files,
        ),
        "blog": Manifest("blog", Path("blog"), entries=files),
        "tasks": Manifest("tasks", Path("tasks"), collects={"tasks": ("tasks.py",)}, entries=files),
    }
    assert names(found) == ["tasks", "accounts", "admin", "blog"]


@pytest.mark.parametrize(("part", "other"), [("views", "pages"), ("models", "the kernel")])
def test_a_part_has_one_collector(part: str, other: str) -> None:
    files = {part: (f"{part}.py",)}
    found = {name: Manifest(name, Path(name), collects=files) for name in ("pages", "site")}
    with pytest.raises(RequirementError, match=f'"{other}" collect the part "{part}"'):
        columns(found)
