"""Single pieces of the runtime, table by table."""

from __future__ import annotations

import json
from ipaddress import ip_network
from typing import TYPE_CHECKING, Any

import anyio
import pytest
from starlette.datastructures import Headers

from src.runtime import App, Denied, Manifest, Module, Peer, Settings, ToolError
from src.runtime.address import client_address
from src.runtime.call import Context
from src.runtime.http import OpenError, serve_http
from src.runtime.life import Life
from src.runtime.logs import Redactor, secrets_of
from src.runtime.manifest import ManifestError, Options, ServerSpec
from src.runtime.registry import _Template
from src.runtime.schema import Schema, is_deeper
from src.runtime.settings import SettingError, adopt_secrets, secret

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


# ---- settings ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("variable", "text"),
    [
        ("MCP_TRANSPORT", "carrier-pigeon"),
        ("MCP_TRANSPORT", "HTTP"),
        ("MCP_HOST", "a b"),
        ("MCP_PORT", "eighty"),
        ("MCP_PORT", "65536"),
        ("MCP_PORT", "-1"),
        ("MCP_PORT", "٨٠"),
        ("MCP_ALLOWED_HOSTS", "https://example.com"),
        ("MCP_ALLOWED_HOSTS", "*"),
        ("MCP_ALLOWED_HOSTS", "*.example.com"),
        ("MCP_ALLOWED_HOSTS", "example.com/path"),
        ("MCP_ALLOWED_ORIGINS", "example.com"),
        ("MCP_ALLOWED_ORIGINS", "*"),
        ("MCP_ALLOWED_ORIGINS", "https://example.com/"),
        ("MCP_INSECURE_NO_AUTH", "perhaps"),
        ("MCP_METRICS_PORT", "x"),
        ("MCP_DRAIN_SECONDS", "soon"),
        ("MCP_DRAIN_SECONDS", "1e9"),
        ("MCP_STATE_KEYS", "short"),
        ("MCP_WORKERS", "0"),
        ("MCP_WORKERS", "65"),
        ("MCP_WORKERS", "two"),
        ("LOG_LEVEL", "loud"),
    ],
)
def test_bad_settings(variable: str, text: str) -> None:
    with pytest.raises(SettingError, match=variable):
        Settings.read({variable: text})


def test_secrets_in_files_become_variables(tmp_path: Path) -> None:
    for name, text in {"A": "from folder\n", "B": "unused", "D": "", "not-a-name": "x"}.items():
        (tmp_path / name).write_text(text)
    (tmp_path / "..data").mkdir()
    file = tmp_path / "elsewhere"
    file.write_text("from file\n")
    environ = {"MCP_SECRETS_DIR": str(tmp_path), "B": "given", "C_FILE": str(file)}
    adopt_secrets(environ, ["A", "B", "C", "E"])
    found = {name: environ.get(name) for name in ("A", "B", "C", "C_FILE", "D", "E", "not-a-name")}
    assert found == {"A": "from folder", "B": "given", "C": "from file", "C_FILE": None, "D": "", "E": None, "not-a-name": None}
    with pytest.raises(SettingError, match="both"):
        adopt_secrets({"A": "x", "A_FILE": str(file)}, ["A"])


def test_good_settings() -> None:
    read = Settings.read(
        {
            "MCP_TRANSPORT": "http",
            "MCP_HOST": "::1",
            "MCP_PORT": "0",
            "MCP_ALLOWED_HOSTS": "API.example.com, [::2]:80,10.0.0.7:*",
            "MCP_ALLOWED_ORIGINS": "https://example.com,http://[::1]:3000",
            "MCP_INSECURE_NO_AUTH": "1",
            "MCP_METRICS_PORT": "",
            "LOG_LEVEL": "debug",
        }
    )
    assert read == Settings(
        transport="http",
        host="::1",
        port=0,
        allowed_hosts=("api.example.com", "[::2]:80", "10.0.0.7:*"),
        allowed_origins=("https://example.com", "http://[::1]:3000"),
        insecure_no_auth=True,
        log_level="DEBUG",
    )


def test_keys_are_not_shown() -> None:
    assert "s3cr3t" not in repr(Settings(state_keys=("s3cr3t" * 10,)))


def test_a_secret_may_be_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("s3cr3t value \n", encoding="utf-8")
    assert secret({"KEY": "direct"}, "KEY") == "direct"
    assert secret({"KEY_FILE": str(file)}, "KEY") == "s3cr3t value "
    assert secret({"KEY": "", "KEY_FILE": ""}, "KEY") is None
    assert secret({}, "KEY") is None
    file.write_text("k" * 40, encoding="utf-8")
    assert Settings.read({"MCP_STATE_KEYS_FILE": str(file)}).state_keys == ("k" * 40,)


