"""A wire tap before Redis: counts, at the socket, how often the app asks and waits for the answer."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

_COMMAND = re.compile(rb"\*\d+\r\n\$\d+\r\n([A-Z]+)\r\n")


@dataclass
class Tap:
    """What went through: for each round trip the first command of it."""

    url: str
    trips: list[str] = field(default_factory=list)


@asynccontextmanager
async def tapped(server: Path, at: Path) -> AsyncIterator[Tap]:
    """Listen on a socket for a server that listens on another."""
    tap = Tap(f"unix://{at}")

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        up, down = await asyncio.open_unix_connection(str(server))
        asking = False

        async def ask() -> None:
            nonlocal asking
            while data := await reader.read(1 << 20):
                if not asking and (found := _COMMAND.match(data)):
                    tap.trips.append(found[1].decode())
                asking = True
                down.write(data)

        async def answer() -> None:
            nonlocal asking
            while data := await up.read(1 << 20):
                asking = False
                writer.write(data)

        with suppress(ConnectionError, asyncio.CancelledError):
            await asyncio.wait(
                [asyncio.create_task(ask()), asyncio.create_task(answer())],
                return_when=asyncio.FIRST_COMPLETED,
            )
        for end in (writer, down):
            end.close()

    listening = await asyncio.start_unix_server(connected, str(at), limit=1 << 20)
    try:
        yield tap
    finally:
        listening.close()
