"""What all endpoints of accounts have in common."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Response, after_this_request

from modules.api.services import Blueprint, security

from ..requirements import SCHEMES, requirement

blueprint = Blueprint("accounts_api", __name__)
security(SCHEMES, requirement)


def never_kept(view: Callable[..., Any]) -> Callable[..., Any]:
    """Have no answer to a view kept, nor a trace of the question: there are secrets in both."""

    def say_so(response: Response) -> Response:
        response.headers["Cache-Control"] = "no-store"
        return response

    @wraps(view)
    def answer(**values: Any) -> Any:
        after_this_request(say_so)
        return view(**values)

    return answer
