"""The projects whose manifests are judged: by schema and rule here, by a real API server in tests/kubernetes."""

from __future__ import annotations

from typing import Any

SCALED = {"min_replicas": 2, "max_replicas": 6, "cpu_threshold": 70}
SECRETS = {"API_KEY": {"secret": True, "required": True}, "UNITS": "metric", "LIMIT": 5}
EVERYTHING = ["tools", "resources", "prompts", "monitoring", "persistence", "authentication", "rate_limiting", "caching", "webhooks", "streaming"]
SHARED = {"rate_limiting": {"backend": "redis"}, "caching": {"backend": "redis"}}
PAIRS: dict[str, tuple[list[str], dict[str, Any], dict[str, Any]]] = {
    "bare": (["tools"], {}, {}),
    "scaled": (["tools", "monitoring"], {"scaling": SCALED}, {}),
    "from-one": (["tools", "caching"], {"scaling": {"min_replicas": 1, "max_replicas": 3}}, {"outside_https": False}),
    "istio": (["tools", "monitoring"], {"scaling": SCALED, "service_mesh": "istio"}, {"hosts": ["mcp.example.com"]}),
    "istio-bare": (["tools", "prompts"], {"service_mesh": "istio"}, {"mesh_clients": ["cluster.local/ns/a/sa/b"]}),
    "linkerd": (["tools", "monitoring", "caching"], {"scaling": SCALED, "service_mesh": "linkerd", "compose": True}, {}),
    "postgresql": (["tools", "persistence", "monitoring"], {"scaling": SCALED, "git": True}, {"monitoring_namespace": "watch"}),
    "sqlite": (["tools", "persistence"], {}, {"database": "sqlite"}),
    "all": (EVERYTHING, {"scaling": SCALED, "service_mesh": "istio", "compose": True, "git": True}, {}),
}


def form(name: str, server_name: str = "weather-api") -> dict[str, Any]:
    """The form of one of `PAIRS`: its capabilities, its deployment, and its options of the manifests."""
    capabilities, deployment, options = PAIRS[name]
    return {"server_name": server_name, "capabilities": capabilities, "environment_vars": SECRETS, "options": {"kubernetes": options, **(SHARED if name == "all" else {})},
            "deployment_config": {"kubernetes": True, "docker": True, **deployment}}
