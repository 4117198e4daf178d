"""Builds the unmodified Dockerfile of one project per set of capabilities and runs it hardened.

Both eras, health check, clean end, and none of the project's secrets in any layer of the image.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tarfile
import tempfile
import time
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

import podman
from podman import Checks, run

ROOT = Path(__file__).resolve().parents[2]
PORT = 18461
NAME = "crafter-check"
SECRETS = {f"PLANTED_{number}_TOKEN": f"planted-{number:02d}-Xq7vLm2R-in-env" for number in range(20)}
KEY = "only-for-this-check: 0123456789 abcdefghijklmnopqrstuvwxyz"
ALL = ["tools", "resources", "prompts", "monitoring", "persistence", "authentication", "rate_limiting", "caching", "webhooks", "streaming"]
PASSWORD = "correct horse battery"
TOOL = {"name": "get_weather", "description": "Get current weather", "parameters": {"city": {"type": "string"}}, "implementation": "return f'Weather for {kwargs[\"city\"]}: 72°F'"}


@dataclass(frozen=True)
class Case:
    """A project, and what its container needs."""

    name: str
    form: dict[str, Any]
    environment: dict[str, str] = field(default_factory=dict)
    volume: str = ""
    user: str = ""
    """Someone who has to log in first."""

    @property
    def whole_form(self) -> dict[str, Any]:
        """With the tool, the Dockerfile, and the secrets."""
        return {"server_name": f"check-{self.name}", "custom_tools": [TOOL], "environment_vars": SECRETS, "deployment_config": {"docker": True}} | self.form


OPEN = {"MCP_INSECURE_NO_AUTH": "1"}
CASES = (
    Case("simple", {"complexity": "simple"}, OPEN),
    Case("standard", {"complexity": "standard"}, OPEN),
    Case("advanced", {"complexity": "advanced"}, OPEN),
    Case("all", {"complexity": "custom", "capabilities": ALL, "options": {"rate_limiting": {"rate": {"requests": 50, "seconds": 1, "burst": 50}}}},
         {"AUTH_SIGNING_KEY": KEY, "DATABASE_URL": "sqlite:////data/server.db", "AUTH_RESOURCE": f"http://127.0.0.1:{PORT}/mcp"}, "/data", "ann"),
)


async def answers(mode: str, token: str) -> str:
    """What the weather is, in one of the protocol's eras."""
    import httpx2
    from mcp.client.streamable_http import streamable_http_client

    from mcp import Client

    headers = {"Authorization": f"Bearer {token}"} if token else {}
    http = httpx2.AsyncClient(headers=headers, timeout=20)
    transport = streamable_http_client(f"http://127.0.0.1:{PORT}/mcp", http_client=http)
    async with http, Client(transport, mode=mode, read_timeout_seconds=20, cache=None) as client:
        result = await client.call_tool("get_weather", {"city": "Oslo"})
        return str(result.content[0].text)


def is_healthy(name: str) -> bool:
    """Whether the image's health check passes within 40 s."""
    for _ in range(200):
        if run("podman", "healthcheck", "run", name, check=False).returncode == 0:
            return True
        time.sleep(0.2)
    return False


def log_in(case: Case) -> str:
    """An access token of a user who is created in the container."""
    import httpx2

    words = ["podman", "exec", "-i", NAME, "python", "-m", "src.authentication", "create-user", case.user, "--role", "admin"]
    created = run(*words, check=False, input=PASSWORD + "\n")
    assert created.returncode == 0, created.stderr
    answer = httpx2.post(f"http://127.0.0.1:{PORT}/auth/login", json={"username": case.user, "password": PASSWORD}, timeout=30)
    return str(answer.json()["access_token"])


def start(case: Case, image: str) -> Any:
    """The container, as hardened as can be."""
    variables = {"MCP_ALLOWED_HOSTS": "127.0.0.1,localhost", **case.environment}
    words = [word for name, value in variables.items() for word in ("-e", f"{name}={value}")]
    volume = ["-v", f"{NAME}-{case.name}:{case.volume}:U"] if case.volume else []
    return run("podman", "run", "-d", "--name", NAME, "--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--tmpfs", "/tmp",
               "--memory", "512m", "--network", "podman", "-p", f"127.0.0.1:{PORT}:8000", *volume, *words, image, check=False)


