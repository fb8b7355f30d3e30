"""What the endpoints of other modules are made with."""

from __future__ import annotations

from . import fields
from .blueprint import Blueprint
from .contributions import describe, security
from .parser import parser
from .problems import ErrorSchema, ProblemSchema, problem
from .queries import QuerySchema
from .rows import etag, find, remove, store
from .schema import ModelSchema, Schema

__all__ = [
    "Blueprint",
    "ErrorSchema",
    "ModelSchema",
    "ProblemSchema",
    "QuerySchema",
    "Schema",
    "describe",
    "etag",
    "fields",
    "find",
    "parser",
    "problem",
    "remove",
    "security",
    "store",
]
