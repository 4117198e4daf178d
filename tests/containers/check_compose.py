"""Brings docker-compose.yml of a project up with podman-compose, calls a tool, and takes it down again.

Stand-ins made of Debian's packages take the place of PostgreSQL's and Redis' images where no registry can be reached.
Two things that podman cannot do are done here: owners of a tmpfs (which becomes writable by all), and waiting for
services to be healthy (their health checks are run by hand, in the order of depends_on).
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import podman
import yaml
from podman import HERE, Checks, run

FORM = {
    "server_name": "composed", "complexity": "custom", "capabilities": ["tools", "persistence", "streaming"], "deployment_config": {"docker": True, "compose": True},
    "custom_tools": [{"name": "get_weather", "description": "Get current weather", "parameters": {"city": {"type": "string"}}, "implementation": "return 'Weather for ' + kwargs['city']"}],
}
VERSION = "2026-07-28"
META = {"io.modelcontextprotocol/protocolVersion": VERSION, "io.modelcontextprotocol/clientCapabilities": {}}


def adapted(project: Path) -> dict[str, Any]:
    """The composition with what podman can do; written over the project's file."""
    file = project / "docker-compose.yml"
    whole: dict[str, Any] = yaml.safe_load(file.read_text())
    for service in whole["services"].values():
        service["tmpfs"] = [re.sub(r":uid=.*", ":mode=1777", mount) for mount in service.get("tmpfs", [])]
    file.write_text(yaml.safe_dump(whole))
    return whole


def compose(project: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """podman-compose in the project."""
    return run(str(Path(sys.executable).with_name("podman-compose")), *words, cwd=project, check=False)


def is_healthy(name: str) -> bool:
    """Whether a container's health check passes within a minute."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if run("podman", "healthcheck", "run", name, check=False).returncode == 0:
            return True
        time.sleep(0.5)
    return False


def call(tool: str, **arguments: Any) -> str:
    """The answer of the composed server."""
    import httpx2

    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": tool, "arguments": arguments, "_meta": META}}
    headers = {"accept": "application/json, text/event-stream", "mcp-protocol-version": VERSION, "mcp-method": "tools/call", "mcp-name": tool}
    try:
        return httpx2.post("http://127.0.0.1:8000/mcp", json=body, headers=headers, timeout=20).text
    except httpx2.HTTPError as error:
        return repr(error)


def check_up(checks: Checks, project: Path, whole: dict[str, Any]) -> None:
    """Services in order, each healthy before the next; then calls that reach the database and Redis."""
    server = whole["services"]["server"]
    for service in [*server["depends_on"], "server"]:
        started = compose(project, "up", "-d", "--no-build", "--no-deps", service)
        name = f"composed_{service}_1"
        healthy = started.returncode == 0 and is_healthy(name)
        checks.hold(f"{service} comes up and is healthy", healthy, started.stderr + run("podman", "logs", name, check=False).stdout)
        if not healthy:
            return
        state = json.loads(run("podman", "inspect", name).stdout)[0]
        hardened = state["HostConfig"]["ReadonlyRootfs"] and not state["EffectiveCaps"]
        checks.hold(f"{service} is read-only and without capabilities", hardened, state["HostConfig"])
    checks.hold("a tool answers", "Weather for Oslo" in (text := call("get_weather", city="Oslo")), text)
    checks.hold("a value is stored in PostgreSQL", '"isError":true' not in (text := call("store_value", key="city", value="Oslo")), text)
    checks.hold("and found again", "Oslo" in (text := call("retrieve_value", key="city")), text)


def main() -> int:
    """Up, one round of calls, down."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--crafter", required=True)
    parser.add_argument("--catalog", help="another catalog laid over the program's own")
    args = parser.parse_args()
    podman.need_programs()
    podman.need_base()
    checks = Checks()
    with tempfile.TemporaryDirectory() as scratch:
        more = ["--catalog", args.catalog] if args.catalog else []
        made = run(args.crafter, "-C", scratch, "create", *more, "--form", json.dumps(FORM), "--json", "--yes", "--non-interactive")
        project = Path(json.loads(made.stdout)["data"]["path"])
        run(str(project / "scripts/secrets.sh"))
        whole = adapted(project)
        images = [f"docker.io/library/{whole['services'][name]['image']}" for name in ("postgres", "redis")]
        if not all(map(podman.has_image, images)):
            podman.say("making the stand-ins of PostgreSQL and Redis")
            run(str(HERE / "service-images.sh"), *images)
        built = podman.build(project, whole["services"]["server"]["image"])
        checks.hold("the server's image builds", built.returncode == 0, built.stderr)
        try:
            check_up(checks, project, whole)
        finally:
            down = compose(project, "down", "-v", "-t", "10")
        left = run("podman", "ps", "-a", "--format", "{{.Names}}").stdout.split()
        checks.hold("goes down without a trace", down.returncode == 0 and not [name for name in left if name.startswith("composed_")], down.stderr)
    return checks.end()


if __name__ == "__main__":
    sys.exit(main())