def check_running(checks: Checks, case: Case) -> None:
    """Everything about a container that has been started."""
    checks.hold(f"{case.name}: health check passes", is_healthy(NAME), run("podman", "logs", NAME, check=False))
    probe = "import os; print(os.getuid(), [l.split()[1] for l in open('/proc/1/status') if l.startswith(('CapEff', 'CapPrm', 'CapBnd'))])"
    user = run("podman", "exec", NAME, "python", "-c", probe, check=False).stdout.strip()
    checks.hold(f"{case.name}: numeric user without capabilities", user == f"10001 {['0' * 16] * 3}", user)
    write = run("podman", "exec", NAME, "python", "-c", "open('/app/x', 'w')", check=False)
    checks.hold(f"{case.name}: its files cannot be changed", "Read-only file system" in write.stderr, write)
    try:
        token = log_in(case) if case.user else ""
    except Exception as error:  # noqa: BLE001
        checks.hold(f"{case.name}: logs in", False, error)
        return
    for mode in ("legacy", "2026-07-28"):
        try:
            text = asyncio.run(asyncio.wait_for(answers(mode, token), 40))
        except BaseException as error:  # noqa: BLE001
            text = repr(error)
        checks.hold(f"{case.name}: answers in {mode}", "Weather for Oslo: 72°F" in text, text)
    if case.user:
        try:
            text = asyncio.run(asyncio.wait_for(answers("2026-07-28", "nonsense"), 40))
        except BaseException as error:  # noqa: BLE001
            text = repr(error)
        checks.hold(f"{case.name}: answers nobody without a token", "Weather" not in text, text)
    run("podman", "stop", "-t", "10", NAME, check=False)
    code = run("podman", "inspect", "--format", "{{.State.ExitCode}}", NAME, check=False).stdout.strip()
    checks.hold(f"{case.name}: SIGTERM ends it with 0", code == "0", code)


def within_image(image: str, wanted: list[bytes]) -> list[str]:
    """Where one of the texts is: the image's configuration, and every file of every layer, deleted ones too."""
    with tempfile.TemporaryDirectory() as scratch:
        archive = Path(scratch, "image.tar")
        run("podman", "save", "--format", "docker-archive", "-o", str(archive), image)
        return _within_tar(archive.read_bytes(), wanted, "")


def _within_tar(data: bytes, wanted: list[bytes], where: str) -> list[str]:
    found = []
    with tarfile.open(fileobj=BytesIO(data)) as archive:
        for member in archive:
            file = archive.extractfile(member) if member.isfile() else None
            content = file.read() if file else b""
            if not where and content and member.name.endswith(".tar"):
                found += _within_tar(content, wanted, f"{member.name}:")
            elif any(text in content or text in member.name.encode() for text in wanted):
                found.append(where + member.name)
    return found


def check_case(checks: Checks, crafter: list[str], case: Case) -> None:
    """Make, build, look into, run."""
    image = f"crafter-check:{case.name}"
    run("podman", "rm", "-f", "-t", "0", NAME, check=False)
    run("podman", "volume", "rm", "-f", f"{NAME}-{case.name}", check=False)
    with tempfile.TemporaryDirectory() as scratch:
        made = run(crafter[0], "-C", scratch, "create", *crafter[1:], "--form", json.dumps(case.whole_form), "--json", "--yes", "--non-interactive")
        project = Path(json.loads(made.stdout)["data"]["path"])
        checks.hold(f"{case.name}: .env has the secrets", all(value in (project / ".env").read_text() for value in SECRETS.values()))
        begun = time.monotonic()
        built = podman.build(project, image)
        checks.hold(f"{case.name}: the unmodified Dockerfile builds ({time.monotonic() - begun:.0f} s)", built.returncode == 0, built.stderr)
    if built.returncode != 0:
        return
    found = within_image(image, [value.encode() for value in SECRETS.values()])
    checks.hold(f"{case.name}: no secret in any layer", found == [], found)
    refused = run("podman", "run", "--rm", "--network", "none", image, check=False)
    wanted = "AUTH_SIGNING_KEY" if case.user else "MCP_ALLOWED_HOSTS"
    checks.hold(f"{case.name}: refuses to start as it is", refused.returncode != 0 and wanted in refused.stderr + refused.stdout, refused)
    started = start(case, image)
    checks.hold(f"{case.name}: runs read-only, without capabilities, on a bridge network", started.returncode == 0, started.stderr)
    if started.returncode == 0:
        check_running(checks, case)
    run("podman", "rm", "-f", "-t", "0", NAME, check=False)
    run("podman", "volume", "rm", "-f", f"{NAME}-{case.name}", check=False)


def main() -> int:
    """All cases, or those named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--crafter", required=True)
    parser.add_argument("--catalog", help="another catalog laid over the program's own")
    parser.add_argument("names", nargs="*", help="only these cases")
    args = parser.parse_args()
    podman.need_programs()
    podman.need_base()
    checks = Checks()
    for case in CASES:
        if not args.names or case.name in args.names:
            check_case(checks, [args.crafter, *(["--catalog", args.catalog] if args.catalog else [])], case)
    return checks.end()


if __name__ == "__main__":
    sys.exit(main())