@pytest.mark.parametrize(
    ("content", "also"),
    [(b"s3cr3t", "s3cr3t"), (b"\xffs3cr3t", ""), (b"s3cr3t" * 20_000, ""), (None, "")],
)
def test_a_secret_that_cannot_be_read(tmp_path: Path, content: bytes | None, also: str) -> None:
    file = tmp_path / "key"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(SettingError, match="KEY_FILE") as caught:
        secret({"KEY": also, "KEY_FILE": str(file)}, "KEY")
    assert "s3cr3t" not in str(caught.value)
    with pytest.raises(SettingError, match="MCP_STATE_KEYS_FILE"):
        Settings.read({"MCP_STATE_KEYS": also, "MCP_STATE_KEYS_FILE": str(tmp_path / "none")})


@pytest.mark.parametrize(
    ("sender", "forwarded", "found"),
    [
        ("192.0.2.1", ["198.51.100.1"], "192.0.2.1"),
        ("10.0.0.1", [], "10.0.0.1"),
        ("10.0.0.1", ["198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", ["203.0.113.1, 198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", ["203.0.113.1", "198.51.100.1, 10.0.0.2"], "198.51.100.1"),
        ("10.0.0.1", ["10.0.0.3, 10.0.0.2"], "10.0.0.3"),
        ("10.0.0.1", ["198.51.100.1, unknown, 10.0.0.2"], "10.0.0.2"),
        ("10.0.0.1", ["198.51.100.1:4711"], "198.51.100.1"),
        ("10.0.0.1", ["[2001:db8::1]:4711"], "2001:db8::1"),
        ("::ffff:10.0.0.1", ["198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", ["", ","], "10.0.0.1"),
        ("unknown", ["198.51.100.1"], "unknown"),
    ],
)
def test_the_address_of_a_client(sender: str, forwarded: list[str], found: str) -> None:
    headers = Headers(raw=[(b"x-forwarded-for", value.encode()) for value in forwarded])
    assert client_address(sender, headers, [ip_network("10.0.0.0/8")]) == found


OPEN = [
    Settings(host="0.0.0.0"),
    Settings(host="::"),
    Settings(host="192.0.2.1"),
    Settings(host="localhost.example.com"),
    Settings(host="0.0.0.0", allowed_hosts=("example.com",)),
    Settings(host="0.0.0.0", insecure_no_auth=True),
]


@pytest.mark.parametrize("settings", OPEN)
def test_open_addresses(sample: Manifest, settings: Settings) -> None:
    with pytest.raises(OpenError):
        serve_http(App(sample, settings, package="src"))


# ---- the manifest -----------------------------------------------------------------------------


@pytest.fixture
def sample(clean: Path) -> Manifest:
    return Manifest.load(clean / "src/manifest.json")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"format": 2}, "format 1"),
        ({"tolls": []}, "unknown keys ['tolls']"),
        ({"options": {"list_ttl": 1}}, "options: unknown keys ['list_ttl']"),
        ({"server": {"name": "x"}}, "server: missing keys ['version']"),
        ({"server": []}, "server is not an object"),
        ({"tools": [{"wire": {"name": "a"}}]}, "tools[0]: missing keys ['function']"),
        ({"tools": [{"function": "a", "wire": {"name": "a"}}] * 2}, "the same name"),
        ({"tools": [{"function": "a", "wire": {"name": "a"}, "cache": {}}]}, "tools[0].cache"),
        ({"resources": [{}]}, "resources[0]: missing keys ['wire']"),
        ({"prompts": [{"wire": {}}]}, "prompts[0]: missing keys ['messages']"),
        ({"environment": [{"nam": 1}]}, "environment[0]: unknown keys ['nam']"),
    ],
)
def test_bad_manifests(clean: Path, tmp_path: Path, change: Any, words: str) -> None:
    good = json.loads((clean / "src/manifest.json").read_text())
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps(good | change))
    with pytest.raises(ManifestError) as caught:
        Manifest.load(path)
    assert words in str(caught.value)


# ---- schemas ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("schema", "value", "filled"),
    [
        ({"properties": {"a": {"default": 1}}}, {}, {"a": 1}),
        ({"properties": {"a": {"default": 1}}}, {"a": None}, {"a": None}),
        ({"properties": {"a": {"default": None}}}, {}, {"a": None}),
        ({"properties": {"a": {"properties": {"b": {"default": 2}}}}}, {}, {}),
        ({"properties": {"a": {"properties": {"b": {"default": 2}}}}}, {"a": {}}, {"a": {"b": 2}}),
        ({"properties": {"a": True}}, {"a": {}}, {"a": {}}),
        ({}, {"x": 1}, {"x": 1}),
    ],
)
def test_defaults(schema: Any, value: Any, filled: Any) -> None:
    assert Schema(schema, "arguments").filled(value) == filled


