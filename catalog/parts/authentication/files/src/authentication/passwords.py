"""Passwords: argon2id (RFC 9106), a few at a time, and as slowly for names that do not exist."""

from __future__ import annotations

import anyio
from anyio.to_thread import run_sync
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from .tokens import UnavailableError

MIN_LENGTH, MAX_BYTES = 12, 1024
AT_ONCE = 2
"""Each takes 64 MiB of memory while it is computed."""
WAITING = 32
_HASHER = PasswordHasher(time_cost=3, memory_cost=64 << 10, parallelism=4)


class PasswordError(ValueError):
    """The password cannot be taken; the message says why."""


def check(password: str, name: str) -> None:
    """`PasswordError` if it is too short, too long, or the name."""
    if len(password) < MIN_LENGTH:
        raise PasswordError(f"a password has {MIN_LENGTH} characters or more")
    if len(password.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise PasswordError(f"a password has {MAX_BYTES} bytes or less")
    if name in password.lower() and len(password) < len(name) + MIN_LENGTH:
        raise PasswordError("a password is not made of the name")


class Passwords:
    """Hashes and compares in threads, so that nothing else waits."""

    def __init__(self) -> None:
        self._limiter = anyio.CapacityLimiter(AT_ONCE)
        self._nobodys = ""

    async def hash(self, password: str) -> str:
        """What is stored instead of the password."""
        return await run_sync(_HASHER.hash, _bytes(password), limiter=self._limiter)

    async def matches(self, stored: str | None, password: str) -> bool:
        """Whether it is the password; a user who does not exist takes the same time."""
        if self._limiter.statistics().tasks_waiting >= WAITING:
            raise UnavailableError("too many logins at the same time")
        if not self._nobodys:
            self._nobodys = await self.hash("nobody has this password")
        right = await run_sync(
            _verify, stored or self._nobodys, _bytes(password), limiter=self._limiter
        )
        return right and stored is not None

    @staticmethod
    def is_old(stored: str) -> bool:
        """Whether it was made with other parameters than today's."""
        return _HASHER.check_needs_rehash(stored)


def _bytes(password: str) -> bytes:
    return password.encode("utf-8", "surrogatepass")[: MAX_BYTES + 1]


def _verify(stored: str, password: bytes) -> bool:
    try:
        return _HASHER.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False
