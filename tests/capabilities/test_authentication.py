"""Who may call: tokens of a real issuer, good ones and all kinds of bad ones, over the wire."""

from __future__ import annotations

import base64
import hmac
import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx2
import issuer as issuers
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from issuer import Issuer, encoded, signed

from conftest import Serve, Server, craft

AUDIENCE = "https://mcp.example.com/mcp"
METADATA = "https://mcp.example.com/.well-known/oauth-protected-resource/mcp"
TOOLS = [
    {"name": "whoami", "description": "Says who calls", "parameters": {}, "implementation": "return ctx.principal + ' ' + ' '.join(sorted(ctx.scopes))"},
    {"name": "write", "description": "Writes", "parameters": {}, "implementation": "return 'written'", "scopes": ["write"]},
    {"name": "ask", "description": "Asks", "parameters": {}, "implementation": "return (await ctx.ask({'q': {'method': 'elicitation/create', 'params': {'mode': 'form', 'message': 'Sure?', 'requestedSchema': {'type': 'object', 'properties': {}}}}}, state='remembered'))['q']['action']"},
]
ROOMY = {"requests": 1000, "seconds": 1, "burst": 1000}
VERSION = "2026-07-28"
ENVELOPE = {"io.modelcontextprotocol/protocolVersion": VERSION, "io.modelcontextprotocol/clientCapabilities": {"elicitation": {}}}
HELLO = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}


def form(**options: Any) -> dict[str, Any]:
    return {"capabilities": ["tools", "authentication"], "custom_tools": TOOLS, "options": {"authentication": {"mode": "issuer"} | options}}


