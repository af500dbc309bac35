"""The line between the app and Redis, on which a test has things go wrong."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from hiredis import Reader

_AT_ONCE = 1 << 16

WRITES = {b"EVAL", b"SET", b"HSET", b"HDEL", b"SADD", b"ZREM", b"UNLINK", b"DEL"}
"""What the app changes anything with."""


@dataclass
class Line:
    """Passes on what the app and the server on a socket say to each other, while nothing is wrong."""

    server: Path
    port: int = 0
    refused: bool = False
    """Nobody is there."""
    mute: bool = False
    """The server hears, and its answers do not arrive."""
    cuts: int = 0
    """The line is cut once, after so many changes were made and before the last one is said to be."""
    then_refused: bool = False
    """After which nobody is there."""
    loading: bool = False
    """The server is there, and not ready."""
    seconds: float = 0.0
    """How long each answer is on its way."""
    cut: int = 0
    _open: set[asyncio.StreamWriter] = field(default_factory=set)

    @asynccontextmanager
    async def laid(self) -> AsyncIterator[Line]:
        """While this lasts there is a line."""
        listening = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = listening.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            listening.close()
            self.hang_up()

    def hang_up(self) -> None:
        """Ends every connection there is."""
        for one in self._open:
            one.close()

    def mended(self) -> None:
        """From here on nothing is wrong; what was cut or waits for an answer is gone."""
        wrong = self.refused or self.mute or self.loading
        self.refused = self.mute = self.then_refused = self.loading = False
        self.cuts, self.seconds = 0, 0.0
        if wrong:
            self.hang_up()

    async def _serve(self, asked: asyncio.StreamReader, app: asyncio.StreamWriter) -> None:
        if self.refused:
            app.close()
            return
        answers, server = await asyncio.open_unix_connection(str(self.server))
        both = {app, server}
        self._open |= both
        doomed = asyncio.Event()
        with suppress(OSError):
            await asyncio.gather(
                self._pass_on(asked, server, app, doomed), self._pass_back(answers, app, server, doomed)
            )
        for one in both:
            one.close()
        self._open -= both

    async def _pass_on(
        self,
        asked: asyncio.StreamReader,
        server: asyncio.StreamWriter,
        app: asyncio.StreamWriter,
        doomed: asyncio.Event,
    ) -> None:
        reader = Reader()
        while said := await asked.read(_AT_ONCE):
            reader.feed(said)
            commands = list(iter(reader.gets, False))
            if self.loading:
                app.write(b"-LOADING The server is loading the dataset in memory\r\n" * len(commands))
                continue
            if self.cuts and any(_changes(command) for command in commands):
                self.cuts -= 1
                if not self.cuts:
                    doomed.set()
            server.write(said)
        server.close()

    async def _pass_back(
        self,
        answers: asyncio.StreamReader,
        app: asyncio.StreamWriter,
        server: asyncio.StreamWriter,
        doomed: asyncio.Event,
    ) -> None:
        while said := await answers.read(_AT_ONCE):
            if doomed.is_set():
                self.cut += 1
                self.refused = self.then_refused
                if self.refused:
                    self.hang_up()
                server.close()
                break
            if self.seconds:
                await asyncio.sleep(self.seconds)
            if not self.mute:
                app.write(said)
        app.close()


def _changes(command: list[bytes]) -> bool:
    """Whether it changes anything that is kept, which an author's pace is not."""
    return command[0].upper() in WRITES and not command[-2].endswith(b":pace")
