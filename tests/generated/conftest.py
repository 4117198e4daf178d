"""The sample projects, put together once, and one running server of each transport."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from client import Http, Stdio, serving
from make_sample import make

if TYPE_CHECKING:
    from collections.abc import Iterator


SAMPLE = tempfile.TemporaryDirectory(prefix="sample-")
sys.path.insert(0, str(make(Path(SAMPLE.name))))
"""Tests of single functions import the runtime as `src`."""


@pytest.fixture(scope="session")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project like any other."""
    return make(tmp_path_factory.mktemp("clean") / "project")


@pytest.fixture(scope="session")
def rough(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with tools that misbehave."""
    return make(tmp_path_factory.mktemp("rough") / "project", rough=True)


@pytest.fixture(scope="session")
def stdio(rough: Path) -> Iterator[Stdio]:
    """One process that all tests speak to, in both eras."""
    server = Stdio(rough)
    server.greet()
    yield server
    server.process.kill()
    server.process.communicate()


@pytest.fixture(scope="session")
def http(rough: Path) -> Iterator[Http]:
    """The same over HTTP."""
    with serving(rough) as server:
        server.greet()
        yield server
