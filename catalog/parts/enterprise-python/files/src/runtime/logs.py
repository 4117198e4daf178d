"""Log lines on stderr, never on stdout, with secrets blanked out."""

from __future__ import annotations

import logging
import os
import re
import sys
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from .settings import secret, secret_files

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .manifest import Manifest
    from .settings import Settings

HIDDEN = "[hidden]"
_SHORTEST = 4
_CREDENTIALS = re.compile(r"(?i)\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]+")


class Redactor:
    """Replaces known secret values, and whatever looks like an Authorization header."""

    def __init__(self, secrets: Iterable[str]) -> None:
        values = sorted({s for s in secrets if len(s) >= _SHORTEST}, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, values))) if values else None

    def __call__(self, text: str) -> str:
        """The text without secrets."""
        if self._known is not None:
            text = self._known.sub(HIDDEN, text)
        return _CREDENTIALS.sub(rf"\1 {HIDDEN}", text)


def secrets_of(manifest: Manifest, settings: Settings) -> list[str]:
    """What must not be seen: secret variables, files of secrets, our keys, passwords in any URL."""
    names = [variable.name for variable in manifest.environment if variable.secret]
    names += secret_files(os.environ)
    values = [secret(os.environ, name) or "" for name in names]
    passwords = map(_password, [*values, *os.environ.values()])
    return [*values, *passwords, *settings.state_keys]


def _password(value: str) -> str:
    """The password in a URL such as postgresql://user:password@host; else nothing."""
    try:
        return unquote(urlsplit(value).password or "")
    except ValueError:
        return ""


class _Formatter(logging.Formatter):
    def __init__(self, redact: Redactor) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        return self._redact(super().format(record))


def write_logs(package: str, level: str, redact: Redactor) -> None:
    """Log this package from `level` on, and libraries from WARNING on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Formatter(redact))
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.getLogger(package).setLevel(level)
