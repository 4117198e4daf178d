"""A small authorization server on 127.0.0.1: metadata, keys that change, and tokens good and bad."""

from __future__ import annotations

import json
import threading
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

SHAPES = {"RS256": RSAAlgorithm, "PS256": RSAAlgorithm, "ES256": ECAlgorithm, "EdDSA": OKPAlgorithm}


def private_key(algorithm: str) -> Any:
    """A new key."""
    if algorithm == "EdDSA":
        return ed25519.Ed25519PrivateKey.generate()
    if algorithm == "ES256":
        return ec.generate_private_key(ec.SECP256R1())
    return rsa.generate_private_key(65537, 2048)


def public_jwk(key: Any, kid: str, algorithm: str) -> dict[str, Any]:
    """What the key set says of a key."""
    jwk = json.loads(SHAPES[algorithm].to_jwk(key.public_key()))
    jwk.pop("key_ops", None)
    return jwk | {"kid": kid, "use": "sig", "alg": algorithm}


class Issuer:
    """Its keys by kid; the attributes say how it behaves."""

    def __init__(self, audience: str) -> None:
        self.audience = audience
        self.keys: dict[str, tuple[str, Any]] = {}
        self.add("rsa", "RS256")
        self.add("ec", "ES256")
        self.add("ed", "EdDSA")
        self.more_keys: list[dict[str, Any]] = []
        self.down = False
        self.delay = 0.0
        self.padding = 0
        self.redirect = ""
        self.metadata: dict[str, Any] = {}
        self.asked: list[str] = []
        self.url = ""

    def add(self, kid: str, algorithm: str) -> None:
        """A new key, published at once."""
        self.keys[kid] = algorithm, private_key(algorithm)

    def claims(self, **changed: Any) -> dict[str, Any]:
        """Those of a good token; None takes one away."""
        now = int(time.time())
        good = {
            "iss": self.url, "aud": self.audience, "sub": "alice", "client_id": "app",
            "iat": now, "exp": now + 300, "jti": "1", "scope": "read",
        }
        return {name: value for name, value in (good | changed).items() if value is not None}

    def token(self, kid: str = "rsa", header: dict[str, Any] | None = None, **changed: Any) -> str:
        """A token signed with one of the keys."""
        algorithm, key = self.keys[kid]
        headers = {"typ": "at+jwt", "kid": kid} | (header or {})
        return signed(headers | {"alg": algorithm}, self.claims(**changed), key)

    def answer(self, path: str) -> Any:
        """What is at a path, or None."""
        self.asked.append(path)
        if path == "/.well-known/openid-configuration":
            return {"issuer": self.url, "jwks_uri": f"{self.url}/keys"} | self.metadata
        if path == "/keys":
            published = [public_jwk(key, kid, name) for kid, (name, key) in self.keys.items()]
            return {"keys": [*self.more_keys, *published], "padding": "x" * self.padding}
        return None


def encoded(value: Any) -> str:
    """A part of a token."""
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def signed(header: dict[str, Any], claims: Any, key: Any, algorithm: str | None = None) -> str:
    """A token with exactly this header and these claims."""
    name = algorithm or header["alg"]
    made = jwt.get_algorithm_by_name(name)
    content = f"{encoded(header)}.{encoded(claims)}"
    return f"{content}.{encoded(made.sign(content.encode(), made.prepare_key(key)))}"


@contextmanager
def running(audience: str) -> Iterator[Issuer]:
    """An issuer for tokens of `audience`."""
    issuer = Issuer(audience)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            time.sleep(issuer.delay)
            found = None if issuer.down else issuer.answer(self.path)
            if issuer.redirect and self.path == "/keys":
                self.send_response(302)
                self.send_header("location", issuer.redirect)
                self.send_header("content-length", "0")
                self.end_headers()
                return
            body = json.dumps(found).encode()
            self.send_response(503 if issuer.down else 404 if found is None else 200)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            try:
                self.wfile.write(body)
            except OSError:
                pass  # the other side has had enough

        def log_message(self, *_: Any) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    issuer.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield issuer
    finally:
        server.shutdown()
        server.server_close()
