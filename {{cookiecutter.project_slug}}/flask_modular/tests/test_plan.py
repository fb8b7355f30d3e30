"""The order in which revisions of several modules are applied: a pure function."""

from __future__ import annotations

from flask_modular.upgrades import History, Step, plan


def histories(**modules: str) -> dict[str, History]:
    """Return histories: `b="b1:a1 b2"` says that `b1` was made against `a1`; `+` is applied."""
    found = {}
    for name, text in modules.items():
        steps, done = [], set()
        for word in text.split():
            revision, *against = word.strip("+").split(":")
            steps.append(Step(name, revision, {one[0]: one for one in against}))
            done |= {revision} if "+" in word else set()
        found[name] = History(steps, done)
    return found


def order(**modules: str) -> str:
    return " ".join(step.revision for step in plan(histories(**modules)))


def test_modules_follow_one_another() -> None:
    assert order(a="a1 a2", b="b1 b2") == "a1 a2 b1 b2"


def test_what_is_applied_is_left_out() -> None:
    assert order(a="a1+ a2", b="b1+") == "a2"


def test_a_revision_goes_before_what_came_after_it_was_made() -> None:
    assert order(a="a1 a2", b="b1:a1 b2:a2") == "a1 b1 a2 b2"


def test_a_revision_waits_for_what_it_was_made_against() -> None:
    assert order(b="b1:a2", a="a1 a2") == "a1 a2 b1"


def test_what_came_after_is_applied_already() -> None:
    assert order(a="a1+ a2+", b="b1:a1") == "b1"


def test_a_module_that_is_not_there_is_not_waited_for() -> None:
    assert order(b="b1:x9") == "b1"


def test_a_head_that_nobody_knows_stands_for_all() -> None:
    assert order(b="b1:a9", a="a1 a2") == "a1 a2 b1"


def test_wishes_that_contradict_each_other_go_by_the_modules() -> None:
    assert order(a="a1:b1", b="b1:a1") == "a1 b1"


def test_a_chain_of_three_modules() -> None:
    assert order(a="a1 a2", b="b1:a1 b2:a2", c="c1:b1:a1") == "a1 b1 c1 a2 b2"
