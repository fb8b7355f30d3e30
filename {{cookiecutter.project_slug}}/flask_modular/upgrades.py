"""The order in which revisions of several modules are applied, and what applies them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from alembic import command, util
from alembic.script.revision import RevisionError

from .errors import MigrationError
from .manifest import Manifest
from .migrations import (
    alembic_config,
    applied_heads,
    migrated_modules,
    naming,
    scripts,
)


@dataclass(frozen=True)
class Step:
    """One revision of one module, and the heads of other modules that it was made against."""

    module: str
    revision: str
    made_against: Mapping[str, str] = field(default_factory=dict)


@dataclass
class History:
    """The revisions of one module, oldest first, and how many of them are applied."""

    steps: list[Step]
    done: set[str]

    @property
    def next(self) -> Step | None:
        """Return the oldest revision that is not applied."""
        return next((step for step in self.steps if step.revision not in self.done), None)

    @property
    def pending(self) -> list[str]:
        """Return the revisions that are not applied, oldest first."""
        return [step.revision for step in self.steps if step.revision not in self.done]

    def has_reached(self, revision: str) -> bool:
        """Tell whether a revision is applied; one that is unknown stands for all of them."""
        known = any(step.revision == revision for step in self.steps)
        return revision in self.done if known else self.next is None

    def has_passed(self, revision: str) -> bool:
        """Tell whether applying the next revision would go beyond this one."""
        return revision in self.done


def plan(histories: Mapping[str, History]) -> list[Step]:
    """Sort pending revisions so that each finds the tables that it was written against.

    A revision waits for the heads that it was made against, and goes before what came after
    them: a column that `accounts` renames later is still there when `blog` refers to it. Where
    two such wishes contradict each other, the order of the modules decides.

    :param histories: by module, in dependency order. They are brought up to date.
    """
    steps: list[Step] = []
    while pending := [history for history in histories.values() if history.next]:
        candidates = [step for history in pending if (step := history.next)]
        able = [step for step in candidates if _may_run(step, histories)] or candidates
        chosen = next((step for step in able if not _is_awaited(step, histories)), able[0])
        histories[chosen.module].done.add(chosen.revision)
        steps.append(chosen)
    return steps


def _may_run(step: Step, histories: Mapping[str, History]) -> bool:
    against = {name: head for name, head in step.made_against.items() if name in histories}
    return all(histories[name].has_reached(head) for name, head in against.items())


def _is_awaited(step: Step, histories: Mapping[str, History]) -> bool:
    """Tell whether a pending revision of another module was made against what `step` changes."""
    here = histories[step.module]
    others = (history for name, history in histories.items() if name != step.module)
    return any(
        here.has_passed(other.made_against[step.module])
        for history in others
        for other in history.steps
        if other.revision not in history.done and step.module in other.made_against
    )


def histories(manifests: Iterable[Manifest]) -> dict[str, History]:
    """Read the revisions of modules from disk, and from the database which are applied.

    :raises MigrationError: when the database stands at a revision that is not on disk, or one
        that is there cannot be read.
    """
    return {manifest.name: _history(manifest) for manifest in manifests}


def _history(manifest: Manifest) -> History:
    directory = scripts(manifest)
    revisions = list(directory.walk_revisions())[::-1]
    steps = [
        Step(manifest.name, one.revision, getattr(one.module, "made_against", {}))
        for one in revisions
    ]
    try:
        applied = directory.iterate_revisions(tuple(applied_heads(manifest.name)), "base")
        return History(steps, {one.revision for one in applied})
    except (util.CommandError, RevisionError) as error:
        raise MigrationError(
            f'The database has a revision of "{manifest.name}" that is not in '
            f'"{manifest.folder / "migrations"}" ({error}); bring the file back, or go back to '
            f"the version of the module that has it."
        ) from error


def pending() -> dict[str, list[str]]:
    """Return the revisions that are not applied yet, by module."""
    found = histories(migrated_modules())
    return {name: history.pending for name, history in found.items() if history.pending}


def upgrade() -> list[Step]:
    """Apply all pending revisions of all modules, and return them.

    :raises MigrationError: naming the module and the revision that failed.
    """
    manifests = {manifest.name: manifest for manifest in migrated_modules()}
    steps = plan(histories(manifests.values()))
    for step in steps:
        with naming(f'Revision {step.revision} of "{step.module}"'):
            command.upgrade(alembic_config(manifests[step.module]), step.revision)
    return steps
