"""The manifests: valid by the strict schemas, hardened by rule, closed by default, and true to the image that they start."""

from __future__ import annotations

import http.client
import json
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml
from manifests import PAIRS, form
from programs import kustomize, program

from conftest import Serve, craft
from jsonschema import Draft202012Validator

VERSIONS = ("1.30", "1.36")
SCHEMAS = json.loads((Path(__file__).parent / "schemas/mesh.json").read_text())
BUILDS = ("k8s", "overlays/dev", "overlays/prod")


@pytest.fixture(scope="module")
def projects(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return {name: craft(tmp_path_factory.mktemp(name), form(name)) for name in PAIRS}


@cache
def built(folder: Path) -> tuple[dict[str, Any], ...]:
    return tuple(item for item in yaml.safe_load_all(kustomize(folder)) if item)


def listed(project: Path) -> list[dict[str, Any]]:
    document = yaml.safe_load((project / "k8s/deployment.yaml").read_text())
    assert (document["apiVersion"], document["kind"]) == ("v1", "List")
    items: list[dict[str, Any]] = document["items"]
    return items


def one(items: Any, kind: str, name: str = "") -> dict[str, Any]:
    found = [item for item in items if item["kind"] == kind and item["metadata"]["name"].endswith(name)]
    assert len(found) == 1, [item["metadata"]["name"] for item in found]
    return dict(found[0])


def pod_of(items: Any) -> dict[str, Any]:
    spec: dict[str, Any] = one(items, "Deployment")["spec"]["template"]["spec"]
    return spec


def strict(schema: Any) -> Any:
    """Unknown members are mistakes, as for `kubectl --validate=strict`."""
    if isinstance(schema, dict):
        copy = {key: strict(value) for key, value in schema.items()}
        if isinstance(schema.get("properties"), dict) and "additionalProperties" not in schema and "x-kubernetes-preserve-unknown-fields" not in schema and schema.get("type") == "object":
            copy["additionalProperties"] = False
        return copy
    return [strict(item) for item in schema] if isinstance(schema, list) else schema


def mesh_errors(item: dict[str, Any]) -> list[str]:
    schema = strict(SCHEMAS[f"{item['apiVersion']}/{item['kind']}"])
    schema["properties"] |= {"apiVersion": {"type": "string"}, "kind": {"type": "string"}, "metadata": {"type": "object"}}
    return [f"{error.json_path}: {error.message}" for error in Draft202012Validator(schema).iter_errors(item)]


@pytest.mark.parametrize("build", BUILDS)
@pytest.mark.parametrize("name", PAIRS)
def test_every_object_fits_the_strict_schemas(projects: dict[str, Path], name: str, build: str) -> None:
    items = built(projects[name] / build)
    assert len(items) >= 8
    for item in items:
        if f"{item['apiVersion']}/{item['kind']}" in SCHEMAS:
            assert not mesh_errors(item)
        elif not item["apiVersion"].startswith("policy.linkerd.io/"):  # their schemas cannot be had here
            for version in VERSIONS:
                kubernetes_validate.validate(item, version, strict=True)


def test_the_schemas_notice_mistakes(projects: dict[str, Path]) -> None:
    item = json.loads(json.dumps(one(built(projects["scaled"] / "k8s"), "HorizontalPodAutoscaler")))
    item["spec"]["metrics"][0]["containerResource"]["target"]["averageUtilisation"] = 5
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(item, VERSIONS[0], strict=True)
    rule = json.loads(json.dumps(one(built(projects["istio"] / "k8s"), "PeerAuthentication")))
    rule["spec"]["mtls"]["mode"] = "STRICTT"
    assert mesh_errors(rule)
    rule["spec"]["mtls"] = {"mod": "STRICT"}
    assert mesh_errors(rule)


@pytest.mark.parametrize("build", BUILDS)
@pytest.mark.parametrize("name", PAIRS)
def test_pods_are_restricted_and_more(projects: dict[str, Path], name: str, build: str) -> None:
    pod = pod_of(built(projects[name] / build))
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert pod["automountServiceAccountToken"] is False
    assert not {"hostNetwork", "hostPID", "hostIPC", "initContainers", "ephemeralContainers"} & set(pod)
    assert all(set(volume) - {"name"} <= {"emptyDir", "secret", "persistentVolumeClaim"} for volume in pod["volumes"])
    for container in pod["containers"]:
        context = container["securityContext"]
        assert context["allowPrivilegeEscalation"] is False
        assert context["readOnlyRootFilesystem"] is True
        assert context["privileged"] is False
        assert context["capabilities"] == {"drop": ["ALL"]}
        assert context["runAsNonRoot"] is True
        assert min(context["runAsUser"], context["runAsGroup"]) > 10000
        assert set(container["resources"]["requests"]) == set(container["resources"]["limits"]) == {"cpu", "memory", "ephemeral-storage"}
        assert not any("hostPort" in port for port in container["ports"])


@pytest.mark.parametrize("name", PAIRS)
def test_kube_score_finds_nothing_critical(projects: dict[str, Path], name: str) -> None:
    words = [program("kube-score"), "score", "--kubernetes-version", "v1.30", "--output-format", "json", "-"]
    text = kustomize(projects[name] / "overlays/prod")
    done = subprocess.run(words, input=text, capture_output=True, text=True, check=False)
    judged = json.loads(done.stdout)
    critical = [(item["object_name"], check["check"]["name"], check["comments"]) for item in judged for check in item["checks"] or [] if check["grade"] == 1 and not check["skipped"]]
    assert judged
    assert not critical


@pytest.mark.parametrize("name", PAIRS)
def test_ports_agree_everywhere(projects: dict[str, Path], name: str) -> None:
    items, project = built(projects[name] / "k8s"), projects[name]
    container = pod_of(items)["containers"][0]
    ports = {port["name"]: port["containerPort"] for port in container["ports"]}
    variables = {entry["name"]: entry.get("value") for entry in container["env"]}
    dockerfile = (project / "Dockerfile").read_text()
    assert ports["http"] == int(variables["MCP_PORT"] or 0) == int(re.findall(r"^EXPOSE (\d+)$", dockerfile, re.MULTILINE)[0])
    assert f"MCP_PORT={ports['http']}" in dockerfile
    for service_port in one(items, "Service")["spec"]["ports"]:
        assert service_port["targetPort"] in ports
    for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
        assert container[probe]["httpGet"]["port"] in ports
    assert container["livenessProbe"]["httpGet"]["path"] == container["startupProbe"]["httpGet"]["path"] == "/livez"
    assert container["readinessProbe"]["httpGet"]["path"] == "/readyz"
    monitored = "monitoring" in PAIRS[name][0]
    assert ("metrics" in ports) == monitored == ("MCP_METRICS_PORT" in variables)
    if monitored:
        assert ports["metrics"] == int(variables["MCP_METRICS_PORT"] or 0)
        annotations = one(items, "Deployment")["spec"]["template"]["metadata"]["annotations"]
        assert annotations["prometheus.io/port"] == str(ports["metrics"])
    allowed = {port["port"] for rule in one(items, "NetworkPolicy", "-clients")["spec"]["ingress"] for port in rule["ports"]}
    assert allowed - {15008, 4143} == set(ports.values())
    user = re.findall(r"^USER (\d+):(\d+)$", dockerfile, re.MULTILINE)[0]
    assert (str(container["securityContext"]["runAsUser"]), str(container["securityContext"]["runAsGroup"])) == user


@pytest.mark.parametrize("name", PAIRS)
def test_selectors_find_the_pods_and_nothing_is_a_stranger(projects: dict[str, Path], name: str) -> None:
    for build in BUILDS:
        items = built(projects[name] / build)
        deployment = one(items, "Deployment")
        labels = deployment["spec"]["template"]["metadata"]["labels"]
        selectors = [deployment["spec"]["selector"]["matchLabels"], one(items, "Service")["spec"]["selector"], one(items, "PodDisruptionBudget")["spec"]["selector"]["matchLabels"]]
        selectors += [policy["spec"]["podSelector"]["matchLabels"] for policy in items if policy["kind"] == "NetworkPolicy"]
        assert all(selector and selector.items() <= labels.items() for selector in selectors)
        assert pod_of(items)["serviceAccountName"] == one(items, "ServiceAccount")["metadata"]["name"]
        settings = pod_of(items)["containers"][0]["envFrom"][0]["configMapRef"]["name"]
        assert settings == one(items, "ConfigMap")["metadata"]["name"]


@pytest.mark.parametrize("name", PAIRS)
def test_the_network_is_closed_but_for_what_is_named(projects: dict[str, Path], name: str) -> None:
    items, (capabilities, deployment, options) = built(projects[name] / "k8s"), PAIRS[name]
    closed = one(items, "NetworkPolicy", "-default-deny")["spec"]
    assert set(closed["policyTypes"]) == {"Ingress", "Egress"}
    assert not closed.get("ingress")
    assert not closed.get("egress")
    for rule in one(items, "NetworkPolicy", "-clients")["spec"]["ingress"]:
        assert rule["from"]
        assert all(source.get("podSelector", source.get("namespaceSelector"))["matchLabels"] for source in rule["from"])
    outside = one(items, "NetworkPolicy", "-outside")["spec"]["egress"]
    ports = {port["port"] for rule in outside for port in rule.get("ports", [])}
    wanted = {53}
    wanted |= {443} if options.get("outside_https", True) else set()
    wanted |= {4318} if "monitoring" in capabilities else set()
    wanted |= {5432} if "persistence" in capabilities and options.get("database") != "sqlite" else set()
    wanted |= {6379} if "streaming" in capabilities else set()
    assert ports == wanted
    networks = [(port["port"], block) for rule in outside for peer in rule["to"] if (block := peer.get("ipBlock")) for port in rule["ports"]]
    assert all(("except" in block) == (port == 443) for port, block in networks), "only HTTPS goes anywhere, and not to the cloud's own addresses"
    assert all(not block["cidr"].endswith("/0") for port, block in networks if port != 443)
    assert all("ports" in rule or deployment.get("service_mesh") for rule in outside)


@pytest.mark.parametrize("name", PAIRS)
def test_replicas_are_those_of_the_form(projects: dict[str, Path], name: str) -> None:
    scaling = {"min_replicas": 1, "max_replicas": 1, **PAIRS[name][1].get("scaling", {})}
    items = built(projects[name] / "k8s")
    deployment = one(items, "Deployment")
    scalers = [item for item in items if item["kind"] == "HorizontalPodAutoscaler"]
    manifest = json.loads((projects[name] / "src/manifest.json").read_text())
    assert manifest["options"].get("stateless_legacy", False) == (scaling["max_replicas"] > 1)
    if scaling["min_replicas"] == scaling["max_replicas"]:
        assert not scalers
        assert deployment["spec"]["replicas"] == scaling["min_replicas"]
        return
    assert "replicas" not in deployment["spec"]
    assert (scalers[0]["spec"]["minReplicas"], scalers[0]["spec"]["maxReplicas"]) == (scaling["min_replicas"], scaling["max_replicas"])
    resource = scalers[0]["spec"]["metrics"][0]["containerResource"]
    assert resource["container"] in {container["name"] for container in pod_of(items)["containers"]}
    assert resource["target"]["averageUtilization"] == scaling.get("cpu_threshold", resource["target"]["averageUtilization"])
    dev, prod = built(projects[name] / "overlays/dev"), built(projects[name] / "overlays/prod")
    assert one(dev, "Deployment")["spec"]["replicas"] == 1
    assert not [item for item in dev if item["kind"] == "HorizontalPodAutoscaler"]
    assert one(prod, "HorizontalPodAutoscaler")["spec"]["minReplicas"] >= 2


def test_the_drain_fits_into_the_grace_period(projects: dict[str, Path]) -> None:
    for name, project in projects.items():
        pod = pod_of(built(project / "k8s"))
        container = pod["containers"][0]
        drain = int(next(entry["value"] for entry in container["env"] if entry["name"] == "MCP_DRAIN_SECONDS"))
        waits = container["lifecycle"]["preStop"]["sleep"]["seconds"]
        assert waits + drain + 2 < pod["terminationGracePeriodSeconds"], name


def test_secrets_are_references_and_settings_are_texts(projects: dict[str, Path]) -> None:
    for project in projects.values():
        items = built(project / "k8s")
        assert not [item for item in items if item["kind"] == "Secret"]
        data = one(items, "ConfigMap")["data"]
        assert data["UNITS"] == "metric"
        assert data["LIMIT"] == "5"
        assert not {"API_KEY", "DATABASE_URL", "MCP_STATE_KEYS", "MCP_TRANSPORT", "MCP_HOST"} & set(data)
        pod = pod_of(items)
        volume = next(volume for volume in pod["volumes"] if "secret" in volume)
        mount = next(mount for mount in pod["containers"][0]["volumeMounts"] if mount["name"] == volume["name"])
        folder = next(entry["value"] for entry in pod["containers"][0]["env"] if entry["name"] == "MCP_SECRETS_DIR")
        assert mount["mountPath"] == folder
        assert mount["readOnly"] is True
        assert volume["secret"]["defaultMode"] == 0o440


def test_only_a_mesh_that_is_wanted_is_there(projects: dict[str, Path]) -> None:
    for name, project in projects.items():
        mesh = PAIRS[name][1].get("service_mesh", "none")
        kinds = {item["apiVersion"].partition("/")[0] for item in built(project / "k8s")}
        assert any(kind.endswith("istio.io") for kind in kinds) == (mesh == "istio")
        assert any(kind.endswith("linkerd.io") for kind in kinds) == (mesh == "linkerd")
        assert (project / "k8s/mesh.yaml").exists() == (mesh != "none")


def test_the_mesh_neither_cuts_streams_nor_repeats_calls(projects: dict[str, Path]) -> None:
    for name in ("istio", "istio-bare"):
        items = built(projects[name] / "k8s")
        route = one(items, "VirtualService")["spec"]["http"][0]
        assert "timeout" not in route
        assert "perTryTimeout" not in route["retries"]
        assert set(route["retries"]["retryOn"].split(",")) <= {"connect-failure", "refused-stream"}
        assert one(items, "PeerAuthentication")["spec"]["mtls"]["mode"] == "STRICT"
        assert one(items, "DestinationRule")["spec"]["trafficPolicy"]["tls"]["mode"] == "ISTIO_MUTUAL"
    sources = one(built(projects["istio-bare"] / "k8s"), "AuthorizationPolicy")["spec"]["rules"][0]["from"]
    assert sources == [{"source": {"principals": ["cluster.local/ns/a/sa/b"]}}]
    items = built(projects["linkerd"] / "k8s")
    assert one(items, "Server")["spec"]["accessPolicy"] == "deny"
    assert one(items, "Server")["spec"]["port"] == "http"
    assert one(items, "HTTPRoute")["spec"]["rules"][0]["timeouts"] == {"request": "0s", "backendRequest": "0s"}
    references = one(items, "AuthorizationPolicy")["spec"]["requiredAuthenticationRefs"]
    assert [reference["name"] for reference in references] == [one(items, "MeshTLSAuthentication")["metadata"]["name"]]


def test_the_server_answers_to_its_names_in_the_cluster(projects: dict[str, Path], serve: Serve) -> None:
    """What the pod sets is what the server obeys: Kubernetes' names pass, others do not."""
    project = projects["istio"]
    container = pod_of(built(project / "overlays/prod"))["containers"][0]
    fields = {"POD_NAMESPACE": "weather-api", "POD_IP": "10.1.2.3", "POD_NAME": "weather-api-1"}
    variables = {entry["name"]: re.sub(r"\$\((\w+)\)", lambda m: fields[m[1]], entry.get("value", "")) for entry in container["env"]}
    for name in (*fields, "MCP_HOST", "MCP_PORT", "MCP_METRICS_PORT", "MCP_SECRETS_DIR"):
        variables.pop(name)
    data = one(built(project / "overlays/prod"), "ConfigMap")["data"]
    server = serve(project, **{"API_KEY": "a-secret", **data, **variables})

    def status(host: str) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
        connection.request("GET", "/mcp", headers={"Host": host})
        return connection.getresponse().status

    names = ["weather-api:8000", "weather-api.weather-api", "weather-api.weather-api.svc", "weather-api.weather-api.svc.cluster.local:8000", "10.1.2.3:8000", "mcp.example.com"]
    assert 421 not in [status(name) for name in names]
    assert [status(name) for name in ("weather-api.other", "evil.example", "10.1.2.4:8000")] == [421] * 3


def test_the_sqlite_file_has_a_volume_and_one_writer(projects: dict[str, Path]) -> None:
    items = built(projects["sqlite"] / "k8s")
    claim = one(items, "PersistentVolumeClaim")["metadata"]["name"]
    pod = pod_of(items)
    volume = next(volume for volume in pod["volumes"] if volume.get("persistentVolumeClaim", {}).get("claimName") == claim)
    assert {"name": volume["name"], "mountPath": "/app/data"} in pod["containers"][0]["volumeMounts"]
    assert one(items, "Deployment")["spec"]["strategy"] == {"type": "Recreate"}
    assert not [item for item in built(projects["postgresql"] / "k8s") if item["kind"] == "PersistentVolumeClaim"]


def test_the_list_is_what_kustomize_takes_apart(projects: dict[str, Path]) -> None:
    project = projects["scaled"]
    key = lambda item: (item["kind"], item["metadata"]["name"])  # noqa: E731
    assert sorted(map(key, listed(project))) == sorted(map(key, built(project / "k8s")))
    assert shutil.which("kubectl") or program("kustomize")
