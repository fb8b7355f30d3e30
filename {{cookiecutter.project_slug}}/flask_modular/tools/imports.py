"""Which imports a file has, and under which guards: a small walk over its syntax tree."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

_LEAVES = (ast.Return, ast.Raise, ast.Continue, ast.Break)


@dataclass(frozen=True)
class Import:
    """One import of a Python module, wherever it stands.

    :param name: dotted and absolute; what `from x import y` may take is `x.y`.
    :param guards: the modules of the project that `if has("…"):` has made sure of.
    :param whole: whether the last word may be a name inside a Python module.
    """

    name: str
    line: int
    guards: frozenset[str]
    whole: bool = True


def imports(source: str, package: str) -> list[Import]:
    """Return the imports of a file: at the top, in functions, under `TYPE_CHECKING`, by name.

    :param package: what relative imports are relative to, such as `modules.blog`.
    """
    return list(_statements(ast.parse(source).body, package, frozenset()))


def package_of(path: Path, root: Path) -> str:
    """Return the package that a file's relative imports start from.

    :param root: the folder in which `modules` lies.
    """
    return ".".join(path.parent.relative_to(root).parts)


def _statements(body: Iterable[ast.AST], package: str, guards: frozenset[str]) -> Iterator[Import]:
    for node in body:
        yield from _node(node, package, guards)
        if isinstance(node, ast.If) and isinstance(node.body[-1], _LEAVES):
            guards = guards | _asked(node.test, negated=True)


def _node(node: ast.AST, package: str, guards: frozenset[str]) -> Iterator[Import]:
    if isinstance(node, ast.Import):
        for alias in node.names:
            yield Import(alias.name, node.lineno, guards)
    elif isinstance(node, ast.ImportFrom):
        yield from _from(node, package, guards)
    elif isinstance(node, ast.If):
        yield from _node(node.test, package, guards)
        yield from _statements(node.body, package, guards | _asked(node.test))
        yield from _statements(node.orelse, package, guards | _asked(node.test, negated=True))
    else:
        if isinstance(node, ast.Call):
            yield from _by_name(node, package, guards)
        for field in ast.iter_fields(node):
            children = field[1] if isinstance(field[1], list) else [field[1]]
            nodes = [child for child in children if isinstance(child, ast.AST)]
            yield from _statements(nodes, package, guards)


def _from(node: ast.ImportFrom, package: str, guards: frozenset[str]) -> Iterator[Import]:
    base = node.module or ""
    if node.level:
        parents = package.split(".")
        above = parents[: len(parents) - node.level + 1]
        base = ".".join([*above, *([base] if base else [])])
    for alias in node.names:
        yield Import(f"{base}.{alias.name}", node.lineno, guards, whole=False)


def _by_name(node: ast.Call, package: str, guards: frozenset[str]) -> Iterator[Import]:
    function = node.func.attr if isinstance(node.func, ast.Attribute) else node.func
    name = function.id if isinstance(function, ast.Name) else function
    first = node.args[0] if node.args else None
    if name not in ("import_module", "__import__") or not isinstance(first, ast.Constant):
        return
    written = str(first.value)
    yield Import(f"{package}{written}" if written.startswith(".") else written, node.lineno, guards)


def _asked(test: ast.expr, negated: bool = False) -> frozenset[str]:
    """Return the modules that are there where a test holds, or where it does not."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return _asked(test.operand, not negated)
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.Or if negated else ast.And):
        return frozenset[str]().union(*(_asked(value, negated) for value in test.values))
    if negated or not isinstance(test, ast.Call) or not test.args:
        return frozenset()
    name = test.func.attr if isinstance(test.func, ast.Attribute) else test.func
    called = name.id if isinstance(name, ast.Name) else name
    asked = test.args[0]
    if called == "has" and isinstance(asked, ast.Constant):
        return frozenset({str(asked.value)})
    return frozenset()
