"""500 planted secrets: in a 0600 .env and nowhere else, neither where projects are made nor where they serve."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import planted
import pytest
import redis
import services
from test_authentication import ENVELOPE, VERSION
from test_users import command

from conftest import CATALOG, CRAFTER, Server

ALL = ["tools", "resources", "prompts", "monitoring", "persistence", "authentication", "rate_limiting", "caching", "webhooks", "streaming"]
ROOMY = {"requests": 100000, "seconds": 1, "burst": 100000}
SIGNING = ["sign-5Vd81-qLx0-Zp93-mTn27-Kw64-yRb85", "sign-04Wmz-Hc52-Vb71-pXk90-Rs38-tGd16"]
STATE = ["state-83hGq-Ls72-Vn10-xWd66-Pb49-cZt31", "state-19nMr-Tj58-Kf36-bQy04-Ha97-gXv22"]
DATABASE_PASSWORD, REDIS_PASSWORD, COLLECTOR = "db-pass-81kdPqzX", "redis-pass-77LwqTbn", "collector-key-5Hsn2kQ9"
OWN = [*SIGNING, *STATE, DATABASE_PASSWORD, REDIS_PASSWORD, COLLECTOR]
VALUES = planted.values(500 - len(OWN))
NAMES = [f"SERVICE_{number}_TOKEN" if number % 2 else f"SETTING_{number}" for number in range(len(VALUES))]
SECRETS = dict(zip(NAMES, VALUES, strict=True))
LEAKS = planted.Leaks([*VALUES, *OWN])
LEAK = '''
import asyncio
import logging
import os
import re
import threading
import warnings

from ..runtime import Denied, ToolError

values = [os.environ[name] for name in names]
value = values[0] if len(values) == 1 else values
log = logging.getLogger(__name__)

async def fail():
    raise ValueError(value)

def fail_in_thread():
    raise ValueError(value)

if how == "raise":
    raise ValueError(value)
if how == "items":
    raise ValueError([item for value in values for item in re.split("[,=:@]", value)])
if how == "key":
    return {}[str(value)]
if how == "tool":
    raise ToolError(str(value))
if how == "denied":
    raise Denied(str(value), reason="closed")
if how == "data":
    raise ToolError("no", data={"reason": str(value), "more": {str(value): [value]}})
if how == "notes":
    error = RuntimeError("no")
    error.add_note(str(value))
    raise error from KeyError(value)
if how == "group":
    raise ExceptionGroup(str(value), [ValueError(value), OSError(5, str(value), str(value))])
if how == "unicode":
    value[0].encode("ascii") if isinstance(value, list) else value.encode("ascii")
    raise ValueError(value)
if how == "unwritable":
    return {"key": type(str(value), (), {})()}
if how == "log":
    log.error("seen %s", value)
    log.debug("seen %r", value, extra={"more": value})
    logging.getLogger("some.library").warning("seen %s", value)
    return "logged"
if how == "warn":
    warnings.warn(str(value))
    return "warned"
if how == "task":
    ctx.app.kept = asyncio.get_running_loop().create_task(fail())
    await asyncio.sleep(0.01)
    del ctx.app.kept
    return "forgotten"
if how == "thread":
    thread = threading.Thread(target=fail_in_thread)
    thread.start()
    thread.join()
    return "died"
if how == "tell":
    await ctx.log("error", {"seen": value})
    await ctx.progress(1, 2, str(value))
    return "told"
return "fine"
'''
HOWS = {
    "key": "KeyError", "denied": "closed", "data": "no", "notes": "RuntimeError", "group": "leak failed", "unicode": "Error", "unwritable": "not_json",
    "log": "logged", "warn": "warned", "task": "forgotten", "thread": "died", "tell": "told",
}
"""What else the tool does with secrets, and a word of its answer."""
TOOLS = [
    {"name": "leak", "description": "Tells secrets", "implementation": LEAK,
     "parameters": {"type": "object", "properties": {"how": {"type": "string"}, "names": {"type": "array", "items": {"type": "string"}}}, "required": ["how", "names"]}},
    {"name": "echo", "description": "Says it again", "implementation": "return 'fine'", "parameters": {"text": {"type": "string"}}},
]


def form(database: str, redis_url: str) -> dict[str, Any]:
    """All ten capabilities, and every secret in the form."""
    return {
        "server_name": "sample", "description": "A sample", "complexity": "custom", "capabilities": ALL, "custom_tools": TOOLS,
        "options": {"authentication": {"tools": True, "roles": {"admin": ["*"], "user": []}}, "monitoring": {"tools": True, "audit_arguments": True}, "rate_limiting": {"rate": ROOMY, "http_rate": ROOMY, "backend": "redis"},
                    "caching": {"backend": "redis", "tools": True}, "webhooks": {"allow_http": True, "allow_networks": ["127.0.0.0/8"]}},
        "deployment_config": {"docker": True, "compose": True, "kubernetes": True, "git": True},
        "environment_vars": {name: {"value": value, "secret": True} if number % 2 else {"value": value, "secret": True, "description": "something"} for number, (name, value) in enumerate(SECRETS.items())} | {
            "AUTH_SIGNING_KEY": ",".join(SIGNING), "MCP_STATE_KEYS": ",".join(STATE), "DATABASE_URL": database, "REDIS_URL": redis_url, "OTEL_EXPORTER_OTLP_HEADERS": f"api-key={COLLECTOR}"},
    }


class Made:
    """A project made of a form full of secrets, everything that was said about it, and its .env as variables."""

    def __init__(self, folder: Path, database: str, redis_url: str) -> None:
        self.folder, self.said = folder / "work", ""
        self.folder.mkdir()
        (folder / "form.json").write_text(json.dumps(form(database, redis_url)))
        answer = self.run("create", "--form", str(folder / "form.json"), "--yes", "--non-interactive", "--proof", "none")
        assert answer.returncode == 0, LEAKS.within(answer.stdout + answer.stderr) or answer
        self.project = Path(json.loads(answer.stdout)["data"]["path"])

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """The program in the workspace, whose words are kept."""
        done = subprocess.run([CRAFTER, *words, *CATALOG, "--json"], cwd=self.folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        self.said += done.stdout + done.stderr
        return done

    def environment(self) -> dict[str, str]:
        """What `set -a; . .env` gives."""
        script = "set -a; . ./.env; exec env -0"
        done = subprocess.run(["bash", "-c", script], cwd=self.project, env={}, capture_output=True, text=True, check=True)
        return dict(entry.split("=", 1) for entry in done.stdout.split("\0") if entry)


@pytest.fixture(scope="module")
def closed_redis() -> Iterator[str]:
    """A Redis that asks for a password."""
    with services.redis() as url, redis.Redis.from_url(url) as client:
        client.config_set("requirepass", REDIS_PASSWORD)
        yield url.replace("://", f"://:{REDIS_PASSWORD}@")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, postgres: services.Postgres, closed_redis: str) -> Made:
    url = postgres.database("secrets").replace("://tests@", f"://tests:{DATABASE_PASSWORD}@")
    return Made(tmp_path_factory.mktemp("secrets"), url, closed_redis)


def test_the_search_finds_each_secret_in_each_spelling(tmp_path: Path) -> None:
    assert len({*VALUES, *OWN}) == 500
    for value in [*VALUES, *OWN]:
        for spelling in planted.spellings(value):
            assert value in LEAKS.within(f"before{spelling}after")
    (tmp_path / "state.db").write_bytes(b"\0" + VALUES[0].encode() + b"\0")
    assert LEAKS.below(tmp_path) == {"state.db": [VALUES[0]]}


def test_making_a_project_writes_secrets_into_env_alone(made: Made) -> None:
    for words in (("status",), ("list",), ("info", "sample"), ("check", "sample", "--proof", "syntax")):
        assert made.run(*words).returncode == 0, words
    assert LEAKS.within(made.said) == []
    found = LEAKS.below(made.folder)
    assert list(found) == ["sample/.env"]
    assert len(found["sample/.env"]) == 500
    assert stat.S_IMODE((made.project / ".env").stat().st_mode) == 0o600
    values = made.environment()
    assert {name: values[name] for name in SECRETS} == SECRETS
    assert LEAKS.within(subprocess.run(["git", "log", "-p", "--all"], cwd=made.project, capture_output=True, check=True).stdout) == []


class Leaky:
    """The running server, and everything it said to anyone."""

    def __init__(self, made: Made, folder: Path) -> None:
        self.metrics, self.audit = services.free_port(), folder / "audit.log"
        environment = made.environment() | {
            "PATH": os.environ["PATH"], "LOG_LEVEL": "DEBUG", "MCP_METRICS_PORT": str(self.metrics), "MCP_AUDIT_LOG": str(self.audit),
            "AUTH_RESOURCE": "http://localhost:8000/mcp", "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{services.free_port()}"}
        done = command(made.project, environment, "create-user", "ann", "--role", "admin")
        assert done.returncode == 0, LEAKS.within(done.stderr) or done.stderr
        self.answers: list[str] = [done.stdout, done.stderr]
        self.server = Server(made.project, environment)
        login = httpx2.post(f"{self.server.origin}/auth/login", json={"username": "ann", "password": "correct horse battery"}, timeout=30).json()
        self.tokens = [login["access_token"], login["refresh_token"], "correct horse battery"]
        self.client = httpx2.Client(timeout=30, headers={"accept": "application/json, text/event-stream", "authorization": f"Bearer {login['access_token']}", "mcp-protocol-version": VERSION, "mcp-method": "tools/call"})
        self.seen = {self.server.log: 0, self.audit: 0}

    def call(self, tool: str, **arguments: Any) -> str:
        """The answer to a call, of which we keep a copy."""
        meta = ENVELOPE | {"progressToken": "p", "io.modelcontextprotocol/logLevel": "debug"}
        body = {"jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": {"name": tool, "arguments": arguments, "_meta": meta}}
        answer = self.client.post(self.server.url, json=body, headers={"mcp-name": tool})
        self.answers.append(str(answer.headers) + answer.text)
        return answer.text

    def page(self) -> str:
        """/metrics."""
        return self.client.get(f"http://127.0.0.1:{self.metrics}/metrics").text

    def leaks(self, leaks: planted.Leaks = LEAKS) -> dict[str, list[str]]:
        """What got out since the last question, and where."""
        found = {"metrics": leaks.within(self.page()), "answers": leaks.within("\n".join(self.answers))}
        for file, offset in self.seen.items():
            fresh = file.read_bytes()[offset:]
            found[file.name.split("-")[0]] = leaks.within(fresh)
            self.seen[file] = offset + len(fresh)
        self.answers.clear()
        return {where: secrets for where, secrets in found.items() if secrets}


@pytest.fixture(scope="module")
def leaky(made: Made, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Leaky]:
    manifest = made.project / "src/manifest.json"
    content = json.loads(manifest.read_text())
    content["options"]["show_errors"] = True  # the words of exceptions, which callers do not get otherwise
    manifest.write_text(json.dumps(content))
    leaky = Leaky(made, tmp_path_factory.mktemp("served"))
    yield leaky
    assert leaky.server.stop() == 0, LEAKS.within(leaky.server.said())


@pytest.mark.parametrize("how", ["raise", "tool"])
def test_no_exception_tells_a_secret(leaky: Leaky, how: str) -> None:
    for name in SECRETS:
        assert "[hidden]" in leaky.call("leak", how=how, names=[name])
    assert leaky.leaks() == {}


def test_each_key_of_a_list_is_a_secret(leaky: Leaky) -> None:
    answer = leaky.call("leak", how="items", names=["AUTH_SIGNING_KEY", "MCP_STATE_KEYS", "OTEL_EXPORTER_OTLP_HEADERS", "DATABASE_URL", "REDIS_URL"])
    assert answer.count("[hidden]") >= len(OWN)
    assert leaky.leaks() == {}


@pytest.mark.parametrize("how", HOWS)
def test_nothing_else_that_tools_do_tells_a_secret(leaky: Leaky, how: str) -> None:
    for names in [[name] for name in NAMES[: 2 * len(planted.SHAPES)]] + [NAMES[start : start + 60] for start in range(0, len(NAMES), 60)]:
        answer = leaky.call("leak", how=how, names=names)
        assert HOWS[how] in answer, answer
    assert "[hidden]" in "".join(leaky.answers) + leaky.server.said()[leaky.seen[leaky.server.log] :]
    assert leaky.leaks() == {}


def test_arguments_with_secrets_are_blanked_out_in_the_audit_log(leaky: Leaky) -> None:
    for value in VALUES[:40]:
        leaky.call("echo", text=value)
        leaky.call("leak", how=value, names=[])
    assert leaky.leaks() == {}
    for value in VALUES[:40]:
        leaky.call("echo", text=[value])  # refused
        if value.isascii():
            leaky.call(f"no such tool {value}")
    leaky.answers.clear()  # what callers sent may come back to them
    assert leaky.leaks() == {}
    assert leaky.audit.read_text().count("[hidden]") >= 80


def test_secrets_of_webhooks_tokens_and_passwords_are_in_no_log(leaky: Leaky) -> None:
    leaky.answers.clear()
    leaky.call("webhook_register", url="https://127.0.0.1/hook", events=["a.*"])
    leaky.call("authenticate_user", name="ann", password=leaky.tokens[2])
    assert all('"structuredContent"' in answer for answer in leaky.answers), "\n".join(leaky.answers)
    registered, login = (json.loads(answer[answer.index('{"') :])["result"] for answer in leaky.answers)
    runtime = planted.Leaks([registered["structuredContent"]["secret"], *leaky.tokens, login["structuredContent"]["access_token"], login["structuredContent"]["refresh_token"]])
    leaky.answers.clear()  # those who asked for them got them
    for tool, arguments in (("webhook_trigger", {"event": "a.b", "data": {"x": 1}}), ("webhook_list", {}), ("webhook_history", {}), ("get_metrics", {}), ("get_health", {}), ("list_users", {}), ("validate_token", {"token": leaky.tokens[0]})):
        assert '"isError":true' not in leaky.call(tool, **arguments), tool
    assert runtime.within("".join(leaky.answers)) == []
    assert leaky.leaks(runtime) == {}


def has_said_why(process: subprocess.Popen[bytes], log: Path) -> bool:
    """Whether the server has ended, or told its log what is wrong with the service."""
    return process.poll() is not None or re.search(rb" (WARNING|ERROR) src\.", log.read_bytes()) is not None


def test_services_that_are_away_or_odd_do_not_make_the_server_talk(made: Made, tmp_path: Path) -> None:
    address = f"user:{DATABASE_PASSWORD}@127.0.0.1:{services.free_port()}/0"
    odd = [address.replace("/0", "0000/0"), address.replace("127.0.0.1", "[::1"), address.replace("/0", "/0?timeout=x&x=%zz")]
    urls = [("DATABASE_URL", f"postgresql://{part}") for part in [address, *odd]] + [("REDIS_URL", f"redis://{part}") for part in [address, *odd]]
    urls += [("DATABASE_URL", f"mysql://{address}"), ("REDIS_URL", f"http://{address}")]
    running, logs = [], []
    for number, (variable, url) in enumerate(urls):
        environment = made.environment() | {"PATH": os.environ["PATH"], "LOG_LEVEL": "DEBUG", variable: url}
        logs.append(tmp_path / f"{number}.log")
        with logs[-1].open("wb") as log:
            words = [sys.executable, "-m", "src.main", "--http", "--port", "0"]
            running.append(subprocess.Popen(words, cwd=made.project, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log))
    try:
        services.wait_for(lambda: all(map(has_said_why, running, logs)), "the error of each server", 90)
    finally:
        for process in running:
            process.kill()
            process.wait(30)
    assert {url: LEAKS.within(log.read_bytes()) for (_, url), log in zip(urls, logs, strict=True)} == {url: [] for _, url in urls}


def test_what_a_server_leaves_behind_has_no_secret(made: Made, leaky: Leaky) -> None:
    leaky.call("echo", text="before the end")
    assert leaky.server.stop() == 0
    assert LEAKS.within(leaky.server.said()) == []
    assert list(LEAKS.below(made.folder)) == ["sample/.env"]
