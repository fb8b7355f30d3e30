"""Accounts for programs: tokens, one's profile, sessions and second factor."""

from . import descriptions, profile, sessions, tokens, two_factor
from .blueprint import blueprint

__all__ = ["blueprint", "descriptions", "profile", "sessions", "tokens", "two_factor"]
