from __future__ import annotations

from datetime import timedelta

import click
from flask import current_app
from sqlalchemy import select

from flask_modular import ModularError, db
from flask_modular.texts import counted

from . import module
from .enrolment import switch_off
from .mailing import has_pages
from .models import Token, User, now
from .pruning import prune
from .services import create_token, create_user, deactivate, find_user, free_address, role_named
from .settings import MOST_DAYS


def user_with(email: str) -> User:
    user = find_user(email)
    if user is None:
        raise ModularError(f'There is no account of "{email}"; flask user list shows all.')
    return user


@module.cli.group("user")
def users() -> None:
    """Make, list, promote and deactivate users."""


@users.command("create")
@click.argument("email")
@click.option("--link", is_flag=True, help="Print a link to set the password with; do not ask.")
def create(email: str, link: bool) -> None:
    """Make an account for EMAIL; its password is asked for, and not shown."""
    email, password = free_address(email), None  # before anybody thinks of a password
    if not link:
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    user = create_user(email, password)
    db.session.commit()
    click.echo(f"{user.email} has an account.")
    if link and has_pages():
        click.echo(f"To set the password, open {reset_link(user)}")
    elif link:
        click.echo(f'To set the password: POST {{"password": "…"}} to {reset_link(user)}')


def reset_link(user: User) -> str:
    from flask_security.recoverable import generate_reset_password_token

    from modules.mail.services import link

    token = generate_reset_password_token(user)  # type: ignore[no-untyped-call]
    adapter = current_app.url_map.bind("localhost")
    path = adapter.build("security.reset_password", {"token": token})
    return link("security.reset_password", token=token) or path


@users.command("two-factor-off")
@click.argument("email")
def two_factor_off(email: str) -> None:
    """Let the user EMAIL in with the password alone: the authenticator and all codes are lost."""
    user = user_with(email)
    switch_off(user)
    click.echo(f"{user.email} signs in with the password alone.")


@users.command("list")
def list_users() -> None:
    """List the users, with their roles."""
    found = db.session.scalars(select(User).order_by(User.email)).all()
    width = max((len(user.email) for user in found), default=0)
    for user in found:
        notes = [role.name for role in user.roles]
        notes += [] if user.active else ["deactivated"]
        notes += [] if user.confirmed_at else ["not confirmed"]
        click.echo(f"{user.email:<{width}}  {', '.join(notes)}".rstrip())
    if not found:
        click.echo("There are no users.")


@users.command("promote")
@click.argument("email")
@click.argument("role", default="admin")
@click.option("--permission", "permissions", multiple=True, help='Add one, such as "notes.*".')
def promote(email: str, role: str, permissions: tuple[str, ...]) -> None:
    """Give the user EMAIL a ROLE: admin, who may do everything, unless another is named."""
    user = user_with(email)
    given = role_named(role, permissions or (["*"] if role == "admin" else []))
    if not given.permissions:
        raise ModularError(f'There is no role "{role}"; make it with --permission "notes.*".')
    if given not in user.roles:
        user.roles.append(given)
    db.session.commit()
    click.echo(f"{user.email} is {role} now: {', '.join(given.permissions)}.")


@users.command("demote")
@click.argument("email")
@click.argument("role", default="admin")
def demote(email: str, role: str) -> None:
    """Take a ROLE from the user EMAIL."""
    user = user_with(email)
    user.roles = [one for one in user.roles if one.name != role]
    db.session.commit()
    click.echo(f"{user.email} is not {role}.")


@users.command("deactivate")
@click.argument("email")
@click.option("--undo", is_flag=True, help="Let them in again.")
def deactivate_user(email: str, undo: bool) -> None:
    """Keep the user EMAIL out: sessions and tokens end at once."""
    user = user_with(email)
    if undo:
        user.active = True
    else:
        deactivate(user)
    db.session.commit()
    click.echo(f"{user.email} may sign in again." if undo else f"{user.email} is out.")


@module.cli.group("token")
def tokens() -> None:
    """Make, list and revoke bearer tokens."""


@tokens.command("create")
@click.argument("email")
@click.argument("name")
@click.option("--scope", "scopes", multiple=True, required=True, help='Such as "notes.*" or "*".')
@click.option("--expires-in-days", "days", type=click.IntRange(1, MOST_DAYS), help="90 by default.")
def create_for(email: str, name: str, scopes: tuple[str, ...], days: int | None) -> None:
    """Make a token called NAME for the user EMAIL, and print it: it cannot be shown again."""
    expires_at = now() + timedelta(days=days) if days else None
    _, text = create_token(user_with(email), name, scopes, expires_at=expires_at)
    db.session.commit()
    click.echo(text)


@tokens.command("list")
@click.argument("email", required=False)
def list_tokens(email: str | None) -> None:
    """List the tokens of the user EMAIL, or of all."""
    query = select(Token).join(Token.user).order_by(User.email, Token.id)
    if email:
        query = query.where(Token.user == user_with(email))
    found = db.session.scalars(query).all()
    for token in found:
        used = f"{token.last_used_at:%Y-%m-%d %H:%M}" if token.last_used_at else "never"
        click.echo(
            f"{token.id:>4}  {token.prefix}…  {token.user.email}  {token.name}  "
            f"{' '.join(token.scopes)}  until {token.expires_at:%Y-%m-%d}  used {used}"
        )
    if not found:
        click.echo("There are no tokens.")


@tokens.command("revoke")
@click.argument("id", type=int)
def revoke(id: int) -> None:
    """Revoke the token with an ID, as flask token list shows it."""
    token = db.session.get(Token, id)
    if token is None:
        raise ModularError(f"There is no token {id}; flask token list shows all.")
    revoked = f"{token.prefix}… of {token.user.email}"
    db.session.delete(token)
    db.session.commit()
    click.echo(f"{revoked} is revoked.")


@tokens.command("prune")
@click.option(
    "--older-than-days", type=click.IntRange(0, MOST_DAYS), help="`keep_expired_days` unless given."
)
def prune_tokens(older_than_days: int | None) -> None:
    """Delete tokens that expired long ago, and the sessions that are over."""
    tokens, sessions = prune(older_than_days)
    click.echo(f"Deleted {counted(tokens, 'token')} and {counted(sessions, 'session')}.")
