"""docker-compose.yml: valid, hardened, closed, with secrets in files; its helpers do what they say."""

from __future__ import annotations

import http.client
import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import redis
import services
import yaml

from conftest import ROOT, Serve, craft

PINS = json.loads((ROOT / "catalog/pins.json").read_text())
SECRETS = {"API_KEY": {"secret": True, "required": True}, "COST": "5$ and ${HOME}"}
SHARED = {"rate_limiting": {"backend": "redis"}, "caching": {"backend": "redis"}}
EVERYTHING = ["tools", "resources", "prompts", "monitoring", "persistence", "authentication", "rate_limiting", "caching", "webhooks", "streaming"]
SETS: dict[str, tuple[list[str], dict[str, Any], set[str]]] = {
    "bare": (["tools"], {}, {"server"}),
    "watched": (["tools", "monitoring"], {}, {"server", "prometheus", "grafana"}),
    "stored": (["tools", "persistence"], {}, {"server", "postgres"}),
    "file": (["tools", "persistence", "monitoring"], {"database": "sqlite"}, {"server", "prometheus", "grafana"}),
    "most": (["tools", "resources", "prompts", "monitoring", "caching", "persistence"], {}, {"server", "postgres", "prometheus", "grafana"}),
    "all": (EVERYTHING, {}, {"server", "postgres", "redis", "prometheus", "grafana"}),
    "streams": (["tools", "streaming"], {}, {"server", "redis"}),
    "limited": (["tools", "rate_limiting"], {}, {"server"}),
}


