"""Buckets that several processes share: one atomic script in Redis, by Redis' own clock."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from .gcra import Rate, StoreError, Verdict, room

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .gcra import Bucket

PATIENCE_S = 0.5
"""How long one question to Redis may take."""
_SCRIPT = """
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local wait = 0
local full = {}
for i, key in ipairs(KEYS) do
  local interval, burst = tonumber(ARGV[2 * i]), tonumber(ARGV[2 * i + 1])
  full[i] = math.max(now, tonumber(redis.call('GET', key) or now))
  wait = math.max(wait, full[i] + interval * (1 - burst) - now)
end
if wait <= 0 and ARGV[1] == '1' then
  for i, key in ipairs(KEYS) do
    full[i] = full[i] + tonumber(ARGV[2 * i])
    local life = math.ceil((full[i] - now) / 1000)
    redis.call('SET', key, string.format('%.0f', full[i]), 'PX', math.max(1, life))
  end
end
local answer = {string.format('%.0f', math.max(0, wait))}
for i = 1, #KEYS do answer[i + 1] = string.format('%.0f', full[i] - now) end
return answer
"""
"""Microseconds; ARGV is whether to spend, then interval and burst of each key."""
_MICRO = 1e6


class Shared:
    """The same as `Memory` for all processes that use one Redis; keys expire when they are idle."""

    def __init__(self, url: str, prefix: str) -> None:
        self._prefix = prefix
        self._redis: Redis = Redis.from_url(
            url,
            socket_timeout=PATIENCE_S,
            socket_connect_timeout=PATIENCE_S,
            retry=Retry(NoBackoff(), 1),
        )
        self._script = self._redis.register_script(_SCRIPT)

    async def take(self, buckets: Sequence[Bucket], *, spend: bool = True) -> Verdict:
        """One place in every bucket, or in none."""
        arguments: list[Any] = [int(spend)]
        for bucket in buckets:
            arguments += [f"{bucket.rate.interval * _MICRO:.3f}", bucket.rate.burst]
        keys = [self._prefix + bucket.key for bucket in buckets]
        try:
            wait, *full = await self._script(keys=keys, args=arguments)
        except (RedisError, OSError) as error:
            raise StoreError(type(error).__name__) from error
        left = (
            room(bucket.rate, float(micro) / _MICRO)
            for bucket, micro in zip(buckets, full, strict=True)
        )
        return Verdict(float(wait) / _MICRO, tuple(left))

    async def overrides(self) -> dict[str, Rate]:
        """The rates that were set at run time, by name."""
        try:
            found = await self._redis.hgetall(self._prefix + "overrides")
        except (RedisError, OSError) as error:
            raise StoreError(type(error).__name__) from error
        return {_text(name): Rate.of(json.loads(value)) for name, value in found.items()}

    async def override(self, name: str, rate: Rate | None) -> None:
        """Set a rate for all processes, or take it back."""
        key = self._prefix + "overrides"
        try:
            if rate is None:
                await self._redis.hdel(key, name)
            else:
                value = {"requests": rate.requests, "seconds": rate.seconds, "burst": rate.burst}
                await self._redis.hset(key, name, json.dumps(value))
        except (RedisError, OSError) as error:
            raise StoreError(type(error).__name__) from error

    async def ping(self) -> None:
        """Raises `StoreError` unless Redis answers."""
        try:
            await self._redis.ping()
        except (RedisError, OSError) as error:
            raise StoreError(type(error).__name__) from error

    async def close(self) -> None:
        """Let go of the connections."""
        await self._redis.aclose()


def _text(name: bytes | str) -> str:
    return name if isinstance(name, str) else name.decode()
