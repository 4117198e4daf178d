"""Log lines on stderr, never on stdout, with secrets blanked out."""

from __future__ import annotations

import json
import logging
import os
import re
import sys
import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, quote_plus, unquote, urlsplit

from .settings import secret, secret_files

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import TracebackType

    from .manifest import Manifest
    from .settings import Settings

log = logging.getLogger(__name__)
HIDDEN = "[hidden]"
_SHORTEST = 4
_SHORTEST_ITEM = 12
_CREDENTIALS = re.compile(r"(?i)\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]+")


class Redactor:
    """Replaces known secret values, and whatever looks like an Authorization header.

    Values are known as they are, and as repr, JSON and URLs write them.
    """

    def __init__(self, secrets: Iterable[str]) -> None:
        spelt = {text for s in secrets if len(s) >= _SHORTEST for text in _spellings(s)}
        values = sorted(spelt, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, values))) if values else None

    def __call__(self, text: str) -> str:
        """The text without secrets."""
        if self._known is not None:
            text = self._known.sub(HIDDEN, text)
        return _CREDENTIALS.sub(rf"\1 {HIDDEN}", text)

    def within(self, value: Any) -> Any:
        """The value with all its texts redacted, keys of mappings included."""
        if isinstance(value, str):
            return self(value)
        if isinstance(value, Mapping):
            return {self.within(key): self.within(inner) for key, inner in value.items()}
        if isinstance(value, list | tuple):
            return [self.within(inner) for inner in value]
        return value


def _spellings(value: str) -> set[str]:
    return {
        value,
        repr(value)[1:-1],
        json.dumps(value)[1:-1],
        json.dumps(value, ensure_ascii=False)[1:-1],
        quote(value),
        quote(value, safe=""),
        quote_plus(value),
    }


def secrets_of(manifest: Manifest, settings: Settings) -> list[str]:
    """What must not be seen: secret variables, files of secrets, our keys, passwords in any URL.

    Of lists such as `name=key,name=key` each item as well.
    """
    names = [variable.name for variable in manifest.environment if variable.secret]
    names += secret_files(os.environ)
    values = [secret(os.environ, name) or "" for name in names]
    passwords = map(_password, [*values, *os.environ.values()])
    items = (item for value in values for item in re.split("[,=]", value))
    long = (item for item in items if len(item) >= _SHORTEST_ITEM)
    return [*values, *passwords, *long, *settings.state_keys]


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
    """Log this package from `level` on, and libraries from WARNING on.

    Warnings and exceptions that nobody caught are logged too: Python would print them as they are.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Formatter(redact))
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.getLogger(package).setLevel(level)
    logging.captureWarnings(capture=True)
    sys.excepthook = _uncaught
    threading.excepthook = _uncaught_in_thread
    sys.unraisablehook = _unraisable


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    log.critical("an exception that nobody caught", exc_info=(kind, error, trace))


def _uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
    name = args.thread.name if args.thread else "unknown"
    log.error("thread %s ended with an exception", name, exc_info=args.exc_value)


def _unraisable(args: sys.UnraisableHookArgs) -> None:
    where = getattr(args.object, "__qualname__", "")
    log.error("%s %s", args.err_msg or "exception ignored in", where, exc_info=args.exc_value)
