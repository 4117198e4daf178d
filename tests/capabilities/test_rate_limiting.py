"""How often callers may call: counted right, for everyone who should be, over the wire and in Redis."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx2
import issuer as issuers
import pytest
import services
from issuer import Issuer
from test_authentication import AUDIENCE, Caller, forged

from conftest import Serve, Server, craft
from mcp import Client

TOOLS = [
    {"name": "echo", "description": "Says it again", "parameters": {}, "implementation": "return 'said'"},
    {"name": "costly", "description": "Costs a lot", "parameters": {}, "implementation": "return 'done'"},
]
ROOMY = {"requests": 10000, "seconds": 1, "burst": 10000}


def rate(requests: int, seconds: float, burst: int) -> dict[str, Any]:
    return {"requests": requests, "seconds": seconds, "burst": burst}


def form(*more: str, **options: Any) -> dict[str, Any]:
    settings: dict[str, Any] = {"rate_limiting": {"rate": ROOMY} | options}
    if "authentication" in more:
        settings["authentication"] = {"mode": "issuer"}
    return {"capabilities": ["tools", "rate_limiting", *more], "custom_tools": TOOLS, "options": settings}


def outcomes(caller: Caller, tool: str, times: int) -> list[str]:
    """`ok`, or the reason of the refusal."""
    results = [caller.call(tool).json()["result"] for _ in range(times)]
    return [r["_meta"]["com.mcp-crafter/error"]["reason"] if r.get("isError") else "ok" for r in results]


def allowed(caller: Caller, tool: str, times: int) -> int:
    return outcomes(caller, tool, times).count("ok")


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    with issuers.running(AUDIENCE) as issuer:
        yield issuer


# ---- calls ------------------------------------------------------------------------------------


@pytest.mark.anyio
@pytest.mark.parametrize("mode", ["legacy", "2026-07-28"])
async def test_a_model_is_told_how_long_to_wait(tmp_path: Path, serve: Serve, mode: str) -> None:
    server = serve(craft(tmp_path, form(rate=rate(1, 5, 2))))
    async with Client(server.url, mode=mode) as client:
        first = [await client.call_tool("echo", {}) for _ in range(2)]
        refused = await client.call_tool("echo", {})
        error = (refused.meta or {})["com.mcp-crafter/error"]
        await asyncio.sleep(error["retryAfter"])
        again = await client.call_tool("echo", {})
        once_more = await client.call_tool("echo", {})
    assert [r.is_error for r in (*first, refused, again, once_more)] == [False, False, True, False, True]
    assert error["reason"] == "rate_limited"
    assert 0 < error["retryAfter"] <= 5
    assert "seconds" in refused.content[0].text


def test_limits_of_tools_tiers_and_callers(tmp_path: Path, serve: Serve, issuer: Issuer) -> None:
    tiers = [
        {"name": "gold", "scopes": ["gold"], "rate": rate(10, 60, 10), "tool_rates": {"costly": rate(1, 60, 4)}},
        {"name": "family", "principals": ["mum"], "rate": rate(10, 60, 8)},
    ]
    project = craft(tmp_path, form("authentication", rate=rate(6, 60, 6), tool_rates={"costly": rate(1, 60, 2)}, tiers=tiers))
    server = serve(project, AUTH_ISSUER=issuer.url, AUTH_RESOURCE=AUDIENCE)

    def caller(name: str, scope: str = "") -> Caller:
        return Caller(server, issuer.token(sub=name, scope=scope))

    assert allowed(caller("alice"), "costly", 4) == 2
    assert allowed(caller("alice"), "echo", 8) == 4  # the two that were let through count, the refused do not
    assert allowed(caller("bob"), "echo", 8) == 6
    assert allowed(Caller(server, issuer.token(sub="bob", scope="other", jti="2")), "echo", 2) == 0
    assert allowed(caller("carol", "gold"), "costly", 6) == 4
    assert allowed(caller("carol", "gold"), "echo", 8) == 6
    assert allowed(caller("mum"), "echo", 10) == 8


def test_an_address_is_a_caller_without_a_name(tmp_path: Path, serve: Serve) -> None:
    project = craft(tmp_path, form(rate=rate(1, 60, 2)))

    def tries(server: Server, forwarded: list[str]) -> list[int]:
        results = [Caller(server).call("echo", ("x-forwarded-for", text)).json()["result"] for text in forwarded]
        return [int(not r.get("isError")) for r in results]

    plain = serve(project)
    assert tries(plain, ["198.51.100.1", "198.51.100.2", "198.51.100.3", "::1"]) == [1, 1, 0, 0]  # nobody believes it
    proxied = serve(project, MCP_TRUSTED_PROXIES="127.0.0.0/8,10.0.0.0/8")
    assert tries(proxied, ["198.51.100.1"] * 3) == [1, 1, 0]
    assert tries(proxied, ["203.0.113.9, 198.51.100.1", "198.51.100.1, 10.1.2.3", "x, 198.51.100.1, 10.0.0.1, 127.0.0.1"]) == [0, 0, 0]
    assert tries(proxied, ["198.51.100.2"]) == [1]
    assert tries(proxied, ["2001:db8:1:2::1", "[2001:db8:1:2:3::4]:80", "2001:db8:1:2:ffff::", "2001:db8:1:3::1"]) == [1, 1, 0, 1]


def test_http_requests_that_are_no_calls(tmp_path: Path, serve: Serve) -> None:
    server = serve(craft(tmp_path, form(http_rate=rate(1, 60, 3))))
    answers = [Caller(server).modern("tools/list") for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 60
    error = answers[-1].json()["error"]
    assert error["data"]["reason"] == "rate_limited"
    assert 0 < error["data"]["retryAfter"] <= 60
    assert answers[-1].json()["id"] == 7
    assert Caller(server).initialize().status_code == 429
    assert httpx2.get(f"{server.origin}/other").status_code == 429
    assert allowed(Caller(server), "echo", 3) == 3
    assert [httpx2.get(f"{server.origin}/livez").status_code for _ in range(5)] == [200] * 5


def test_floods_of_bad_tokens(tmp_path: Path, serve: Serve, issuer: Issuer) -> None:
    server = serve(craft(tmp_path, form("authentication", failure_rate=rate(1, 20, 5))), AUTH_ISSUER=issuer.url, AUTH_RESOURCE=AUDIENCE, MCP_TRUSTED_PROXIES="127.0.0.1")
    good, unseen = Caller(server, issuer.token()), Caller(server, issuer.token(sub="late"))
    assert good.call("echo").status_code == 200

    def bad(n: int, address: str = "198.51.100.1") -> httpx2.Response:
        return Caller(server).call("echo", *forged(issuer, {"kid": f"unknown{n}"}), ("x-forwarded-for", address))

    answers = [bad(n) for n in range(12)]
    assert [answer.status_code for answer in answers] == [401] * 5 + [429] * 7
    assert int(answers[-1].headers["retry-after"]) >= 1
    assert issuer.asked.count("/keys") <= 3
    here = ("x-forwarded-for", "198.51.100.1")
    assert good.call("echo", here).status_code == 200  # whoever was let in goes on
    assert unseen.call("echo", here).status_code == 429
    assert unseen.call("echo").status_code == 200  # from elsewhere
    assert bad(99, "198.51.100.2").status_code == 401
    assert Caller(server).call("echo", here).status_code == 429
    time.sleep(20.2)
    assert bad(100).status_code == 401


# ---- tools ------------------------------------------------------------------------------------


def test_checking_and_setting_limits(tmp_path: Path, serve: Serve, issuer: Issuer, redis_url: str) -> None:
    project = craft(tmp_path, {"server_name": "settings"} | form("authentication", backend="redis", tools=True, rate=rate(1, 60, 200)))
    servers = [serve(project, AUTH_ISSUER=issuer.url, AUTH_RESOURCE=AUDIENCE, REDIS_URL=redis_url) for _ in range(2)]
    alice, admin = Caller(servers[0], issuer.token()), Caller(servers[0], issuer.token(sub="root", scope="admin"))
    elsewhere = Caller(servers[1], alice.token)

    def told(caller: Caller, tool: str, /, **arguments: Any) -> Any:
        return json.loads(caller.call(tool, **arguments).json()["result"]["content"][0]["text"])

    state = told(alice, "check_rate_limit")
    assert (state["tier"], state["allowed"], state["limits"][0]["left"]) == ("default", True, 199)
    assert told(alice, "check_rate_limit")["limits"][0]["left"] == 198  # a check is a call, too, and costs no more
    assert alice.call("set_rate_limit", principal="alice", rate=rate(1000, 1, 1000)).status_code == 403
    assert allowed(elsewhere, "costly", 1) == 1
    told(admin, "set_rate_limit", principal="alice", tool="costly", rate=rate(1, 60, 1))
    services.wait_for(lambda: len(told(elsewhere, "check_rate_limit", tool="costly")["limits"]) == 2, "a look of the other process")
    assert allowed(elsewhere, "costly", 2) == 1
    assert allowed(alice, "costly", 1) == 0
    assert told(alice, "check_rate_limit", tool="costly")["limits"][1] == {"of": "costly", **rate(1, 60, 1), "left": 0}
    told(admin, "set_rate_limit", principal="alice", tool="costly")
    assert allowed(alice, "costly", 1) == 1
    assert admin.call("set_rate_limit", tool="none", rate=rate(1, 1, 1)).json()["result"]["isError"]
    for wrong in ({"requests": 0}, {"seconds": 0}, {"burst": -1}, {"requests": 10**9}, {"burst": 1.5}):
        assert admin.call("set_rate_limit", rate=rate(1, 1, 1) | wrong).json()["result"]["isError"]


def test_strangers_set_no_limits(tmp_path: Path, serve: Serve) -> None:
    server = serve(craft(tmp_path, form(tools=True)))
    refused = Caller(server).call("set_rate_limit", rate=ROOMY).json()["result"]
    assert refused["isError"]
    assert refused["_meta"]["com.mcp-crafter/error"]["reason"] == "insufficient_scope"


# ---- several processes ------------------------------------------------------------------------


def test_processes_share_limits(tmp_path: Path, serve: Serve, redis_url: str) -> None:
    project = craft(tmp_path, {"server_name": "shared"} | form(backend="redis", rate=rate(1, 60, 10)))
    servers = [serve(project, REDIS_URL=redis_url, MCP_WORKERS="2") for _ in range(2)]
    with ThreadPoolExecutor(8) as pool:
        tries = [pool.submit(allowed, Caller(servers[n % 2]), "echo", 1) for n in range(30)]
        assert sum(one.result() for one in tries) == 10


@pytest.mark.parametrize(
    ("options", "variables", "named"),
    [
        ({}, {"MCP_WORKERS": "2"}, "MCP_WORKERS"),
        ({"backend": "redis"}, {}, "REDIS_URL"),
        ({"backend": "redis"}, {"REDIS_URL": "http://127.0.0.1"}, "REDIS_URL"),
        ({"backend": "redis"}, {"REDIS_URL_FILE": "/nonexistent"}, "REDIS_URL_FILE"),
    ],
)
def test_a_server_that_does_not_start(tmp_path: Path, options: dict[str, Any], variables: dict[str, str], named: str) -> None:
    try:
        server = Server(craft(tmp_path, form(**options)), variables)
    except AssertionError as error:
        said = str(error)
    else:  # the parent of the workers listens before these say what is wrong
        services.wait_for(lambda: server.process.poll() is not None, "the end of the server", 10)
        said = server.said()
        assert server.process.returncode == 2
    assert f"{named}:" in said
    assert "Traceback" not in said


@pytest.mark.parametrize("choice", ["local", "refuse"])
def test_redis_comes_and_goes(tmp_path: Path, serve: Serve, choice: str) -> None:
    project = craft(tmp_path, form(backend="redis", on_failure=choice, rate=rate(1, 60, 5)))
    with services.redis() as url:
        server = serve(project, REDIS_URL=url)
        assert allowed(Caller(server), "echo", 2) == 2
        assert httpx2.get(f"{server.origin}/readyz").status_code == 200
    began = time.monotonic()
    seen = outcomes(Caller(server), "echo", 8)
    assert time.monotonic() - began < 20
    if choice == "local":
        assert seen == ["ok"] * 5 + ["rate_limited"] * 3
        assert Caller(server).modern("tools/list").status_code == 200
    else:
        assert seen == ["unavailable"] * 8
        refused = Caller(server).modern("tools/list")
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "1")
        services.wait_for(lambda: httpx2.get(f"{server.origin}/readyz").status_code == 503, "unreadiness")
    assert "Redis cannot be reached" in server.said()
    assert "Traceback" not in server.said()
    port = url.rsplit(":", 1)[1].split("/")[0]
    words = ["redis-server", "--bind", "127.0.0.1", "--port", port, "--save", "", "--dir", str(tmp_path)]
    with subprocess.Popen(words, stdout=subprocess.DEVNULL) as redis:
        try:
            services.wait_for(lambda: services.is_open(int(port)), "the start of Redis")
            time.sleep(1.1)
            assert allowed(Caller(server), "echo", 7) == 5  # a new Redis remembers nothing
            assert httpx2.get(f"{server.origin}/readyz").status_code == 200
        finally:
            redis.terminate()


# ---- exactness --------------------------------------------------------------------------------

WORKER = textwrap.dedent("""
    import asyncio, sys, time
    from src.rate_limiting import Bucket, Rate
    from src.rate_limiting.redis_store import Shared

    async def main(url, seconds):
        shared = Shared(url, "load:")
        buckets = [Bucket("{s}:all", Rate(200, 1.0, 50))]
        await shared.ping()
        print("ready", flush=True)
        begin = float(sys.stdin.readline())
        until = begin + seconds
        let = 0
        async def one():
            nonlocal let
            while time.time() < until:
                verdict = await shared.take(buckets)
                let += verdict.wait == 0
        while time.time() < begin:
            await asyncio.sleep(0.001)
        await asyncio.gather(*(one() for _ in range(4)))
        print(let)
        await shared.close()

    asyncio.run(main(sys.argv[1], float(sys.argv[2])))
