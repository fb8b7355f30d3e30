"""Print every requirement that any project may have: ``make pins`` resolves them together."""

import tomllib
from pathlib import Path
from typing import Any

FLAVORS = Path(__file__).parent
MODULES = FLAVORS.parent / "{{cookiecutter.project_slug}}" / "modules"


def requirements() -> list[str]:
    """Collect what the options, the kernel and all modules ask for."""
    options = _read(FLAVORS / "options.toml")
    kernel = options.pop("kernel")
    found = {*kernel["packages"], *kernel["dev"]}
    for choices in options.values():
        for choice in choices.values():
            found.update(choice.get("packages", []))
    for manifest in MODULES.glob("*/manifest.toml"):
        found.update(_read(manifest).get("packages", []))
    return sorted(found)


def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


if __name__ == "__main__":
    print(*requirements(), sep="\n")
