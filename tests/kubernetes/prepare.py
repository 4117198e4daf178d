"""Makes what the tests of this folder start, once; says what is missing where it cannot, and leaves the counting to them."""

from __future__ import annotations

import time

import cache
from modules import Unreachable


def main() -> int:
    """Everything in turn; what is out of reach is no failure, what does not build is."""
    for thing in cache.THINGS.values():
        begun = time.monotonic()
        try:
            if thing.prepare():
                print(f"{thing.name} {thing.version}: made in {time.monotonic() - begun:.0f} s, {thing.path.stat().st_size / 1e6:.0f} MB", flush=True)
        except Unreachable as reason:
            print(f"SKIPPED {thing.name} {thing.version}: {reason}", flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
