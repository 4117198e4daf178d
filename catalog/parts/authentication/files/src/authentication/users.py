"""The users of the local mode: names, passwords, roles."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from . import passwords
from .models import Login, User

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from contextlib import AbstractAsyncContextManager

    from sqlalchemy.ext.asyncio import AsyncSession

    from .passwords import Passwords

    Transaction = Callable[..., AbstractAsyncContextManager[AsyncSession]]

RESERVED = {"local"}
MAX_LISTED = 1000
_NAME = re.compile(r"[a-z0-9][a-z0-9._@+-]{0,62}")


class UserError(ValueError):
    """What was asked cannot be done; the message says why."""


class Users:
    """Looks after the table of users."""

    def __init__(
        self, transaction: Transaction, hasher: Passwords, roles: Mapping[str, Iterable[str]]
    ) -> None:
        self._transaction, self._passwords = transaction, hasher
        self._roles = {name: frozenset(scopes) for name, scopes in roles.items()}

    async def create(self, name: str, password: str, roles: list[str]) -> None:
        """A new user; `UserError` if there is one already, or something is not right."""
        if not _NAME.fullmatch(name) or name in RESERVED:
            raise UserError("a name has 1 to 63 of a-z, 0-9 and . _ @ + -, a-z or 0-9 first")
        if unknown := sorted(set(roles) - set(self._roles)):
            raise UserError(f"no such role: {', '.join(unknown)}; there are {sorted(self._roles)}")
        user = User(name=name, roles=sorted(set(roles)), disabled=False, created_at=time.time())
        user.password = await self._hashed(name, password)
        try:
            async with self._transaction() as session:
                session.add(user)
        except IntegrityError as error:
            raise UserError(f"there is a user {name} already") from error

    async def set_password(self, name: str, password: str) -> None:
        """Another password; whoever is logged in must log in again."""
        hashed = await self._hashed(name, password)
        async with self._transaction() as session:
            user = await _existing(session, name)
            user.password = hashed
            await _log_out(session, name)

    async def set_disabled(self, name: str, *, disabled: bool) -> None:
        """Let a user call no more, or again."""
        async with self._transaction() as session:
            user = await _existing(session, name)
            user.disabled = disabled
            await _log_out(session, name)

    async def list(self) -> list[dict[str, Any]]:
        """Everyone, without passwords."""
        async with self._transaction(read_only=True) as session:
            query = select(User).order_by(User.name).limit(MAX_LISTED)
            found = (await session.execute(query)).scalars().all()
            return [
                {
                    "name": user.name,
                    "roles": user.roles,
                    "disabled": user.disabled,
                    "createdAt": user.created_at,
                }
                for user in found
            ]

    def scopes(self, roles: Iterable[str], every: Iterable[str]) -> frozenset[str]:
        """What roles allow; `*` stands for `every` scope of this server."""
        found = frozenset[str]().union(*(self._roles.get(role, frozenset()) for role in roles))
        return (found - {"*"}) | (frozenset(every) if "*" in found else frozenset())

    async def _hashed(self, name: str, password: str) -> str:
        try:
            passwords.check(password, name)
        except passwords.PasswordError as error:
            raise UserError(str(error)) from error
        return await self._passwords.hash(password)


async def _existing(session: AsyncSession, name: str) -> User:
    user = await session.get(User, name, with_for_update=True)
    if user is None:
        raise UserError(f"there is no user {name}")
    return user


async def _log_out(session: AsyncSession, name: str) -> None:
    await session.execute(update(Login).where(Login.user == name).values(revoked=True))
