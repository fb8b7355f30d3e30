from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, ClassVar
from uuid import uuid4

from sqlalchemy import JSON, BigInteger, Column, ForeignKey, String, Table
from sqlalchemy.ext.mutable import MutableList
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship, validates

from flask_modular import Model, db

from .imports import import_blocked

if TYPE_CHECKING:

    class RoleMixin:
        """What Flask-Security adds to a role."""

    class UserMixin:
        """What Flask-Security adds to a user; its own annotations are no columns."""

        def verify_and_update_password(self, password: str) -> bool: ...

else:
    # A seventh of each start, for pages of Flask-Security's that are off; `passkeys` needs it late.
    with import_blocked("webauthn"):
        from flask_security import RoleMixin, UserMixin


LONGEST_NAME, LONGEST_ROLE, LONGEST_AGENT = 100, 80, 300
LONGEST_CREDENTIAL = 1364  # WebAuthn's 1,023 bytes, in Base64


def now() -> datetime:
    return datetime.now(UTC)


user_role = Table(
    "accounts_user_role",
    db.metadata,
    Column("user_id", ForeignKey("accounts_user.id", ondelete="CASCADE"), primary_key=True),
    Column("role_id", ForeignKey("accounts_role.id", ondelete="CASCADE"), primary_key=True),
)


class Role(RoleMixin, Model):
    """A name for permissions, which are patterns such as `notes.*`."""

    __tenant_scoped__: ClassVar[bool] = False

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(LONGEST_ROLE), unique=True)
    permissions: Mapped[list[str]] = mapped_column(MutableList.as_mutable(JSON()), default=list)

    def __str__(self) -> str:
        return self.name


class User(UserMixin, Model):
    __tenant_scoped__: ClassVar[bool] = False
    # Other modules name people by their id: it must not come back when an account is deleted.
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(255), unique=True)  # in lower case
    password: Mapped[str | None] = mapped_column(String(255))  # its hash; without one, no sign-in
    active: Mapped[bool] = mapped_column(default=True)
    confirmed_at: Mapped[datetime | None]
    name: Mapped[str] = mapped_column(String(LONGEST_NAME), default="")
    created_at: Mapped[datetime] = mapped_column(default=now)
    # Encrypted; where there is one, a password alone opens nothing.
    totp_secret: Mapped[str | None] = mapped_column(String(500))
    totp_counter: Mapped[int] = mapped_column(default=0)  # no code counts twice
    # What links in mails name the user by: another value ends them, and all sessions.
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True, default=lambda: uuid4().hex)
    roles: Mapped[list[Role]] = relationship(secondary=user_role, order_by=Role.name)
    tokens: Mapped[list[Token]] = relationship(
        back_populates="user", cascade="all, delete-orphan", passive_deletes=True
    )
    sessions: Mapped[list[Session]] = relationship(
        back_populates="user", cascade="all, delete-orphan", passive_deletes=True
    )
    recovery_codes: Mapped[list[RecoveryCode]] = relationship(
        cascade="all, delete-orphan", passive_deletes=True
    )
    passkeys: Mapped[list[Passkey]] = relationship(
        back_populates="user",
        cascade="all, delete-orphan",
        passive_deletes=True,
        order_by="Passkey.id",
    )

    @validates("fs_uniquifier")
    def end_sessions(self, _: str, value: str) -> str:
        self.sessions.clear()
        return value

    @property
    def identity(self) -> str:
        """What other modules know the user by: `user:17`."""
        return f"user:{self.id}"

    def __str__(self) -> str:
        return self.email

    def get_security_payload(self) -> dict[str, object]:
        return {"id": self.id, "email": self.email}


class OfUser:
    """Rows that somebody has many of, and that go with the account."""

    __tenant_scoped__: ClassVar[bool] = False

    @declared_attr
    def user_id(self) -> Mapped[int]:
        return mapped_column(ForeignKey("accounts_user.id", ondelete="CASCADE"), index=True)


class Token(OfUser, Model):
    """A bearer token: only a digest of it is kept, so that a leaked database opens nothing."""

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    prefix: Mapped[str] = mapped_column(String(40))  # enough to recognize it by
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    scopes: Mapped[list[str]] = mapped_column(JSON())
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    user: Mapped[User] = relationship(back_populates="tokens")

    def __str__(self) -> str:
        return self.name


class Session(OfUser, Model):
    """Where somebody is signed in: the cookies of a browser hold a key, and this its digest."""

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    agent: Mapped[str] = mapped_column(String(LONGEST_AGENT))  # what the browser says it is
    remembered: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(default=now)
    last_seen_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    user: Mapped[User] = relationship(back_populates="sessions")


class RecoveryCode(Model):
    """The digest of a code that replaces the authenticator, once."""

    __tenant_scoped__: ClassVar[bool] = False

    user_id: Mapped[int] = mapped_column(
        ForeignKey("accounts_user.id", ondelete="CASCADE"), primary_key=True
    )
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)


class Passkey(OfUser, Model):
    """The public half of a key in somebody's device, which signs them in."""

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    credential_id: Mapped[str] = mapped_column(String(LONGEST_CREDENTIAL), unique=True)
    public_key: Mapped[bytes]
    handle: Mapped[str] = mapped_column(String(64))  # what devices know the user by
    sign_count: Mapped[int] = mapped_column(BigInteger)  # 0 where the device does not count
    created_at: Mapped[datetime] = mapped_column(default=now)
    last_used_at: Mapped[datetime | None]
    user: Mapped[User] = relationship(back_populates="passkeys")

    def __str__(self) -> str:
        return self.name
