"""Users that the server keeps: they log in, call, renew, log out and are shut out."""

from __future__ import annotations

import argparse
import io
import json
import sys
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import anyio
import jwt
import pytest

from conftest import LIST, LIST_HEADERS, MANIFEST, http, running
from src.authentication.__main__ import main, run
from src.main import build
from src.modules.authentication import Authentication
from src.modules.persistence import Persistence
from src.runtime import Context, ToolError
from src.runtime.http import asgi_app

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from src.runtime import App

pytestmark = pytest.mark.anyio
PASSWORD = "correct horse battery"  # noqa: S105 - nobody's
KEY = "for-tests-only-" * 4


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A database and a key of the test's own."""
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/users.db")
    monkeypatch.setenv("AUTH_SIGNING_KEY", KEY)
    monkeypatch.delenv("AUTH_RESOURCE", raising=False)


class Visitor:
    """Speaks HTTP to the server."""

    def __init__(self, app: App, asgi: Any) -> None:
        self.app, self._asgi = app, asgi
        self.module = Authentication.of(app)
        self.ctx = Context(app, app.owner)

    async def post(self, path: str, body: Any, **headers: str) -> Any:
        """A request to one of the addresses for logins."""
        return await http(self._asgi, "POST", f"/auth/{path}", body, **headers)

    async def token(self, path: str, granted: Any) -> Any:
        """A request with the refresh token of an earlier answer."""
        return await self.post(path, {"refresh_token": granted["refresh_token"]})

    async def login(self, name: str, password: str = PASSWORD) -> Any:
        """What a login gives."""
        return (await self.post("login", {"username": name, "password": password})).json

    async def status(self, token: str) -> int:
        """How a request with a token ends."""
        headers = LIST_HEADERS | {"authorization": f"Bearer {token}"}
        return (await http(self._asgi, "POST", "/mcp", LIST, **headers)).status


@asynccontextmanager
async def visiting() -> AsyncIterator[Visitor]:
    app = build()
    asgi = asgi_app(app)
    async with running(asgi):
        with anyio.fail_after(20):
            await Persistence.of(app).ready()
        yield Visitor(app, asgi)


async def command(monkeypatch: pytest.MonkeyPatch, action: str, *roles: str) -> str:
    """`python -m src.authentication ACTION ann`."""
    monkeypatch.setattr(sys, "stdin", io.StringIO(PASSWORD + "\n"))
    return await run(argparse.Namespace(action=action, name="ann", role=list(roles)))


async def test_a_login_from_its_begin_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    await command(monkeypatch, "create-user")
    await command(monkeypatch, "set-password")
    assert '"ann"' in await command(monkeypatch, "list-users")
    async with visiting() as visitor:
        granted = await visitor.login("ann")
        assert await visitor.status(granted["access_token"]) == 200
        shown = await visitor.module.tool_validate_token(token=granted["access_token"])
        assert (shown["valid"], shown["principal"]) == (True, "ann")
        renewed = (await visitor.token("refresh", granted)).json
        assert renewed["refresh_token"] != granted["refresh_token"]
        stolen = await visitor.token("refresh", granted)
        assert stolen.status == 401  # and the whole login is over
        assert (await visitor.token("refresh", renewed)).status == 401
        again = await visitor.login("ann")
        assert (await visitor.token("logout", again)).status == 204
        assert (await visitor.token("refresh", again)).status == 401
    await command(monkeypatch, "disable-user")
    async with visiting() as visitor:
        assert (await visitor.login("ann"))["error"] == "invalid_grant"
    await command(monkeypatch, "enable-user")


async def test_what_is_no_login() -> None:
    async with visiting() as visitor:
        bodies: list[Any] = [None, [], {}, {"username": "ann"}, {"username": "ann", "password": 1}]
        for body in bodies:
            assert (await visitor.post("login", body)).status == 400
        good = {"username": "a", "password": "b"}
        plain = await visitor.post("login", good, **{"content-type": "text/plain"})
        assert plain.status == 400
        statuses = [(await visitor.login("nobody", "wrong"))["error"] for _ in range(12)]
    assert statuses[0] == "invalid_grant"
    assert statuses[-1] == "slow_down"


async def test_tools_of_administrators() -> None:
    async with visiting() as visitor:
        module, ctx = visitor.module, visitor.ctx
        made = await module.tool_create_user(ctx, name="ben", roles=[])
        for name in ("ben", "Not a name!"):
            with pytest.raises(ToolError):
                await module.tool_create_user(ctx, name=name)
        granted = await module.tool_authenticate_user(ctx, name="ben", password=made["password"])
        with pytest.raises(ToolError, match="Wrong"):
            await module.tool_authenticate_user(ctx, name="ben", password="wrong")  # noqa: S106 - nobody's
        listed = await module.tool_list_users(ctx)
        await module.tool_disable_user(ctx, name="ben")
        assert await module.tool_validate_token(token=granted["access_token"]) == {"valid": False}
    assert [user["name"] for user in listed["users"]] == ["ben"]


CHANGES: list[dict[str, Any]] = [
    {"aud": "other"},
    {"iss": "other"},
    {"exp": 1},
    {"nbf": 1 << 40},
    {"iat": None},
    {"sub": ""},
    {"sid": None},
    {"sid": "unknown"},
]


async def test_tokens_that_are_not_good() -> None:
    async with visiting() as visitor:
        made = await visitor.module.tool_create_user(visitor.ctx, name="eve")
        token = (await visitor.login("eve", made["password"]))["access_token"]
        head = jwt.get_unverified_header(token)
        claims = jwt.decode(token, options={"verify_signature": False})
        bad = ["", "x", "a.b.c", token[:-2], token + "x"]
        for change in CHANGES:
            changed = {k: v for k, v in (claims | change).items() if v is not None}
            bad.append(jwt.encode(changed, KEY, head["alg"], {"typ": head["typ"]}))
        bad.append(jwt.encode(claims, KEY, head["alg"], {"typ": "other"}))
        bad.append(jwt.encode(claims, "k" * 40, head["alg"], {"typ": head["typ"]}))
        for number, wrong in enumerate(bad):
            assert await visitor.status(wrong) in {400, 401}, (number, json.dumps(wrong))
        assert await visitor.status(token) == 200


@pytest.mark.parametrize(("name", "status"), [("ann", 0), ("Not a name!", 1)])
def test_the_command_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str, status: int
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(PASSWORD + "\n"))
    monkeypatch.setattr(sys, "argv", ["x", "create-user", name, "--role", "user"])
    try:
        main()
    except SystemExit as end:
        assert (end.code or 0) == status  # noqa: PT017 - it may also return
    said = capsys.readouterr()
    assert PASSWORD not in said.out + said.err


def test_the_manifest_names_the_module() -> None:
    assert "authentication" in [module.name for module in MANIFEST.modules]
