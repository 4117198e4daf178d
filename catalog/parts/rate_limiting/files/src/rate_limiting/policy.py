"""Which rates concern a call: of the caller's tier, of the tool, or set at run time."""

from __future__ import annotations

import hashlib
import ipaddress
import json
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from .gcra import Bucket, Rate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..runtime import Peer

MAX_SUBJECTS = 1000
"""Names of callers that are remembered, as they are asked for at every call."""
_NETWORK_BITS = 64
"""Of an IPv6 address: one customer has all the rest."""


@dataclass(frozen=True, slots=True)
class Tier:
    """Callers with rates of their own: those listed, and those with one of the scopes."""

    name: str
    principals: frozenset[str]
    scopes: frozenset[str]
    rate: Rate | None
    tool_rates: Mapping[str, Rate]

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Tier:
        """As it stands in the options."""
        return cls(
            data["name"],
            frozenset(data.get("principals", ())),
            frozenset(data.get("scopes", ())),
            Rate.of(data["rate"]) if "rate" in data else None,
            _rates(data.get("tool_rates", {})),
        )

    def has(self, peer: Peer) -> bool:
        """Whether a caller belongs to it."""
        return peer.principal in self.principals or bool(self.scopes & peer.scopes)


class Policy:
    """The options `rate`, `tool_rates` and `tiers`, and what was set since."""

    def __init__(self, options: Mapping[str, Any]) -> None:
        self._rate = Rate.of(options["rate"])
        self._tool_rates = _rates(options.get("tool_rates", {}))
        self._tiers = [Tier.of(tier) for tier in options.get("tiers", ())]
        self.overrides: dict[str, Rate] = {}
        """By `override_name`."""

    def tier(self, peer: Peer) -> Tier | None:
        """The first one that the caller belongs to."""
        return next((tier for tier in self._tiers if tier.has(peer)), None)

    def buckets(self, peer: Peer, tool: str | None) -> list[Bucket]:
        """Everything that a call counts against: all calls together, and those of one tool."""
        subject = subject_of(peer.principal)
        tier = self.tier(peer)
        rate = (tier.rate if tier else None) or self._rate
        found = [Bucket(f"{subject}:calls", self._set(peer, None) or rate)]
        if tool is not None and (of_tool := self._of_tool(peer, tier, tool)) is not None:
            found.append(Bucket(f"{subject}:tool:{tool}", of_tool))
        return found

    def _of_tool(self, peer: Peer, tier: Tier | None, tool: str) -> Rate | None:
        fixed = tier.tool_rates.get(tool) if tier else None
        return self._set(peer, tool) or fixed or self._tool_rates.get(tool)

    def _set(self, peer: Peer, tool: str | None) -> Rate | None:
        if not self.overrides:
            return None
        own = self.overrides.get(override_name(peer.principal, tool))
        return own or self.overrides.get(override_name(None, tool))


def override_name(principal: str | None, tool: str | None) -> str:
    """How a rate set at run time is kept; None means every caller, or all tools together."""
    return json.dumps([principal, tool])


@lru_cache(MAX_SUBJECTS)
def subject_of(principal: str) -> str:
    """A short name for whoever is counted: a principal, an address, or an IPv6 network.

    In braces, so that all its buckets are in one slot of a Redis cluster.
    """
    if principal.startswith("ip:"):
        principal = f"ip:{_network(principal.removeprefix('ip:'))}"
    digest = hashlib.blake2b(principal.encode("utf-8", "surrogatepass"), digest_size=16)
    return f"{{{digest.hexdigest()}}}"


def _network(text: str) -> str:
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return text
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address, _NETWORK_BITS), strict=False))


def _rates(data: Mapping[str, Any]) -> dict[str, Rate]:
    return {name: Rate.of(rate) for name, rate in data.items()}
