"""Settings, secrets in files, and the addresses that proxies tell."""

from __future__ import annotations

from ipaddress import ip_network
from typing import TYPE_CHECKING

import pytest
from starlette.datastructures import Headers

from src.runtime import SettingError, Settings
from src.runtime.address import client_address
from src.runtime.settings import adopt_secrets, secret

if TYPE_CHECKING:
    from pathlib import Path

GOOD = {
    "MCP_TRANSPORT": "http",
    "MCP_HOST": "::1",
    "MCP_PORT": "80",
    "MCP_ALLOWED_HOSTS": "example.com:*, 10.0.0.1",
    "MCP_ALLOWED_ORIGINS": "https://example.com",
    "MCP_TRUSTED_PROXIES": "10.0.0.0/8",
    "MCP_INSECURE_NO_AUTH": "1",
    "MCP_DRAIN_SECONDS": "2.5",
    "MCP_STATE_KEYS": "k" * 32,
    "MCP_WORKERS": "2",
    "LOG_LEVEL": "debug",
}


def test_settings_are_checked() -> None:
    read = Settings.read(GOOD)
    assert (read.port, read.workers, read.drain_seconds, read.log_level) == (80, 2, 2.5, "DEBUG")
    bad = {"MCP_DRAIN_SECONDS": "soon", "MCP_HOST": "a b"} | dict.fromkeys(GOOD, "?!")
    with pytest.raises(SettingError) as caught:
        Settings.read(bad)
    assert all(name in str(caught.value) for name in GOOD)


def test_secrets_come_from_files(tmp_path: Path) -> None:
    file = tmp_path / "API_KEY"
    file.write_text("value\n", encoding="utf-8")
    assert secret({"API_KEY_FILE": str(file)}, "API_KEY") == "value"
    for environ in ({"K_FILE": str(tmp_path / "no")}, {"K": "a", "K_FILE": str(file)}):
        with pytest.raises(SettingError):
            secret(environ, "K")
    environ = {"MCP_SECRETS_DIR": str(tmp_path), "OTHER_FILE": str(file)}
    adopt_secrets(environ, ["OTHER"])
    assert (environ["API_KEY"], environ["OTHER"]) == ("value", "value")


@pytest.mark.parametrize(
    ("forwarded", "client"),
    [
        ("", "10.0.0.1"),
        ("203.0.113.9", "203.0.113.9"),
        ("198.51.100.1, 203.0.113.9, 10.0.0.2", "203.0.113.9"),
        ("nonsense", "10.0.0.1"),
    ],
)
def test_proxies_say_who_calls(forwarded: str, client: str) -> None:
    headers = Headers({"x-forwarded-for": forwarded} if forwarded else {})
    assert client_address("10.0.0.1", headers, (ip_network("10.0.0.0/8"),)) == client
    assert client_address("192.0.2.1", headers, (ip_network("10.0.0.0/8"),)) == "192.0.2.1"
