"""Slack's side of the wire, as cheap as it can be: signed requests over connections that stay open."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import quantiles

Request = tuple[bytes, bytes]
"""The content type and the body."""

FORM, JSON = b"application/x-www-form-urlencoded", b"application/json"


@dataclass(frozen=True)
class Measured:
    """One round: how many interactions in how many seconds, and the seconds that each took, in order."""

    count: int
    seconds: float
    latencies: list[float]

    @property
    def per_second(self) -> float:
        """Throughput."""
        return self.count / self.seconds

    def percentile(self, number: int) -> float:
        """Seconds within which so many of a hundred interactions were answered."""
        if len(self.latencies) == 1:
            return self.latencies[0]
        return quantiles(self.latencies, n=100, method="inclusive")[number - 1]


class _Connection(asyncio.Protocol):
    """Sends the next request as soon as the last one is answered."""

    def __init__(self, make: Callable[[], bytes | None], latencies: list[float]) -> None:
        self._make, self._latencies = make, latencies
        self._read = b""
        self._sent = 0.0
        self.done = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: asyncio.Transport = transport
        self._next()

    def data_received(self, data: bytes) -> None:
        self._read += data
        if not is_whole(self._read):
            return
        self._latencies.append(time.perf_counter() - self._sent)
        if not self._read.startswith(b"HTTP/1.1 200"):
            self._end(RuntimeError(self._read[:400]))
            return
        self._read = b""
        self._next()

    def connection_lost(self, _: Exception | None) -> None:
        self._end(ConnectionResetError("the server hung up"))

    def _next(self) -> None:
        try:
            request = self._make()
        except Exception as error:  # noqa: BLE001 (whoever waits for this connection is told)
            self._end(RuntimeError(repr(error)))
            return
        if request is None:
            self._end(None)
            return
        self._sent = time.perf_counter()
        self._transport.write(request)

    def _end(self, error: Exception | None) -> None:
        if self.done.done():
            return
        if error:
            self.done.set_exception(error)
        else:
            self.done.set_result(None)
        self._transport.close()


def is_whole(read: bytes) -> bool:
    """Whether an answer has come to its end: after so many bytes, or after its last chunk."""
    end = read.find(b"\r\n\r\n")
    if end < 0:
        return False
    head = read[:end].lower()
    place = head.find(b"content-length:")
    if place >= 0:
        return len(read) >= end + 4 + int(head[place + 15 :].split(b"\r\n", 1)[0])
    return b"chunked" not in head or read.endswith(b"0\r\n\r\n")


async def press(
    port: int,
    path: str,
    secret: bytes,
    ask: Callable[[], Request],
    connections: int,
    seconds: float,
    most: int,
) -> Measured:
    """Send requests over some connections, for some seconds or until there were so many."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept: */*\r\n"
        "User-Agent: Slackbot 1.0 (+https://api.slack.com/robots)\r\n"
    ).encode()
    latencies: list[float] = []
    begun = time.perf_counter()
    left = most

    def make() -> bytes | None:
        nonlocal left
        if left == 0 or time.perf_counter() - begun > seconds:
            return None
        left -= 1
        kind, body = ask()
        at = b"%d" % time.time()
        signature = hmac.new(secret, b"v0:" + at + b":" + body, hashlib.sha256).hexdigest().encode()
        return (
            b"%bContent-Type: %b\r\nContent-Length: %d\r\nX-Slack-Request-Timestamp: %b\r\n"
            b"X-Slack-Signature: v0=%b\r\n\r\n%b" % (head, kind, len(body), at, signature, body)
        )

    loop = asyncio.get_running_loop()
    opened = [
        (await loop.create_connection(lambda: _Connection(make, latencies), "127.0.0.1", port))[1]
        for _ in range(connections)
    ]
    await asyncio.gather(*(one.done for one in opened))
    return Measured(len(latencies), time.perf_counter() - begun, latencies)
