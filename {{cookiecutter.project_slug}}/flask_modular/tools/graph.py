"""`flask module graph`: which module requires, uses and collects from which."""

from __future__ import annotations

from dataclasses import dataclass

from .survey import Survey, survey


@dataclass(frozen=True, order=True)
class Edge:
    """What one module wants of another; `required` is drawn solid, the rest dashed."""

    module: str
    other: str
    required: bool
    parts: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """Return the parts that the other module collects from this one."""
        return ", ".join(self.parts)


def render(style: str) -> str:
    """Return the graph as `mermaid`, `dot` or `text`, the same for the same project."""
    project = survey()
    if not project.modules:
        return "No modules are installed."
    return {"mermaid": _mermaid, "dot": _dot, "text": _text}[style](project, edges(project))


def edges(project: Survey) -> list[Edge]:
    """Return what the modules want of each other, sorted; an absent `uses` is no edge."""
    result = []
    for name, manifest in project.manifests.items():
        parts: dict[str, list[str]] = {}
        for part, owner in project.collectors(manifest).items():
            parts.setdefault(owner, []).append(part)
        used = {other for other in manifest.uses if other in project.modules}
        for other in {*manifest.requires, *used, *parts} - {name}:
            taken = tuple(sorted(parts.get(other, ())))
            result.append(Edge(name, other, other in manifest.requires, taken))
    return sorted(result)


def nodes(project: Survey, found: list[Edge]) -> dict[str, str]:
    """Return the label of each module, which says if it is disabled, broken or missing."""
    names = sorted({*project.modules, *(edge.other for edge in found)})
    states = {name: one.state for name, one in project.modules.items()}
    notes = {name: states.get(name, "missing").replace("enabled", "") for name in names}
    return {name: f"{name} ({note})" if note else name for name, note in notes.items()}


def _mermaid(project: Survey, found: list[Edge]) -> str:
    # A prefix, because a node called "end" or "default" is a keyword there.
    lines = ["graph TD"]
    lines += [f'    m_{name}["{label}"]' for name, label in nodes(project, found).items()]
    for edge in found:
        label = f'|"{edge.label}"|' if edge.parts else ""
        arrow = "-->" if edge.required else "-.->"
        lines.append(f"    m_{edge.module} {arrow}{label} m_{edge.other}")
    return "\n".join(lines)


def _dot(project: Survey, found: list[Edge]) -> str:
    lines = ["digraph modules {"]
    lines += [f'    "{name}" [label="{label}"];' for name, label in nodes(project, found).items()]
    for edge in found:
        style = "solid" if edge.required else "dashed"
        label = f', label="{edge.label}"' if edge.parts else ""
        lines.append(f'    "{edge.module}" -> "{edge.other}" [style={style}{label}];')
    return "\n".join([*lines, "}"])


def _text(project: Survey, found: list[Edge]) -> str:
    lines = []
    for name, label in nodes(project, found).items():
        lines.append(label)
        if name in project.modules and project.manifests[name].collects:
            lines.append(f"  collects {', '.join(sorted(project.manifests[name].collects))}")
        for edge in (one for one in found if one.module == name):
            verb = "requires" if edge.required else "uses"
            lines.append(f"  {verb} {edge.other}" + (f" ({edge.label})" if edge.parts else ""))
    return "\n".join(lines)
