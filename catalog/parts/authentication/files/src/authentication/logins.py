"""Logins: a password against tokens, refresh tokens that work once, and the end of it."""

from __future__ import annotations

import hashlib
import logging
import secrets
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, select, update

from .models import Login, User
from .passwords import MAX_BYTES
from .throttle import attempts, charge, forget, refund

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from .passwords import Passwords
    from .users import Transaction

log = logging.getLogger(__name__)
MAX_LOGINS = 50
"""Of one user at the same time; the oldest ends."""
MAX_NAME = 64


class WrongError(Exception):
    """Wrong name or password, or a refresh token that is no good; never says which."""


@dataclass(frozen=True, slots=True)
class Granted:
    """A login that goes on."""

    user: str
    roles: list[str]
    session: str
    refresh_token: str
    refresh_seconds: float


class Logins:
    """Looks after the table of logins."""

    def __init__(self, transaction: Transaction, hasher: Passwords, seconds: float) -> None:
        """`seconds`: after which the password is due again."""
        self._transaction, self._passwords, self._seconds = transaction, hasher, seconds

    async def open(self, name: str, password: str, address: str) -> Granted:
        """Log in; `WrongError`, or `ThrottledError` before anything is compared."""
        name = name.lower()
        wanted = attempts(name, address)
        async with self._transaction() as session:
            await charge(session, wanted)
        async with self._transaction(read_only=True) as session:
            user = await session.get(User, name) if len(name) < MAX_NAME else None
        stored = user.password if user is not None else None
        fits = len(password.encode("utf-8", "surrogatepass")) <= MAX_BYTES
        right = await self._passwords.matches(stored, password) and fits
        if user is None or not right or user.disabled:
            log.warning("login of %s from %s refused", _shown(user), address)
            raise WrongError
        renewed = None
        if self._passwords.is_old(user.password):
            renewed = await self._passwords.hash(password)
        async with self._transaction() as session:
            # The password took its time: it, or the user, may have been changed since.
            now = await session.get(User, name, with_for_update=True)
            if now is None or now.disabled or now.password != stored:
                raise WrongError
            await refund(session, wanted)
            await forget(session)
            if renewed is not None:
                now.password = renewed
            granted = await self._begin(session, now)
        log.info("%s logged in from %s", name, address)
        return granted

    async def renew(self, refresh_token: str) -> Granted:
        """A new pair of tokens for a refresh token; one that was used already ends the login."""
        handle, digest = _parts(refresh_token)
        fresh, now = secrets.token_urlsafe(32), time.time()
        async with self._transaction() as session:
            turn = (
                update(Login)
                .where(Login.handle == handle, Login.digest == digest, Login.revoked.is_(False))
                .where(Login.expires_at > now)
                .values(digest=_digest(fresh))
                .returning(Login.id, Login.user, Login.expires_at)
            )
            turned = (await session.execute(turn)).one_or_none()
            if turned is None:
                await self._end(session, handle, now)
            user = await session.get(User, turned.user) if turned is not None else None
        if turned is None or user is None or user.disabled:
            raise WrongError
        return Granted(
            user.name, user.roles, turned.id, f"{handle}.{fresh}", turned.expires_at - now
        )

    async def close(self, refresh_token: str) -> None:
        """Log out; silent when there is nothing to end."""
        handle, _ = _parts(refresh_token)
        async with self._transaction() as session:
            await session.execute(delete(Login).where(Login.handle == handle))

    async def is_alive(self, login: str, name: str) -> bool:
        """Whether an access token of that login still counts."""
        query = (
            select(Login.id)
            .join(User, User.name == Login.user)
            .where(Login.id == login, Login.user == name, Login.revoked.is_(False))
            .where(Login.expires_at > time.time(), User.disabled.is_(False))
        )
        async with self._transaction(read_only=True) as session:
            return (await session.execute(query)).one_or_none() is not None

    async def _begin(self, session: AsyncSession, user: User) -> Granted:
        now, fresh = time.time(), secrets.token_urlsafe(32)
        login = Login(
            id=secrets.token_hex(16),
            handle=secrets.token_hex(16),
            user=user.name,
            digest=_digest(fresh),
            expires_at=now + self._seconds,
            revoked=False,
        )
        over = (Login.expires_at <= now) | Login.revoked.is_(True)
        await session.execute(delete(Login).where(Login.user == user.name, over))
        mine = select(Login.id).where(Login.user == user.name).order_by(Login.expires_at.desc())
        await session.execute(
            delete(Login).where(Login.id.in_(mine.offset(MAX_LOGINS - 1).scalar_subquery()))
        )
        session.add(login)
        token = f"{login.handle}.{fresh}"
        return Granted(user.name, user.roles, login.id, token, self._seconds)

    async def _end(self, session: AsyncSession, handle: str, now: float) -> None:
        """Two hold what only one should: neither may go on."""
        end = (
            update(Login)
            .where(Login.handle == handle, Login.expires_at > now, Login.revoked.is_(False))
            .values(revoked=True)
            .returning(Login.user)
        )
        user = (await session.execute(end)).scalar_one_or_none()
        if user is not None:
            log.warning("a used refresh token of %s came again: that login is over", user)


def _parts(refresh_token: str) -> tuple[str, str]:
    handle, dot, rest = refresh_token.partition(".")
    if not dot or not (refresh_token.isascii() and refresh_token.isprintable()):
        raise WrongError
    return handle, _digest(rest)


def _digest(fresh: str) -> str:
    return hashlib.sha256(fresh.encode()).hexdigest()


def _shown(user: User | None) -> str:
    """What people type in the wrong field may be a password."""
    return user.name if user is not None else "an unknown name"
