"""What `--model` describes: models, their fields, and what these point at."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from ..texts import pluralize
from .kinds import Default, Kind


@dataclass
class Target:
    """The model that a foreign key points at.

    :param module: empty for the module itself.
    :param key: the attribute of its primary key, and `annotation` what that is in Python.
    :param label: the attribute that it is sorted by in selects.
    """

    model: str
    module: str = ""
    class_name: str = ""
    table: str = ""
    key: str = "id"
    annotation: str = "int"
    label: str = "id"

    @property
    def name(self) -> str:
        """Return the target as `--model` says it."""
        return f"{self.module}.{self.model}".lstrip(".")


@dataclass
class Field:
    """One field of a model."""

    name: str
    kind: Kind
    optional: bool = False
    unique: bool = False
    index: bool = False
    default: Default | None = None
    length: int = 0
    precision: int = 0
    scale: int = 0
    choices: tuple[str, ...] = ()
    target: Target | None = None
    attribute: str = ""

    @property
    def column(self) -> str:
        """Return the column's name: a reference ends in `_id` unless `attribute` says otherwise."""
        return self.attribute or (f"{self.name}_id" if self.target else self.name)

    @property
    def label(self) -> str:
        """Return the name for people."""
        return humanize(self.name)

    @property
    def annotation(self) -> str:
        """Return what `Mapped[…]` says."""
        plain = self.target.annotation if self.target else self.kind.annotation
        return f"{plain} | None" if self.optional and plain != "Any" else plain

    @property
    def is_text(self) -> bool:
        """Tell whether a search looks into the field."""
        return self.kind.name in {"str", "text", "email", "url"}


@dataclass
class ModelSpec:
    """One model."""

    name: str
    fields: list[Field] = field(default_factory=list)
    table: str = ""

    @property
    def class_name(self) -> str:
        """Return the name of the class."""
        return "".join(word.capitalize() for word in self.name.split("_"))

    @property
    def plural(self) -> str:
        """Return the name of many."""
        return pluralize(self.name)

    @property
    def title(self) -> str:
        """Return the name of one for people, such as "Order item"."""
        return humanize(self.name)

    @property
    def titles(self) -> str:
        """Return the name of many for people."""
        return humanize(self.plural)

    @property
    def words(self) -> str:
        """Return the name of one within a sentence."""
        return self.name.replace("_", " ")

    @cached_property
    def references(self) -> list[Field]:
        """Return the foreign keys."""
        return [one for one in self.fields if one.target]

    @property
    def filled(self) -> list[Field]:
        """Return the fields that seeds and tests fill: all but a row's kin, and what is far off."""
        return [
            one
            for one in self.fields
            if not (one.target and one.target.name == self.name)
            and not (one.target and one.target.module and one.optional)
        ]

    @property
    def parents(self) -> list[Target]:
        """Return the models that a row of a test needs a row of, each once."""
        found = {one.target.name: one.target for one in self.filled if one.target}
        return list(found.values())

    @cached_property
    def label(self) -> Field | None:
        """Return the field that names a row: the first short text, a required one if possible."""
        short = [one for one in self.fields if one.kind.name in {"str", "email", "url"}]
        return next((one for one in short if not one.optional), short[0] if short else None)

    @property
    def first(self) -> Field:
        """Return the field that leads to a row in lists."""
        return self.label or self.fields[0]

    @cached_property
    def listed(self) -> list[Field]:
        """Return the fields that a list shows: the naming one and up to four others, long last."""
        others = [one for one in self.fields if one is not self.first and one.kind.name != "json"]
        return [self.first, *sorted(others, key=lambda one: one.kind.name == "text")[:4]]

    @property
    def searched(self) -> list[Field]:
        """Return the fields that a search looks into."""
        return [one for one in self.fields if one.is_text]

    @property
    def sorted(self) -> list[Field]:
        """Return the fields that lists may be sorted by."""
        return [one for one in self.fields if one.kind.sorted]


def humanize(name: str) -> str:
    """Return a name for people: `sold_at` is "Sold at"."""
    return name.replace("_", " ").capitalize()
