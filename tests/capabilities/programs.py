"""Programs that judge manifests: from the PATH, else built by Go, once, into the checkout's build folder."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from services import Missing

MODULES = {
    "kustomize": "sigs.k8s.io/kustomize/kustomize/v5@v5.6.0",
    "kube-score": "github.com/zegl/kube-score/cmd/kube-score@v1.20.0",
    "actionlint": "github.com/rhysd/actionlint/cmd/actionlint@v1.7.12",
}
PLACE = Path(__file__).resolve().parents[2] / "build/go-tools"
PATIENCE_S = 1800


def program(name: str) -> str:
    """Its path; `Missing` says what to install when it cannot be had."""
    folder = PLACE / MODULES[name].rpartition("@")[2]
    if found := shutil.which(name) or shutil.which(name, path=str(folder)):
        return found
    go = shutil.which("go")
    if go is None:
        raise Missing(f"{name}: install what tests/requirements.txt lists, go among it, or {MODULES[name]}")
    folder.mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, "CGO_ENABLED": "0", "GOFLAGS": "-mod=mod -modcacherw", "GOTOOLCHAIN": "local", "GOBIN": str(folder),
                   "GOPATH": str(PLACE / "modules"), "GOCACHE": str(PLACE / "objects")}
    done = subprocess.run([go, "install", "-trimpath", MODULES[name]], cwd=folder, env=environment, capture_output=True, text=True, timeout=PATIENCE_S, check=False)
    if done.returncode:
        raise Missing(f"{name}: {done.stderr[-500:]}")
    return str(folder / name)


def kustomize(folder: Path) -> str:
    """What `kustomize build FOLDER` writes."""
    words = ["kubectl", "kustomize"] if shutil.which("kubectl") else [program("kustomize"), "build"]
    done = subprocess.run([*words, str(folder)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout
