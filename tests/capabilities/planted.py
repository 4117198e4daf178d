"""Secret values of many shapes, and every spelling in which one of them could turn up somewhere."""

from __future__ import annotations

import base64
import json
import random
import string
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from urllib.parse import quote, quote_plus

_WORD = string.ascii_letters + string.digits
_random = random.Random(500)


def _word(length: int) -> str:
    return "".join(_random.choices(_WORD, k=length))


SHAPES: dict[str, Callable[[], str]] = {
    "hexadecimal": lambda: "".join(_random.choices("0123456789abcdef", k=40)),
    "lower case": lambda: "q" + "".join(_random.choices(string.ascii_lowercase, k=15)),
    "digits": lambda: "".join(_random.choices(string.digits, k=24)),
    "base64": lambda: base64.b64encode(_random.randbytes(31)).decode(),
    "key of a service": lambda: "sk_live_" + _word(24),
    "cloud": lambda: "AKIA" + _word(16).upper(),
    "json web token": lambda: ".".join(["eyJhbGciOiJIUzI1NiJ9", _word(40), _word(43)]),
    "url": lambda: f"https://user:{_word(16)}@example.com/{_word(4)}?a=b&c=d",
    "double quotes": lambda: f'{_word(6)}"{_word(6)}"{_word(6)}',
    "backslashes": lambda: f"{_word(8)}\\{_word(1)}\\n{_word(8)}",
    "not ASCII": lambda: f"{_word(8)}-äöü-Ж-漢字-😀-{_word(4)}",
    "regular expression": lambda: f"{_word(6)}.*[a-z]+(?:{_word(6)})|^$",
    "shell": lambda: f"{_word(6)}$(id)`id`${_word(6)};&|<>",
    "templates": lambda: f"{_word(6)}{{{{ x }}}}{{0}}%s%(a)s{_word(6)}",
    "spaces": lambda: f"{_word(5)} {_word(5)} # {_word(5)}",
    "markup": lambda: f"<b>{_word(10)}</b>&amp;<!--{_word(6)}",
    "document": lambda: json.dumps({"type": "service_account", "private_key": _word(40)}),
    "percent": lambda: f"{_word(6)}%2F%20{_word(8)}+/=",
    "short": lambda: _word(9),
    "long": lambda: _word(2000),
}


def values(count: int) -> list[str]:
    """So many secrets, all shapes in turn."""
    makers = list(SHAPES.values())
    return [makers[n % len(makers)]() for n in range(count)]


def spellings(value: str) -> Iterator[str]:
    """The value as it is, and as repr, JSON and URLs write it."""
    yield value
    yield repr(value)[1:-1]
    yield json.dumps(value)[1:-1]
    yield json.dumps(value, ensure_ascii=False)[1:-1]
    yield quote(value, safe="")
    yield quote_plus(value)
    yield base64.b64encode(value.encode()).decode()


class Leaks:
    """Finds secrets in texts."""

    def __init__(self, secrets: Iterable[str]) -> None:
        self._wanted = {spelling.encode(): secret for secret in secrets for spelling in spellings(secret)}

    def within(self, data: bytes | str) -> list[str]:
        """Those secrets that the data holds."""
        data = data.encode("utf-8", "surrogateescape") if isinstance(data, str) else data
        return sorted({secret for spelling, secret in self._wanted.items() if spelling in data})

    def below(self, folder: Path) -> dict[str, list[str]]:
        """Files of a folder that hold secrets, with them; names of files count as well."""
        found = {path.relative_to(folder).as_posix(): self.within(path.read_bytes() + str(path).encode()) for path in folder.rglob("*") if path.is_file()}
        return {name: secrets for name, secrets in found.items() if secrets}
