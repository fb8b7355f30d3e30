"""The projects that are compared: the same features, as modules and by hand."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent
TEMPLATE = ROOT / "{{cookiecutter.project_slug}}"
SAMPLES = HERE / "samples"
SAMPLE = "shelf"
IGNORED = shutil.ignore_patterns("__pycache__", "tests")


def names(count: int) -> list[str]:
    """Return the names of a number of features."""
    return [f"{SAMPLE}_{number:04}" for number in range(count)]


def write_modular(folder: Path, features: Iterable[str], modules: Iterable[str] = ()) -> Path:
    """Write a project whose features are modules.

    :param modules: further modules, taken from the template.
    """
    shutil.copytree(SAMPLES / "modular", folder, ignore=IGNORED)
    shutil.copytree(TEMPLATE / "flask_modular", folder / "flask_modular", ignore=IGNORED)
    shutil.copy(TEMPLATE / "modules" / "__init__.py", folder / "modules")
    for name in modules:
        shutil.copytree(TEMPLATE / "modules" / name, folder / "modules" / name, ignore=IGNORED)
    multiply(folder / "modules", features)
    return folder


def write_greeting(folder: Path, modules: Iterable[str] = (), settings: str = "") -> Path:
    """Write a project with modules that has one view, and nothing else to do.

    :param modules: further modules, taken from the template.
    :param settings: the text of `modules.toml`.
    """
    write_modular(folder, (), modules)
    shutil.copytree(SAMPLES / "requests" / "modules", folder / "modules", dirs_exist_ok=True)
    (folder / "modules.toml").write_text(settings, encoding="utf-8")
    return folder


def write_factory(folder: Path, features: Iterable[str]) -> Path:
    """Write a project whose factory registers the same features as blueprints, by hand."""
    shutil.copytree(SAMPLES / "factory", folder, ignore=IGNORED)
    app = folder / "app.py"
    lines = app.read_text(encoding="utf-8").splitlines(keepends=True)
    features = list(features)
    repeated = [copy for line in lines for copy in _for_each(line, features)]
    app.write_text("".join(repeated), encoding="utf-8")
    multiply(folder / "features", features)
    return folder


def _for_each(line: str, features: list[str]) -> list[str]:
    if SAMPLE not in line:
        return [line]
    return [line.replace(SAMPLE, name) for name in features]


def multiply(folder: Path, features: Iterable[str]) -> None:
    """Replace the sample feature in a folder with copies of other names."""
    sample = folder / SAMPLE
    files = [
        path for path in sample.rglob("*") if path.is_file() and "__pycache__" not in str(path)
    ]
    for name in features:
        for file in files:
            copy = Path(str(file.relative_to(folder)).replace(SAMPLE, name))
            target = folder / copy
            target.parent.mkdir(parents=True, exist_ok=True)
            text = file.read_text(encoding="utf-8")
            target.write_text(text.replace(SAMPLE, name), encoding="utf-8")
    shutil.rmtree(sample)
