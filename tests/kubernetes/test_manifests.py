"""What a real API server says of the manifests: nothing. And what it says of mistakes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from manifests import PAIRS
from plane import Plane, Refused

from conftest import OVERLAYS, namespace

RESTRICTED = {"pod-security.kubernetes.io/enforce": "restricted", "pod-security.kubernetes.io/warn": "restricted"}
KINDS = {"Deployment", "Service", "ConfigMap", "ServiceAccount", "PodDisruptionBudget", "NetworkPolicy"}
MESHES = {"istio": {"PeerAuthentication", "AuthorizationPolicy", "DestinationRule", "VirtualService"},
          "linkerd": {"Server", "MeshTLSAuthentication", "AuthorizationPolicy", "HTTPRoute"}}


def space(plane: Plane, name: str) -> None:
    """A namespace that enforces the restricted profile."""
    plane.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": RESTRICTED}})


def expected(name: str, overlay: str = "") -> set[str]:
    """The kinds of objects that must be there."""
    capabilities, deployment, options = PAIRS[name]
    scaling = {"HorizontalPodAutoscaler"} if "scaling" in deployment and overlay != "dev" else set()
    claims = {"PersistentVolumeClaim"} if options.get("database") == "sqlite" and "persistence" in capabilities else set()
    return KINDS | MESHES.get(deployment.get("service_mesh", ""), set()) | scaling | claims


def kinds(printed: str) -> set[str]:
    """The kinds in what `kubectl apply -o json` prints."""
    document = json.loads(printed)
    return {item["kind"] for item in document.get("items", [document])}


@pytest.mark.parametrize("name", PAIRS)
def test_a_dry_run_finds_no_fault(plane: Plane, projects: dict[str, Path], name: str) -> None:
    place = f"dry-{name}"
    space(plane, place)
    words = ["apply", "--dry-run=server", "--validate=strict", "-o", "json"]
    assert kinds(plane.kubectl(*words, "-n", place, "-k", str(projects[name] / "k8s"))) == expected(name)
    files = [word for file in ("deployment", "mesh") if (path := projects[name] / f"k8s/{file}.yaml").exists() for word in ("-f", str(path))]
    assert kinds(plane.kubectl(*words, "-n", place, *files)) == expected(name)
    for overlay in OVERLAYS:
        plane.kubectl("apply", "-f", str(projects[name] / f"overlays/{overlay}/namespace.yaml"))
        assert kinds(plane.kubectl(*words, "-k", str(projects[name] / "overlays" / overlay))) == expected(name, overlay) | {"Namespace"}


@pytest.mark.parametrize("overlay", OVERLAYS)
@pytest.mark.parametrize("name", PAIRS)
def test_what_is_applied_again_changes_nothing(plane: Plane, applied: dict[str, Path], name: str, overlay: str) -> None:
    """kubectl always sends a budget's selector and the rules of a route; there only the generation tells."""
    place = namespace(name, overlay)
    always = [what for what in (f"poddisruptionbudget.policy/weather-{name}", f"httproute.gateway.networking.k8s.io/weather-{name}") if plane.run("get", what, "-n", place).returncode == 0]
    before = [plane.read(what, "-n", place)["metadata"]["generation"] for what in always]
    said = plane.kubectl("apply", "--validate=strict", "-k", str(applied[name] / "overlays" / overlay)).splitlines()
    assert len(said) >= 8
    assert {line for line in said if not line.endswith(" unchanged")} <= {f"{what} configured" for what in always}
    assert [plane.read(what, "-n", place)["metadata"]["generation"] for what in always] == before


@pytest.mark.parametrize("name", PAIRS)
def test_the_servers_account_may_do_nothing(plane: Plane, applied: dict[str, Path], name: str) -> None:
    place = namespace(name, "prod")
    account = ["--as", f"system:serviceaccount:{place}:weather-{name}", "-n", place]
    assert plane.read("serviceaccount", f"weather-{name}", "-n", place)["automountServiceAccountToken"] is False
    for verb, what in (("get", "secrets"), ("list", "pods"), ("create", "pods"), ("get", "configmaps"), ("*", "*")):
        assert plane.run("auth", "can-i", verb, what, *account).stdout.strip() == "no", (verb, what)


def pod(item: dict[str, Any]) -> dict[str, Any]:
    spec: dict[str, Any] = item["spec"]["template"]["spec"]
    return spec


