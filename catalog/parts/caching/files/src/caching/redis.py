"""Texts in Redis, shared by all processes of a server."""

from __future__ import annotations

import os
import secrets
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from ..runtime import SettingError, secret
from .backend import CacheDown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .backend import Backend

TIMEOUT_S = 0.5
"""For connecting, and for an answer: a cache that is slower is no help."""

_PUT = """
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
redis.call('ZADD', KEYS[2], now + ARGV[3], ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now)
local over = redis.call('ZCARD', KEYS[2]) - tonumber(ARGV[4])
if over > 0 then
  local gone = redis.call('ZPOPMIN', KEYS[2], over)
  for i = 1, #gone, 2 do redis.call('DEL', ARGV[5] .. gone[i]) end
end
"""
_COUNT = """
local clock = redis.call('TIME')
return redis.call('ZCOUNT', KEYS[1], clock[1] * 1000 + math.floor(clock[2] / 1000), '+inf')
"""
_UNLOCK = "if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end"


def make(server: str, max_entries: int) -> Backend:
    """In the Redis that REDIS_URL names; `SettingError` if that is no URL of Redis."""
    url = secret(os.environ, "REDIS_URL") or "redis://localhost:6379/0"
    try:
        return RedisBackend(url, server, max_entries)
    except ValueError as error:
        raise SettingError("REDIS_URL: not like redis://localhost:6379/0") from error


class RedisBackend:
    """Up to `max_entries` texts; those that would end soonest make room.

    An index of what is kept stands beside the texts: a sorted set, ordered by when they end. The
    braces in the keys keep all of it in one slot of a cluster.
    """

    def __init__(self, url: str, server: str, max_entries: int) -> None:
        """`ValueError` if it is no URL of Redis."""
        self._redis: Redis = Redis.from_url(
            url,
            socket_connect_timeout=TIMEOUT_S,
            socket_timeout=TIMEOUT_S,
            retry=Retry(NoBackoff(), 1),
            decode_responses=True,
        )
        prefix = f"{{{server}:caching}}:"
        self._entry, self._lock = f"{prefix}entry:", f"{prefix}lock:"
        self._index = f"{prefix}index"
        self._max = max_entries
        self._put = self._redis.register_script(_PUT)
        self._count = self._redis.register_script(_COUNT)
        self._unlock = self._redis.register_script(_UNLOCK)

    async def start(self) -> None:
        """Say at once when nobody is there."""
        with _translated():
            await self._redis.ping()

    async def stop(self) -> None:
        """Close the connections."""
        await self._redis.aclose()

    async def get(self, key: str) -> str | None:
        """The text, unless it is gone or too old."""
        with _translated():
            found: Any = await self._redis.get(self._entry + key)
        return found if found is None else str(found)

    async def put(self, key: str, text: str, seconds: float) -> None:
        """Keep a text."""
        arguments: list[str | int] = [
            key,
            text,
            max(1, round(seconds * 1000)),
            self._max,
            self._entry,
        ]
        with _translated():
            await self._put([self._entry + key, self._index], arguments)

    async def delete(self, prefix: str) -> int:
        """Forget all keys that begin with `prefix`, which has no `*`, `?` or `[`."""
        gone = 0
        with _translated():
            async for key, _ in self._redis.zscan_iter(self._index, match=f"{prefix}*"):
                await self._redis.zrem(self._index, key)
                gone += await self._redis.delete(self._entry + key)
        return gone

    async def count(self) -> int:
        """How many texts are kept."""
        with _translated():
            return int(await self._count([self._index]))

    async def lock(self, key: str, seconds: float) -> str | None:
        """A token, unless another process has one."""
        token = secrets.token_hex(8)
        with _translated():
            life = max(1, round(seconds * 1000))
            done: Any = await self._redis.set(self._lock + key, token, nx=True, px=life)
        return token if done else None

    async def unlock(self, key: str, token: str) -> None:
        """Give the token back."""
        with _translated():
            await self._unlock([self._lock + key], [token])


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (RedisError, OSError, TimeoutError) as error:
        raise CacheDown(f"{type(error).__name__}: {error}") from error
