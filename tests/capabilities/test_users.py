"""Users that a server keeps itself: they log in, renew, log out and are shut out, over the wire."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx2
import issuer as issuers
import pytest
from test_authentication import Caller, text_of

from conftest import Serve, Server, craft

KEY = "0123456789-abcdefghijklmnopqrstuvwxyz-first"
OTHER_KEY = "9876543210-zyxwvutsrqponmlkjihgfedcba-second"
PASSWORD = "correct horse battery"
TOOLS = [
    {"name": "whoami", "description": "Says who calls", "parameters": {}, "implementation": "return ctx.principal + ' ' + ' '.join(sorted(ctx.scopes))"},
    {"name": "write", "description": "Writes", "parameters": {}, "implementation": "return 'written'", "scopes": ["write"]},
]
OPTIONS = {"tools": True, "roles": {"admin": ["*"], "writer": ["write"], "user": []}}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    capabilities = ["tools", "authentication", "persistence"]
    form = {"capabilities": capabilities, "custom_tools": TOOLS, "options": {"authentication": OPTIONS, "persistence": {"tools": False}}}
    return craft(tmp_path_factory.mktemp("users"), form)


def command(project: Path, environment: dict[str, str], *words: str, password: str = PASSWORD) -> subprocess.CompletedProcess[str]:
    """`python -m src.authentication …`, with the password on standard input."""
    return subprocess.run(
        [sys.executable, "-m", "src.authentication", *words], cwd=project, env={"PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1", **environment},
        input=password + "\n", capture_output=True, text=True, check=False, timeout=60)


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, str]:
    """Variables that name an empty database."""
    url = request.getfixturevalue("postgres_url") if request.param == "postgresql" else f"sqlite:///{tmp_path}/users.db"
    return {"DATABASE_URL": url, "AUTH_SIGNING_KEY": KEY, "AUTH_RESOURCE": "http://localhost:8000/mcp"}


ROLES = {"alice": "admin", "bob": "user", "carol": "writer"}


def populated(project: Path, environment: dict[str, str], *names: str) -> None:
    for name in names:
        done = command(project, environment, "create-user", name, "--role", ROLES[name])
        assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def server(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """With alice (admin), bob (user) and carol (writer) in a SQLite file."""
    file = tmp_path_factory.mktemp("data") / "users.db"
    environment = {"DATABASE_URL": f"sqlite:///{file}", "AUTH_SIGNING_KEY": KEY, "AUTH_RESOURCE": "http://localhost:8000/mcp", "LOG_LEVEL": "INFO"}
    populated(project, environment, *ROLES)
    server = Server(project, environment)
    yield server
    assert server.stop() == 0, server.said()


def post(server: Server, path: str, body: Any, **more: Any) -> httpx2.Response:
    return httpx2.post(f"{server.origin}/auth/{path}", json=body, timeout=60, **more)


def login(server: Server, name: str, password: str = PASSWORD) -> dict[str, Any]:
    answer = post(server, "login", {"username": name, "password": password})
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    return answer.json()


def status(server: Server, token: str) -> int:
    return Caller(server, token).call("whoami").status_code


# ---- logging in -------------------------------------------------------------------------------


def test_a_login_and_what_it_allows(project: Path, serve: Serve, store: dict[str, str]) -> None:
    populated(project, store, *ROLES)
    server = serve(project, **store)
    assert Caller(server).call("whoami").status_code == 401
    scopes = {"alice": "admin write", "bob": "", "carol": "write"}
    for name, allowed in scopes.items():
        granted = login(server, name)
        assert granted["token_type"] == "Bearer"
        assert granted["expires_in"] <= 900
        assert granted["scope"] == allowed
        assert text_of(Caller(server, granted["access_token"]).call("whoami")) == f"{name} {allowed}"
        assert Caller(server, granted["access_token"]).call("write").status_code == (200 if allowed else 403)


def test_renewing_works_once(project: Path, serve: Serve, store: dict[str, str]) -> None:
    populated(project, store, "bob")
    server = serve(project, **store)
    first, elsewhere = login(server, "bob"), login(server, "bob")
    second = post(server, "refresh", {"refresh_token": first["refresh_token"]}).json()
    third = post(server, "refresh", {"refresh_token": second["refresh_token"]}).json()
    assert status(server, third["access_token"]) == 200
    stolen = post(server, "refresh", {"refresh_token": first["refresh_token"]})
    assert stolen.status_code == 401
    assert stolen.json()["error"] == "invalid_grant"
    for granted in (second, third):
        assert post(server, "refresh", {"refresh_token": granted["refresh_token"]}).status_code == 401
    fresh = serve(project, **store)  # remembers nothing
    assert [status(fresh, granted["access_token"]) for granted in (first, second, third)] == [401] * 3
    assert status(fresh, elsewhere["access_token"]) == 200
    assert post(server, "refresh", {"refresh_token": elsewhere["refresh_token"]}).status_code == 200


def test_renewing_at_the_same_time(project: Path, serve: Serve, store: dict[str, str]) -> None:
    populated(project, store, "bob")
    servers = [serve(project, **store), serve(project, **store)]
    token = login(servers[0], "bob")["refresh_token"]
    with ThreadPoolExecutor(8) as pool:
        tries = [pool.submit(post, servers[n % 2], "refresh", {"refresh_token": token}) for n in range(8)]
        statuses = sorted(one.result().status_code for one in tries)
    assert statuses == [200] + [401] * 7


def test_two_processes_share_users(project: Path, serve: Serve, postgres_url: str) -> None:
    environment = {"DATABASE_URL": postgres_url, "AUTH_SIGNING_KEY": KEY, "AUTH_RESOURCE": "http://localhost:8000/mcp"}
    one, two = serve(project, **environment), serve(project, **environment)
    populated(project, environment, "carol")
    granted = login(one, "carol")
    assert text_of(Caller(two, granted["access_token"]).call("whoami")) == "carol write"
    renewed = post(two, "refresh", {"refresh_token": granted["refresh_token"]}).json()
    assert text_of(Caller(one, renewed["access_token"]).call("write")) == "written"
    assert post(one, "logout", {"refresh_token": renewed["refresh_token"]}).status_code == 204
    assert post(two, "refresh", {"refresh_token": renewed["refresh_token"]}).status_code == 401
    assert status(two, renewed["access_token"]) == 401  # two had not seen it before


def test_who_is_disabled_is_out(project: Path, serve: Serve, store: dict[str, str]) -> None:
    populated(project, store, "bob", "carol")
    server = serve(project, **store)
    granted = login(server, "bob")
    assert command(project, store, "disable-user", "bob").returncode == 0
    assert post(server, "login", {"username": "bob", "password": PASSWORD}).status_code == 401
    assert post(server, "refresh", {"refresh_token": granted["refresh_token"]}).status_code == 401
    assert status(server, granted["access_token"]) == 401
    assert command(project, store, "enable-user", "bob").returncode == 0
    assert post(server, "refresh", {"refresh_token": granted["refresh_token"]}).status_code == 401
    assert status(server, login(server, "bob")["access_token"]) == 200
    known = login(server, "carol")["access_token"]
    assert status(server, known) == 200
    assert command(project, store, "set-password", "carol", password="another good one").returncode == 0
    until = time.monotonic() + 40
    while status(server, known) == 200 and time.monotonic() < until:
        time.sleep(1)
    assert status(server, known) == 401  # within the half minute that a check counts


def test_wrong_credentials_look_the_same(server: Server) -> None:
    bodies = [{"username": "bob", "password": "wrong password"}, {"username": "nobody", "password": "wrong password"}, {"username": "BOB ", "password": PASSWORD}, {"username": "x" * 500, "password": PASSWORD}, {"username": "local", "password": PASSWORD}, {"username": "carol", "password": "x" * 5000}]
    answers = [post(server, "login", body) for body in bodies]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.text for answer in answers}) == 1


def test_unknown_names_take_as_long(project: Path, serve: Serve, tmp_path: Path) -> None:
    environment = {"DATABASE_URL": f"sqlite:///{tmp_path}/users.db", "AUTH_SIGNING_KEY": KEY}
    populated(project, environment, "bob")
    server = serve(project, **environment)

    def seconds(name: str) -> float:
        began = time.perf_counter()
        assert post(server, "login", {"username": name, "password": "wrong password"}).status_code == 401
        return time.perf_counter() - began

    seconds("warmup")
    known, unknown = [], []
    for n in range(4):
        known.append(seconds("bob"))
        unknown.append(seconds(f"nobody{n}"))
    assert 0.5 < min(known) / min(unknown) < 2, (known, unknown)


BAD_BODIES: list[Any] = [
    {}, [], "x", None, {"username": "bob"}, {"username": "bob", "password": ["x"]}, {"username": 1, "password": "x"},
    {"username": "bob", "password": ""}, {"username": "bob", "password": "x", "role": "admin"}, {"username": {"$ne": ""}, "password": {"$ne": ""}},
]


@pytest.mark.parametrize("body", BAD_BODIES)
def test_bodies_that_are_no_login(server: Server, body: Any) -> None:
    assert post(server, "login", body).status_code == 400


def test_other_ways_to_send_a_login(server: Server) -> None:
    url, good = f"{server.origin}/auth/login", {"username": "carol", "password": PASSWORD}
    assert httpx2.post(url, data=good).status_code == 400
    assert httpx2.post(url, content=json.dumps(good), headers={"content-type": "text/plain"}).status_code == 400
    assert httpx2.get(url, params=good).status_code == 405
    assert httpx2.post(url, content=b"[" * 4000, headers={"content-type": "application/json"}).status_code == 400
    assert httpx2.post(url, content=b" " * 70_000, headers={"content-type": "application/json"}).status_code == 413
    assert httpx2.post(f"{server.origin}/auth/login/", json=good).status_code == 401


@pytest.mark.parametrize("token", ["", ".", "a", "a.b", "a.b.c", "é.é", "' OR 1=1 --.x", "\u0000.x", "x" * 5000])
def test_refresh_tokens_that_are_none(server: Server, token: str) -> None:
    wanted = 400 if not token else 401
    assert post(server, "refresh", {"refresh_token": token}).status_code == wanted
    assert post(server, "logout", {"refresh_token": token}).status_code in {wanted, 204}


# ---- throttling -------------------------------------------------------------------------------


def test_guessing_is_throttled(project: Path, serve: Serve, store: dict[str, str]) -> None:
    populated(project, store, "bob", "carol")
    servers = [serve(project, **store), serve(project, **store)]
    with ThreadPoolExecutor(8) as pool:
        tries = [pool.submit(post, servers[n % 2], "login", {"username": "bob", "password": f"guess number {n}"}) for n in range(12)]
        answers = [one.result() for one in tries]
    assert sorted(answer.status_code for answer in answers) == [401] * 5 + [429] * 7
    assert all(1 <= int(answer.headers["retry-after"]) <= 60 for answer in answers if answer.status_code == 429)
    right = post(servers[0], "login", {"username": "bob", "password": PASSWORD})
    assert right.status_code == 429  # guessing on does not tell whether a guess was right
    assert login(servers[1], "carol")["access_token"]  # others are not concerned


def test_an_address_is_throttled(project: Path, serve: Serve, store: dict[str, str]) -> None:
    server = serve(project, MCP_TRUSTED_PROXIES="127.0.0.1", **store)

    def guess(n: int, address: str) -> int:
        body = {"username": f"name{n}", "password": "a password"}
        return post(server, "login", body, headers={"x-forwarded-for": f"198.51.100.{n}, {address}"}).status_code

    with ThreadPoolExecutor(4) as pool:
        statuses = list(pool.map(lambda n: guess(n, "203.0.113.7"), range(36)))
    assert statuses.count(429) >= 3, statuses
    assert guess(99, "203.0.113.8") == 401


def test_good_logins_are_not_throttled(project: Path, serve: Serve, store: dict[str, str]) -> None:
    populated(project, store, "bob")
    server = serve(project, **store)
    for _ in range(8):
        login(server, "bob")


# ---- tokens -----------------------------------------------------------------------------------


def crafted(key: str, **changed: Any) -> str:
    """As the server would sign, had it this key."""
    import hmac

    secret = hmac.digest(key.encode(), b"mcp-crafter access tokens 1", "sha256")
    kid = hmac.digest(key.encode(), b"mcp-crafter key id 1", "sha256")[:8].hex()
    now, here = int(time.time()), "http://localhost:8000/mcp"
    claims = {"iss": here, "aud": here, "sub": "alice", "client_id": "local", "iat": now, "exp": now + 60, "scope": "admin"} | changed
    return issuers.signed({"typ": "at+jwt", "alg": "HS256", "kid": kid}, claims, secret)


def test_tokens_of_other_makes(server: Server) -> None:
    good = login(server, "carol")["access_token"]
    import base64

    session = json.loads(base64.urlsafe_b64decode(good.split(".")[1] + "=="))["sid"]
    assert status(server, good) == 200
    assert status(server, crafted(OTHER_KEY, sid=session, sub="carol")) == 401
    assert status(server, crafted(KEY)) == 401  # no login
    assert status(server, crafted(KEY, sid="0" * 32)) == 401  # an unknown one
    assert status(server, crafted(KEY, sid=session)) == 401  # somebody else's
    assert status(server, crafted(KEY, sid=session, sub="carol")) == 200  # the key is really this one
    assert status(server, crafted(KEY, sid=session, sub="carol", aud="http://localhost:9000/mcp")) == 401
    assert status(server, crafted(KEY, sid=session, sub="carol", exp=1)) == 401


def test_exchanging_keys(project: Path, serve: Serve, store: dict[str, str], tmp_path: Path) -> None:
    populated(project, store, "bob")
    old = login(serve(project, **store), "bob")["access_token"]
    file = tmp_path / "keys"
    file.write_text(f"{OTHER_KEY},{KEY}\n", encoding="utf-8")
    rest = {name: value for name, value in store.items() if name != "AUTH_SIGNING_KEY"}
    both = serve(project, AUTH_SIGNING_KEY_FILE=str(file), **rest)
    new = login(both, "bob")["access_token"]
    assert (status(both, old), status(both, new)) == (200, 200)
    last = serve(project, AUTH_SIGNING_KEY=OTHER_KEY, **rest)
    assert (status(last, old), status(last, new)) == (401, 200)


# ---- starting, and the command ----------------------------------------------------------------


@pytest.mark.parametrize("key", ["", "short", "a" * 64, f"{KEY},short"])
def test_no_start_without_a_key(project: Path, tmp_path: Path, key: str) -> None:
    with pytest.raises(AssertionError) as caught:
        Server(project, {"AUTH_SIGNING_KEY": key, "MCP_DATA_FOLDER": str(tmp_path)})
    words = str(caught.value)
    assert "AUTH_SIGNING_KEY" in words
    assert "token_urlsafe" in words
    assert "Traceback" not in words
    assert KEY not in words


def test_there_is_no_user_at_first(project: Path, serve: Serve, store: dict[str, str]) -> None:
    server = serve(project, **store)
    for name in ("admin", "root", "user", "local"):
        for password in ("admin", "password", "changeme"):
            assert post(server, "login", {"username": name, "password": password}).status_code in {401, 429}
    assert command(project, store, "list-users").stdout == ""


@pytest.mark.parametrize(
    ("words", "password"),
    [
        (("create-user", "bob"), "short"), (("create-user", "bob"), ""), (("create-user", "bob"), "bob-bob-bob-"),
        (("create-user", "bob"), "x" * 2000), (("create-user", "Bob"), PASSWORD), (("create-user", "local"), PASSWORD),
        (("create-user", "ip:1"), PASSWORD), (("create-user", "a b"), PASSWORD), (("create-user", "b" * 64), PASSWORD),
        (("create-user", "bob", "--role", "king"), PASSWORD), (("disable-user", "bob"), ""), (("set-password", "bob"), PASSWORD),
    ],
)
def test_what_the_command_refuses(project: Path, tmp_path: Path, words: tuple[str, ...], password: str) -> None:
    done = command(project, {"DATABASE_URL": f"sqlite:///{tmp_path}/users.db"}, *words, password=password)
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    assert not password or password not in done.stderr + done.stdout


def test_the_command(project: Path, store: dict[str, str]) -> None:
    populated(project, store, *ROLES)
    again = command(project, store, "create-user", "bob")
    assert (again.returncode, "already" in again.stderr) == (1, True)
    listed = [json.loads(line) for line in command(project, store, "list-users").stdout.splitlines()]
    assert [(user["name"], user["roles"], user["disabled"]) for user in listed] == [("alice", ["admin"], False), ("bob", ["user"], False), ("carol", ["writer"], False)]


# ---- tools ------------------------------------------------------------------------------------


def result(answer: httpx2.Response) -> Any:
    assert answer.status_code == 200, answer.text
    return answer.json()["result"]


def test_administration_by_tools(server: Server) -> None:
    alice, bob = Caller(server, login(server, "alice")["access_token"]), Caller(server, login(server, "bob")["access_token"])
    for tool in ("create_user", "list_users", "disable_user", "authenticate_user", "validate_token"):
        assert bob.call(tool).status_code == 403, tool
    made = json.loads(text_of(alice.call("create_user", name="dave", roles=["writer"])))
    token = json.loads(text_of(alice.call("authenticate_user", name="dave", password=made["password"])))["access_token"]
    assert text_of(Caller(server, token).call("write")) == "written"
    assert json.loads(text_of(alice.call("validate_token", token=token)))["principal"] == "dave"
    assert json.loads(text_of(alice.call("validate_token", token=token + "x"))) == {"valid": False}
    assert "dave" in [user["name"] for user in json.loads(text_of(alice.call("list_users")))["users"]]
    assert result(alice.call("create_user", name="dave"))["isError"]
    assert result(alice.call("create_user", name="erin", roles=["king"]))["isError"]
    assert json.loads(text_of(alice.call("disable_user", name="dave")))["disabled"] is True
    refused = result(alice.call("authenticate_user", name="dave", password=made["password"]))
    assert refused["isError"]
    assert json.loads(text_of(alice.call("validate_token", token=token))) == {"valid": False}
    assert "$argon2" not in alice.call("list_users").text


def test_secrets_are_in_no_log(server: Server) -> None:
    granted = login(server, "carol")
    post(server, "login", {"username": "hunter2-typed-as-a-name", "password": "hunter2-the-password"})
    said = server.said()
    assert "logged in" in said
    for secret in (KEY, PASSWORD, "hunter2", granted["access_token"], granted["refresh_token"].split(".")[1], "eyJ", "Traceback"):
        assert secret not in said


def test_without_a_database_there_is_a_polite_answer(project: Path, serve: Serve, tmp_path: Path) -> None:
    server = serve(project, DATABASE_URL="postgresql://x@127.0.0.1:9/none", AUTH_SIGNING_KEY=KEY, AUTH_RESOURCE="http://localhost:8000/mcp")
    answer = post(server, "login", {"username": "bob", "password": PASSWORD})
    assert (answer.status_code, answer.json()["error"]) == (503, "temporarily_unavailable")
    assert status(server, crafted(KEY, sid="0" * 32)) == 503
    assert status(server, crafted(OTHER_KEY, sid="0" * 32)) == 401


# ---- stdio ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("environment", "said", "may_write"),
    [({}, "local ", True), ({"MCP_PRINCIPAL": "zoe"}, "zoe ", True), ({"MCP_PRINCIPAL": "zoe", "MCP_SCOPES": "read other"}, "zoe other read", False), ({"MCP_SCOPES": "write"}, "local write", True)],
)
def test_stdio_takes_its_identity_from_the_environment(project: Path, tmp_path: Path, environment: dict[str, str], said: str, may_write: bool) -> None:
    def call(n: int, tool: str) -> str:
        meta = {"io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {}}
        return json.dumps({"jsonrpc": "2.0", "id": n, "method": "tools/call", "params": {"name": tool, "arguments": {}, "_meta": meta}}) + "\n"

    variables = {"PATH": "/usr/bin:/bin", "MCP_DATA_FOLDER": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1", **environment}
    done = subprocess.run([sys.executable, "-m", "src.main"], cwd=project, env=variables, input=call(1, "whoami") + call(2, "write"), capture_output=True, text=True, timeout=60, check=False)
    answers = {m["id"]: m["result"] for m in map(json.loads, done.stdout.splitlines())}
    assert answers[1]["content"][0]["text"] == said
    assert answers[2].get("isError", False) is not may_write
    if not may_write:
        assert answers[2]["_meta"]["com.mcp-crafter/error"]["reason"] == "insufficient_scope"