""")


def test_four_processes_are_counted_right(tmp_path: Path, redis_url: str) -> None:
    project = craft(tmp_path, form(backend="redis"))
    seconds = 10.0
    words = [sys.executable, "-c", WORKER, redis_url, str(seconds)]
    workers = [subprocess.Popen(words, cwd=project, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}) for _ in range(4)]
    assert [worker.stdout.readline() for worker in workers if worker.stdout] == ["ready\n"] * 4
    begin = f"{time.time() + 1}\n"
    for worker in workers:
        assert worker.stdin
        worker.stdin.write(begin)
        worker.stdin.flush()
    let = sum(int(worker.communicate(timeout=60)[0]) for worker in workers)
    model = 50 + 200 * seconds
    print(f"let through {let}, model {model:g}, error {abs(let - model) / model:.4%}")
    assert 0.9 * model <= let <= 1.01 * model, "never more; less only where the machine was too busy to ask"


MODEL = textwrap.dedent("""
    import asyncio, random
    from src.rate_limiting import Bucket, Memory, Rate

    async def main():
        dice, now = random.Random(7), [0.0]
        for _ in range(300):
            rate = Rate(dice.randint(1, 50), dice.choice([0.5, 1, 7, 60]), dice.randint(1, 20))
            memory, level, last = Memory(100, lambda: now[0]), 0.0, now[0]  # a bucket that leaks evenly
            for _ in range(200):
                now[0] += dice.expovariate(1 / rate.interval) * dice.choice([0, 0.3, 1, 3])
                level, last = max(0.0, level - (now[0] - last) / rate.interval), now[0]
                verdict = await memory.take([Bucket("a", rate)])
                over = level + 1 - rate.burst
                assert (verdict.wait == 0) == (over <= 0) or abs(over) < 1e-6, (over, verdict)
                if verdict.wait == 0:
                    level += 1
                    assert abs(verdict.left[0] - (rate.burst - level)) < 1 + 1e-5
                else:
                    assert abs(verdict.wait - (level + 1 - rate.burst) * rate.interval) < 1e-4
        few = Memory(100, lambda: now[0])
        for n in range(1000):
            await few.take([Bucket(str(n), Rate(1, 60, 1))])
        assert len(few) == 100
        both = [Bucket("x", Rate(1, 60, 5)), Bucket("y", Rate(1, 60, 1))]
        assert (await few.take(both)).wait == 0 and (await few.take(both)).wait > 0
        assert (await few.take(both[:1], spend=False)).left == (4,)  # refused: nothing was taken anywhere

    asyncio.run(main())
""")


def test_the_algorithm_is_the_model(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", MODEL], cwd=craft(tmp_path, form()), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
