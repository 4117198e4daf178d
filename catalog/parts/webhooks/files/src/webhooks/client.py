"""One POST to a pinned address: nothing is resolved, redirected, kept or read at length."""

from __future__ import annotations

import asyncio
import ssl
from typing import TYPE_CHECKING

import h11

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .addresses import Address
    from .guard import Target

CONNECT_S = 5.0
"""For each address."""
MAX_BODY = 16 << 10
"""Bytes of the answer's body that are read, and thrown away."""
CHUNK = 8 << 10


class Answer:
    """What the receiver said: a status, and how long it wants to be left alone in seconds."""

    def __init__(self, status: int, retry_after: float | None = None) -> None:
        self.status = status
        self.retry_after = retry_after


def tls() -> ssl.SSLContext:
    """Certificates are checked, against the authorities that the system trusts."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    return context


async def post(
    target: Target,
    addresses: list[Address],
    headers: Mapping[str, str],
    body: bytes,
    context: ssl.SSLContext,
) -> Answer:
    """Send, and wait for the status; raises `OSError`, `TimeoutError`, `h11.ProtocolError`.

    The caller bounds the time. Host and TLS name stay those of the URL; the connection goes to one
    of the addresses, tried in order.
    """
    reader, writer = await _connect(target, addresses, context)
    try:
        connection = h11.Connection(h11.CLIENT)
        sent = [("Host", target.authority), ("Content-Length", str(len(body)))]
        sent += [("Connection", "close"), *headers.items()]
        request = h11.Request(method="POST", target=target.path, headers=sent)
        for event in (request, h11.Data(data=body), h11.EndOfMessage()):
            writer.write(connection.send(event) or b"")
        await writer.drain()
        return await _answer(connection, reader)
    finally:
        writer.transport.abort()


async def _connect(
    target: Target, addresses: list[Address], context: ssl.SSLContext
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    secure = target.scheme == "https"
    failure: OSError = OSError("no address")
    for address in addresses:
        try:
            return await asyncio.wait_for(
                asyncio.open_connection(
                    str(address),
                    target.port,
                    ssl=context if secure else None,
                    server_hostname=target.host if secure else None,
                ),
                CONNECT_S,
            )
        except OSError as error:  # includes TimeoutError and every failure of TLS
            failure = error
    raise failure


async def _answer(connection: h11.Connection, reader: asyncio.StreamReader) -> Answer:
    answer: Answer | None = None
    left = MAX_BODY
    while True:
        event = connection.next_event()
        if event is h11.NEED_DATA:
            try:
                connection.receive_data(await reader.read(CHUNK))
            except OSError:
                if answer is None:
                    raise
                return answer
        elif isinstance(event, h11.Response):
            answer = Answer(event.status_code, _retry_after(event))
        elif isinstance(event, h11.Data):
            left -= len(event.data)
        elif isinstance(event, h11.ConnectionClosed) and answer is None:
            raise ConnectionResetError("the receiver closed the connection without an answer")
        if answer is not None and (left <= 0 or not isinstance(event, _GOING_ON)):
            return answer


_GOING_ON = (h11.Response, h11.Data, type(h11.NEED_DATA))


def _retry_after(response: h11.Response) -> float | None:
    for name, value in response.headers:
        if name == b"retry-after" and value.isdigit() and len(value) < 8:  # noqa: PLR2004 - 115 days
            return float(value)
    return None
