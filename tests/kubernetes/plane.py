"""A control plane of Kubernetes on loopback: etcd, API server, controllers and scheduler are real, nodes and pods are kwok's."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import cache
from services import free_port, wait_for

HERE = Path(__file__).resolve().parent
PROGRAMS = ("etcd", "kube-apiserver", "kubectl")
CONTROLLERS = ("kube-controller-manager", "kube-scheduler", "kwok")
PATIENCE_S = 120.0
QUICK = {"sync-period": "1s", "initial-readiness-delay": "0s", "cpu-initialization-period": "0s"}
"""The autoscaler waits minutes for pods to settle; nothing settles here. What a manifest says of itself stays."""


class Refused(AssertionError):
    """kubectl ended with an error; the message is what it said."""


class Plane:
    """The control plane as kubectl sees it."""

    def __init__(self, folder: Path, server: str, token: str) -> None:
        self.folder, self.programs = folder, Programs(folder)
        self._kubeconfig = folder / "kubeconfig"
        user, cluster = {"token": token}, {"server": server, "certificate-authority": str(folder / "certs/apiserver.crt")}
        self._kubeconfig.write_text(json.dumps({
            "apiVersion": "v1", "kind": "Config", "current-context": "here", "users": [{"name": "us", "user": user}],
            "clusters": [{"name": "here", "cluster": cluster}], "contexts": [{"name": "here", "context": {"cluster": "here", "user": "us"}}]}))
        self._kubeconfig.chmod(0o600)

    @property
    def kubeconfig(self) -> str:
        """The file that leads here."""
        return str(self._kubeconfig)

    def run(self, *words: str, text: str | None = None) -> subprocess.CompletedProcess[str]:
        """kubectl, whatever becomes of it."""
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.folder)}
        return subprocess.run([str(cache.THINGS["kubectl"].path), "--kubeconfig", self.kubeconfig, *words], env=environment,
                              input=text, capture_output=True, text=True, timeout=300, check=False)

    def kubectl(self, *words: str, text: str | None = None) -> str:
        """What kubectl prints; `Refused` where it fails, and where it warns."""
        done = self.run(*words, text=text)
        if done.returncode or "Warning:" in done.stderr:
            raise Refused(f"kubectl {' '.join(words)}: {done.stdout}{done.stderr}")
        return done.stdout

    def read(self, *words: str) -> Any:
        """`kubectl get` as a value: an object, or the list of them."""
        found = json.loads(self.kubectl("get", *words, "-o", "json"))
        return found["items"] if found["kind"] == "List" else found

    def create(self, *objects: dict[str, Any]) -> None:
        """Objects that are applied on the server's side, so that their fields have an owner."""
        self.kubectl("apply", "--server-side", "--force-conflicts", "-f", "-", text=json.dumps({"apiVersion": "v1", "kind": "List", "items": objects}))

    def wait(self, condition: Callable[[], bool], what: str, seconds: float = PATIENCE_S) -> None:
        """Until it holds; the last lines of every log when it does not."""
        try:
            wait_for(condition, what, seconds)
        except TimeoutError as error:
            logs = "".join(f"\n--- {log.name}\n" + "\n".join(log.read_text(errors="replace").splitlines()[-15:]) for log in sorted(self.folder.glob("*.log")))
            raise TimeoutError(f"{error}{logs}") from None

    def serves(self) -> bool:
        """Whether the API server answers that it is ready."""
        return Path(self.folder, "certs/apiserver.crt").exists() and self.run("get", "--raw", "/readyz").stdout == "ok"


class Programs:
    """Child processes, ended last first: the API server does not end while etcd is away."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._stack = ExitStack()

    def start(self, name: str, **flags: str) -> None:
        """One of the cache's programs; its log lies in the folder."""
        words = [str(cache.THINGS[name].path), *(f"--{flag.replace('_', '-')}={value}" for flag, value in flags.items())]
        with (self._folder / f"{name}.log").open("wb") as log:
            child = subprocess.Popen(words, cwd=self._folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self._stack.callback(_end, child)

    def close(self) -> None:
        """Ends them all."""
        self._stack.close()


def _end(child: subprocess.Popen[bytes]) -> None:
    child.terminate()
    try:
        child.wait(10)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


@contextmanager
def running(folder: Path) -> Iterator[Plane]:
    """A control plane whose state is in an empty folder."""
    store, peers, port = (f"http://127.0.0.1:{free_port()}", f"http://127.0.0.1:{free_port()}", free_port())
    token = secrets.token_hex(16)
    plane = Plane(folder, f"https://127.0.0.1:{port}", token)
    programs = plane.programs
    (folder / "tokens.csv").write_text(f"{token},us,us,system:masters\n")
    (folder / "tokens.csv").chmod(0o600)
    key = str(folder / "accounts.key")
    subprocess.run(["openssl", "genrsa", "-out", key, "2048"], capture_output=True, check=True)
    try:
        programs.start("etcd", data_dir=str(folder / "etcd"), listen_client_urls=store, advertise_client_urls=store, listen_peer_urls=peers, unsafe_no_fsync="true")
        programs.start("kube-apiserver", etcd_servers=store, bind_address="127.0.0.1", advertise_address="127.0.0.1", secure_port=str(port),
                       cert_dir=str(folder / "certs"), token_auth_file=str(folder / "tokens.csv"), authorization_mode="Node,RBAC",
                       service_cluster_ip_range="10.96.0.0/16", service_account_issuer="https://kubernetes.default.svc",
                       service_account_key_file=key, service_account_signing_key_file=key, endpoint_reconciler_type="none")
        plane.wait(plane.serves, "the start of the API server")
        yield plane
    finally:
        programs.close()


def control(plane: Plane) -> None:
    """Starts what acts on the objects: controllers, scheduler, and kwok, whose nodes and pods obey them."""
    common = {"kubeconfig": plane.kubeconfig, "leader_elect": "false", "bind_address": "127.0.0.1", "secure_port": "0"}
    plane.programs.start("kube-controller-manager", **common, use_service_account_credentials="true", service_account_private_key_file=str(plane.folder / "accounts.key"),
                         **{f"horizontal-pod-autoscaler-{flag}": value for flag, value in QUICK.items()})
    plane.programs.start("kube-scheduler", **common)
    plane.programs.start("kwok", kubeconfig=plane.kubeconfig, manage_all_nodes="true", config=str(HERE / "stages.yaml"), node_lease_duration_seconds="40")


def node(name: str, zone: str) -> dict[str, Any]:
    """A large node that exists in name alone."""
    room = {"cpu": "64", "memory": "256Gi", "ephemeral-storage": "1Ti", "pods": "500"}
    labels = {"kubernetes.io/hostname": name, "topology.kubernetes.io/zone": zone, "kubernetes.io/os": "linux"}
    return {"apiVersion": "v1", "kind": "Node", "metadata": {"name": name, "labels": labels}, "status": {"capacity": room, "allocatable": room}}


def add_nodes(plane: Plane, *names: str) -> None:
    """Nodes in zones of their own, ready to take pods."""
    for name in names:
        plane.kubectl("create", "-f", "-", text=json.dumps(node(name, f"zone-{name}")))
    plane.kubectl("wait", "node", *names, "--for=condition=Ready", "--timeout=60s")
    plane.wait(lambda: not any(plane.read("node", name)["spec"].get("taints") for name in names), "nodes without taints")


def until(seconds: float, step: Callable[[], bool]) -> bool:
    """Calls `step` until it holds or the time is up; whether it held."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if step():
            return True
        time.sleep(0.2)
    return False
