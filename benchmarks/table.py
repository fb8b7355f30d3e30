"""A small table: printed aligned, written as Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field


@dataclass
class Table:
    """What one subject measured.

    :param title: the subject.
    :param columns: the first one names the contender, the others hold figures.
    :param method: how it was measured, in a sentence or two.
    :param meaning: what the figures say.
    """

    title: str
    columns: Sequence[str]
    method: str
    rows: list[Sequence[str]] = field(default_factory=list)
    meaning: list[str] = field(default_factory=list)

    def add(self, *cells: str) -> None:
        """Add a row."""
        self.rows.append(cells)

    def text(self) -> str:
        """Return the table for a terminal."""
        widths = [max(map(len, column)) for column in zip(self.columns, *self.rows, strict=True)]
        rule = ["-" * width for width in widths]
        lines = [self._line(row, widths) for row in (self.columns, rule, *self.rows)]
        return "\n".join([self.title, "", *lines, "", *self.meaning])

    @staticmethod
    def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
        first, *others = zip(cells, widths, strict=True)
        aligned = [first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)]
        return "  ".join(aligned).rstrip()

    def markdown(self) -> str:
        """Return the table for RESULTS.md."""
        return "\n".join([f"## {self.title}", "", self.method, "", *self._grid(), *self._meaning()])

    def _grid(self) -> Iterator[str]:
        rule = ["---", *("---:" for _ in self.columns[1:])]
        for row in (self.columns, rule, *self.rows):
            yield f"| {' | '.join(row)} |"

    def _meaning(self) -> list[str]:
        return ["", *(f"- {sentence}" for sentence in self.meaning)] if self.meaning else []


def verdict(name: str, value: float, aim: str, *, met: bool) -> str:
    """Say whether an aim is met."""
    return f"{name}: {value:.3g}, aim {aim}: {'met' if met else 'missed'}."
