"""Accounts for people with a browser."""

from . import browsers, entrance, passwords, profile, two_factor

__all__ = ["browsers", "entrance", "passwords", "profile", "two_factor"]
