"""Envoy in front of a server, as Istio's proxy is set up by the objects of `mesh.yaml`: what they say becomes its configuration."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import cache
import yaml
from services import free_port, is_open, wait_for

TYPES = "type.googleapis.com/envoy"
ELSEWHERE = {"retry_host_predicate": [{"name": "envoy.retry_host_predicates.previous_hosts", "typed_config": {
    "@type": f"{TYPES}.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate"}}], "host_selection_retry_max_attempts": 5}
"""What is tried again is tried with another host, as Istio has it."""


def mesh(project: Path) -> dict[str, dict[str, Any]]:
    """What the objects of `mesh.yaml` ask for, by kind."""
    return {item["kind"]: item["spec"] for item in yaml.safe_load((project / "k8s/mesh.yaml").read_text())["items"]}


def route_of(spec: dict[str, Any]) -> dict[str, Any]:
    """A VirtualService's first route in Envoy's words; without a timeout Istio sets none, and Envoy alone would take 15 s."""
    http = spec["http"][0]
    retries = http["retries"]
    policy = {"retry_on": retries["retryOn"], "num_retries": retries["attempts"], **ELSEWHERE}
    if "perTryTimeout" in retries:
        policy["per_try_timeout"] = retries["perTryTimeout"]
    return {"cluster": "server", "timeout": http.get("timeout", "0s"), "retry_policy": policy}


def cluster_of(spec: dict[str, Any], ports: list[int]) -> dict[str, Any]:
    """A DestinationRule's policy in Envoy's words, without its TLS: the server is called in the clear here."""
    pool, outliers = spec["trafficPolicy"]["connectionPool"], spec["trafficPolicy"]["outlierDetection"]
    ends = [{"endpoint": {"address": {"socket_address": {"address": "127.0.0.1", "port_value": port}}}} for port in ports]
    return {
        "name": "server", "type": "STATIC", "connect_timeout": pool["tcp"]["connectTimeout"], "lb_policy": spec["trafficPolicy"]["loadBalancer"]["simple"],
        "load_assignment": {"cluster_name": "server", "endpoints": [{"lb_endpoints": ends}]},
        "circuit_breakers": {"thresholds": [{"max_retries": pool["http"]["maxRetries"]}]},
        "common_http_protocol_options": {"idle_timeout": pool["http"]["idleTimeout"]},
        "outlier_detection": {"consecutive_gateway_failure": outliers["consecutiveGatewayErrors"], "enforcing_consecutive_gateway_failure": 100,
                              "interval": outliers["interval"], "base_ejection_time": outliers["baseEjectionTime"], "max_ejection_percent": outliers["maxEjectionPercent"]},
    }


def configuration(port: int, route: dict[str, Any], cluster: dict[str, Any]) -> dict[str, Any]:
    """One listener, one route, one cluster; as in Istio's proxy, idle streams are left alone."""
    manager = {
        "@type": f"{TYPES}.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager", "stat_prefix": "in", "stream_idle_timeout": "0s",
        "http_filters": [{"name": "envoy.filters.http.router", "typed_config": {"@type": f"{TYPES}.extensions.filters.http.router.v3.Router"}}],
        "route_config": {"virtual_hosts": [{"name": "all", "domains": ["*"], "routes": [{"match": {"prefix": "/"}, "route": route}]}]},
    }
    listener = {"name": "in", "address": {"socket_address": {"address": "127.0.0.1", "port_value": port}},
                "filter_chains": [{"filters": [{"name": "envoy.filters.network.http_connection_manager", "typed_config": manager}]}]}
    return {"static_resources": {"listeners": [listener], "clusters": [cluster]}}


@contextmanager
def running(folder: Path, route: dict[str, Any], cluster: dict[str, Any]) -> Iterator[str]:
    """Envoy with this route and cluster; yields the URL of its front."""
    port, file = free_port(), folder / "envoy.json"
    file.write_text(json.dumps(configuration(port, route, cluster)))
    words = [str(cache.THINGS["envoy"].path), "-c", str(file), "--use-dynamic-base-id", "--concurrency", "1", "-l", "warning"]
    with (folder / "envoy.log").open("wb") as log, subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=log, stderr=log) as child:
        try:
            wait_for(lambda: is_open(port) or child.poll() is not None, "the start of Envoy")
            assert child.poll() is None, (folder / "envoy.log").read_text()
            yield f"http://127.0.0.1:{port}"
        finally:
            child.terminate()