def test_defaults_are_copies() -> None:
    schema = Schema({"properties": {"a": {"default": []}}}, "arguments")
    schema.filled({})["a"].append(1)
    assert schema.filled({}) == {"a": []}


def test_five_errors_are_enough() -> None:
    schema = Schema({"items": {"type": "string"}}, "arguments")
    said = schema.errors([1] * 8)
    assert len(said) == 6
    assert said[-1] == "… and 3 more"


@pytest.mark.parametrize(("depth", "deeper"), [(64, False), (65, True)])
def test_depth(depth: int, deeper: bool) -> None:
    value: Any = 1
    for step in range(depth):
        value = [value] if step % 2 else {"x": value}
    assert is_deeper(value, 64) is deeper


@pytest.mark.parametrize(
    ("template", "uri", "variables"),
    [
        ("notes://{day}", "notes://mon", {"day": "mon"}),
        ("notes://{day}", "notes://a%20b", {"day": "a b"}),
        ("notes://{day}", "notes://", None),
        ("notes://{day}", "notes://a/b", None),
        ("notes://{+path}", "notes://a/b", {"path": "a/b"}),
        ("a.b://{x}/{y}", "a.b://1/2", {"x": "1", "y": "2"}),
        ("a.b://{x}/{y}", "aXb://1/2", None),
    ],
)
def test_templates(template: str, uri: str, variables: Any) -> None:
    assert _Template(template).match(uri) == variables


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("key s3cr3t!", "key [hidden]!"),
        ("s3cr3t-longer", "[hidden]"),
        ("Authorization: Bearer abc.def", "Authorization: Bearer [hidden]"),
        ("authorization: basic dXNlcg==", "authorization: basic [hidden]"),
        ("nothing to hide", "nothing to hide"),
    ],
)
def test_redaction(text: str, shown: str) -> None:
    assert Redactor(["s3cr3t", "s3cr3t-longer", "", "abc"])(text) == shown


def test_passwords_in_urls_are_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_URL", "redis://user:p%40ssword@host:6379/0")
    monkeypatch.setenv("NO_URL", "http://[bad")
    manifest = Manifest(
        ServerSpec("x", "1"), Options(), modules=(), tools=(), resources=(), prompts=(), environment=()
    )
    assert "p@ssword" in secrets_of(manifest, Settings())


# ---- life -------------------------------------------------------------------------------------


class Recording(Module):
    """Notes what happens to it."""

    def __init__(self, name: str, events: list[str], *, fails: bool = False) -> None:
        super().__init__({})
        self.name, self.events, self.fails = name, events, fails

    async def start(self) -> None:
        if self.fails:
            raise RuntimeError("cannot start")
        self.events.append(f"start {self.name}")

    async def stop(self) -> None:
        self.events.append(f"stop {self.name}")


async def test_modules_stop_in_reverse_order() -> None:
    events: list[str] = []
    life = Life({n: Recording(n, events) for n in "ab"}, (), {})
    async with life.run():
        assert await life.problems() == {}
    assert events == ["start a", "start b", "stop b", "stop a"]


async def test_those_that_started_stop_when_a_later_one_fails() -> None:
    events: list[str] = []
    modules = {"a": Recording("a", events), "b": Recording("b", events, fails=True)}
    with pytest.raises(ExceptionGroup):
        async with Life(modules, (), {}).run():
            pytest.fail("started")
    assert events == ["start a", "stop a"]


async def test_background_work_is_taken_up_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("src.runtime.life.FIRST_RETRY_S", 0.0)
    monkeypatch.setattr("src.runtime.life.REMEMBERED_S", 0.0)
    attempts = 0
    done = anyio.Event()

    async def work() -> None:
        nonlocal attempts
        attempts += 1
        if attempts < 3:
            raise RuntimeError("not yet")
        done.set()
        await anyio.sleep_forever()

    life = Life({}, (), {})
    async with life.run():
        life.spawn("work", work)
        await done.wait()
        assert await life.problems() == {}
    assert attempts == 3


async def test_secrets_stay_out_of_answers(
    sample: Manifest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("API_KEY", "s3cr3t-value")
    app = App(sample, package="src")

    async def leaky() -> None:
        raise ToolError("asked https://example.com/?key=s3cr3t-value")

    app.tool(app.tools["todo"].spec, leaky)
    with pytest.raises(ToolError, match=r"key=\[hidden\]$"):
        await app.call_tool("todo", {}, Context(app, Peer("ann")))


async def test_a_tool_needs_its_scopes(sample: Manifest) -> None:
    app = App(sample, package="src")
    object.__setattr__(app.tools["todo"].spec, "scopes", ("admin",))
    with pytest.raises(Denied, match="todo needs admin"):
        await app.call_tool("todo", {}, Context(app, Peer("bob", frozenset({"read"}))))