def alone(item: dict[str, Any]) -> dict[str, Any]:
    """The pod that a Deployment would start."""
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "alone"}, "spec": pod(item)}


Mistake = Callable[[dict[str, Any]], Any]
MISTAKES: list[tuple[str, str, Mistake, str]] = [
    ("scaled", "Deployment", lambda item: pod(item)["containers"][0]["ports"][0].update(containerPort=80000), "between 1 and 65535"),
    ("scaled", "Deployment", lambda item: pod(item)["containers"][0].update(imagePullPolice="Always"), "unknown field"),
    ("scaled", "Deployment", lambda item: item["spec"]["selector"]["matchLabels"].update(other="x"), "does not match template"),
    ("scaled", "Deployment", lambda item: pod(item)["containers"][0]["securityContext"].update(allowPrivilegeEscalation=True), "would violate PodSecurity"),
    ("scaled", "Deployment", lambda item: pod(item)["volumes"].append({"name": "host", "hostPath": {"path": "/"}}), "would violate PodSecurity"),
    ("scaled", "HorizontalPodAutoscaler", lambda item: item["spec"].update(minReplicas=9), "must be greater than or equal to"),
    ("scaled", "HorizontalPodAutoscaler", lambda item: item["spec"]["metrics"][0]["containerResource"]["target"].update(averageUtilisation=5), "unknown field"),
    ("scaled", "PodDisruptionBudget", lambda item: item["spec"].update(minAvailable=1), "cannot be both set"),
    ("istio", "PeerAuthentication", lambda item: item["spec"]["mtls"].update(mode="STRICTT"), "Unsupported value"),
    ("istio", "VirtualService", lambda item: item["spec"]["http"][0].update(timeout="0s"), "must be a valid duration greater than 1ms"),
    ("istio", "DestinationRule", lambda item: item["spec"]["trafficPolicy"]["outlierDetection"].update(intervall="1s"), "unknown field"),
    ("linkerd", "Server", lambda item: item["spec"].update(accessPolicy="denied"), "Unsupported value"),
    ("linkerd", "HTTPRoute", lambda item: item["spec"]["rules"][0]["timeouts"].update(request="1s", backendRequest="2s"), "cannot be longer than"),
    ("linkerd", "HTTPRoute", lambda item: item["spec"]["rules"][0]["backendRefs"][0].update(port="8000"), "must be of type integer"),
]


def item_of(project: Path, kind: str) -> dict[str, Any]:
    """The object of a kind in the project's manifests, to be spoiled."""
    files = [path for name in ("deployment", "mesh") if (path := project / f"k8s/{name}.yaml").exists()]
    found: list[dict[str, Any]] = [item for file in files for item in yaml.safe_load(file.read_text())["items"] if item["kind"] == kind]
    return found[0]


@pytest.mark.parametrize(("name", "kind", "spoil", "words"), MISTAKES, ids=[f"{row[1]}-{number}" for number, row in enumerate(MISTAKES)])
def test_mistakes_are_found(plane: Plane, projects: dict[str, Path], name: str, kind: str, spoil: Mistake, words: str) -> None:
    space(plane, "mistakes")
    item = item_of(projects[name], kind)
    plane.kubectl("apply", "--dry-run=server", "--validate=strict", "-n", "mistakes", "-f", "-", text=json.dumps(item))
    spoil(item)
    with pytest.raises(Refused, match=words):
        plane.kubectl("apply", "--dry-run=server", "--validate=strict", "-n", "mistakes", "-f", "-", text=json.dumps(item))


def test_the_profile_is_enforced(plane: Plane, projects: dict[str, Path]) -> None:
    """The pod itself passes, and is refused with one right more."""
    space(plane, "mistakes")
    single = alone(item_of(projects["bare"], "Deployment"))
    single["spec"].pop("serviceAccountName")
    plane.create({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "default", "namespace": "mistakes"}})
    plane.kubectl("create", "--dry-run=server", "-n", "mistakes", "-f", "-", text=json.dumps(single))
    single["spec"]["containers"][0]["securityContext"]["capabilities"] = {"drop": ["ALL"], "add": ["NET_ADMIN"]}
    with pytest.raises(Refused, match="violates PodSecurity"):
        plane.kubectl("create", "--dry-run=server", "-n", "mistakes", "-f", "-", text=json.dumps(single))
