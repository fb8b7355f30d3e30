"""Scaffolds: folders of templates, the kernel's and those that collectors bring for their parts.

A scaffold has a folder `models/` for modules with models and one `page/` for those without. Each
`<file>-tpl` in it is a Jinja template with `<% %>` and `<< >>`; `module_name` in its path stands
for the module's name, and a path with `model_name` is rendered once for each model. What renders
to nothing is not written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ..errors import ModularError, did_you_mean
from ..manifest import KERNEL_PARTS
from ..registry import Registry
from . import samples
from .specs import ModelSpec

SUFFIX = "-tpl"
# What the other parts stand on.
FOUNDATION = frozenset({"models", "services"})


@dataclass(frozen=True)
class Template:
    """One template of a scaffold, and the part that its file belongs to, if it is of one."""

    root: Path
    name: str
    part: str | None

    @property
    def path(self) -> str:
        """Return the path of the file, within the module's folder."""
        return self.name.removesuffix(SUFFIX)


def templates(registry: Registry, shape: str) -> list[Template]:
    """Return all templates for modules of a shape, the kernel's first.

    :param shape: `models` or `page`.
    """
    columns = {part: files for part, (_, files) in registry.columns.items()}
    owners = dict.fromkeys(owner for owner, _ in registry.columns.values())
    ordered = [name for name in registry.enabled if name in owners]
    roots = [registry.known[name].folder / "scaffold" for name in ordered]
    kernel = Path(__file__).parent / "scaffold"
    known = {**KERNEL_PARTS, **columns}
    return [
        Template(root / shape, name, part_of(name.removesuffix(SUFFIX), known))
        for root in (kernel, *roots)
        for name in sorted(_names(root / shape))
    ]


def _names(root: Path) -> Iterator[str]:
    for path in root.rglob(f"*{SUFFIX}"):
        yield path.relative_to(root).as_posix()


def part_of(path: str, parts: Mapping[str, tuple[str, ...]]) -> str | None:
    """Return the part that a file belongs to; `tests/test_<part>.py` belongs to its part."""
    for part, files in parts.items():
        names = {part, *(Path(file).stem for file in files if file.endswith(".py"))}
        tests = {f"tests/test_{name}.py" for name in names}
        if path in tests or any(path == one or path.startswith(f"{one}/") for one in _bare(files)):
            return part
    return None


def _bare(files: tuple[str, ...]) -> set[str]:
    return {file.rstrip("/") for file in files}


def choose(
    registry: Registry, found: list[Template], wanted: list[str] | None
) -> tuple[list[Template], set[str]]:
    """Return the templates that are to be written, and the parts that they make up.

    :param wanted: parts; all by default, and `routes` only where nothing else would show a page.
    :raises ModularError: for a part that is not there.
    """
    offered = {one.part for one in found if one.part}
    for part in wanted or ():
        if part not in offered:
            raise ModularError(_no_part(registry, part, offered))
    chosen = offered if wanted is None else (offered & FOUNDATION) | set(wanted)
    if wanted is None and chosen & registry.columns.keys():
        chosen = chosen - {"routes"}
    return [one for one in found if one.part in {None, *chosen}], chosen


def _no_part(registry: Registry, part: str, offered: set[str]) -> str:
    if part in {*KERNEL_PARTS, *registry.columns}:
        return f'Nothing can be written for the part "{part}"; write {_list(offered)}.'
    return f'No module here collects a part "{part}"; there are {_list(offered)}.' + did_you_mean(
        part, offered
    )


def _list(parts: set[str]) -> str:
    return ", ".join(sorted(parts)) or "none"


def render(
    found: list[Template], context: dict[str, Any], models: list[ModelSpec]
) -> dict[str, str]:
    """Return the texts of a module's files, by path."""
    texts: dict[str, str] = {}
    for template in found:
        environment = _environment(template.root)
        per_model = models if "model_name" in template.path else [None]
        for model in per_model:
            text = environment.get_template(template.name).render(context, model=model)
            path = template.path.replace("module_name", context["name"])
            path = path.replace("model_name", model.name) if model else path
            if text.strip():
                texts[path] = text
    return texts


@cache
def _environment(root: Path) -> Environment:
    environment = Environment(  # noqa: S701 (what it writes is no answer to a request)
        loader=FileSystemLoader(root),
        block_start_string="<%",
        block_end_string="%>",
        variable_start_string="<<",
        variable_end_string=">>",
        comment_start_string="<#",
        comment_end_string="#>",
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=StrictUndefined,
    )
    environment.globals.update(sample=samples.sample)
    environment.filters.update(code=samples.as_code, input=samples.as_input)
    return environment
