"""Public keys that tokens are checked with; the key decides about the algorithm, not the token."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt import PyJWK, PyJWTError
from jwt.algorithms import Algorithm, HMACAlgorithm

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MAX_KEYS = 100
MAX_KID = 256
MIN_RSA_BITS, MAX_RSA_BITS = 2048, 8192
PRIVATE = {"d", "p", "q", "k"}
"""Members that only a private or a shared key has: such a key was published by mistake."""
ALGORITHMS: dict[tuple[str, str | None], tuple[str, ...]] = {
    ("RSA", None): ("RS256", "PS256"),
    ("EC", "P-256"): ("ES256",),
    ("EC", "P-384"): ("ES384",),
    ("OKP", "Ed25519"): ("EdDSA",),
}
"""What a key of a kind may be used for."""


@dataclass(frozen=True, slots=True)
class Key:
    """One key; `checks` are its algorithms by name, ready to use."""

    kid: str | None
    material: Any
    checks: Mapping[str, Algorithm]

    def verifies(self, algorithm: str, signed: bytes, signature: bytes) -> bool:
        """Whether the signature is right; never by an algorithm that is not this key's."""
        check = self.checks.get(algorithm)
        return check is not None and check.verify(signed, self.material, signature)


def shared_key(kid: str, secret: bytes) -> Key:
    """A key for HS256, known to this server alone."""
    check = HMACAlgorithm(HMACAlgorithm.SHA256)
    return Key(kid, check.prepare_key(secret), {"HS256": check})


def usable_keys(data: Any, allowed: frozenset[str]) -> list[Key]:
    """Those keys of a JSON Web Key Set that may sign tokens here; the others are passed over."""
    listed = data.get("keys") if isinstance(data, dict) else None
    if not isinstance(listed, list):
        raise ValueError("not a JSON Web Key Set")  # noqa: TRY004 - bad data, no slip of ours
    found = (_key(entry, allowed) for entry in listed[:MAX_KEYS] if isinstance(entry, dict))
    return [key for key in found if key is not None]


def find(keys: Iterable[Key], kid: str | None, algorithm: str) -> Key | None:
    """The one key that a token means; a token that names none may do so while there is only one."""
    fitting = [key for key in keys if algorithm in key.checks]
    named = [key for key in fitting if kid is None or key.kid == kid]
    return named[0] if len(named) == 1 else None


def _key(entry: dict[str, Any], allowed: frozenset[str]) -> Key | None:
    try:
        made = {name: PyJWK(entry, algorithm=name) for name in _fitting(entry, allowed)}
    except (PyJWTError, ValueError, TypeError, KeyError):
        return None
    if not made:
        return None
    material = next(iter(made.values())).key
    if isinstance(material, RSAPublicKey) and not (
        MIN_RSA_BITS <= material.key_size <= MAX_RSA_BITS
    ):
        return None
    return Key(entry.get("kid"), material, {name: key.Algorithm for name, key in made.items()})


def _fitting(entry: dict[str, Any], allowed: frozenset[str]) -> frozenset[str]:
    """The algorithms that a key may be used with; none if it is not meant for signatures."""
    kid, kind, uses = entry.get("kid"), entry.get("kty"), entry.get("key_ops", ["verify"])
    curve = None if kind == "RSA" else entry.get("crv")
    meant = (
        not PRIVATE & entry.keys()
        and entry.get("use", "sig") == "sig"
        and isinstance(uses, list)
        and "verify" in uses
        and (kid is None or (isinstance(kid, str) and len(kid) <= MAX_KID))
        and isinstance(kind, str)
        and (curve is None or isinstance(curve, str))
    )
    if not meant:
        return frozenset()
    fitting = allowed.intersection(ALGORITHMS.get((str(kind), curve), ()))
    return fitting.intersection({str(entry["alg"])}) if "alg" in entry else fitting
