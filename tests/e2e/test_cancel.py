"""Ctrl-C ends a build soon and leaves nothing half done."""

from __future__ import annotations

import json
import signal
import subprocess
import time

import pytest

from conftest import CRAFTER, ECHO, Workspace


def building(work: Workspace) -> subprocess.Popen[bytes]:
    """The program, about to build with a full proof."""
    work.run("init")
    return subprocess.Popen([CRAFTER, "create", "--form", json.dumps(ECHO), "--proof", "full", "--yes", "--non-interactive"],
                            cwd=work.folder, env=work.environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def interrupted(child: subprocess.Popen[bytes]) -> int:
    """The exit code after Ctrl-C, which must come soon."""
    started = time.monotonic()
    child.send_signal(signal.SIGINT)
    try:
        code = child.wait(20)
    finally:
        child.kill()
    assert time.monotonic() - started < 5
    return code


def states(work: Workspace) -> list[str]:
    """The states of all builds."""
    return [build["status"] for build in work.run("status", "--json").data["builds"]]


@pytest.mark.parametrize("after", [0.05, 0.3, 0.8, 1.5])
def test_interrupt(work: Workspace, after: float) -> None:
    child = building(work)
    deadline = time.monotonic() + after
    while time.monotonic() < deadline and child.poll() is None:
        time.sleep(0.01)
    code = interrupted(child)
    there = (work.folder / "echo-server").exists()
    assert code in (130, -signal.SIGINT, 0)
    assert there == (code == 0)
    if code == 130 and after > 0.2:
        assert set(states(work)) <= {"cancelled", "success"}
    assert work.create(ECHO).code == (5 if there else 0)
    assert not list((work.folder / ".mcp-crafter").glob("stage/*"))


def test_interrupt_of_a_build_that_has_begun(work: Workspace) -> None:
    child = building(work)
    deadline = time.monotonic() + 60
    while states(work) != ["in_progress"]:
        assert child.poll() is None
        assert time.monotonic() < deadline
    assert interrupted(child) == 130
    assert states(work) == ["cancelled"]
    assert not (work.folder / "echo-server").exists()
