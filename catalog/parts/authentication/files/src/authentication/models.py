"""The tables of the local mode; times are seconds since 1970."""

from __future__ import annotations

from sqlalchemy import JSON, Double, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from ..storage import Base


class User(Base):
    """Someone who may log in; never deleted, so that a name always means the same person."""

    __tablename__ = "authentication_users"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    password: Mapped[str] = mapped_column(String(255))
    """An argon2id hash, with its parameters."""
    roles: Mapped[list[str]] = mapped_column(JSON)
    disabled: Mapped[bool]
    created_at: Mapped[float] = mapped_column(Double)


class Login(Base):
    """One login and all its renewals: what is revoked when a used refresh token comes again."""

    __tablename__ = "authentication_logins"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    handle: Mapped[str] = mapped_column(String(32), unique=True)
    """The part of its refresh tokens that stays the same; known to nobody but their holder."""
    user: Mapped[str] = mapped_column(
        String(64), ForeignKey("authentication_users.name", ondelete="CASCADE"), index=True
    )
    digest: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the one refresh token that is good now: 256 random bits need no slow hash."""
    expires_at: Mapped[float] = mapped_column(Double)
    revoked: Mapped[bool]


class Attempt(Base):
    """How often somebody tried a password: when the bucket will be full again."""

    __tablename__ = "authentication_attempts"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    full_again: Mapped[float] = mapped_column(Double)
