"""The generic cell rate algorithm: one number per bucket says when it will be full again."""

from __future__ import annotations

import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


class StoreError(RuntimeError):
    """The store cannot be asked at present."""


@dataclass(frozen=True, slots=True)
class Rate:
    """`requests` in `seconds`, evenly; up to `burst` at once after a pause."""

    requests: int
    seconds: float
    burst: int

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Rate:
        """As it stands in the options."""
        return cls(int(data["requests"]), float(data["seconds"]), int(data["burst"]))

    @property
    def interval(self) -> float:
        """Seconds between two requests at an even pace."""
        return self.seconds / self.requests


@dataclass(frozen=True, slots=True)
class Bucket:
    """What is counted together."""

    key: str
    rate: Rate


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether there is room in all buckets at once."""

    wait: float
    """Seconds until there is; 0 when there is room now."""
    left: tuple[int, ...]
    """How many more fit into each bucket now."""


class Store(Protocol):
    """Keeps the buckets."""

    async def take(self, buckets: Sequence[Bucket], *, spend: bool = True) -> Verdict:
        """Take one place in every bucket, or in none; raises `StoreError`.

        Without `spend` nothing is taken: it only looks.
        """
        ...


class Memory:
    """The buckets of one process; the longest unused go when there are too many."""

    def __init__(self, max_keys: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._max_keys, self._clock = max_keys, clock
        self._full_again: OrderedDict[str, float] = OrderedDict()

    def __len__(self) -> int:
        return len(self._full_again)

    async def take(self, buckets: Sequence[Bucket], *, spend: bool = True) -> Verdict:
        """One place in every bucket, or in none."""
        now = self._clock()
        full = [max(now, self._full_again.get(bucket.key, now)) for bucket in buckets]
        waits = [
            at + bucket.rate.interval * (1 - bucket.rate.burst) - now
            for at, bucket in zip(full, buckets, strict=True)
        ]
        wait = max([0.0, *waits])
        taken = spend and wait == 0
        if taken:
            full = [at + bucket.rate.interval for at, bucket in zip(full, buckets, strict=True)]
            for at, bucket in zip(full, buckets, strict=True):
                self._keep(bucket.key, at, now)
        left = tuple(room(bucket.rate, at - now) for at, bucket in zip(full, buckets, strict=True))
        return Verdict(wait, left)

    def _keep(self, key: str, at: float, now: float) -> None:
        self._full_again[key] = at
        self._full_again.move_to_end(key)
        while self._full_again and (
            len(self._full_again) > self._max_keys or next(iter(self._full_again.values())) <= now
        ):
            self._full_again.popitem(last=False)


def room(rate: Rate, until_full: float) -> int:
    """How many fit in now, when the bucket is empty again after `until_full` seconds."""
    return max(0, int(rate.burst - until_full / rate.interval + 1e-9))
