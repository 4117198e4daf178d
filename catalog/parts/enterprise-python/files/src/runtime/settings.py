"""The environment variables that the runtime obeys, checked once, before anything starts."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, MutableMapping

LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(:(\d{1,5}|\*))?")
_ORIGIN = re.compile(rf"[A-Za-z][A-Za-z0-9+.-]*://{_HOST.pattern}")
_NAME = re.compile(r"[A-Z][A-Z0-9_]{0,63}")
_MAX_PORT = 65_535
_MAX_WORKERS = 64
_MIN_KEY = 32
_MAX_SECRET = 64 << 10
"""Bytes: a larger file is no secret."""


class SettingError(ValueError):
    """Variables with values that cannot be used; the message names each of them."""


def secret(environ: Mapping[str, str], name: str) -> str | None:
    """The variable `name`, or the content of the file that `name_FILE` names; None if neither.

    Without the line feed at the end. `SettingError` when both are set, or the file cannot be read;
    it never shows the value.
    """
    value, path = environ.get(name, ""), environ.get(f"{name}_FILE", "")
    if value and path:
        raise SettingError(f"set {name} or {name}_FILE, not both")
    if path:
        value = _content(f"{name}_FILE", path)
    return value or None


def secret_files(environ: Mapping[str, str]) -> dict[str, Path]:
    """Files in the folder MCP_SECRETS_DIR that are called like variables.

    That is where containers get their secrets.
    """
    folder = environ.get("MCP_SECRETS_DIR")
    files = Path(folder).iterdir() if folder and Path(folder).is_dir() else ()
    return {file.name: file for file in sorted(files) if _NAME.fullmatch(file.name)}


def adopt_secrets(environ: MutableMapping[str, str], names: Iterable[str]) -> None:
    """Put secrets that are files into variables, where every reader looks for them.

    Those in MCP_SECRETS_DIR, and the variables `names` that `NAME_FILE` gives. A variable that has
    a value keeps it.
    """
    for name, file in secret_files(environ).items():
        if file.is_file() and secret(environ, name) is None:
            environ[name] = _content("MCP_SECRETS_DIR", str(file))
    for name in names:
        if environ.get(f"{name}_FILE") and (value := secret(environ, name)):
            environ[name] = value
            del environ[f"{name}_FILE"]


def _content(variable: str, path: str) -> str:
    try:
        with Path(path).open("rb") as file:
            data = file.read(_MAX_SECRET + 1)
    except OSError as error:
        raise SettingError(f"{variable}: {path}: {error.strerror}") from error
    if len(data) > _MAX_SECRET:
        raise SettingError(f"{variable}: {path} has more than {_MAX_SECRET} bytes")
    try:
        return data.decode().rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise SettingError(f"{variable}: {path} is not UTF-8") from error


@dataclass(frozen=True, slots=True)
class Settings:
    """Where to serve, for whom, and how to stop."""

    transport: str = "stdio"
    host: str = "127.0.0.1"
    port: int = 8000
    allowed_hosts: tuple[str, ...] = ()
    """Values of `Host` besides the local ones: `name`, `name:port` or `name:*`."""
    allowed_origins: tuple[str, ...] = ()
    """Values of `Origin` besides the local ones: `https://name` with or without a port."""
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...] = ()
    """Whose `X-Forwarded-For` is believed."""
    insecure_no_auth: bool = False
    """Whether to serve other machines without authentication all the same."""
    metrics_host: str = "127.0.0.1"
    metrics_port: int | None = None
    drain_seconds: float = 3.0
    """How long requests may go on after SIGTERM over HTTP."""
    state_keys: tuple[str, ...] = field(default=(), repr=False)
    """Seal the state of multi-step calls; replicas share them, the first one seals."""
    log_level: str = "INFO"
    workers: int = 1
    """Processes that serve HTTP at one address; what they must agree on needs a shared backend."""
    worker: int = 0
    """The number of this one, from 0 on."""
    workers_folder: str = ""
    """Where the workers find each other; empty when there is one."""

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> Settings:
        """Read the variables; `SettingError` lists every one that is wrong."""
        values: dict[str, object] = {}
        problems = []
        for variable, (name, parse) in _VARIABLES.items():
            try:
                found = secret(environ, variable) if name in _SECRET else environ.get(variable)
            except SettingError as error:
                problems.append(str(error))
                continue
            text = (found or "").strip()
            if not text:
                continue
            try:
                values[name] = parse(text)
            except ValueError as error:
                shown = "its value" if name in _SECRET else repr(text)
                problems.append(f"{variable}: {shown} is not {error}")
        if problems:
            raise SettingError("\n".join(problems))
        return cls(**values)  # type: ignore[arg-type]


def _transport(text: str) -> str:
    if text not in {"stdio", "http"}:
        raise ValueError("stdio or http")
    return text


def _address(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9.:_-]+", text):
        raise ValueError("an address to listen on")
    return text


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > _MAX_PORT:
        raise ValueError(f"a port between 0 and {_MAX_PORT}")
    return int(text)


def _workers(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= _MAX_WORKERS:
        raise ValueError(f"a number between 1 and {_MAX_WORKERS}")
    return int(text)


def _flag(text: str) -> bool:
    if text not in {"0", "1", "false", "true"}:
        raise ValueError("0 or 1")
    return text in {"1", "true"}


def _seconds(text: str) -> float:
    if not re.fullmatch(r"\d{1,4}(\.\d+)?", text):
        raise ValueError("a number of seconds")
    return float(text)


def _level(text: str) -> str:
    if text.upper() not in LOG_LEVELS:
        raise ValueError("one of " + ", ".join(LOG_LEVELS))
    return text.upper()


def _listed(pattern: re.Pattern[str], expected: str) -> Callable[[str], tuple[str, ...]]:
    def parse(text: str) -> tuple[str, ...]:
        items = tuple(item.strip().lower() for item in text.split(",") if item.strip())
        if not all(pattern.fullmatch(item) for item in items):
            raise ValueError(expected)
        return items

    return parse


def _networks(text: str) -> tuple[IPv4Network | IPv6Network, ...]:
    try:
        return tuple(ip_network(item.strip()) for item in text.split(",") if item.strip())
    except ValueError as error:
        raise ValueError("a list of addresses like 10.0.0.7,10.1.0.0/16") from error


def _keys(text: str) -> tuple[str, ...]:
    keys = tuple(key for key in text.split(",") if key)
    if any(len(key.encode()) < _MIN_KEY for key in keys):
        raise ValueError(f"a comma-separated list of secrets of at least {_MIN_KEY} bytes")
    return keys


_VARIABLES: dict[str, tuple[str, Callable[[str], object]]] = {
    "MCP_TRANSPORT": ("transport", _transport),
    "MCP_HOST": ("host", _address),
    "MCP_PORT": ("port", _port),
    "MCP_ALLOWED_HOSTS": ("allowed_hosts", _listed(_HOST, "a list like example.com,10.0.0.7:80")),
    "MCP_ALLOWED_ORIGINS": ("allowed_origins", _listed(_ORIGIN, "a list like https://example.com")),
    "MCP_TRUSTED_PROXIES": ("trusted_proxies", _networks),
    "MCP_INSECURE_NO_AUTH": ("insecure_no_auth", _flag),
    "MCP_METRICS_HOST": ("metrics_host", _address),
    "MCP_METRICS_PORT": ("metrics_port", _port),
    "MCP_DRAIN_SECONDS": ("drain_seconds", _seconds),
    "MCP_STATE_KEYS": ("state_keys", _keys),
    "MCP_WORKERS": ("workers", _workers),
    "LOG_LEVEL": ("log_level", _level),
}
_SECRET = {"state_keys"}
"""Never shown; may also come from a file."""