class Caller:
    """Speaks to a server with whatever headers it is told."""

    def __init__(self, server: Server, token: str | None = None) -> None:
        self.server, self.token = server, token

    def post(self, body: dict[str, Any], *headers: tuple[str, str], path: str = "/mcp", **more: str) -> httpx2.Response:
        sent = [("accept", "application/json, text/event-stream"), ("content-type", "application/json"), *headers, *more.items()]
        if self.token is not None:
            sent.append(("authorization", f"Bearer {self.token}"))
        return httpx2.post(self.server.origin + path, json=body, headers=sent, timeout=30)

    def modern(self, method: str, /, *headers: tuple[str, str], path: str = "/mcp", **params: Any) -> httpx2.Response:
        named = [("mcp-name", params["name"])] if "name" in params else []
        body = {"jsonrpc": "2.0", "id": 7, "method": method, "params": params | {"_meta": ENVELOPE}}
        return self.post(body, ("mcp-protocol-version", VERSION), ("mcp-method", method), *named, *headers, path=path)

    def call(self, tool: str, /, *headers: tuple[str, str], **arguments: Any) -> httpx2.Response:
        return self.modern("tools/call", *headers, name=tool, arguments=arguments)

    def initialize(self, *headers: tuple[str, str]) -> httpx2.Response:
        return self.post({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": HELLO}, *headers)

    def legacy(self, session: str, method: str, **params: Any) -> httpx2.Response:
        body = {"jsonrpc": "2.0", "id": 2, "method": method, "params": params}
        return self.post(body, ("mcp-session-id", session), ("mcp-protocol-version", "2025-11-25"))


def text_of(answer: httpx2.Response) -> str:
    """The text of a tool's result, whether it came as JSON or as an event."""
    body = answer.text
    if answer.headers["content-type"].startswith("text/event-stream"):
        body = next(line.removeprefix("data: ") for line in body.splitlines() if line.startswith("data: {"))
    return json.loads(body)["result"]["content"][0]["text"]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return craft(tmp_path_factory.mktemp("project"), form())


@pytest.fixture(scope="module")
def shared_issuer() -> Iterator[Issuer]:
    with issuers.running(AUDIENCE) as issuer:
        yield issuer


@pytest.fixture(scope="module")
def guarded(project: Path, shared_issuer: Issuer) -> Iterator[Server]:
    """One server for all tests that do not disturb it."""
    server = Server(project, {"AUTH_ISSUER": shared_issuer.url, "AUTH_RESOURCE": AUDIENCE, "LOG_LEVEL": "INFO"})
    yield server
    assert server.stop() == 0, server.said()


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    """An issuer that a test may break."""
    with issuers.running(AUDIENCE) as issuer:
        yield issuer


def start(serve: Serve, project: Path, issuer: Issuer, **more: str) -> Server:
    return serve(project, AUTH_ISSUER=issuer.url, AUTH_RESOURCE=AUDIENCE, **more)


# ---- good tokens ------------------------------------------------------------------------------

GOOD: dict[str, Callable[[Issuer], str]] = {
    "RS256": lambda i: i.token("rsa"),
    "ES256": lambda i: i.token("ec"),
    "EdDSA": lambda i: i.token("ed"),
    "audience list": lambda i: i.token(aud=["https://other.example", AUDIENCE]),
    "typ in full": lambda i: i.token(header={"typ": "application/at+jwt"}),
    "typ in capitals": lambda i: i.token(header={"typ": "AT+JWT"}),
    "expired within the leeway": lambda i: i.token(exp=int(time.time()) - 5),
    "times with fractions": lambda i: i.token(exp=time.time() + 60.5, nbf=time.time() - 0.5),
    "a foreign jku is not looked at": lambda i: i.token(header={"jku": "http://127.0.0.1:9/keys"}),
    "scp instead of scope": lambda i: i.token(scope=None, scp=["read", "list"]),
    "no scope": lambda i: i.token(scope=None),
}


@pytest.mark.parametrize("name", GOOD)
def test_good_tokens(guarded: Server, shared_issuer: Issuer, name: str) -> None:
    caller = Caller(guarded, GOOD[name](shared_issuer))
    modern = caller.call("whoami")
    assert modern.status_code == 200, modern.text
    assert text_of(modern).split()[0] == "alice"
    opened = caller.initialize()
    assert opened.status_code == 200, opened.text
    legacy = caller.legacy(opened.headers["mcp-session-id"], "tools/call", name="whoami", arguments={})
    assert text_of(legacy).split()[0] == "alice"


# ---- bad tokens -------------------------------------------------------------------------------

_OWN = {"RS256": rsa.generate_private_key(65537, 2048), "ES256": ec.generate_private_key(ec.SECP256R1()), "EdDSA": ed25519.Ed25519PrivateKey.generate()}


def bearer(token: str) -> list[tuple[str, str]]:
    return [("authorization", f"Bearer {token}")]


def forged(i: Issuer, header: dict[str, Any], key: Any = None, algorithm: str = "RS256", **claims: Any) -> list[tuple[str, str]]:
    """Signed with a key of the attacker's."""
    return bearer(signed({"typ": "at+jwt", "alg": algorithm, "kid": "rsa"} | header, i.claims(**claims), key or _OWN[algorithm], algorithm))


def pem(i: Issuer, kid: str) -> bytes:
    return i.keys[kid][1].public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def confused(i: Issuer, kid: str, key: bytes, algorithm: str = "HS256") -> list[tuple[str, str]]:
    """A public key used as if it were a shared secret."""
    content = f"{encoded({'typ': 'at+jwt', 'alg': algorithm, 'kid': kid})}.{encoded(i.claims())}"
    digest = {"HS256": "sha256", "HS384": "sha384", "HS512": "sha512"}[algorithm]
    return bearer(f"{content}.{encoded(hmac.digest(key, content.encode(), digest))}")


def unsigned(i: Issuer, algorithm: str, signature: str = "") -> list[tuple[str, str]]:
    return bearer(f"{encoded({'typ': 'at+jwt', 'alg': algorithm, 'kid': 'rsa'})}.{encoded(i.claims())}.{signature}")


def raw_claims(i: Issuer, text: str) -> list[tuple[str, str]]:
    """Rightly signed, but the claims are this text."""
    return bearer(signed({"typ": "at+jwt", "alg": "RS256", "kid": "rsa"}, text.encode(), i.keys["rsa"][1]))


def raw_header(i: Issuer, text: str) -> list[tuple[str, str]]:
    content = f"{encoded(text.encode())}.{encoded(i.claims())}"
    made = issuers.jwt.get_algorithm_by_name("RS256")
    return bearer(f"{content}.{encoded(made.sign(content.encode(), i.keys['rsa'][1]))}")


def tampered(i: Issuer, part: int) -> list[tuple[str, str]]:
    parts = i.token().split(".")
    middle = len(parts[part]) // 2
    parts[part] = parts[part][:middle] + ("A" if parts[part][middle] != "A" else "B") + parts[part][middle + 1 :]
    return bearer(".".join(parts))


def ok(i: Issuer, header: dict[str, Any] | None = None, **claims: Any) -> list[tuple[str, str]]:
    return bearer(i.token(header=header, **claims))


def weak(i: Issuer) -> list[tuple[str, str]]:
    return forged(i, {"kid": "weak"}, i.__dict__.setdefault("weak", rsa.generate_private_key(65537, 1024)))


def soon(seconds: float) -> float:
    return time.time() + seconds


OWN_JWK = issuers.public_jwk(_OWN["RS256"], "mine", "RS256")
HUGE = "x" * 9000
ATTACKS: dict[str, Callable[[Issuer], list[tuple[str, str]]]] = {
    # no signature, or none that counts
    "alg none": lambda i: unsigned(i, "none"),
    "alg None": lambda i: unsigned(i, "None"),
    "alg NONE": lambda i: unsigned(i, "NONE"),
    "alg nOnE with a signature": lambda i: unsigned(i, "nOnE", "AAAA"),
    "alg empty": lambda i: unsigned(i, "", "AAAA"),
    "signature removed": lambda i: bearer(i.token().rsplit(".", 1)[0] + "."),
    "two parts": lambda i: bearer(i.token().rsplit(".", 1)[0]),
    "five parts": lambda i: bearer(i.token() + ".AAAA.AAAA"),
    "signature of zeros": lambda i: unsigned(i, "ES256", encoded(bytes(64))),
    "signature of another token": lambda i: bearer(i.token(sub="mallory").rsplit(".", 1)[0] + "." + i.token().rsplit(".", 1)[1]),
    "header tampered with": lambda i: tampered(i, 0),
    "claims tampered with": lambda i: tampered(i, 1),
    "signature tampered with": lambda i: tampered(i, 2),
    "claims replaced": lambda i: bearer(".".join([i.token().split(".")[0], encoded(i.claims(sub="root")), i.token().split(".")[2]])),
    # key and algorithm confusion
    "HS256 with the public PEM": lambda i: confused(i, "rsa", pem(i, "rsa")),
    "HS384 with the public PEM": lambda i: confused(i, "rsa", pem(i, "rsa"), "HS384"),
    "HS512 with the public PEM": lambda i: confused(i, "rsa", pem(i, "rsa"), "HS512"),
    "HS256 with the EC PEM": lambda i: confused(i, "ec", pem(i, "ec")),
    "HS256 with the modulus": lambda i: confused(i, "rsa", issuers.public_jwk(i.keys["rsa"][1], "rsa", "RS256")["n"].encode()),
    "HS256 with an empty key": lambda i: confused(i, "rsa", b""),
    "HS256 with the kid": lambda i: confused(i, "rsa", b"rsa"),
    "HS256 with the shared key in the set": lambda i: confused(i, "oct", b"k" * 32),
    "PS256 by an RS256 key": lambda i: bearer(signed({"typ": "at+jwt", "alg": "PS256", "kid": "rsa"}, i.claims(), i.keys["rsa"][1])),
    "RS512 by an RS256 key": lambda i: bearer(signed({"typ": "at+jwt", "alg": "RS512", "kid": "rsa"}, i.claims(), i.keys["rsa"][1])),
    "RS384 by an RS256 key": lambda i: bearer(signed({"typ": "at+jwt", "alg": "RS384", "kid": "rsa"}, i.claims(), i.keys["rsa"][1])),
    "RS256 said, ES256 done": lambda i: bearer(signed({"typ": "at+jwt", "alg": "RS256", "kid": "ec"}, i.claims(), i.keys["ec"][1], "ES256")),
    "alg in lower case": lambda i: raw_header(i, '{"typ":"at+jwt","alg":"rs256","kid":"rsa"}'),
    "alg a list": lambda i: raw_header(i, '{"typ":"at+jwt","alg":["RS256"],"kid":"rsa"}'),
    "alg missing": lambda i: raw_header(i, '{"typ":"at+jwt","kid":"rsa"}'),
    "alg twice": lambda i: raw_header(i, '{"typ":"at+jwt","alg":"none","alg":"RS256","kid":"rsa"}'),
    "a key of 1024 bits": weak,
    # kid
    "kid unknown": lambda i: forged(i, {"kid": "other"}),
    "kid missing, several keys": lambda i: bearer(signed({"typ": "at+jwt", "alg": "RS256"}, i.claims(), _OWN["RS256"])),
    "kid a path": lambda i: forged(i, {"kid": "../../../dev/null"}),
    "kid a file": lambda i: forged(i, {"kid": "file:///etc/hostname"}),
    "kid SQL": lambda i: forged(i, {"kid": "x' UNION SELECT 'k"}),
    "kid of another type": lambda i: forged(i, {"kid": 7}),
    "kid null byte": lambda i: forged(i, {"kid": "rsa\x00"}),
    "kid in capitals": lambda i: ok(i, {"kid": "RSA"}),
    "kid of an encryption key": lambda i: forged(i, {"kid": "enc"}, i.__dict__["enc"]),
    "somebody else's key under a known kid": lambda i: forged(i, {}),
    # keys brought along
    "jwk in the header": lambda i: forged(i, {"kid": "mine", "jwk": OWN_JWK}),
    "jwk under a known kid": lambda i: forged(i, {"jwk": OWN_JWK}),
    "jku of the attacker": lambda i: forged(i, {"kid": "mine", "jku": i.url + "/evil"}),
    "x5u of the attacker": lambda i: forged(i, {"kid": "mine", "x5u": i.url + "/evil"}),
    "x5c of the attacker": lambda i: forged(i, {"x5c": [base64.b64encode(b"certificate").decode()]}),
    "crit": lambda i: ok(i, {"crit": ["exp"]}),
    "crit and b64": lambda i: ok(i, {"crit": ["b64"], "b64": False}),
    "b64 alone": lambda i: ok(i, {"b64": False}),
    "zip": lambda i: ok(i, {"zip": "DEF"}),
    # typ
    "an ID token by typ": lambda i: ok(i, {"typ": "JWT"}),
    "no typ": lambda i: ok(i, {"typ": None}),
    "typ of a logout token": lambda i: ok(i, {"typ": "logout+jwt"}),
    "typ with a blank": lambda i: ok(i, {"typ": "at+jwt "}),
    "an ID token by at_hash": lambda i: ok(i, at_hash="x"),
    # issuer and audience
    "another issuer": lambda i: ok(i, iss="https://evil.example"),
    "issuer with a slash": lambda i: ok(i, iss=i.url + "/"),
    "issuer in capitals": lambda i: ok(i, iss=i.url.upper()),
    "issuer missing": lambda i: ok(i, iss=None),
    "issuer a list": lambda i: ok(i, iss=[i.url]),
    "another audience": lambda i: ok(i, aud="https://other.example/mcp"),
    "audience with a slash": lambda i: ok(i, aud=AUDIENCE + "/"),
    "audience a prefix": lambda i: ok(i, aud="https://mcp.example.com"),
    "audience in capitals": lambda i: ok(i, aud=AUDIENCE.upper()),
    "audience missing": lambda i: ok(i, aud=None),
    "audience empty": lambda i: ok(i, aud=[]),
    "audience an object": lambda i: ok(i, aud={AUDIENCE: 1}),
    "audience with a number": lambda i: ok(i, aud=[AUDIENCE, 1]),
    "audience with a wildcard": lambda i: ok(i, aud="*"),
    # times
    "expired": lambda i: ok(i, exp=int(soon(-60))),
    "expired long ago": lambda i: ok(i, exp=1),
    "exp missing": lambda i: ok(i, exp=None),
    "exp a text": lambda i: ok(i, exp=str(int(soon(60)))),
    "exp true": lambda i: ok(i, exp=True),
    "exp negative": lambda i: ok(i, exp=-1),
    "exp infinite": lambda i: raw_claims(i, json.dumps(i.claims()).replace(str(i.claims()["exp"]), "1e999")),
    "exp NaN": lambda i: raw_claims(i, json.dumps(i.claims(exp=float("nan")))),
    "exp twice": lambda i: raw_claims(i, json.dumps(i.claims())[:-1] + ', "exp": 99999999999}'),
    "not valid yet": lambda i: ok(i, nbf=int(soon(120))),
    "nbf a text": lambda i: ok(i, nbf="0"),
    "issued in the future": lambda i: ok(i, iat=int(soon(120))),
    "iat missing": lambda i: ok(i, iat=None),
    # subject and scope
    "sub missing": lambda i: ok(i, sub=None),
    "sub empty": lambda i: ok(i, sub=""),
    "sub a number": lambda i: ok(i, sub=1),
    "sub the local owner": lambda i: ok(i, sub="local"),
    "sub an address": lambda i: ok(i, sub="ip:127.0.0.1"),
    "sub with a line break": lambda i: ok(i, sub="alice\nINFO root logged in"),
    "sub invisible": lambda i: ok(i, sub="alice\u200b"),
    "sub huge": lambda i: ok(i, sub="a" * 300),
    "scope an object": lambda i: ok(i, scope={"write": True}),
    "scope with quotes": lambda i: ok(i, scope='write"'),
    "client_id an object": lambda i: ok(i, client_id={"a": 1}),
    # form
    "not JSON inside": lambda i: raw_claims(i, "{"),
    "a list inside": lambda i: raw_claims(i, "[]"),
    "deep inside": lambda i: raw_claims(i, "[" * 3000),
    "not UTF-8 inside": lambda i: bearer(signed({"typ": "at+jwt", "alg": "RS256", "kid": "rsa"}, b'{"iss":"\xff"}', i.keys["rsa"][1])),
    "huge": lambda i: ok(i, more=HUGE[:6500]),
    "not base64": lambda i: bearer("a.b!.c"),
    "standard base64": lambda i: bearer(i.token().replace("-", "+").replace("_", "/") + "="),
    "padded": lambda i: bearer(i.token() + "=="),
    "dots": lambda i: bearer(".."),
    "nothing": lambda _: [("authorization", "Bearer")],
    "two blanks": lambda i: [("authorization", f"Bearer  {i.token()}")],
    "two tokens": lambda i: [("authorization", f"Bearer {i.token()} {i.token()}")],
    "comma": lambda i: [("authorization", f"Bearer {i.token()},Bearer {i.token()}")],
    "Basic": lambda i: [("authorization", "Basic " + base64.b64encode(f"alice:{i.token()}".encode()).decode())],
    "DPoP": lambda i: [("authorization", f"DPoP {i.token()}")],
    "no scheme": lambda i: [("authorization", i.token())],
    "in a cookie": lambda i: [("cookie", f"access_token={i.token()}")],
    "in another header": lambda i: [("x-access-token", i.token()), ("proxy-authorization", f"Bearer {i.token()}")],
    "no token": lambda _: [],
}


@pytest.fixture(scope="module", autouse=True)
def _more_keys(shared_issuer: Issuer) -> None:
    """Keys that no token may be checked with."""
    encryption = shared_issuer.__dict__["enc"] = rsa.generate_private_key(65537, 2048)
    small = shared_issuer.__dict__["weak"] = rsa.generate_private_key(65537, 1024)
    shared_issuer.more_keys = [
        {"kty": "oct", "kid": "oct", "k": encoded(b"k" * 32), "alg": "HS256"},
        issuers.public_jwk(encryption, "enc", "RS256") | {"use": "enc"},
        issuers.public_jwk(small, "weak", "RS256"),
        {"kty": "EC", "kid": "broken", "crv": "P-256", "x": "AA", "y": "AA"},
        {"kty": ["RSA"], "kid": {"a": 1}},
        {"kty": "RSA", "kid": "empty", "key_ops": 7},
    ]


def test_there_are_enough_attacks() -> None:
    assert len(ATTACKS) >= 60


@pytest.mark.parametrize("name", ATTACKS)
def test_bad_tokens(guarded: Server, shared_issuer: Issuer, name: str) -> None:
    headers = ATTACKS[name](shared_issuer)
    caller = Caller(guarded)
    for answer in (caller.call("whoami", *headers), caller.initialize(*headers), caller.modern("server/discover", *headers)):
        assert answer.status_code == 401, (name, answer.text)
        challenge = answer.headers["www-authenticate"]
        assert challenge.startswith("Bearer "), challenge
        assert f'resource_metadata="{METADATA}"' in challenge
        given = any(key == "authorization" and value.startswith("Bearer") for key, value in headers)
        assert ('error="invalid_token"' in challenge) == given


def test_the_server_still_works_and_said_no_token(guarded: Server, shared_issuer: Issuer) -> None:
    token = shared_issuer.token()
    assert text_of(Caller(guarded, token).call("whoami")) == "alice read"
    said = guarded.said()
    assert "is refused" in said
    assert "Traceback" not in said
    assert token.split(".")[2] not in said
    assert "eyJ" not in said
    assert "/evil" not in shared_issuer.asked


AMBIGUOUS: dict[str, Callable[[str], tuple[list[tuple[str, str]], str]]] = {
    "in the URL": lambda t: ([], f"/mcp?access_token={t}"),
    "in the URL, too": lambda t: (bearer(t), f"/mcp?access_token={t}"),
    "two headers": lambda t: (bearer(t) + bearer("other"), "/mcp"),
    "two equal headers": lambda t: (bearer(t) + bearer(t), "/mcp"),
}


@pytest.mark.parametrize("name", AMBIGUOUS)
def test_ambiguous_requests(guarded: Server, shared_issuer: Issuer, name: str) -> None:
    token = shared_issuer.token()
    assert Caller(guarded, token).call("whoami").status_code == 200  # known now, and all the same
    headers, path = AMBIGUOUS[name](token)
    answer = Caller(guarded).modern("tools/list", *headers, path=path)
    assert answer.status_code == 400
    assert 'error="invalid_request"' in answer.headers["www-authenticate"]


def test_a_long_header_never_gets_far(guarded: Server, shared_issuer: Issuer) -> None:
    assert Caller(guarded).call("whoami", *ok(shared_issuer, more="x" * 20_000)).status_code in {400, 431}


# ---- what clients are told --------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/.well-known/oauth-protected-resource", "/.well-known/oauth-protected-resource/mcp"])
def test_metadata(guarded: Server, shared_issuer: Issuer, path: str) -> None:
    answer = httpx2.get(guarded.origin + path)
    assert answer.json() == {
        "resource": AUDIENCE,
        "resource_name": "sample",
        "authorization_servers": [shared_issuer.url],
        "scopes_supported": ["write"],
        "bearer_methods_supported": ["header"],
    }
    assert httpx2.post(guarded.origin + path).status_code == 405


@pytest.mark.parametrize("path", ["/.well-known/oauth-protected-resource/", "/.well-known/oauth-protected-resource/other", "/", "/metrics", "//mcp", "/mcp/", "/.well-known"])
def test_everything_else_needs_a_token(guarded: Server, path: str) -> None:
    assert httpx2.get(guarded.origin + path).status_code == 401


def test_a_scope_that_is_missing(guarded: Server, shared_issuer: Issuer) -> None:
    caller = Caller(guarded, shared_issuer.token())
    opened = caller.initialize()
    for answer in (caller.call("write"), caller.legacy(opened.headers["mcp-session-id"], "tools/call", name="write", arguments={})):
        assert answer.status_code == 403
        challenge = answer.headers["www-authenticate"]
        for part in ('error="insufficient_scope"', 'scope="write"', f'resource_metadata="{METADATA}"'):
            assert part in challenge
        assert answer.json()["error"]["data"] == {"reason": "insufficient_scope", "scopes": ["write"]}
    more = Caller(guarded, shared_issuer.token(scope="read write"))
    assert text_of(more.call("write")) == "written"


@pytest.mark.parametrize("scope", ["Write", "write2", "wri", "*", "write,read", "writ e", "admin"])
def test_scopes_that_are_not_quite_it(guarded: Server, shared_issuer: Issuer, scope: str) -> None:
    assert Caller(guarded, shared_issuer.token(scope=scope)).call("write").status_code == 403


def test_a_name_that_differs_from_the_body_does_not_help(guarded: Server, shared_issuer: Issuer) -> None:
    caller = Caller(guarded, shared_issuer.token())
    headers = [("mcp-protocol-version", VERSION), ("mcp-method", "tools/call"), ("mcp-name", "whoami")]
    body = {"jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": {"name": "write", "arguments": {}, "_meta": ENVELOPE}}
    assert caller.post(body, *headers).status_code == 403
    twice = json.dumps(body).replace('"name": "write"', '"name": "write", "name": "whoami"')
    assert "written" not in httpx2.post(guarded.url, content=twice.encode(), headers=[*headers, ("content-type", "application/json"), ("accept", "application/json, text/event-stream"), *bearer(caller.token or "")]).text
    twice = json.dumps(body).replace('"name": "write"', '"name": "whoami", "name": "write"')
    assert "written" not in httpx2.post(guarded.url, content=twice.encode(), headers=[*headers, ("content-type", "application/json"), ("accept", "application/json, text/event-stream"), *bearer(caller.token or "")]).text


def test_scopes_that_everyone_needs_and_scopes_that_imply_others(tmp_path: Path, serve: Serve, issuer: Issuer) -> None:
    project = craft(tmp_path, form(required_scopes=["read"], implied_scopes={"admin": ["write"], "write": ["read"]}))
    server = start(serve, project, issuer)
    assert Caller(server).call("whoami").headers["www-authenticate"].count('scope="read"') == 1
    refused = Caller(server, issuer.token(scope="other")).modern("tools/list")
    assert refused.status_code == 403
    assert 'scope="read"' in refused.headers["www-authenticate"]
    assert 'scope="read write"' in Caller(server, issuer.token(scope="read")).call("write").headers["www-authenticate"]
    assert text_of(Caller(server, issuer.token(scope="admin")).call("write")) == "written"


# ---- what belongs to whom ---------------------------------------------------------------------


def test_a_session_is_its_owners(guarded: Server, shared_issuer: Issuer) -> None:
    alice, bob = Caller(guarded, shared_issuer.token()), Caller(guarded, shared_issuer.token(sub="bob"))
    app = Caller(guarded, shared_issuer.token(client_id="another program"))
    session = alice.initialize().headers["mcp-session-id"]
    assert alice.legacy(session, "tools/list").status_code == 200
    for other in (bob, app):
        assert other.legacy(session, "tools/list").status_code == 404
        assert other.legacy(session, "tools/call", name="whoami", arguments={}).status_code == 404
        assert httpx2.delete(guarded.url, headers={"mcp-session-id": session, "authorization": f"Bearer {other.token}"}).status_code == 404
    assert alice.legacy(session, "tools/list").status_code == 200
    renewed = Caller(guarded, shared_issuer.token(jti="2"))
    assert renewed.legacy(session, "tools/list").status_code == 200


def test_a_question_is_its_owners(guarded: Server, shared_issuer: Issuer) -> None:
    alice, bob = Caller(guarded, shared_issuer.token()), Caller(guarded, shared_issuer.token(sub="bob"))
    asked = alice.call("ask").json()["result"]
    assert asked["resultType"] == "input_required"
    answers = {"requestState": asked["requestState"], "inputResponses": {"q": {"action": "accept", "content": {}}}}
    again = {"name": "ask", "arguments": {}} | answers
    assert "error" in bob.modern("tools/call", **again).json()
    assert text_of(alice.modern("tools/call", **again)) == "accept"


def test_a_stream_ends_with_its_token(guarded: Server, shared_issuer: Issuer) -> None:
    caller = Caller(guarded, shared_issuer.token(exp=int(time.time()) + 3))
    session = caller.initialize().headers["mcp-session-id"]
    began = time.monotonic()
    headers = {"accept": "text/event-stream", "mcp-session-id": session, "authorization": f"Bearer {caller.token}"}
    with httpx2.stream("GET", guarded.url, headers=headers, timeout=20) as stream:
        assert stream.status_code == 200
        for _ in stream.iter_raw():
            pass
    assert time.monotonic() - began < 6
    assert "Traceback" not in guarded.said()


def test_subscriptions_end_with_their_token(guarded: Server, shared_issuer: Issuer) -> None:
    token = shared_issuer.token(exp=int(time.time()) + 3)
    began, seen = time.monotonic(), b""
    body = {"jsonrpc": "2.0", "id": 1, "method": "subscriptions/listen", "params": {"notifications": {"toolsListChanged": True}, "_meta": ENVELOPE}}
    headers = {"accept": "application/json, text/event-stream", "mcp-protocol-version": VERSION, "mcp-method": "subscriptions/listen", "authorization": f"Bearer {token}"}
    with httpx2.stream("POST", guarded.url, json=body, headers=headers, timeout=20) as stream:
        assert stream.status_code == 200
        for piece in stream.iter_raw():
            seen += piece
    assert b"subscriptions/acknowledged" in seen, seen
    assert 1 < time.monotonic() - began < 6
    assert "Traceback" not in guarded.said()


# ---- the issuer changes, or is not there ------------------------------------------------------


def test_rotation(project: Path, serve: Serve, issuer: Issuer) -> None:
    server = start(serve, project, issuer)
    assert Caller(server, issuer.token()).call("whoami").status_code == 200
    old = issuer.token(jti="old")
    del issuer.keys["rsa"]
    issuer.add("new", "RS256")
    assert Caller(server, issuer.token("new")).call("whoami").status_code == 200
    assert Caller(server, old).call("whoami").status_code == 401  # its key is gone, and it was never seen


def test_keys_are_fetched_seldom(project: Path, serve: Serve, issuer: Issuer) -> None:
    server = start(serve, project, issuer)
    with ThreadPoolExecutor(10) as pool:
        good = [pool.submit(Caller(server, issuer.token(jti=str(n))).call, "whoami") for n in range(10)]
        assert {answer.result().status_code for answer in good} == {200}
    assert issuer.asked.count("/keys") == 1
    for n in range(20):
        assert Caller(server).call("whoami", *forged(issuer, {"kid": f"unknown{n}"})).status_code == 401
    assert issuer.asked.count("/keys") <= 3


def test_an_issuer_that_is_down(project: Path, serve: Serve, issuer: Issuer) -> None:
    issuer.down = True
    server = start(serve, project, issuer)
    refused = Caller(server, issuer.token()).call("whoami")
    assert refused.status_code == 503
    assert refused.headers["retry-after"]
    assert httpx2.get(f"{server.origin}/readyz").status_code == 200
    issuer.down = False
    assert Caller(server, issuer.token()).call("whoami").status_code == 200
    issuer.down = True
    assert Caller(server, issuer.token(sub="bob")).call("whoami").status_code == 200  # the keys are known
    assert Caller(server).call("whoami", *forged(issuer, {"kid": "unknown"})).status_code == 401


def test_an_issuer_that_is_slow(project: Path, serve: Serve, issuer: Issuer) -> None:
    issuer.delay = 30
    server = start(serve, project, issuer)
    began = time.monotonic()
    with ThreadPoolExecutor(5) as pool:
        waiting = [pool.submit(Caller(server, issuer.token()).call, "whoami") for _ in range(5)]
        time.sleep(0.5)
        assert httpx2.get(f"{server.origin}/livez", timeout=2).status_code == 200
        assert {answer.result().status_code for answer in waiting} == {503}
    assert time.monotonic() - began < 25


BROKEN: dict[str, Callable[[Issuer], None]] = {
    "huge keys": lambda i: setattr(i, "padding", 600_000),
    "another issuer": lambda i: i.metadata.update(issuer="https://evil.example"),
    "keys over plain http elsewhere": lambda i: i.metadata.update(jwks_uri="http://192.0.2.1/keys"),
    "keys in a file": lambda i: i.metadata.update(jwks_uri="file:///etc/passwd"),
    "no keys": lambda i: i.keys.clear(),
    "no address of keys": lambda i: i.metadata.update(jwks_uri=None),
    "a redirect": lambda i: setattr(i, "redirect", i.url + "/elsewhere"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_an_issuer_that_is_broken(project: Path, serve: Serve, issuer: Issuer, name: str) -> None:
    token = issuer.token()
    BROKEN[name](issuer)
    server = start(serve, project, issuer)
    assert Caller(server, token).call("whoami").status_code == 503
    assert "/elsewhere" not in issuer.asked


# ---- starting ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("variables", "named"),
    [
        ({}, "AUTH_ISSUER"),
        ({"AUTH_ISSUER": "http://issuer.example"}, "AUTH_ISSUER"),
        ({"AUTH_ISSUER": "issuer"}, "AUTH_ISSUER"),
        ({"AUTH_ISSUER": "https://u:p@issuer.example"}, "AUTH_ISSUER"),
        ({"AUTH_ISSUER": "https://issuer.example", "MCP_HOST": "0.0.0.0"}, "AUTH_RESOURCE"),
        ({"AUTH_ISSUER": "https://issuer.example", "AUTH_RESOURCE": "mcp.example.com"}, "AUTH_RESOURCE"),
    ],
)
def test_a_server_that_does_not_start(project: Path, variables: dict[str, str], named: str) -> None:
    with pytest.raises(AssertionError) as caught:
        Server(project, variables)
    assert f"{named}:" in str(caught.value)
    assert "Traceback" not in str(caught.value)
