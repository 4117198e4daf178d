"""What the workers of one server ask each other: small answers over sockets in a private folder."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from .settings import Settings

log = logging.getLogger(__name__)
PATIENCE_S = 2.0
"""A sibling that blocks is left out after this time."""


async def answer_siblings(
    settings: Settings, name: str, answer: Callable[[], Awaitable[bytes]]
) -> None:
    """Answer `ask_siblings(settings, name)` of the others until cancelled; for `app.spawn`."""
    path = _path(settings, name, settings.worker)
    path.unlink(missing_ok=True)  # of a worker that had this number before

    async def reply(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            writer.write(await answer())
            await writer.drain()
        writer.close()

    server = await asyncio.start_unix_server(reply, path)
    async with server:
        await server.serve_forever()


async def ask_siblings(settings: Settings, name: str) -> dict[int, bytes]:
    """What the other workers answer, by their number; those that do not are left out."""
    others = [i for i in range(settings.workers) if i != settings.worker]
    answers = await asyncio.gather(*(_ask(_path(settings, name, index)) for index in others))
    return {index: got for index, got in zip(others, answers, strict=True) if got is not None}


async def _ask(path: Path) -> bytes | None:
    try:
        async with asyncio.timeout(PATIENCE_S):
            reader, writer = await asyncio.open_unix_connection(path)
            try:
                return await reader.read()
            finally:
                writer.close()
    except OSError as error:  # also when it takes too long
        log.warning("a worker does not answer: %r", error)
        return None


def _path(settings: Settings, name: str, index: int) -> Path:
    return Path(settings.workers_folder) / f"{name}.{index}"
