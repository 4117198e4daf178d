"""Several processes behind one address: a parent that starts them, watches them and stops them."""

from __future__ import annotations

import logging
import os
import secrets
import select
import shutil
import signal
import socket
import sys
import tempfile
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from .http import GRACE_S, NOT_STARTED, OpenError, listen

if TYPE_CHECKING:
    from collections.abc import Callable

    from .settings import Settings

    Work = Callable[[Settings, socket.socket], None]

log = logging.getLogger(__name__)
FIRST_RETRY_S = 1.0
LAST_RETRY_S = 30.0
STEADY_S = 60.0
"""A worker that ran this long starts again without delay."""
REFUSALS = {2, NOT_STARTED}
"""With these a worker says that it cannot start; at the first start that is the end."""
_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD)


def serve_workers(settings: Settings, work: Work) -> int:
    """Run `work(settings, listener)` in `settings.workers` processes until told to stop.

    They share the listening socket and the keys that seal state, and each knows its number. Returns
    the exit status: 0, or that of a worker that could not start.
    """
    if not hasattr(os, "fork"):
        raise OpenError("MCP_WORKERS: this system cannot fork; use one worker")
    if not settings.state_keys:
        settings = replace(settings, state_keys=(secrets.token_urlsafe(48),))
    listener = listen(settings.host, settings.port)
    folder = tempfile.mkdtemp(prefix="mcp-")
    try:
        return _Parent(replace(settings, workers_folder=folder), listener, work).run()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class _Parent:
    """Does nothing but wait: for a child that ends, for a signal, for the time of a restart."""

    def __init__(self, settings: Settings, listener: socket.socket, work: Work) -> None:
        self._settings, self._listener, self._work = settings, listener, work
        self._children: dict[int, tuple[int, float]] = {}
        """Process id -> number of the worker, and when it started."""
        self._due: dict[int, float] = {}
        """Number of a worker that is to start -> when."""
        self._failures: dict[int, int] = {}
        self._status = 0
        self._stop_by: float | None = None
        self._lifeline = os.pipe()
        """Its writing end is open in the parent alone: a child that reads its end is orphaned."""

    def run(self) -> int:
        """Until the last child has ended."""
        bell, ring = socket.socketpair()
        bell.setblocking(False)
        ring.setblocking(False)
        signal.set_wakeup_fd(ring.fileno(), warn_on_full_buffer=False)
        for number in _SIGNALS:
            signal.signal(number, self._on_signal)
        self._due = dict.fromkeys(range(self._settings.workers), 0.0)
        while self._children or (self._due and self._stop_by is None):
            self._start_due()
            ready, _, _ = select.select([bell], [], [], self._patience())
            if ready:
                bell.recv(4096)
            self._reap()
            if self._stop_by is not None and time.monotonic() > self._stop_by:
                self._send(signal.SIGKILL)
        return self._status

    def _on_signal(self, number: int, _frame: object) -> None:
        if number != signal.SIGCHLD:
            self._stop()

    def _stop(self) -> None:
        if self._stop_by is None:
            self._stop_by = time.monotonic() + self._settings.drain_seconds + 2 * GRACE_S
            self._listener.close()  # who connects now is refused as soon as the workers let go
        self._send(signal.SIGTERM)

    def _send(self, number: int) -> None:
        for pid in self._children:
            os.kill(pid, number)

    def _patience(self) -> float:
        """Seconds until something has to be done."""
        times = list(self._due.values()) if self._stop_by is None else [self._stop_by]
        return max(0.0, min(times, default=time.monotonic() + 60.0) - time.monotonic())

    def _start_due(self) -> None:
        for index in [i for i, when in self._due.items() if when <= time.monotonic()]:
            if self._stop_by is None:
                del self._due[index]
                self._start(index)

    def _start(self, index: int) -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        pid = os.fork()
        if pid == 0:
            self._be_worker(index)
        self._children[pid] = (index, time.monotonic())
        if self._stop_by is not None:  # told to stop between the question and the fork
            os.kill(pid, signal.SIGTERM)

    def _be_worker(self, index: int) -> None:
        status = 1
        try:
            signal.set_wakeup_fd(-1)
            for number in _SIGNALS:
                signal.signal(number, signal.SIG_DFL)
            os.close(self._lifeline[1])
            threading.Thread(target=_end_with, args=(self._lifeline[0],), daemon=True).start()
            self._work(replace(self._settings, worker=index), self._listener)
            status = 0
        except SystemExit as end:
            status = end.code if isinstance(end.code, int) else 1
        except BaseException:
            log.exception("worker %d failed", index)
        finally:
            sys.stderr.flush()
            os._exit(status)

    def _reap(self) -> None:
        while self._children:
            pid, how = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            index, began = self._children.pop(pid)
            if self._stop_by is None:
                self._lost(index, os.waitstatus_to_exitcode(how), time.monotonic() - began)

    def _lost(self, index: int, status: int, seconds: float) -> None:
        """Start it again, later each time; if it cannot even start, give up."""
        if status in REFUSALS and index not in self._failures and seconds < STEADY_S:
            self._status = status
            self._stop()
            return
        failures = 0 if seconds > STEADY_S else self._failures.get(index, 0) + 1
        self._failures[index] = failures
        delay = min(FIRST_RETRY_S * 2 ** (failures - 1), LAST_RETRY_S) if failures else 0.0
        log.error("worker %d ended with %d; starting again in %.0f s", index, status, delay)
        self._due[index] = time.monotonic() + delay


def _end_with(lifeline: int) -> None:
    """Stop like at SIGTERM when the parent is gone."""
    os.read(lifeline, 1)
    os.kill(os.getpid(), signal.SIGTERM)
