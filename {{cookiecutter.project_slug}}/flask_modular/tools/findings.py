"""What `flask module check` finds."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal


@dataclass(frozen=True)
class Finding:
    """One broken rule.

    :param id: stable, such as `M201`; the first digit is the kind of rule.
    :param message: the fact, with the offender in quotes.
    :param hint: the remedy; empty where the message says it.
    :param module: the module to mend, where it is a single one.
    """

    id: str
    message: str
    hint: str = ""
    module: str | None = None
    file: Path | None = None
    line: int | None = None
    level: Literal["error", "warning"] = "error"

    def place(self, root: Path) -> str:
        """Return the file and line, relative to the project where it is inside."""
        if self.file is None:
            return self.module or "project"
        inside = self.file.is_relative_to(root)
        path = self.file.relative_to(root) if inside else self.file
        return f"{path.as_posix()}:{self.line}" if self.line else path.as_posix()

    def text(self, root: Path) -> str:
        """Return the finding for people."""
        first = f"{self.place(root)}: {self.level} {self.id}: {self.message}"
        return f"{first}\n    {self.hint}" if self.hint else first

    def data(self, root: Path) -> dict[str, Any]:
        """Return the finding for machines."""
        file = self.place(root).removesuffix(f":{self.line}") if self.file else None
        return {**asdict(self), "file": file}
