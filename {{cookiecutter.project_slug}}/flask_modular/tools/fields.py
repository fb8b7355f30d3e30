"""The language of `--model`: "post title:str(200) body:text? author:accounts.user"."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterator

from flask_sqlalchemy.model import camel_to_snake_case

from ..database import Model
from ..errors import did_you_mean
from ..forms import Form
from .kinds import KINDS, REFERENCE, Default, FieldError
from .specs import Field, ModelSpec, Target

NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
TOKEN = re.compile(r"""(?:[^\s()"']|\([^)]*\)|"[^"]*"|'[^']*'|[()"'])+""")
FIELD = re.compile(
    r"(?P<name>[^:]*):(?P<type>[^\s(?:=]*)(?:\((?P<arguments>[^)]*)\))?"
    r"(?P<flags>(?:\?|:unique|:index)*)(?:=(?P<default>.*?))?(?P<more>(?::unique|:index)*)",
    re.DOTALL,
)
# What a model's class, a form's class or Python itself would take for something else.
RESERVED = frozenset(
    ("id", "str", "int", "float", "bool", "dt", "csrf_token", "mapped_column", "relationship")
)
# What the written code calls by these names.
CLASSES = frozenset(
    [
        "Any",
        "BigInteger",
        "Callable",
        "ChoiceField",
        "ColumnElement",
        "DataRequired",
        "Decimal",
        "Digits",
        "Email",
        "Enum",
        "Field",
        "ForeignKey",
        "Form",
        "InputRequired",
        "InstrumentedAttribute",
        "IntegrityError",
        "Length",
        "Mapped",
        "Mapping",
        "Model",
        "Module",
        "Numeric",
        "NumberRange",
        "Open",
        "Optional",
        "Page",
        "Pagination",
        "ReferenceField",
        "Select",
        "Session",
        "String",
        "Text",
        "UnaryExpression",
        "ValidationError",
    ]
)


def parse(texts: list[str]) -> list[ModelSpec]:
    """Read the values of `--model`.

    :raises FieldError: for the first thing that is wrong, in one sentence.
    """
    heads = [TOKEN.findall(text) for text in texts]
    names = [words[0] if words else "" for words in heads]
    models = []
    for words, name in zip(heads, names, strict=True):
        check_name(name, "model", "post")
        if names.count(name) > 1:
            raise FieldError(f'There are two models "{name}"; give one of them another name.')
        model = ModelSpec(name, [_field(name, word, names) for word in words[1:]])
        _check_model(model)
        models.append(model)
    return models


def check_name(name: str, what: str, example: str) -> None:
    """Check a name.

    :raises FieldError: unless it is lower-case words joined by `_`, and no word of Python's.
    """
    if not NAME.fullmatch(name):
        raise FieldError(
            f'"{name}" is no name for a {what}; write lower-case words joined by _, such as '
            f'"{_suggestion(name) or example}".'
        )
    if keyword.iskeyword(name):
        raise FieldError(f'"{name}" is a word of Python; choose another name for the {what}.')


def _suggestion(name: str) -> str:
    words = re.findall(r"[a-z0-9]+", camel_to_snake_case(name.encode("ascii", "ignore").decode()))
    return "_".join(words).lstrip("0123456789_")


def _check_model(model: ModelSpec) -> None:
    if not model.fields:
        raise FieldError(
            f'The model "{model.name}" has no fields; write some, such as '
            f'--model "{model.name} title:str(200)".'
        )
    columns = [name for one in model.fields for name in {one.name, one.column}]
    for column in columns:
        if columns.count(column) > 1:
            raise FieldError(f'The model "{model.name}" has two fields "{column}"; drop one.')


def _field(model: str, word: str, models: list[str]) -> Field:
    where = f'"{word}" of the model "{model}"'
    found = FIELD.fullmatch(word)
    if found is None or not found["type"]:
        raise FieldError(f'{where} is no field; write a name and a type, such as "title:str(200)".')
    name, flags = found["name"], found["flags"] + found["more"]
    check_name(name, "field", "title")
    if name in RESERVED or hasattr(Model, name) or hasattr(Form, name):
        raise FieldError(
            f'The field name "{name}" means something to every model or form; choose another.'
        )
    kind = KINDS.get(found["type"], REFERENCE)
    one = Field(name, kind, "?" in flags, ":unique" in flags, ":index" in flags)
    if kind is REFERENCE:
        one.target = _target(where, found["type"], model, models)
        _check_reference(where, one, found["arguments"], found["default"], model)
    else:
        _read_arguments(where, one, found["arguments"])
        _check_index(where, one)
        if found["default"] is not None:
            one.default = _default(where, one, found["default"])
    return one


def _target(where: str, name: str, model: str, models: list[str]) -> Target:
    module, _, target = name.rpartition(".")
    if not module and name not in models:
        known = [*KINDS, *models]
        raise FieldError(
            f'{where} has an unknown type "{name}"; there are {", ".join(KINDS)}, the models '
            f"of this module and those of others as module.model." + did_you_mean(name, known)
        )
    return Target(target, module)


def _check_reference(
    where: str, one: Field, arguments: str | None, default: str | None, model: str
) -> None:
    if arguments is not None or default is not None:
        raise FieldError(f"{where} is a reference, which takes no length and no default.")
    if one.name.endswith("_id"):
        short = one.name.removesuffix("_id")
        raise FieldError(f'{where} is a reference; call it "{short}", its column gets the "_id".')
    if one.target and one.target.name == model and not one.optional:
        raise FieldError(
            f'{where} needs a {model} before there is the first one; write "{one.name}:{model}?".'
        )


def _read_arguments(where: str, one: Field, text: str | None) -> None:
    """Read what stands in the brackets after a type."""
    kind = one.kind.name
    if kind == "enum":
        one.choices = tuple(_choices(where, text))
        one.length = max(20, *map(len, one.choices))
    elif kind == "decimal":
        one.precision, one.scale = _numbers(where, text or "10,2", "decimal(10,2)", 2)
        if not (one.scale <= one.precision and 1 <= one.precision <= 38):
            raise FieldError(f"{where} has digits that do not fit; write decimal(10,2) or alike.")
    elif kind == "str":
        [one.length] = _numbers(where, text or "200", "str(200)", 1)
        if not 1 <= one.length <= 10_000:
            raise FieldError(f"{where} is longer than 10000 or empty; write str(200), or text.")
    elif text is not None:
        raise FieldError(f'{where} has brackets, and the type "{kind}" takes none; leave them out.')
    else:
        one.length = {"email": 254, "url": 2000}.get(kind, 0)


def _choices(where: str, text: str | None) -> Iterator[str]:
    choices = [choice.strip() for choice in (text or "").split("|")]
    if not all(choices) or len(set(choices)) < len(choices):
        raise FieldError(f"{where} needs values, each of them once, such as enum(draft|published).")
    if max(map(len, choices)) > 200:
        raise FieldError(f"{where} has a value of more than 200 characters; write a shorter one.")
    yield from choices


def _numbers(where: str, text: str, example: str, count: int) -> list[int]:
    parts = [part.strip() for part in text.split(",")]
    if len(parts) != count or not all(re.fullmatch(r"[0-9]{1,6}", part) for part in parts):
        raise FieldError(f"{where} has brackets that hold no numbers; write {example}.")
    return [int(part) for part in parts]


def _check_index(where: str, one: Field) -> None:
    if (one.unique and not one.kind.unique) or (one.index and not one.kind.indexed):
        what = "unique" if one.unique else "indexed"
        raise FieldError(
            f"{where} cannot be {what}: leave that, or choose a type such as str(200)."
        )
    if (one.unique or one.index) and one.kind.name == "str" and one.length > 600:
        raise FieldError(f"{where} is too long for an index on every database; write str(600).")


def _default(where: str, one: Field, text: str) -> Default:
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'" and one.kind.name != "json":
        text = text[1:-1]
    try:
        default = one.kind.read(text)
    except ValueError:
        raise FieldError(
            f'{where} has the default "{text}", which is no {one.kind.name}; write one such as '
            f"={one.kind.example}."
        ) from None
    if one.choices and text not in one.choices:
        raise FieldError(f"{where} has a default that is none of its values; write one of them.")
    if one.length and len(text) > one.length:
        raise FieldError(f"{where} has a default that is longer than {one.length} characters.")
    if one.precision and abs(default.value) >= 10 ** (one.precision - one.scale):  # type: ignore[arg-type]
        raise FieldError(f"{where} has a default with more digits than the field.")
    return default


def table_name(model: ModelSpec) -> str:
    """Return the second half of the name that the table of a model gets."""
    return camel_to_snake_case(model.class_name)


def check_classes(models: list[ModelSpec]) -> None:
    """Refuse models whose classes, tables or URLs would meet others of the same name.

    :raises FieldError: naming the model.
    """
    foreign = {
        one.target.class_name: one.target.name
        for model in models
        for one in model.references
        if one.target and one.target.module
    }
    claimed: dict[str, str] = {}
    for model in models:
        if model.class_name in foreign:
            raise FieldError(
                f'The model "{model.name}" has the name of "{foreign[model.class_name]}", which '
                f"is referred to; choose another."
            )
        if model.class_name in CLASSES:
            raise FieldError(
                f'A model cannot be called "{model.name}": the name means something in the code '
                f'that is written; choose another, such as "{model.name}_entry".'
            )
        for claim in (model.class_name, model.table, model.plural):
            if claimed.setdefault(claim, model.name) != model.name:
                raise FieldError(
                    f'The models "{claimed[claim]}" and "{model.name}" would both have "{claim}"; '
                    f"rename one of them."
                )
