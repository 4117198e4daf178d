"""A real control plane for all tests, and the projects whose manifests go there, each with a name and namespaces of its own."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "capabilities"))

import cache  # noqa: E402
import plane as planes  # noqa: E402
from manifests import PAIRS, form  # noqa: E402
from plane import Plane  # noqa: E402
from projects import craft  # noqa: E402

OVERLAYS = ("dev", "prod")
DEFINITIONS = {"istio": cache.THINGS["istio-definitions.yaml"].path, "gateway": cache.THINGS["gateway-definitions.yaml"].path, "linkerd": HERE / "linkerd.yaml"}


def need(*names: str) -> None:
    """Skips, loudly, what cannot be tried without these files of the cache."""
    if absent := cache.missing(*names):
        pytest.skip(f"NOT PREPARED: {', '.join(absent)}; tests/kubernetes/prepare.py makes them, or says why not")


@pytest.fixture(scope="session")
def plane(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Plane]:
    """An API server with the definitions of the meshes."""
    need(*planes.PROGRAMS, "istio-definitions.yaml", "gateway-definitions.yaml")
    with planes.running(tmp_path_factory.mktemp("plane")) as here:
        for file in DEFINITIONS.values():
            here.kubectl("apply", "--server-side", "-f", str(file))
        here.kubectl("wait", "crd", "--all", "--for=condition=Established", "--timeout=60s")
        yield here


@pytest.fixture(scope="session")
def cluster(plane: Plane) -> Plane:
    """The same with controllers, a scheduler, two nodes, and figures of what pods use."""
    need(*planes.CONTROLLERS)
    plane.kubectl("apply", "-f", str(HERE / "metrics.yaml"))
    planes.control(plane)
    planes.add_nodes(plane, "one", "two")
    return plane


@pytest.fixture(scope="session")
def projects(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """One project for each of `PAIRS`, called weather-NAME."""
    return {name: craft(tmp_path_factory.mktemp(name), form(name, f"weather-{name}")) for name in PAIRS}


@pytest.fixture(scope="session")
def applied(plane: Plane, projects: dict[str, Path]) -> dict[str, Path]:
    """The projects, with both overlays of each in the cluster."""
    plane.create(*map(volume, OVERLAYS))
    for project in projects.values():
        for overlay in OVERLAYS:
            plane.kubectl("apply", "--validate=strict", "-k", str(project / "overlays" / overlay))
    return projects


def namespace(name: str, overlay: str) -> str:
    """Where an overlay of the project weather-NAME lives."""
    return f"weather-{name}-dev" if overlay == "dev" else f"weather-{name}"


def volume(name: str) -> dict[str, Any]:
    """A volume for whoever claims one; no provisioner makes any here."""
    spec = {"capacity": {"storage": "1Gi"}, "accessModes": ["ReadWriteOnce"], "hostPath": {"path": "/nowhere"}}
    return {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": name}, "spec": spec}
