"""Asks the store, and does what was chosen when it cannot be asked."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from .gcra import Memory, StoreError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .gcra import Bucket, Rate, Verdict
    from .policy import Policy
    from .redis_store import Shared

log = logging.getLogger(__name__)
PAUSE_S = 1.0
"""After a failure Redis is left alone for so long: no caller waits for it in vain."""
FRESH_S = 2.0
"""How long rates set by another process may go unnoticed."""


class Limiter:
    """Counts in Redis or in memory; `strict` refuses to guess while Redis cannot be asked."""

    def __init__(self, shared: Shared | None, max_keys: int, *, strict: bool) -> None:
        self.local = Memory(max_keys)
        self.shared, self._strict = shared, strict
        self._down_until = self._fresh_until = 0.0
        self.is_down = False

    async def take(self, buckets: Sequence[Bucket], *, spend: bool = True) -> Verdict:
        """Take a place in every bucket; `StoreError` only when it is strict."""
        if self.shared is not None and time.monotonic() >= self._down_until:
            try:
                verdict = await self.shared.take(buckets, spend=spend)
            except StoreError as error:
                self._went_down(error)
            else:
                self.is_down = False
                return verdict
        if self.shared is not None and self._strict:
            raise StoreError("Redis cannot be reached")
        return await self.local.take(buckets, spend=spend)

    async def refresh(self, policy: Policy) -> None:
        """Take over what other processes have set."""
        now = time.monotonic()
        if self.shared is None or now < max(self._fresh_until, self._down_until):
            return
        self._fresh_until = now + FRESH_S
        try:
            policy.overrides = await self.shared.overrides()
        except StoreError as error:
            self._went_down(error)

    async def override(self, policy: Policy, name: str, rate: Rate | None) -> None:
        """Set or take back a rate, for all processes; raises `StoreError`."""
        if self.shared is not None:
            await self.shared.override(name, rate)
        if rate is None:
            policy.overrides.pop(name, None)
        else:
            policy.overrides[name] = rate

    async def start(self) -> None:
        """Find out whether Redis is there."""
        if self.shared is not None:
            try:
                await self.shared.ping()
            except StoreError as error:
                self._went_down(error)

    async def stop(self) -> None:
        """Let go of Redis."""
        if self.shared is not None:
            await self.shared.close()

    def _went_down(self, error: StoreError) -> None:
        if not self.is_down:
            instead = "refusing calls" if self._strict else "each process counts for itself"
            log.warning("Redis cannot be reached (%s): %s", error, instead)
        self.is_down = True
        self._down_until = time.monotonic() + PAUSE_S
