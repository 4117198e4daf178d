"""What callers do, each deed with what must come of it; refusals that must come are deeds as well."""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from collections.abc import Awaitable, Callable

import httpx2
from caller import MODERN, PATIENCE_S, Caller, expect
from place import ADMIN, LIMITED, SLOW_S, VISITOR
from standardwebhooks.webhooks import Webhook

LEEWAY_S = 35
DELIVERY_S = 60
UNKNOWN, PARSE_ERROR = -32602, -32700
Deed = Callable[[Caller], Awaitable[None]]


async def echoes(caller: Caller) -> None:
    """Short and long texts."""
    text = secrets.token_hex(caller.random.choice((4, 400, 40_000)))
    expect(await caller.call("echo", text=text) == text, "echo")


async def burst(caller: Caller) -> None:
    """Several at once."""
    await caller.authorize()
    texts = [secrets.token_hex(4) for _ in range(8)]
    expect(await asyncio.gather(*(caller.call("echo", text=text) for text in texts)) == texts, "echoes at once")


async def cached(caller: Caller) -> None:
    """The second answer is the first, wherever it comes from."""
    key = secrets.token_hex(4)
    first = await caller.call("look_up", key=key)
    expect(first.startswith(key), "look_up", first)
    second = await caller.call("look_up", key=key)
    expect(second == first, "a cached answer", (first, second))


async def storage(caller: Caller) -> None:
    """Stored, read, listed, deleted, gone."""
    key, value = f"notes/{caller.random.randrange(50)}", {"text": secrets.token_hex(50)}
    await caller.call("store_value", key=key, value=value)
    found = await caller.call("retrieve_value", key=key)
    expect(found["found"] and found["value"] == value, "a stored value", found)
    listed = await caller.call("list_values", prefix="notes/", limit=200)
    expect(key in [item["key"] for item in listed["items"]], "a listed value", listed)
    if caller.random.random() < 0.3:
        expect((await caller.call("delete_value", key=key))["deleted"], "a deletion")
        expect(not (await caller.call("retrieve_value", key=key))["found"], "a deleted value")


async def streams(caller: Caller) -> None:
    """Published in one order, read in the same."""
    stream = (await caller.call("stream_start", name=secrets.token_hex(4), capacity=20))["stream"]
    items = [secrets.token_hex(20) for _ in range(5)]
    for item in items:
        await caller.call("stream_publish", stream=stream, item=item)
    read = await caller.call("stream_read", stream=stream, wait_seconds=5)
    expect(read["items"] == items and not read["missed"], "a stream", read)
    expect((await caller.call("stream_stop", stream=stream))["stopped"], "the end of a stream")


async def webhooks(caller: Caller) -> None:
    """Registered, triggered, delivered with a good signature, deleted."""
    path = f"/{secrets.token_hex(8)}"
    hooks = caller.place.hooks
    hook = await caller.call("webhook_register", url=f"http://127.0.0.1:{hooks.port}{path}", events=["order.*"])
    await caller.call("webhook_trigger", event="order.paid", data={"path": path}, webhook=hook["webhook"])
    until = time.monotonic() + DELIVERY_S
    while not (found := [got for got in list(hooks.got) if got.path == path]):
        expect(time.monotonic() < until, "a delivery", path)
        await asyncio.sleep(0.1)
    Webhook(hook["secret"]).verify(found[0].body, found[0].headers)
    expect(json.loads(found[0].body)["data"] == {"path": path}, "an event", found[0].body)
    expect((await caller.call("webhook_history", limit=5))["deliveries"], "a history")
    expect((await caller.call("webhook_delete", webhook=hook["webhook"]))["deleted"], "the end of a webhook")


async def lists(caller: Caller) -> None:
    """Everything that is listed, read and got."""
    tools = {tool["name"] for tool in (await caller.ask("tools/list"))["tools"]}
    expect(tools >= {"echo", "store_value", "stream_start", "webhook_register"}, "tools", tools)
    resources = await caller.ask("resources/list")
    expect([r["uri"] for r in resources["resources"]] == ["notes://all"], "resources", resources)
    read = await caller.ask("resources/read", uri="notes://all")
    expect(read["contents"][0]["text"] == "nothing yet", "a resource", read)
    prompt = await caller.ask("prompts/get", name="greet", arguments={"who": caller.name})
    expect(prompt["messages"][0]["content"]["text"] == f"Hello {caller.name}", "a prompt", prompt)
    discovered = await caller.ask("server/discover", era=MODERN)
    expect("tools" in discovered["capabilities"], "server/discover", discovered)


async def logins(caller: Caller) -> None:
    """A login ends, and the next one works."""
    await caller.authorize()
    await caller.log_out()
    await echoes(caller)


