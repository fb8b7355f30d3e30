"""`job` and `periodic`: what turns a function into a background job.

Nothing here imports Celery: a process that only serves pages never pays for it.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Generic, ParamSpec, TypeVar, overload

from .models import Job

P = ParamSpec("P")
R = TypeVar("R")

# Arguments are kept in the database, and operators see them: a secret has no place there.
_is_secret = re.compile(
    r"(.*_)?(password|passwd|passphrase|secret|token|credentials?|api_?key|private_key)", re.I
).fullmatch


@dataclass(frozen=True)
class Options:
    """How a job is run.

    :param title: what it is called for people, such as `lazy_gettext("Export of your data")`.
    :param location: returns the URL of what came out for programs, given the job's result; called
        in requests.
    :param page: the same for people.
    :param max_retries: how often it is tried again after an error.
    :param retry_for: the errors after which it is tried again.
    :param retry_backoff: seconds before the first retry; each further one waits twice as long,
        a random part of it, so that jobs which failed together do not return together.
    :param retry_backoff_max: how long a pause gets, in seconds.
    :param every: the time between two runs of a periodic job.
    :param crontab: the moments of its runs in UTC, such as `0 3 * * *`.
    :param celery: what else Celery knows, such as `queue` or `rate_limit`.
    """

    title: str = ""
    location: Callable[[Any], str] | None = None
    page: Callable[[Any], str] | None = None
    max_retries: int = 3
    retry_for: tuple[type[Exception], ...] = (Exception,)
    retry_backoff: float = 5
    retry_backoff_max: float = 3600
    every: timedelta | None = None
    crontab: str = ""
    celery: dict[str, Any] = field(default_factory=dict)

    @property
    def is_periodic(self) -> bool:
        """Tell whether the job runs of itself."""
        return bool(self.every or self.crontab)


class BackgroundJob(Generic[P, R]):
    """A function that workers run; calling it runs it here and now, as any function."""

    def __init__(self, function: Callable[P, R], options: Options) -> None:
        self.function, self.options = function, options
        self.module = function.__module__
        parts = self.module.removeprefix("modules.").removesuffix(".tasks")
        self.name = f"{parts}.{function.__name__}"
        self.signature = inspect.signature(function)
        self.__doc__ = function.__doc__
        refuse_secrets(self.name, self.signature.parameters)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Run the function here."""
        return self.function(*args, **kwargs)

    def enqueue(self, *args: P.args, **kwargs: P.kwargs) -> Job:
        """Queue the job; it starts once the current transaction is committed.

        :raises TypeError: for arguments that do not fit, or that JSON does not know.
        """
        from .outbox import enqueue

        bound = self.signature.bind(*args, **kwargs)
        refuse_secrets(self.name, bound.kwargs)
        return enqueue(self.name, list(bound.args), bound.kwargs)

    def __repr__(self) -> str:
        """Return the job's name for people."""
        return f"<job {self.name}>"


def refuse_secrets(name: str, parameters: Iterable[str]) -> None:
    """Refuse parameters that are named like secrets.

    :raises ValueError: naming the first one.
    """
    for parameter in parameters:
        if _is_secret(parameter):
            raise ValueError(
                f'The job "{name}" has a parameter "{parameter}", and arguments of jobs are kept '
                f"in the database; pass the id of a row, and read the secret when the job runs."
            )


@overload
def job(function: Callable[P, R], /) -> BackgroundJob[P, R]: ...
@overload
def job(
    *,
    title: str = ...,
    location: Callable[[Any], str] = ...,
    page: Callable[[Any], str] = ...,
    max_retries: int = ...,
    retry_for: tuple[type[Exception], ...] = ...,
    retry_backoff: float = ...,
    retry_backoff_max: float = ...,
    **celery: Any,
) -> Callable[[Callable[P, R]], BackgroundJob[P, R]]: ...
def job(function: Callable[..., Any] | None = None, /, **options: Any) -> Any:
    """Make a background job of a function; the options are those of `Options`.

    Further ones are Celery's options of a task, such as `queue`, `rate_limit` or `time_limit`.
    """

    def decorate(function: Callable[P, R]) -> BackgroundJob[P, R]:
        return BackgroundJob(function, make_options(options))

    return decorate(function) if function else decorate


def periodic(
    *, every: timedelta | None = None, crontab: str = "", **options: Any
) -> Callable[[Callable[[], R]], BackgroundJob[[], R]]:
    """Make a job that runs of itself: `every` so often, or by a `crontab` in UTC.

    :param options: those of `job`.
    :raises ValueError: unless exactly one of both says when.
    """
    wrong = len(crontab.split()) != 5 if crontab else not every or every < timedelta(seconds=1)
    if wrong or (every and crontab):
        raise ValueError(
            'A periodic job needs either `every`, of a second or more, or `crontab="0 3 * * *"`.'
        )
    made = make_options({**options, "every": every, "crontab": crontab})
    return lambda function: BackgroundJob(function, made)


def make_options(values: dict[str, Any]) -> Options:
    """Tell our options from Celery's."""
    own = {name: value for name, value in values.items() if name in _OWN}
    return Options(**own, celery={name: values[name] for name in values if name not in _OWN})


_OWN = frozenset(Options.__dataclass_fields__) - {"celery"}
