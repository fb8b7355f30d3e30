"""Accounts for people with a browser."""

from . import browsers, entrance, passkeys, passwords, profile, two_factor

__all__ = ["browsers", "entrance", "passkeys", "passwords", "profile", "two_factor"]