async def strangers(caller: Caller) -> None:
    """No token, a wrong one, one that was changed, one that ran out."""
    await caller.authorize()
    wrong = ["", "nonsense", caller.token[:-6] + ("AAAAAA" if not caller.token.endswith("AAAAAA") else "BBBBBB")]
    wrong += [token for ended, token in caller.old_tokens if time.time() > ended + LEEWAY_S][:1]
    for token in wrong:
        answer = await caller.post("tools/call", token=token, name="echo", arguments={"text": "x"})
        expect(answer.status_code == 401 and "www-authenticate" in answer.headers, "a wrong token", f"{answer.status_code} {answer.text}")


async def refusals(caller: Caller) -> None:
    """Wrong names, wrong arguments, lacking scopes, failures, time run out, no JSON."""
    unknown = await caller.answer("tools/call", name="nothing", arguments={})
    expect(unknown.get("error", {}).get("code") == UNKNOWN, "an unknown tool", unknown)
    await caller.refusal("echo", text=1)
    vault = await caller.post("tools/call", name="vault", arguments={})
    expect(vault.status_code == 403, "a lacking scope", f"{vault.status_code} {vault.text}")
    expect((await caller.refusal("late"))["reason"] == "timeout", "a timeout")
    caller.place.expected_failures += 1
    failed = await caller.refusal("fail")
    expect(failed["reason"] == "exception" and "not for callers" not in str(failed), "a failure", failed)
    headers = {"content-type": "application/json", "accept": "application/json, text/event-stream", "mcp-protocol-version": "2025-11-25", "authorization": f"Bearer {caller.token}"}
    broken = await caller.send("POST", "/mcp", content=b'{"jsonrpc": ', headers=headers)
    expect(broken.status_code == 400 and broken.json()["error"]["code"] == PARSE_ERROR, "no JSON", broken.text)


async def impatience(caller: Caller) -> None:
    """Somebody hangs up in the middle of a call."""
    await caller.authorize()
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "slow", "arguments": {"mark": "given-up"}}}
    headers = {"accept": "application/json, text/event-stream", "mcp-protocol-version": "2025-11-25", "authorization": f"Bearer {caller.token}"}
    async with httpx2.AsyncClient(timeout=httpx2.Timeout(PATIENCE_S, read=SLOW_S / 3)) as client:
        try:
            await client.post(caller.place.server.url, json=body, headers=headers)
        except httpx2.ReadTimeout:
            return
    expect(False, "a call that takes its time came at once")


async def pages(caller: Caller) -> None:
    """Probes and figures, as those who watch ask for them."""
    for url in (f"{caller.place.server.origin}/livez", f"{caller.place.server.origin}/readyz", f"http://127.0.0.1:{caller.place.metrics}/metrics"):
        async with httpx2.AsyncClient(timeout=PATIENCE_S) as client:
            answer = await client.get(url)
        expect(answer.status_code == 200, url, answer.text)
    expect("mcp_calls_total" in answer.text, "figures", answer.text)


async def limits(caller: Caller) -> None:
    """Beyond the limit calls are refused, with the time to wait."""
    reasons = set()
    for _ in range(8):
        result = await caller.ask("tools/call", name="echo", arguments={"text": "x"})
        if result.get("isError"):
            data = result["_meta"]["com.mcp-crafter/error"]
            expect(data["reason"] == "rate_limited" and 0 < data["retryAfter"] <= 60, "a limit", data)
            reasons.add(data["reason"])
    expect(reasons, "a limit that limits")


async def administration(caller: Caller) -> None:
    """What only administrators may."""
    key = secrets.token_hex(4)
    await caller.call("cache_set", key=key, value=[1, 2], ttl_seconds=20)
    expect((await caller.call("cache_get", key=key)).get("value") == [1, 2], "cache_get")
    expect((await caller.call("get_health"))["ready"], "get_health")
    await caller.call("check_rate_limit")
    await caller.call("list_users")
    expect("not for callers" not in await caller.call("vault"), "vault")


async def trespass(caller: Caller) -> None:
    """Who has no scope gets nowhere."""
    for tool, arguments in (("store_value", {"key": "k", "value": 1}), ("list_users", {}), ("stream_list", {}), ("cache_stats", {})):
        answer = await caller.post("tools/call", name=tool, arguments=arguments)
        expect(answer.status_code == 403, f"{tool} without its scope", f"{answer.status_code} {answer.text}")
    await echoes(caller)


MEMBER: tuple[tuple[int, Deed], ...] = (
    (30, echoes), (3, burst), (12, cached), (12, storage), (10, streams), (6, webhooks), (6, lists), (1, logins), (3, strangers), (4, refusals), (2, impatience))
"""How often, beside each other."""
OTHERS: dict[str, tuple[tuple[int, Deed], ...]] = {LIMITED: ((1, limits), (1, strangers)), ADMIN: ((3, administration), (1, pages)), VISITOR: ((1, trespass),)}
