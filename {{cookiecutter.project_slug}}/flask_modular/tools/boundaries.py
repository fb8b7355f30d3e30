"""The rules on a module's own text: what it imports, and how it names its endpoints."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from ..manifest import KERNEL_PARTS
from .findings import Finding
from .imports import Import, imports, package_of
from .survey import Found, Survey

OPEN_PARTS = ("models", "services")
PROJECT = ("app", "config")
# Outside of a request there is no mount that an endpoint could be relative to.
OUTSIDE_REQUESTS = ("tasks", "commands", "seeds", "mails")
_ENDPOINT = re.compile(r"""url_for\(\s*["']([\w.]+)["']""")


def check_text(project: Survey) -> Iterator[Finding]:
    """Check the files of every module that belongs to the project."""
    for found in project.modules.values():
        if found.local:
            texts: list[str] = []
            for suffix, check in ((".py", _check_python), (".html", _check_template)):
                for path in sorted(found.folder.rglob(f"*{suffix}")):
                    try:
                        texts.append(path.read_text(encoding="utf-8"))
                        yield from check(project, found, path, texts[-1])
                    except (SyntaxError, UnicodeDecodeError) as error:
                        yield _unreadable(found, path, error)
            yield from _check_unused(project, found, texts)


def _unreadable(found: Found, path: Path, error: SyntaxError | UnicodeDecodeError) -> Finding:
    hint = "Save it as UTF-8." if isinstance(error, UnicodeDecodeError) else ""
    line = error.lineno if isinstance(error, SyntaxError) else None
    return Finding("M005", f"{error}.", hint, found.name, path, line)


def _check_python(project: Survey, found: Found, path: Path, source: str) -> Iterator[Finding]:
    """Check the imports and the endpoints of one Python file."""
    tree = ast.parse(source)
    for one in imports(source, package_of(path, found.folder.parent.parent)):
        problem = _judge(project, found, path, one)
        if problem:
            yield Finding(problem[0], problem[1], problem[2], found.name, path, one.line)
    if not _is_test(found, path) and _part(found, path) not in OUTSIDE_REQUESTS:
        for endpoint, line in _endpoints(tree):
            yield from _absolute(project, found, path, endpoint, line)


def _judge(project: Survey, found: Found, path: Path, one: Import) -> tuple[str, str, str] | None:
    """Return the id, message and hint for an import that breaks the rule, or None."""
    top, *rest = one.name.split(".")
    if top in PROJECT and not _is_test(found, path):
        hint = "Use flask.current_app and its config: a module never names its project."
        return "M204", f'"{found.name}" imports "{one.name}".', hint
    if top != "modules" or not rest or rest[0] in ("", found.name):
        return None
    other, part = rest[0], rest[1] if len(rest) > 1 else ""
    may, unguarded = _allowed(project, found, path)
    if other not in {*may, *project.modules} and _is_idle(project, found, path):
        return None
    if other not in may:
        hint = f'Add "{other}" to `requires` in its manifest, or to `uses` and guard the import.'
        return "M201", f'"{found.name}" imports "{other}", which it does not require.', hint
    if not _is_test(found, path) and not _is_open(project, other, part, one):
        hint = f"What others may use stands in {' or '.join(OPEN_PARTS)}."
        return "M202", f'"{found.name}" imports "{part}" of "{other}".', hint
    if other not in unguarded | one.guards:
        hint = f'Write the import inside `if has("{other}"):`.'
        return "M203", f'"{found.name}" merely uses "{other}" and imports it unguarded.', hint
    return None


def _allowed(project: Survey, found: Found, path: Path) -> tuple[set[str], set[str]]:
    """Return the modules that a file may import, and those of them that need no guard."""
    manifest, part = found.manifest, _part(found, path)
    collectors = project.collectors(manifest)
    mine = {
        owner
        for name, owner in collectors.items()
        if _belongs(part, name, project.manifests[owner].collects[name])
    }
    certain = {*manifest.requires, *mine}
    return {*certain, *manifest.uses, *collectors.values()}, certain


def _belongs(part: str, name: str, files: tuple[str, ...]) -> bool:
    own = {file.removesuffix(".py").rstrip("/") for file in files}
    return part in own or part == f"test_{name}"


def _part(found: Found, path: Path) -> str:
    """Return the part that a file belongs to; a test belongs to the part that it is named for."""
    inside = path.relative_to(found.folder)
    return inside.parts[1 if inside.parts[0] == "tests" else 0].removesuffix(".py")


def _is_test(found: Found, path: Path) -> bool:
    return path.relative_to(found.folder).parts[0] == "tests"


def _is_idle(project: Survey, found: Found, path: Path) -> bool:
    """Tell whether a file may be a part that nobody collects here: it is not loaded then."""
    return path.parent == found.folder and path.stem not in {
        "__init__",
        *KERNEL_PARTS,
        *project.columns,
    }


def _is_open(project: Survey, other: str, part: str, one: Import) -> bool:
    if part in ("", *OPEN_PARTS):
        return True
    folder = project.modules[other].folder if other in project.modules else Path()
    inner = (folder / f"{part}.py").exists() or (folder / part / "__init__.py").exists()
    # `from modules.blog import module` takes a name of the package, and not a part.
    return not inner and not one.whole and one.name.count(".") == 2


def _endpoints(tree: ast.Module) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else node.func
        called = name.id if isinstance(name, ast.Name) else name
        at = {"url_for": 0, "menu": 1}.get(str(called), len(node.args))
        given = node.args[at] if at < len(node.args) else None
        if isinstance(given, ast.Constant) and isinstance(given.value, str):
            yield given.value, given.lineno


def _check_template(project: Survey, found: Found, path: Path, text: str) -> Iterator[Finding]:
    if path.relative_to(found.folder).parts[0] in OUTSIDE_REQUESTS:
        return
    for match in _ENDPOINT.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        yield from _absolute(project, found, path, match[1], line)


def _absolute(
    project: Survey, found: Found, path: Path, endpoint: str, line: int
) -> Iterator[Finding]:
    blueprint, _, name = endpoint.rpartition(".")
    names = {found.name, *(mount.name for mount in project.mounts(found.name))}
    if blueprint in names and name != "static":  # every mount serves the same files
        message = f'"{endpoint}" always leads to the first mount of "{found.name}".'
        yield Finding("M301", message, f'Write ".{name}".', found.name, path, line)


def _check_unused(project: Survey, found: Found, texts: list[str]) -> Iterator[Finding]:
    needed = set(found.manifest.requires) & set(project.modules)
    needed -= set(project.collectors(found.manifest).values())
    for required in sorted(needed):
        if not any(re.search(rf"\b{required}(\b|_)", text) for text in texts):
            message = f'"{found.name}" requires "{required}", and nothing in it names it.'
            hint = f'Take "{required}" out of `requires`, if it is not needed.'
            file = found.folder / "manifest.toml"
            yield Finding("M702", message, hint, found.name, file, level="warning")