@pytest.fixture(scope="module")
def projects(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    made = {}
    for name, (capabilities, options, _) in SETS.items():
        form = {"server_name": "weather-api", "capabilities": capabilities, "environment_vars": SECRETS, "options": {"compose": options, **(SHARED if name == "all" else {})},
                "deployment_config": {"docker": True, "compose": True}}
        made[name] = craft(tmp_path_factory.mktemp(name), form)
    return made


def compose(project: Path) -> dict[str, Any]:
    value: dict[str, Any] = yaml.safe_load((project / "docker-compose.yml").read_text())
    return value


@pytest.mark.parametrize("name", SETS)
def test_the_file_fits_the_compose_specification(projects: dict[str, Path], name: str) -> None:
    words = ["check-jsonschema", "--builtin-schema", "vendor.compose-spec", str(projects[name] / "docker-compose.yml")]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", SETS)
def test_the_services_are_those_that_the_capabilities_need(projects: dict[str, Path], name: str) -> None:
    assert set(compose(projects[name])["services"]) == SETS[name][2]


@pytest.mark.parametrize("name", SETS)
def test_every_service_is_hardened_pinned_and_healthy(projects: dict[str, Path], name: str) -> None:
    for service, config in compose(projects[name])["services"].items():
        assert config["read_only"] is True
        assert config["cap_drop"] == ["ALL"]
        assert config["security_opt"] == ["no-new-privileges:true"]
        assert {"mem_limit", "pids_limit", "restart"} <= set(config)
        assert not {"privileged", "cap_add", "network_mode", "pid", "ipc", "devices"} & set(config)
        assert all(port.startswith("127.0.0.1:") for port in config.get("ports", []))
        if service == "server":
            assert "HEALTHCHECK" in (projects[name] / "Dockerfile").read_text()
            continue
        image, _, tag = config["image"].partition(":")
        assert PINS["images"][image]["tag"] == tag
        assert re.fullmatch(r"[1-9]\d*:\d+", config["user"])
        assert config["healthcheck"]["test"][0] in {"CMD", "CMD-SHELL"}
        assert service in {"grafana"} or "ports" not in config


@pytest.mark.parametrize("name", SETS)
def test_names_in_the_file_lead_somewhere(projects: dict[str, Path], name: str) -> None:
    whole = compose(projects[name])
    for config in whole["services"].values():
        assert set(config["networks"]) <= set(whole["networks"])
        assert set(config.get("secrets", [])) <= set(whole.get("secrets", {}))
        for other, how in config.get("depends_on", {}).items():
            assert how == {"condition": "service_healthy"}
            assert "healthcheck" in whole["services"][other]
        for volume in config.get("volumes", []):
            source = volume.partition(":")[0]
            assert (projects[name] / source).exists() if source.startswith("./") else source in whole["volumes"]
    assert all(whole["networks"][network].get("internal") is True for network in set(whole["networks"]) - {"outside"})
    for service in set(whole["services"]) - {"server", "grafana"}:
        assert whole["services"][service]["networks"] == ["inside"]


@pytest.mark.parametrize("name", SETS)
def test_no_secret_and_no_form_text_where_it_does_not_belong(projects: dict[str, Path], name: str) -> None:
    whole = compose(projects[name])
    environment = whole["services"]["server"]["environment"]
    assert not {"API_KEY", "DATABASE_URL", "REDIS_URL"} & set(environment)
    assert environment.get("MCP_INSECURE_NO_AUTH") == (None if "authentication" in SETS[name][0] else "1")
    for config in whole["services"].values():
        for variable, value in config.get("environment", {}).items():
            assert "PASSWORD" not in variable or value.startswith("/run/secrets/")
    assert all(secret["file"].startswith("./secrets/") for secret in whole.get("secrets", {}).values())
    assert "/secrets/" in (projects[name] / ".gitignore").read_text().splitlines()
    assert "secrets" not in (projects[name] / ".dockerignore").read_text()


@pytest.mark.parametrize("name", SETS)
def test_the_script_makes_every_secret_once(projects: dict[str, Path], name: str) -> None:
    project = projects[name]
    wanted = {Path(secret["file"]).name for secret in compose(project).get("secrets", {}).values()}
    script = project / "scripts/secrets.sh"
    assert script.exists() or not wanted
    if not wanted:
        return
    subprocess.run([script], check=True, capture_output=True)
    first = {file.name: file.read_text() for file in (project / "secrets").iterdir()}
    assert set(first) == wanted
    assert (project / "secrets").stat().st_mode & 0o777 == 0o700
    again = subprocess.run([script], check=True, capture_output=True, text=True)
    assert again.stdout == ""
    assert {file.name: file.read_text() for file in (project / "secrets").iterdir()} == first
    if "DATABASE_URL" in wanted:
        assert first["POSTGRES_PASSWORD"].strip() in first["DATABASE_URL"]
        assert len(first["POSTGRES_PASSWORD"].strip()) == 64


def test_redis_is_closed_by_the_password_that_the_server_gets(projects: dict[str, Path], tmp_path: Path) -> None:
    part = json.loads((ROOT / "catalog/parts/compose/part.json").read_text())
    wanted = next(emit["value"] for emit in part["emit"] if "redis" in emit["value"].get("services", {}))
    (tmp_path / "scripts").mkdir()
    (tmp_path / "scripts/secrets.sh").write_bytes((projects["watched"] / "scripts/secrets.sh").read_bytes())
    (tmp_path / "docker-compose.yml").write_text(json.dumps(wanted))
    subprocess.run(["bash", tmp_path / "scripts/secrets.sh"], check=True, capture_output=True)
    config, url = tmp_path / "secrets/REDIS_CONF", (tmp_path / "secrets/REDIS_URL").read_text().strip()
    port = services.free_port()
    with subprocess.Popen(["redis-server", config, "--bind", "127.0.0.1", "--port", str(port), "--dir", tmp_path], stdout=subprocess.DEVNULL) as server:
        try:
            services.wait_for(lambda: services.is_open(port), "the start of Redis")
            check = wanted["services"]["redis"]["healthcheck"]["test"][1].replace("/run/secrets/REDIS_CONF", str(config)).replace("redis-cli", f"redis-cli -p {port}")
            assert subprocess.run(["sh", "-c", check], check=False).returncode == 0
            anonymous = subprocess.run(["redis-cli", "-p", str(port), "ping"], capture_output=True, text=True, check=False)
            assert "NOAUTH" in anonymous.stdout + anonymous.stderr
            with redis.Redis.from_url(url.replace("redis:6379", f"127.0.0.1:{port}")) as client:
                assert client.ping()
            stopped = subprocess.run(["sh", "-c", check.replace("requirepass //p", "requirepass x//p")], capture_output=True, check=False)
            assert stopped.returncode != 0
        finally:
            server.terminate()


def test_a_file_in_the_folder_of_secrets_leads_to_the_database(projects: dict[str, Path], serve: Serve, postgres_url: str, tmp_path: Path) -> None:
    (tmp_path / "DATABASE_URL").write_text(postgres_url + "\n")
    (tmp_path / "API_KEY").write_text("a-secret\n")
    environment = compose(projects["most"])["services"]["server"]["environment"]
    taken = {key: environment[key] for key in ("MCP_ALLOWED_HOSTS", "MCP_DRAIN_SECONDS")}
    port = services.free_port()
    server = serve(projects["most"], MCP_SECRETS_DIR=str(tmp_path), MCP_METRICS_PORT=str(port), **taken)

    def get(at: int, path: str, host: str) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", at, timeout=10)
        connection.request("GET", path, headers={"Host": host})
        return connection.getresponse().status

    services.wait_for(lambda: get(server.port, "/readyz", "x") == 200, "readiness")
    services.wait_for(lambda: services.is_open(port), "the port of /metrics")
    assert get(port, "/metrics", "server:9464") == 200
    assert get(port, "/metrics", "evil.example") == 421
    assert not (projects["most"] / "data").exists()


def test_everything_starts_from_the_folder_that_the_script_made(projects: dict[str, Path], serve: Serve, postgres_url: str, redis_url: str, tmp_path: Path) -> None:
    """The compose file's own settings and secrets, with the addresses of the tests' database and Redis."""
    project = projects["all"]
    subprocess.run([project / "scripts/secrets.sh"], check=True, capture_output=True)
    server_service = compose(project)["services"]["server"]
    for name in server_service["secrets"]:
        (tmp_path / name).write_text((project / "secrets" / name).read_text())
    (tmp_path / "DATABASE_URL").write_text(postgres_url)
    (tmp_path / "REDIS_URL").write_text(redis_url)
    (tmp_path / "API_KEY").write_text("a-secret")
    port = services.free_port()
    taken = {key: server_service["environment"][key] for key in ("MCP_ALLOWED_HOSTS", "MCP_DRAIN_SECONDS")}
    server = serve(project, MCP_SECRETS_DIR=str(tmp_path), MCP_METRICS_PORT=str(port), MCP_WORKERS="2", **taken)

    def get(at: int, path: str, host: str) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", at, timeout=10)
        connection.request("GET", path, headers={"Host": host})
        return connection.getresponse().status

    services.wait_for(lambda: get(server.port, "/readyz", "x") == 200, "readiness")
    services.wait_for(lambda: services.is_open(port), "the port of /metrics")
    assert get(server.port, "/mcp", "localhost") == 401
    assert get(port, "/metrics", "server:9464") == 200
    assert server.stop() == 0, server.said()
    for file in tmp_path.iterdir():
        if file.is_file() and "URL" not in file.name:
            assert file.read_text().strip() not in server.said()


def test_prometheus_takes_its_configuration(projects: dict[str, Path]) -> None:
    folder = projects["all"] / "monitoring"
    done = subprocess.run(["promtool", "check", "config", folder / "prometheus.yml"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    target = yaml.safe_load((folder / "prometheus.yml").read_text())["scrape_configs"][0]["static_configs"][0]["targets"][0]
    service, _, port = target.partition(":")
    assert compose(projects["all"])["services"][service]["environment"]["MCP_METRICS_PORT"] == port


def test_texts_of_the_form_are_not_taken_for_variables(projects: dict[str, Path]) -> None:
    assert "5$ and" not in (projects["all"] / "docker-compose.yml").read_text()
    assert (projects["all"] / ".env.example").exists()
