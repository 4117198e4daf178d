"""Builds the unmodified Dockerfile of a generated project and runs it hardened: both eras, health check, clean end."""

from __future__ import annotations

import argparse
import asyncio
import glob
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
BASE = "docker.io/library/python:3.12-slim"
PORT = 18461
PACKAGES = ["buildah", "podman", "runc", "conmon", "netavark", "aardvark-dns", "fuse-overlayfs", "slirp4netns", "uidmap", "iptables", "catatonit", "mmdebstrap"]


def say(text: str) -> None:
    print(text, flush=True)


def run(*words: str, check: bool = True, **more: object) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "CONTAINERS_CONF": str(HERE / "containers.conf")}
    return subprocess.run(words, capture_output=True, text=True, check=check, env=environment, **more)  # type: ignore[call-overload,no-any-return]


def need_programs() -> None:
    missing = [name for name in ("buildah", "podman", "runc", "mmdebstrap") if not shutil.which(name)]
    if missing:
        say(f"installing {' '.join(PACKAGES)}")
        run("apt-get", "update", "-q")
        run("apt-get", "install", "-y", "-q", "--no-install-recommends", *PACKAGES)


def need_base() -> None:
    if run("buildah", "inspect", "--type", "image", BASE, check=False).returncode == 0:
        return
    homes = sorted(glob.glob(str(Path.home() / ".pyenv/versions/3.12.*"))) + ["/usr/local"]
    prefix = next((home for home in homes if Path(home, "bin/python3.12").exists()), None)
    if prefix is None:
        say("SKIPPED: there is no image registry and no CPython 3.12 to make a stand-in of")
        say("0 passed, 0 failed, 1 skipped")
        sys.exit(0)
    say("making the stand-in of the base image")
    run(str(HERE / "base-image.sh"), prefix)


async def answers(mode: str) -> str:
    from mcp import Client

    async with Client(f"http://127.0.0.1:{PORT}/mcp", mode=mode, read_timeout_seconds=20, cache=None) as client:
        result = await client.call_tool("get_weather", {"city": "Oslo"})
        return str(result.content[0].text)


class Checks:
    """Counts what held."""

    def __init__(self) -> None:
        self.passed = self.failed = 0

    def hold(self, name: str, good: bool, detail: object = "") -> None:
        self.passed += good
        self.failed += not good
        say(f"{'ok  ' if good else 'FAIL'} {name}{'' if good else f': {detail}'}")


def wait_until_open(name: str) -> bool:
    for _ in range(100):
        if run("podman", "healthcheck", "run", name, check=False).returncode == 0:
            return True
        time.sleep(0.2)
    return False


def check_container(checks: Checks, image: str) -> None:
    name = "crafter-check"
    run("podman", "rm", "-f", "-t", "0", name, check=False)
    refused = run("podman", "run", "--rm", "--network", "none", image, check=False)
    checks.hold("refuses to listen everywhere without authentication", refused.returncode != 0 and "MCP_ALLOWED_HOSTS" in refused.stderr + refused.stdout, refused)
    started = run("podman", "run", "-d", "--name", name, "--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges",
                  "--tmpfs", "/tmp", "--memory", "512m", "--network", "podman", "-p", f"127.0.0.1:{PORT}:8000",
                  "-e", "MCP_ALLOWED_HOSTS=127.0.0.1,localhost", "-e", "MCP_INSECURE_NO_AUTH=1", image, check=False)
    checks.hold("runs read-only, without capabilities, on a bridge network", started.returncode == 0, started.stderr)
    if started.returncode != 0:
        return
    checks.hold("health check passes", wait_until_open(name), run("podman", "logs", name, check=False))
    user = run("podman", "exec", name, "python", "-c", "import os; print(os.getuid())", check=False).stdout.strip()
    checks.hold("numeric user", user == "10001", user)
    for mode in ("legacy", "2026-07-28"):
        try:
            text = asyncio.run(asyncio.wait_for(answers(mode), 40))
        except BaseException as error:  # noqa: BLE001
            text = repr(error)
        checks.hold(f"answers in {mode}", "Weather for Oslo: 72°F" in text, text)
    run("podman", "stop", "-t", "10", name, check=False)
    code = run("podman", "inspect", "--format", "{{.State.ExitCode}}", name, check=False).stdout.strip()
    checks.hold("SIGTERM ends it with 0", code == "0", code)
    run("podman", "rm", "-f", "-t", "0", name, check=False)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--crafter", required=True)
    args = parser.parse_args()
    need_programs()
    need_base()
    checks = Checks()
    with tempfile.TemporaryDirectory() as scratch:
        form = ROOT / "examples/weather.json"
        made = run(args.crafter, "-C", scratch, "create", "--form", str(form), "--json", "--yes", "--non-interactive")
        project = Path(json.loads(made.stdout)["data"]["path"])
        begun = time.monotonic()
        built = run("buildah", "bud", "--isolation", "chroot", "--layers", "--format", "docker", "--network", "host", "--pull-never",
                    "-t", "crafter-check:1", ".", cwd=project, check=False)
        checks.hold(f"the unmodified Dockerfile builds ({time.monotonic() - begun:.0f} s)", built.returncode == 0, built.stderr[-2000:])
        if built.returncode == 0:
            check_container(checks, "crafter-check:1")
    say(f"{checks.passed} passed, {checks.failed} failed, 0 skipped")
    return 1 if checks.failed else 0


if __name__ == "__main__":
    sys.exit(main())
