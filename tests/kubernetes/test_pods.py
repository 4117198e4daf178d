"""What the controllers make of the manifests: pods that get ready, rollouts without a gap, autoscaling, and drains that wait."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from manifests import PAIRS, SCALED
from plane import Plane, until

from conftest import OVERLAYS, namespace


def replicas(name: str, overlay: str) -> int:
    """How many pods there shall be while nothing happens."""
    if overlay == "dev":
        return 1
    scaling = PAIRS[name][1].get("scaling", {"min_replicas": 1, "max_replicas": 1})
    return int(scaling["min_replicas"]) if scaling["min_replicas"] == scaling["max_replicas"] else max(2, int(scaling["min_replicas"]))


class Server:
    """A project's Deployment in its namespace."""

    def __init__(self, plane: Plane, name: str, overlay: str = "prod") -> None:
        self.plane, self.name, self.place = plane, f"weather-{name}", namespace(name, overlay)

    def kubectl(self, *words: str) -> str:
        """kubectl in the namespace."""
        return self.plane.kubectl("-n", self.place, *words)

    def read(self, *words: str) -> Any:
        """Objects of the namespace."""
        return self.plane.read(*words, "-n", self.place)

    def pods(self) -> list[dict[str, Any]]:
        """Pods that nobody has deleted."""
        return [pod for pod in self.read("pods", "-l", f"app.kubernetes.io/name={self.name}") if "deletionTimestamp" not in pod["metadata"]]

    def available(self) -> int:
        """Pods that the Deployment counts as available."""
        return int(self.read("deployment", self.name)["status"].get("availableReplicas", 0))

    def settle(self, count: int, seconds: float = 60) -> None:
        """Until there are exactly `count` pods, all ready."""
        self.plane.wait(lambda: self.available() == count == len(self.pods()), f"{count} ready pods of {self.place}", seconds)


@contextmanager
def fewest_available(server: Server) -> Iterator[list[int]]:
    """Every number of available pods that is seen until the block ends."""
    seen, done = [server.available()], threading.Event()

    def look() -> None:
        while not done.is_set():
            seen.append(server.available())

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        yield seen
    finally:
        done.set()
        watcher.join()


@pytest.mark.parametrize("overlay", OVERLAYS)
@pytest.mark.parametrize("name", PAIRS)
def test_pods_get_ready_and_the_service_finds_them(cluster: Plane, applied: dict[str, Path], name: str, overlay: str) -> None:
    server = Server(cluster, name, overlay)
    server.settle(replicas(name, overlay))
    wanted = {pod["status"]["podIP"] for pod in server.pods()}
    slices = ["endpointslices", "-l", f"kubernetes.io/service-name={server.name}"]
    ready = lambda: {address for part in server.read(*slices) for end in part["endpoints"] or [] if end["conditions"]["ready"] for address in end["addresses"]}  # noqa: E731
    cluster.wait(lambda: ready() == wanted, f"the addresses {wanted} of the Service", 30)
    assert {port["port"] for part in server.read(*slices) for port in part["ports"] if port["name"] == "http"} == {8000}


def test_replicas_are_spread(cluster: Plane, applied: dict[str, Path]) -> None:
    server = Server(cluster, "scaled")
    server.settle(2)
    assert {pod["spec"]["nodeName"] for pod in server.pods()} == {"one", "two"}


def test_a_rollout_leaves_no_gap_and_can_be_undone(cluster: Plane, applied: dict[str, Path]) -> None:
    server = Server(cluster, "scaled")
    server.settle(2)
    before = {pod["metadata"]["name"]: pod["spec"]["containers"][0]["image"] for pod in server.pods()}
    with fewest_available(server) as seen:
        server.kubectl("set", "image", f"deployment/{server.name}", "server=registry.example.com/weather-scaled:next")
        server.kubectl("rollout", "status", f"deployment/{server.name}", "--timeout=60s")
    server.settle(2)
    assert {pod["spec"]["containers"][0]["image"] for pod in server.pods()} == {"registry.example.com/weather-scaled:next"}
    assert not {pod["metadata"]["name"] for pod in server.pods()} & set(before)
    assert min(seen) >= 2, "a pod went before another was ready"
    server.kubectl("rollout", "undo", f"deployment/{server.name}")
    server.kubectl("rollout", "status", f"deployment/{server.name}", "--timeout=60s")
    server.settle(2)
    assert {pod["spec"]["containers"][0]["image"] for pod in server.pods()} == set(before.values())


