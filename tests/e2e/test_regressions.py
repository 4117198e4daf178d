"""The regression list: what the specification's sample code did wrong, one test for each entry that concerns us today."""

from __future__ import annotations

import ast
import json
import subprocess
from pathlib import Path

import yaml

from conftest import CRAFTER, ECHO, ROOT, Workspace


def test_entry_1_what_is_generated_parses(work: Workspace) -> None:
    """1: the sample code never parsed."""
    project = work.made(ROOT / "tests/e2e/forms/everything.yaml")
    files = list(project.rglob("*.py"))
    assert len(files) > 20
    for path in files:
        ast.parse(path.read_text("utf-8"))


def test_entry_2_templates_are_found_from_anywhere(work: Workspace, tmp_path: Path) -> None:
    """2: templates were looked up relative to the wrong root."""
    link = tmp_path / "linked-crafter"
    link.symlink_to(CRAFTER)
    done = subprocess.run([str(link), "create", "far-away", "--complexity", "simple", "--proof", "none", "--yes", "--non-interactive"],
                          cwd=work.folder, env=work.environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert (work.folder / "far-away/README.md").is_file()


def test_entry_3_env_example_is_there_and_a_build_succeeds(work: Workspace) -> None:
    """3: .env.example was skipped, so every build failed its validation."""
    project = work.made({**ECHO, "environment_vars": {"APP_MODE": "x"}}, proof="syntax")
    assert "APP_MODE=x" in (project / ".env.example").read_text("utf-8")


def test_entry_4_multi_line_implementations_keep_their_indentation(work: Workspace) -> None:
    """4: multi-line implementations were broken by indentation."""
    body = "    total = 0\n    for n in range(3):\n        if n:\n            total += n\n    text = '''\n  kept\n'''\n    return f'{total}{text}'\n"
    tool = {"name": "sums", "parameters": {}, "implementation": body}
    work.made({**ECHO, "custom_tools": [tool]}, proof="full")
    called = work.run("call", "echo-server", "sums", "{}")
    assert "3\n  kept" in called.out


def test_entry_5_custom_tools_are_registered(work: Workspace) -> None:
    """5: custom tools were written but never registered."""
    work.made(ECHO, proof="full")
    called = work.run("call", "echo-server", "echo", '{"text": "héllo"}')
    assert called.code == 0
    assert "héllo" in called.out


def test_entry_6_every_capability_has_its_module(work: Workspace) -> None:
    """6: the capabilities tools, resources and prompts imported modules that were never generated."""
    names = [c["name"] for c in work.run("capabilities", "--json").data["capabilities"]]
    project = work.made({**ECHO, "complexity": "custom", "capabilities": names}, proof="full")
    for module in json.loads((project / "src/manifest.json").read_text())["modules"]:
        assert (project / f"src/modules/{module['name']}.py").is_file()


def test_entry_7_a_build_is_found_by_its_id(work: Workspace) -> None:
    """7: a queued build was "not found"."""
    answer = work.create(ECHO)
    status = work.run("status", answer.data["build_id"], "--json")
    assert status.code == 0
    assert status.data["build_id"] == answer.data["build_id"]


def test_entry_8_polling_ends(work: Workspace) -> None:
    """8: the status was compared with a string that never matched, so polling never ended."""
    good = work.create(ECHO)
    assert work.run("status", good.data["build_id"], "--json").data["status"] == "success"
    followed = work.run("status", good.data["build_id"], "--follow", timeout=20)
    assert followed.code == 0


def test_entry_9_any_process_sees_the_state(work: Workspace) -> None:
    """9: the state lived in one process."""
    work.made(ECHO)
    for _ in range(2):
        assert [s["name"] for s in work.run("list", "--json").data["servers"]] == ["echo-server"]


def test_entry_13_compose_is_valid_and_its_health_check_can_fail(work: Workspace) -> None:
    """13: invalid compose, and a health check that always passed."""
    project = work.made({**ECHO, "deployment_config": {"docker": True, "compose": True}})
    compose = yaml.safe_load((project / "docker-compose.yml").read_text("utf-8"))
    done = subprocess.run(["check-jsonschema", "--builtin-schema", "vendor.compose-spec", str(project / "docker-compose.yml")],
                          capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert compose["services"]["server"]["ports"] == ["127.0.0.1:8000:8000"]
    health = next(line for line in (project / "Dockerfile").read_text("utf-8").splitlines() if "CMD [" in line and "livez" in line)
    words = json.loads(health[health.index("["):])
    failed = subprocess.run(["python3", *words[1:]], capture_output=True, check=False, timeout=30)
    assert failed.returncode != 0, "nobody listens: the health check must fail"


def test_entry_15_generated_tests_pass_under_their_name(work: Workspace) -> None:
    """15: generated tests used attributes that do not exist, in a file with the wrong name."""
    project = work.made(ECHO, proof="full")
    assert (project / "tests/test_server.py").is_file()
    proof = json.loads((project / ".crafter/proof.json").read_text())
    tests = next(step for step in proof["steps"] if step["name"] == "tests")
    assert "passed" in tests["detail"]


def test_entry_16_failures_do_not_exit_0(work: Workspace) -> None:
    """16: every failure exited 0."""
    assert work.run("create", "--form", "absent.json").code == 8
    assert work.run("create", "--form", '{"server_name": "Bad Name"}').code == 3
    assert work.run("status", "no-such-build").code == 8
    assert work.run("delete", "nobody", "--yes").code == 8
    assert work.run("crate").code == 2
    work.made(ECHO)
    assert work.create(ECHO).code == 5
