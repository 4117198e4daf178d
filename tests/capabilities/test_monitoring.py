"""Monitoring over the wire: traces and metrics at a collector, the audit log, figures, tools; and no secret in any of them."""

from __future__ import annotations

import gzip
import http.client
import json
import re
import subprocess
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import services
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from conftest import Serve, Server, craft

SECRET = "planted-secret-8f3a"
PASSWORD = "planted-argument-77"
MODERN, LEGACY = "2026-07-28", "2025-11-25"
TRACE, PARENT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
TRACEPARENT = f"00-{TRACE}-{PARENT}-01"
TOOLS = [
    {"name": "greet", "parameters": {"name": {"type": "string"}}, "implementation": "return f'Hello {name}'"},
    {"name": "leak", "implementation": "import os\nraise ToolError('key ' + os.environ['API_KEY'], data={'reason': os.environ['API_KEY']})"},
    {"name": "crash", "implementation": "import os\nraise RuntimeError(os.environ['API_KEY'])"},
]
FORM: dict[str, Any] = {
    "capabilities": ["tools", "monitoring", "caching"],
    "custom_tools": [{**tool, "implementation": f"from ..runtime import ToolError\n{tool['implementation']}"} for tool in TOOLS],
    "environment_vars": {"API_KEY": {"secret": True, "required": True}},
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return craft(tmp_path_factory.mktemp("monitoring"), {**FORM, "options": {"monitoring": {"tools": True}}})


class Collector:
    """Takes OTLP over HTTP, as protocol buffers."""

    def __init__(self) -> None:
        self.spans: list[Any] = []
        self.services: set[str] = set()
        self.metrics: dict[str, Any] = {}
        self.bodies: list[bytes] = []
        self.headers: list[dict[str, str]] = []
        collector = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                body = gzip.decompress(body) if self.headers["Content-Encoding"] == "gzip" else body
                collector.take(self.path, body, dict(self.headers))
                self.send_response(200)
                self.send_header("Content-Type", "application/x-protobuf")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def take(self, path: str, body: bytes, headers: dict[str, str]) -> None:
        self.bodies.append(body)
        self.headers.append(headers)
        if path == "/v1/traces":
            for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
                self.services |= {a.value.string_value for a in resource.resource.attributes if a.key == "service.name"}
                self.spans += [span for scope in resource.scope_spans for span in scope.spans]
        else:
            for resource in ExportMetricsServiceRequest.FromString(body).resource_metrics:
                self.metrics |= {metric.name: metric for scope in resource.scope_metrics for metric in scope.metrics}


@pytest.fixture
def collector() -> Iterator[Collector]:
    collecting = Collector()
    thread = threading.Thread(target=collecting.server.serve_forever, daemon=True)
    thread.start()
    yield collecting
    collecting.server.shutdown()
    collecting.server.server_close()


def call(server: Server, tool: str, arguments: dict[str, Any] | None = None, meta: dict[str, str] | None = None, **headers: str) -> dict[str, Any]:
    envelope = {"io.modelcontextprotocol/protocolVersion": MODERN, "io.modelcontextprotocol/clientCapabilities": {}, **(meta or {})}
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": tool, "arguments": arguments or {}, "_meta": envelope}}
    sent = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream",
            "MCP-Protocol-Version": MODERN, "Mcp-Method": "tools/call", "Mcp-Name": tool, **headers}
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    connection.request("POST", "/mcp", json.dumps(message), sent)
    body = connection.getresponse().read().decode()
    connection.close()
    data = [line.removeprefix("data:") for line in body.splitlines() if line.startswith("data:")]
    result: dict[str, Any] = json.loads(data[-1] if data else body)["result"]
    return result


def page(port: int) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", "/metrics")
    return connection.getresponse().read().decode()


def attributes(span: Any) -> dict[str, str]:
    return {a.key: a.value.string_value for a in span.attributes}


