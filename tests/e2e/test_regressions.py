"""The regression list: what the specification's sample code did wrong, one test for each entry that concerns us today.

Entries 10, 11 and 17 are about watching files, and come with `watch`. What the list names without a number is in
test_unnumbered.py.
"""

from __future__ import annotations

import ast
import json
import os
import socket
import subprocess
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import yaml

from conftest import CRAFTER, ECHO, ROOT, Workspace, tree


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


def test_entry_6_every_capability_has_its_module(everything: Workspace) -> None:
    """6: the capabilities tools, resources and prompts imported modules that were never generated."""
    project = everything.folder / "echo-server"
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


def test_entry_12_an_update_keeps_what_people_did(work: Workspace) -> None:
    """12: update overwrote everything; test_update.py has the rest."""
    project = work.made(ECHO)
    readme, tool = project / "README.md", project / "src/tools/echo.py"
    readme.write_text(readme.read_text("utf-8") + "\nMine.\n", "utf-8")
    tool.write_text(tool.read_text("utf-8").replace("return kwargs['text']", "return 'mine'"), "utf-8")
    words = ("update", "echo-server", "--json", "--non-interactive", "--proof", "none", "--form")
    assert work.run(*words, json.dumps({"description": "Echoes again"})).code == 0
    assert "Echoes again" in (project / "crafter.json").read_text("utf-8")
    before = tree(project)
    conflict = [{**ECHO["custom_tools"][0], "implementation": "return 'theirs'"}]
    assert work.run(*words, json.dumps({"custom_tools": conflict})).code == 5
    assert tree(project) == before
    assert readme.read_text("utf-8").endswith("\nMine.\n")
    assert "return 'mine'" in tool.read_text("utf-8")


def checked(words: list[str], port: int) -> subprocess.CompletedProcess[str]:
    """A run of the health check of a server on that port."""
    return subprocess.run(["python3", *words[1:]], env={"PATH": os.environ["PATH"], "MCP_PORT": str(port)},
                          capture_output=True, text=True, check=False, timeout=30)


class Answering(BaseHTTPRequestHandler):
    """200 at /livez, 404 elsewhere."""

    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/livez" else 404)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        pass


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
    with HTTPServer(("127.0.0.1", 0), Answering) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        good = checked(words, server.server_port)
        lost = checked([word.replace("/livez", "/lost") for word in words], server.server_port)
        server.shutdown()
    assert good.returncode == 0, good.stderr
    assert (lost.returncode, lost.stderr) == (1, ""), "an answer that is no 200"
    with socket.socket() as probe:  # bound, and nobody listens
        probe.bind(("127.0.0.1", 0))
        failed = checked(words, probe.getsockname()[1])
    assert failed.returncode != 0
    assert "ConnectionRefused" in failed.stderr


def test_entry_14_the_service_leads_to_the_server(work: Workspace) -> None:
    """14: a Kubernetes Service on a port nobody listens on; no probes, HPA, secrets."""
    scaling = {"min_replicas": 2, "max_replicas": 5, "cpu_threshold": 70}
    project = work.made({**ECHO, "environment_vars": {"API_KEY": {"secret": True, "required": True}},
                         "deployment_config": {"docker": True, "kubernetes": True, "scaling": scaling}})
    listed = [item for document in yaml.safe_load_all((project / "k8s/deployment.yaml").read_text("utf-8")) for item in document["items"]]
    specs = {item["kind"]: item["spec"] for item in listed if "spec" in item}
    pod = specs["Deployment"]["template"]["spec"]
    (server,) = pod["containers"]
    ports = {port["name"]: port["containerPort"] for port in server["ports"]}
    settings = {entry["name"]: entry.get("value") for entry in server["env"]}
    (service,) = specs["Service"]["ports"]
    assert specs["Service"]["selector"].items() <= specs["Deployment"]["template"]["metadata"]["labels"].items()
    assert str(ports[service["targetPort"]]) == settings["MCP_PORT"]
    assert (settings["MCP_TRANSPORT"], settings["MCP_HOST"]) == ("http", "0.0.0.0")
    probes = {kind: server[kind]["httpGet"] for kind in ("startupProbe", "livenessProbe", "readinessProbe")}
    assert {kind: (probe["path"], probe["port"]) for kind, probe in probes.items()} == {
        "startupProbe": ("/livez", "http"), "livenessProbe": ("/livez", "http"), "readinessProbe": ("/readyz", "http")}
    scaler = specs["HorizontalPodAutoscaler"]
    assert (scaler["minReplicas"], scaler["maxReplicas"]) == (2, 5)
    assert scaler["metrics"][0]["containerResource"]["target"]["averageUtilization"] == 70
    mounts = {mount["name"]: mount["mountPath"] for mount in server["volumeMounts"]}
    (secrets,) = [volume for volume in pod["volumes"] if "secret" in volume]
    assert secrets["secret"]["secretName"] == "echo-server"
    assert mounts[secrets["name"]] == settings["MCP_SECRETS_DIR"]


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