def test_the_sqlite_file_never_has_two_writers(cluster: Plane, applied: dict[str, Path]) -> None:
    server = Server(cluster, "sqlite")
    server.settle(1)
    names = lambda: {pod["metadata"]["name"] for pod in server.read("pods", "-l", f"app.kubernetes.io/name={server.name}")}  # noqa: E731
    old, seen = names(), []
    server.kubectl("rollout", "restart", f"deployment/{server.name}")

    def has_moved() -> bool:
        seen.append(names())
        return server.available() == 1 and seen[-1].isdisjoint(old) and len(seen[-1]) == 1

    assert until(60, has_moved)
    assert max(len(pods) for pods in seen) == 1
    assert server.read("pvc", f"{server.name}-data")["status"]["phase"] == "Bound"


def use(server: Server, cpu: str) -> None:
    """Every pod of the server uses this much, says the metrics API."""
    stamp = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    labels = {"app.kubernetes.io/name": server.name}
    containers = [{"name": "server", "usage": {"cpu": cpu, "memory": "64Mi"}}]
    server.plane.create(*({
        "apiVersion": "metrics.k8s.io/v1beta1", "kind": "PodMetrics", "metadata": {"name": pod["metadata"]["name"], "namespace": server.place, "labels": labels},
        "timestamp": stamp, "window": "15s", "containers": containers} for pod in server.pods()))


def reaches(server: Server, count: int, cpu: str, seconds: float) -> bool:
    """Whether that many pods are ready in time while each uses `cpu`."""
    return until(seconds, lambda: use(server, cpu) or server.available() == count == len(server.pods()))  # type: ignore[func-returns-value]


def test_the_autoscaler_scales_up_and_down(cluster: Plane, applied: dict[str, Path]) -> None:
    """The container asks for 250m and 70 % is the threshold. Its steps down are as in the manifest, but made quick here."""
    server = Server(cluster, "scaled")
    server.settle(2)
    assert not reaches(server, 3, "170m", 8), "68 % are not above 70 %"
    assert reaches(server, SCALED["max_replicas"], "240m", 90)
    assert not reaches(server, SCALED["max_replicas"] + 1, "1000m", 5), "never more than the form says"
    server.kubectl("apply", "-k", str(applied["scaled"] / "overlays/prod"))
    assert not reaches(server, SCALED["min_replicas"], "5m", 15), "a lull of seconds, or a new apply, takes nothing away"
    assert server.available() == SCALED["max_replicas"]
    policies = server.read("hpa", server.name)["spec"]["behavior"]["scaleDown"]["policies"]
    quick = {"spec": {"behavior": {"scaleDown": {"stabilizationWindowSeconds": 2, "policies": [policy | {"periodSeconds": 3} for policy in policies]}}}}
    server.kubectl("patch", "hpa", server.name, "--type=merge", "-p", yaml.safe_dump(quick))
    assert reaches(server, SCALED["min_replicas"], "5m", 90)
    assert not reaches(server, 1, "1m", 5), "never fewer than the form says"
    server.kubectl("apply", "-k", str(applied["scaled"] / "overlays/prod"))


def drain(server: Server, node: str, seconds: int) -> str:
    """What `kubectl drain` says; its pods of other projects stay."""
    words = ["drain", node, "--pod-selector", f"app.kubernetes.io/name={server.name}", "--delete-emptydir-data", "--ignore-daemonsets", f"--timeout={seconds}s"]
    done = server.plane.run(*words)
    return f"{done.returncode} {done.stdout}{done.stderr}"


def test_a_drain_waits_for_the_budget(cluster: Plane, applied: dict[str, Path]) -> None:
    """With nowhere to go one pod stays; with another node both move, and one of them always answers."""
    server = Server(cluster, "postgresql")
    server.settle(2)
    try:
        cluster.kubectl("cordon", "two")
        moved = next(pod["metadata"]["name"] for pod in server.pods() if pod["spec"]["nodeName"] == "two")
        server.kubectl("delete", "pod", moved)
        server.settle(2)
        assert {pod["spec"]["nodeName"] for pod in server.pods()} == {"one"}
        refused = drain(server, "one", 8)
        assert refused.startswith("1 "), refused
        assert "would violate the pod's disruption budget" in refused
        assert server.available() == 1
        cluster.kubectl("uncordon", "two")
        with fewest_available(server) as seen:
            finished = drain(server, "one", 60)
        assert finished.startswith("0 "), finished
        server.settle(2)
        assert {pod["spec"]["nodeName"] for pod in server.pods()} == {"two"}
        assert min(seen) >= 1
    finally:
        cluster.kubectl("uncordon", "one", "two")
