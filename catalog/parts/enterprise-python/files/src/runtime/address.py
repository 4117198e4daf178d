"""Where an HTTP request really comes from, when proxies stand in between."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.datastructures import Headers

    Networks = Sequence[IPv4Network | IPv6Network]

_MOST_HOPS = 20


def client_address(sender: str, headers: Headers, trusted: Networks) -> str:
    """The nearest address of the chain that is no trusted proxy; `sender` is its last link.

    Anyone can write `X-Forwarded-For`: only what a trusted proxy appended counts, so the chain is
    read from its end. Something that is no address ends it.
    """
    if not _is_trusted(sender, trusted):
        return sender
    hops = ",".join(headers.getlist("x-forwarded-for")).split(",")[-_MOST_HOPS:]
    nearest = sender
    for hop in reversed(hops):
        address = _bare(hop.strip())
        if address is None:
            break
        nearest = address
        if not _is_trusted(address, trusted):
            break
    return nearest


def _bare(text: str) -> str | None:
    """An address, which some proxies write with a port or in brackets."""
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        return str(ip_address(text))
    except ValueError:
        return None


def _is_trusted(text: str, trusted: Networks) -> bool:
    if not trusted:
        return False
    try:
        address = ip_address(text)
    except ValueError:
        return False
    if address.version == 6 and address.ipv4_mapped is not None:  # noqa: PLR2004
        address = address.ipv4_mapped
    return any(address in network for network in trusted)