def audit(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_traces_and_metrics_reach_the_collector(project: Path, serve: Serve, collector: Collector, tmp_path: Path) -> None:
    log = tmp_path / "audit.log"
    server = serve(project, API_KEY=SECRET, MCP_AUDIT_LOG=str(log), OTEL_EXPORTER_OTLP_ENDPOINT=collector.url, OTEL_EXPORTER_OTLP_HEADERS="x-key=planted-header-5")
    call(server, "greet", {"name": PASSWORD}, meta={"traceparent": TRACEPARENT})
    call(server, "greet", {"name": "b"}, traceparent=f"00-{TRACE[::-1]}-{PARENT}-01")
    call(server, "greet", {"name": "c"}, meta={"traceparent": "00-garbage"})
    call(server, "crash")
    assert server.stop() == 0, server.said()
    by_trace = {span.trace_id.hex(): span for span in collector.spans}
    assert len(collector.spans) == 4
    assert by_trace[TRACE].parent_span_id.hex() == PARENT
    assert by_trace[TRACE[::-1]].parent_span_id.hex() == PARENT
    assert collector.services == {"sample"}
    crashed = next(span for span in collector.spans if span.name == "tools/call crash")
    assert attributes(crashed) | {"mcp.method.name": "tools/call", "gen_ai.tool.name": "crash", "error.type": "exception"} == attributes(crashed)
    assert crashed.status.code == 2
    points = collector.metrics["mcp.server.operation.duration"].histogram.data_points
    assert sum(point.count for point in points) == 4
    assert "mcp.caching.hits" in collector.metrics
    assert {headers.get("X-Key", headers.get("x-key")) for headers in collector.headers} == {"planted-header-5"}
    sent = b"".join(collector.bodies)
    for planted in (SECRET, PASSWORD, "planted-header-5"):
        assert planted.encode() not in sent
        assert planted not in server.said() + log.read_text()
    assert [line["trace_id"] for line in audit(log)][:2] == [TRACE, TRACE[::-1]]


def test_a_missing_collector_harms_nobody(project: Path, serve: Serve) -> None:
    server = serve(project, API_KEY=SECRET, OTEL_EXPORTER_OTLP_ENDPOINT=f"http://127.0.0.1:{services.free_port()}", OTEL_EXPORTER_OTLP_HEADERS="x-key=planted-header-5")
    assert call(server, "greet", {"name": "b"})["content"][0]["text"] == "Hello b"
    began = time.monotonic()
    assert server.stop() == 0, server.said()
    assert time.monotonic() - began < 5
    assert "planted-header-5" not in server.said()


def test_every_call_is_in_the_audit_log_without_arguments_or_secrets(project: Path, serve: Serve, tmp_path: Path) -> None:
    log, port = tmp_path / "audit.log", services.free_port()
    server = serve(project, API_KEY=SECRET, MCP_AUDIT_LOG=str(log), MCP_METRICS_PORT=str(port), LOG_LEVEL="ERROR")
    call(server, "greet", {"name": PASSWORD})
    call(server, "greet", {})
    call(server, "leak")
    call(server, "crash")
    lines = audit(log)
    assert [(line["name"], line["outcome"]) for line in lines] == [
        ("greet", "ok"), ("greet", "invalid_arguments"), ("leak", "other"), ("crash", "exception")]
    for line in lines:
        assert line["server"] == "sample"
        assert line["principal"] == "ip:127.0.0.1"
        assert line["via"] == "mcp"
        assert line["ms"] >= 0
        assert time.strptime(line["time"][:19], "%Y-%m-%dT%H:%M:%S")
    services.wait_for(lambda: services.is_open(port), "the port of /metrics")
    seen = log.read_text() + server.said() + page(port)
    assert SECRET not in seen
    assert PASSWORD not in seen
    assert log.stat().st_mode & 0o077 == 0


def test_the_audit_log_survives_rotation(project: Path, serve: Serve, tmp_path: Path) -> None:
    log = tmp_path / "audit.log"
    server = serve(project, API_KEY=SECRET, MCP_AUDIT_LOG=str(log))
    call(server, "greet", {"name": "a"})
    log.rename(tmp_path / "audit.log.1")
    call(server, "greet", {"name": "b"})
    assert (len(audit(tmp_path / "audit.log.1")), len(audit(log))) == (1, 1)


def test_arguments_in_the_audit_log_are_redacted(tmp_path: Path, serve: Serve) -> None:
    project = craft(tmp_path, {**FORM, "options": {"monitoring": {"audit_arguments": True}}})
    log = tmp_path / "audit.log"
    server = serve(project, API_KEY=SECRET, MCP_AUDIT_LOG=str(log))
    call(server, "greet", {"name": f"x {SECRET} y"})
    assert audit(log)[0]["arguments"] == '{"name": "x [hidden] y"}'


def test_figures_please_promtool_and_tell_readiness(project: Path, serve: Serve) -> None:
    port = services.free_port()
    server = serve(project, API_KEY=SECRET, MCP_METRICS_PORT=str(port))
    call(server, "greet", {"name": "a"})
    services.wait_for(lambda: services.is_open(port), "the port of /metrics")
    text = page(port)
    assert "\nmcp_ready 1.0\n" in text
    assert "mcp_caching_hits" in text
    checked = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_a_server_that_lacks_a_setting_says_that_it_is_not_ready(project: Path, serve: Serve) -> None:
    port = services.free_port()
    server = serve(project, MCP_METRICS_PORT=str(port))
    services.wait_for(lambda: services.is_open(port), "the port of /metrics")
    assert "\nmcp_ready 0.0\n" in page(port)
    health = call(server, "get_health")["structuredContent"]
    assert health["ready"] is False
    assert health["problems"] == {"API_KEY": "required, but not set"}


def test_administrators_have_tools_for_it(project: Path, serve: Serve) -> None:
    server = serve(project, API_KEY=SECRET)
    call(server, "greet", {"name": "a"})
    call(server, "greet", {})
    assert call(server, "get_health")["structuredContent"]["ready"] is True
    calls = {entry["name"]: entry for entry in call(server, "get_metrics")["structuredContent"]["calls"]}
    assert (calls["greet"]["count"], calls["greet"]["failed"]) == (2, 1)


def test_they_are_off_unless_wanted(tmp_path: Path) -> None:
    manifest = json.loads((craft(tmp_path, FORM) / "src/manifest.json").read_text())
    assert [tool["wire"]["name"] for tool in manifest["tools"]] == ["greet", "leak", "crash"]


def test_rules_and_dashboard_come_with_compose_and_ask_for_what_there_is(tmp_path: Path, serve: Serve) -> None:
    project = craft(tmp_path, {**FORM, "deployment_config": {"docker": True, "compose": True}})
    rules = subprocess.run(["promtool", "check", "rules", project / "monitoring/alerts.yml"], capture_output=True, text=True, check=False)
    assert rules.returncode == 0, rules.stdout + rules.stderr
    assert "5 rules found" in rules.stdout
    port = services.free_port()
    server = serve(project, API_KEY=SECRET, MCP_METRICS_PORT=str(port))
    call(server, "greet", {"name": "a"})
    services.wait_for(lambda: services.is_open(port), "the port of /metrics")
    families = {line.split()[2] for line in page(port).splitlines() if line.startswith("# TYPE ")}
    known = families | {f"{name}_bucket" for name in families}
    dashboard = json.loads((project / "monitoring/grafana/dashboards/server.json").read_text())
    expressions = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    assert len(expressions) == len(dashboard["panels"]) == 9
    words = (project / "monitoring/alerts.yml").read_text()
    used = {name for text in [*expressions, *re.findall(r"expr: (?:>-\s*)?(.+)", words)] for name in re.findall(r"\bmcp_\w+", text)}
    assert used <= known, used - known
    assert len({panel["id"] for panel in dashboard["panels"]}) == 9


def test_no_rules_without_a_deployment_that_uses_them(tmp_path: Path) -> None:
    assert not (craft(tmp_path, FORM) / "monitoring").exists()
