"""Accounts for programs: tokens, one's profile, sessions and second factor."""

from . import foreign, profile, sessions, tokens, two_factor
from .blueprint import blueprint

__all__ = ["blueprint", "foreign", "profile", "sessions", "tokens", "two_factor"]
