"""A file that lines are added to, and that may be rotated from outside."""

from __future__ import annotations

import logging
import os
from pathlib import Path

log = logging.getLogger(__name__)
_FLAGS = os.O_CREAT | os.O_APPEND | os.O_WRONLY | os.O_CLOEXEC


class LogFile:
    """Adds each text in one piece, at once, so several processes may share the file."""

    def __init__(self, path: str) -> None:
        self._path = Path(path)
        self._open()

    def __call__(self, text: str) -> None:
        """Add the text; a full disk is told in the log and does not stop the caller."""
        try:
            self._follow()
            os.write(self._descriptor, text.encode("utf-8", "replace"))
        except OSError as error:
            log.error("cannot write %s: %s", self._path, error.strerror)  # noqa: TRY400

    def close(self) -> None:
        """Close the file."""
        os.close(self._descriptor)

    def _follow(self) -> None:
        """Open the file anew if someone moved or deleted it."""
        try:
            found = self._path.stat()
            if (found.st_dev, found.st_ino) == self._identity:
                return
        except FileNotFoundError:
            pass
        before = self._descriptor
        self._open()
        os.close(before)

    def _open(self) -> None:
        self._descriptor = os.open(self._path, _FLAGS, 0o600)
        opened = os.fstat(self._descriptor)
        self._identity = (opened.st_dev, opened.st_ino)
