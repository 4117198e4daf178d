"""Ctrl-C ends a build within a second and leaves nothing half done."""

from __future__ import annotations

import json
import signal
import subprocess
import time

import pytest

from conftest import CRAFTER, ECHO, Workspace


@pytest.mark.parametrize("after", [0.05, 0.3, 0.8, 1.5])
def test_interrupt(work: Workspace, after: float) -> None:
    work.run("init")
    child = subprocess.Popen([CRAFTER, "create", "--form", json.dumps(ECHO), "--proof", "full", "--yes", "--non-interactive"],
                             cwd=work.folder, env=work.environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    deadline = time.monotonic() + after
    while time.monotonic() < deadline and child.poll() is None:
        time.sleep(0.01)
    started = time.monotonic()
    child.send_signal(signal.SIGINT)
    code = child.wait(10)
    assert time.monotonic() - started < 1.5
    there = (work.folder / "echo-server").exists()
    assert code in (130, -signal.SIGINT, 0)
    assert there == (code == 0)
    if code == 130 and after > 0.2:
        builds = work.run("status", "--json").data["builds"]
        assert all(b["status"] in ("cancelled", "success") for b in builds)
    assert work.create(ECHO).code == (5 if there else 0)
    assert not list((work.folder / ".mcp-crafter").glob("stage/*"))
