"""Podman and buildah as the checks use them, and what has to be there before."""

from __future__ import annotations

import glob
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
BASE = "docker.io/library/python:3.12-slim"
PACKAGES = ["buildah", "podman", "runc", "conmon", "netavark", "aardvark-dns", "fuse-overlayfs", "slirp4netns", "uidmap", "iptables", "catatonit", "mmdebstrap"]


def say(text: str) -> None:
    """A line that shows at once."""
    print(text, flush=True)


def run(*words: str, check: bool = True, **more: object) -> subprocess.CompletedProcess[str]:
    """A command with podman's settings for machines like CI's."""
    environment = {**os.environ, "CONTAINERS_CONF": str(HERE / "containers.conf")}
    return subprocess.run(words, capture_output=True, text=True, check=check, env=environment, **more)  # type: ignore[call-overload,no-any-return]


def need_programs() -> None:
    """Install what is missing."""
    missing = [name for name in ("buildah", "podman", "runc", "mmdebstrap") if not shutil.which(name)]
    if missing:
        say(f"installing {' '.join(PACKAGES)}")
        run("apt-get", "update", "-q")
        run("apt-get", "install", "-y", "-q", "--no-install-recommends", *PACKAGES)


def has_image(name: str) -> bool:
    """Whether an image is here already."""
    return run("buildah", "inspect", "--type", "image", name, check=False).returncode == 0


def need_base() -> None:
    """The base image, or a stand-in of it."""
    if has_image(BASE):
        return
    homes = sorted(glob.glob(str(Path.home() / ".pyenv/versions/3.12.*"))) + ["/usr/local"]
    prefix = next((home for home in homes if Path(home, "bin/python3.12").exists()), None)
    if prefix is None:
        say("SKIPPED: there is no image registry and no CPython 3.12 to make a stand-in of")
        say("0 passed, 0 failed, 1 skipped")
        sys.exit(0)
    say("making the stand-in of the base image")
    run(str(HERE / "base-image.sh"), prefix)


def build(project: Path, name: str) -> subprocess.CompletedProcess[str]:
    """The project's unmodified Dockerfile as an image."""
    return run("buildah", "bud", "--isolation", "chroot", "--layers", "--format", "docker", "--network", "host", "--pull-never", "-t", name, ".", cwd=project, check=False)


class Checks:
    """Counts what held."""

    def __init__(self) -> None:
        self.passed = self.failed = 0

    def hold(self, name: str, good: bool, detail: object = "") -> None:
        """One check; the detail is shown when it failed."""
        self.passed += good
        self.failed += not good
        say(f"{'ok  ' if good else 'FAIL'} {name}{'' if good else f': {str(detail)[-3000:]}'}")

    def end(self) -> int:
        """The last line, and the exit status."""
        say(f"{self.passed} passed, {self.failed} failed, 0 skipped")
        return 1 if self.failed else 0
