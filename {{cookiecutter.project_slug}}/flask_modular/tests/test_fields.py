"""The language of `--model`."""

from __future__ import annotations

import pytest

from flask_modular.texts import pluralize
from flask_modular.tools.fields import check_classes, parse
from flask_modular.tools.kinds import KINDS, FieldError
from flask_modular.tools.references import in_order


def test_every_type_is_read() -> None:
    arguments = {"enum": "(a|b)", "str": "(20)", "decimal": "(8,3)"}
    fields = " ".join(f"f{name}:{name}{arguments.get(name, '')}" for name in KINDS)
    [model] = parse([f"thing {fields}"])
    assert [one.kind.name for one in model.fields] == list(KINDS)


def test_flags_may_stand_in_any_order() -> None:
    [model] = parse(["thing a:str(9)?:unique b:str:index? c:int=3:unique d:int:unique=3"])
    a, b, c, d = model.fields
    assert (a.optional, a.unique, a.length) == (True, True, 9)
    assert (b.optional, b.index, b.length) == (True, True, 200)
    assert (c.unique, c.default) == (d.unique, d.default)


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("x:int=-3", "-3"),
        ("x:float=.5", "0.5"),
        ("x:decimal(4,2)=9.90", "Decimal('9.90')"),
        ("x:bool=yes", "True"),
        ('x:str="two words"', "'two words'"),
        ("x:url=https://a.example/?b=c", "'https://a.example/?b=c'"),
        ("x:date=today", "dt.date.today"),
        ("x:date=2026-02-03", "dt.date(2026, 2, 3)"),
        ("x:datetime=now", "lambda: dt.datetime.now(dt.UTC)"),
        ("x:json={}", "dict"),
        ('x:json={"a":1}', "lambda: {'a': 1}"),
        ("x:enum(a|b)=b", "'b'"),
    ],
)
def test_default_becomes_python(word: str, code: str) -> None:
    [model] = parse([f"thing {word}"])
    default = model.fields[0].default
    assert default is not None
    assert default.code.replace('"', "'") == code


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", 'no name for a model; write lower-case words joined by _, such as "post"'),
        ("OrderLine a:int", 'such as "order_line"'),
        ("class a:int", "a word of Python"),
        ("thing", "has no fields"),
        ("thing a", "is no field"),
        ("thing a:int b:str a:str", 'two fields "a"'),
        ("thing a:thing? a_id:int", 'two fields "a_id"'),
        ("thing Name:str", 'such as "name"'),
        ("thing id:int", "means something"),
        ("thing metadata:str", "means something"),
        ("thing validate:bool", "means something"),
        ("thing a:integer", 'Did you mean "int"?'),
        ("thing a:strr", 'Did you mean "str"?'),
        ("thing a:int(3)", "brackets"),
        ("thing a:str(x)", "hold no numbers"),
        ("thing a:str(0)", "longer than 10000 or empty"),
        ("thing a:decimal(2,5)", "digits that do not fit"),
        ("thing a:decimal(2,1)=10", "more digits"),
        ("thing a:enum", "needs values"),
        ("thing a:enum(a|a)", "each of them once"),
        ("thing a:enum(a|b)=c", "none of its values"),
        ("thing a:int=x", "which is no int"),
        ("thing a:int=2147483648", "which is no int"),
        ("thing a:bool=maybe", "which is no bool"),
        ("thing a:date=2026-02-30", "which is no date"),
        ("thing a:json={", "which is no json"),
        ("thing a:email=nobody", "which is no email"),
        ("thing a:url=javascript:1", "which is no url"),
        ("thing a:str(3)=four", "longer than 3"),
        ("thing a:text:unique", "cannot be unique"),
        ("thing a:json:index", "cannot be indexed"),
        ("thing a:str(5000):unique", "too long for an index"),
        ("thing a:thing", 'write "a:thing?"'),
        ("thing a_id:thing?", 'call it "a"'),
        ("thing a:thing?=3", "takes no length and no default"),
    ],
)
def test_what_cannot_be_understood_is_said_in_a_sentence(text: str, message: str) -> None:
    with pytest.raises(FieldError) as caught:
        parse([text])
    assert message in caught.value.message
    assert "\n" not in caught.value.message


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        (["a x:int", "a y:int"], 'two models "a"'),
        (["form x:int"], 'such as "form_entry"'),
        (["a_b x:int", "ab x:int"], "rename one of them"),
        (["story x:int", "stories x:int", "storie x:int"], "rename one of them"),
    ],
)
def test_models_do_not_meet(texts: list[str], message: str) -> None:
    with pytest.raises(FieldError) as caught:
        check_classes(parse(texts))
    assert message in caught.value.message


def test_models_come_after_those_they_refer_to() -> None:
    models = parse(["line order:order", "order customer:customer", "customer name:str"])
    assert [model.name for model in in_order(models)] == ["customer", "order", "line"]


def test_cycle_of_models_is_printed() -> None:
    with pytest.raises(FieldError) as caught:
        in_order(parse(["a x:b", "b x:a"]))
    assert "a → b → a" in caught.value.message or "b → a → b" in caught.value.message


@pytest.mark.parametrize(
    ("name", "plural"),
    [("product", "products"), ("category", "categories"), ("box", "boxes"), ("day", "days")],
)
def test_names_have_plurals(name: str, plural: str) -> None:
    assert pluralize(name) == plural
