"""Go modules: their sources, and programs built of them, also where `go install` refuses a module for its replacements."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

SMALL = ["-trimpath", "-ldflags=-s -w"]


class Unreachable(RuntimeError):
    """Something from outside cannot be had here; the message names it."""


def _go(*words: str, folder: str | Path = "/", **environment: str) -> subprocess.CompletedProcess[str]:
    go = shutil.which("go", path=f"{os.environ['PATH']}:/usr/local/go/bin")
    if go is None:
        raise Unreachable("there is no Go: https://go.dev/doc/install")
    quiet = {**os.environ, "CGO_ENABLED": "0", **environment}
    return subprocess.run([go, *words], cwd=folder, env=quiet, capture_output=True, text=True, check=False)


def _build(*words: str, folder: str | Path, **environment: str) -> None:
    done = _go(*words, folder=folder, **environment)
    if done.returncode:
        raise RuntimeError(f"go {' '.join(words)}: {done.stderr[-3000:]}")


def _download(module: str, version: str) -> dict[str, Any]:
    """What `go mod download` says of a module."""
    done = _go("mod", "download", "-json", f"{module}@{version}")
    said: dict[str, Any] = json.loads(done.stdout or "{}")
    if done.returncode or "Dir" not in said:
        raise Unreachable(f"the Go module {module}@{version} cannot be fetched")
    return said


def source(module: str, version: str) -> Path:
    """The folder with a module's files."""
    return Path(_download(module, version)["Dir"])


def build_kwok(version: str, path: Path) -> None:
    """kwok, which needs no detour."""
    source("sigs.k8s.io/kwok", version)
    _build("install", *SMALL, f"sigs.k8s.io/kwok/cmd/kwok@{version}", folder="/", GOBIN=str(path.parent))


def build_etcd(version: str, path: Path) -> None:
    """etcd: its module replaces others, so a program of one line stands in a module of its own."""
    module = "go.etcd.io/etcd/server/v3"
    with tempfile.TemporaryDirectory() as scratch:
        Path(scratch, "go.mod").write_text(_requirements(module, version))
        Path(scratch, "main.go").write_text(f'package main\n\nimport (\n\t"os"\n\n\t"{module}/etcdmain"\n)\n\nfunc main() {{ etcdmain.Main(os.Args) }}\n')
        _build("build", "-mod=mod", *SMALL, "-o", str(path), ".", folder=scratch)


def build_kubernetes(name: str, version: str, path: Path) -> None:
    """A program of Kubernetes: each staging module that it keeps beside it is published as well, as v0.MINOR.PATCH."""
    module = "k8s.io/kubernetes"
    linker = "-s -w" + "".join(f" -X {place}.gitVersion={version}" for place in ("k8s.io/component-base/version", "k8s.io/client-go/pkg/version"))
    with tempfile.TemporaryDirectory() as scratch:
        Path(scratch, "go.mod").write_text(_requirements(module, version, f"v0.{version.removeprefix('v1.')}"))
        Path(scratch, "tools.go").write_text(f'//go:build tools\n\npackage scratch\n\nimport _ "{module}/cmd/{name}"\n')
        _build("build", "-mod=mod", "-trimpath", f"-ldflags={linker}", "-o", str(path), f"{module}/cmd/{name}", folder=scratch)


def _requirements(module: str, version: str, staging: str = "") -> str:
    """A go.mod that asks for a module and all that it asks for itself; its staging modules as published in version `staging`."""
    original = json.loads(_go("mod", "edit", "-json", _download(module, version)["GoMod"]).stdout)
    staged = {entry["Old"]["Path"] for entry in original.get("Replace") or [] if entry["New"]["Path"].startswith("./staging/")}
    needs = {entry["Path"]: staging if entry["Path"] in staged else entry["Version"] for entry in original["Require"]}
    lines = ["module scratch", f"go {original['Go']}", f"require {module} {version}"]
    lines += [f"godebug {entry['Key']}={entry['Value']}" for entry in original.get("Godebug") or []]
    lines += [f"require {path} {wanted}" for path, wanted in needs.items()]
    lines += [f"replace {path} => {path} {staging}" for path in sorted(staged)]
    return "\n".join(lines) + "\n"
