"""Fixtures of the tests of the crafter's own server."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from serving import CACHE, on_port


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """An empty HOME and the shared cache of environments."""
    passed = {n: v for n, v in os.environ.items() if n.startswith(("PIP_", "UV_", "SSL_CERT")) or n.lower().endswith("_proxy")}
    return {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "LANG": "C.UTF-8", "XDG_CACHE_HOME": CACHE, **passed}


@pytest.fixture
def over_http(tmp_path: Path, environment: dict[str, str]) -> Iterator[str]:
    """The URL of a server that takes TOKEN."""
    with on_port(tmp_path, environment) as url:
        yield url
