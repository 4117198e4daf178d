"""What makes two calls the same."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from ..runtime import Peer


def key_of(version: str, peer: Peer, *, public: bool, name: str, arguments: Any) -> str:
    """A key that names the tool and tells nothing else.

    Same code, same arguments, and the same caller with the same scopes unless it is `public`.
    """
    who = [] if public else [peer.trusted, peer.via, peer.principal, sorted(peer.scopes)]
    text = json.dumps([version, who, name, arguments], sort_keys=True)
    return f"{name}:{hashlib.sha256(text.encode()).hexdigest()}"


def code_version(package: Path) -> str:
    """A digest of the server's code and manifest: another deployment reads no results of this."""
    digest = hashlib.sha256()
    files = [path for path in package.rglob("*") if path.suffix in {".py", ".json"}]
    for path in sorted(files):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(package)}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()
