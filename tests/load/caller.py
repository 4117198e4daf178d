"""One user at work: logs in, renews, speaks both eras of the protocol, and takes no answer for granted."""

from __future__ import annotations

import asyncio
import itertools
import json
import random
import time
from contextlib import suppress
from typing import Any

import httpx2
from place import ROLES, TOKEN_MINUTES, Place

MODERN, LEGACY = "2026-07-28", "2025-11-25"
META = {"io.modelcontextprotocol/protocolVersion": MODERN, "io.modelcontextprotocol/clientCapabilities": {}}
PATIENCE_S = 60
REQUESTS_ON_ONE_CONNECTION = 40
_ERROR = "com.mcp-crafter/error"
_ids = itertools.count(1)


class Wrong(Exception):  # noqa: N818
    """An answer that should have been another one."""


def expect(good: object, what: str, answer: object = "") -> None:
    """`Wrong`, with the answer, unless it is good."""
    if not good:
        raise Wrong(f"{what}: {str(answer)[:500]}")


class Caller:
    """A user with tokens; requests change connections now and then, so that each worker gets some."""

    def __init__(self, place: Place, name: str, seed: int) -> None:
        self.place, self.name, self.random = place, name, random.Random(seed)
        self.requests = 0
        self._waiting = 0
        """Requests that have no answer yet."""
        self.token = ""
        self.old_tokens: list[tuple[float, str]] = []
        """When each ended, and the token."""
        self._renewal = ""
        self._fresh_until = 0.0
        self._renewing = asyncio.Lock()
        self._http = httpx2.AsyncClient(timeout=PATIENCE_S)

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def send(self, method: str, path: str, **more: Any) -> httpx2.Response:
        """One HTTP request."""
        self.requests += 1
        if self.requests % REQUESTS_ON_ONE_CONNECTION == 0 and not self._waiting:
            idle, self._http = self._http, httpx2.AsyncClient(timeout=PATIENCE_S)
            await idle.aclose()
        self._waiting += 1
        try:
            return await self._http.request(method, self.place.server.origin + path, **more)
        finally:
            self._waiting -= 1

    # ---- tokens -------------------------------------------------------------------------------

    async def authorize(self) -> None:
        """Have a token that is good for a while; several requests at once renew it once."""
        async with self._renewing:
            if time.time() > self._fresh_until:
                await self._renew()

    async def _renew(self) -> None:
        if self._renewal:
            answer = await self.send("POST", "/auth/refresh", json={"refresh_token": self._renewal})
        else:
            answer = await self.send("POST", "/auth/login", json={"username": self.name, "password": self.place.passwords[self.name]})
        expect(answer.status_code == 200, "a login or renewal", answer.text)
        granted = answer.json()
        if self.token:
            self.old_tokens = [*self.old_tokens[-5:], (time.time() + TOKEN_MINUTES * 60, self.token)]
        self.token, self._renewal = granted["access_token"], granted["refresh_token"]
        self._fresh_until = time.time() + granted["expires_in"] / 2

    async def log_out(self) -> None:
        """End the login; the next request begins another one."""
        renewal, self._renewal, self._fresh_until = self._renewal, "", 0.0
        answer = await self.send("POST", "/auth/logout", json={"refresh_token": renewal})
        expect(answer.status_code == 204, "a logout", answer.text)
        again = await self.send("POST", "/auth/refresh", json={"refresh_token": renewal})
        expect(again.status_code == 401, "a renewal after the logout", again.text)

    async def create_others(self) -> None:
        """Have an administrator create all users."""
        for name, role in ROLES.items():
            made = await self.call("create_user", name=name, roles=[role])
            self.place.passwords[name] = made["password"]

    # ---- requests -----------------------------------------------------------------------------

    async def post(self, method: str, token: str | None = None, era: str = "", **params: Any) -> httpx2.Response:
        """A request of the protocol, of either era, as it is answered."""
        if token is None:
            await self.authorize()
        era = era or self.random.choice((MODERN, LEGACY))
        headers = {"accept": "application/json, text/event-stream", "mcp-protocol-version": era}
        if token != "":
            headers["authorization"] = f"Bearer {token or self.token}"
        if era == MODERN:
            params = params | {"_meta": META}
            headers |= {"mcp-method": method, "mcp-name": params.get("name") or params.get("uri") or ""}
        return await self.send("POST", "/mcp", json={"jsonrpc": "2.0", "id": next(_ids), "method": method, "params": params}, headers=headers)

    async def answer(self, method: str, **params: Any) -> dict[str, Any]:
        """The answer's message, which holds a result or an error."""
        response = await self.post(method, **params)
        message = _message(response)
        expect("result" in message or "error" in message, f"{method} as {self.name}", f"{response.status_code} {response.text}")
        return message

    async def ask(self, method: str, **params: Any) -> dict[str, Any]:
        """Its result; an error is `Wrong`."""
        message = await self.answer(method, **params)
        expect("result" in message, f"{method} as {self.name}", message)
        return dict(message["result"])

    async def call(self, tool: str, /, **arguments: Any) -> Any:
        """What a tool returns: its structured value, else its text; an error is `Wrong`."""
        result = await self.ask("tools/call", name=tool, arguments=arguments)
        expect(not result.get("isError"), f"{tool} as {self.name}", result)
        return result.get("structuredContent", result["content"][0]["text"])

    async def refusal(self, tool: str, /, **arguments: Any) -> dict[str, Any]:
        """The data of a tool's error, {} if there is none, None if it is a value."""
        result = await self.ask("tools/call", name=tool, arguments=arguments)
        expect(result.get("isError"), f"{tool} as {self.name} should be refused", result)
        return dict(result.get("_meta", {}).get(_ERROR, {}))


def _message(response: httpx2.Response) -> dict[str, Any]:
    """The last message of an answer, plain or as events; {} if there is none."""
    events = [line.removeprefix("data:") for line in response.text.splitlines() if line.startswith("data:")]
    with suppress(ValueError):
        found = json.loads(events[-1] if events else response.text)
        return found if isinstance(found, dict) else {}
    return {}
