"""A Slack that costs next to nothing: it answers every call at once, and remembers the last of each method.

`python -m tests.benchmarks.slack PORT`. It checks nothing: whether the app keeps Slack's rules is for tests.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
from collections import Counter
from typing import ClassVar

import uvloop

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_USER = re.compile(rb"user=([UW][A-Z0-9]+)")

_VIEW = b'{"ok":true,"view":{"id":"V1","hash":"1700000000.a"}}'
_WHO = json.dumps(
    {
        "ok": True,
        "url": "https://bench.slack.com/",
        "team": "Bench",
        "user": "decline",
        "team_id": "T0BENCH",
        "user_id": "UDECLINE",
        "bot_id": "BDECLINE",
        "is_enterprise_install": False,
    }
).encode()


class Slack(asyncio.Protocol):
    """One connection of an app's."""

    calls: ClassVar[Counter[str]] = Counter()
    last: ClassVar[dict[str, bytes]] = {}

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begins."""
        self._transport: asyncio.Transport = transport
        self._read = b""

    def data_received(self, data: bytes) -> None:
        """Answers every request that is whole."""
        self._read += data
        while (end := self._read.find(b"\r\n\r\n")) >= 0:
            head = self._read[:end]
            found = _LENGTH.search(head)
            whole = end + 4 + (int(found[1]) if found else 0)
            if len(self._read) < whole:
                return
            body, self._read = self._read[end + 4 : whole], self._read[whole:]
            answer = self._answer(head.split(b" ", 2)[1], head, body)
            kind = b"application/json" if answer.startswith((b"{", b"[")) else b"text/plain"
            self._transport.write(
                b"HTTP/1.1 200 OK\r\nContent-Type: %b\r\nContent-Length: %d\r\n\r\n%b"
                % (kind, len(answer), answer)
            )

    def _answer(self, path: bytes, head: bytes, body: bytes) -> bytes:
        method = path.rpartition(b"/")[2].partition(b"?")[0].decode()
        if path == b"/calls":
            return json.dumps(self.calls).encode()
        if path.startswith(b"/last/"):
            return self.last[method]
        method = "response" if path.startswith(b"/response") else method
        self.calls[method] += 1
        self.last[method] = body
        if method == "auth.test":
            return _WHO
        if method == "users.info":
            user = _USER.search(path + b" " + body)
            return json.dumps({"ok": True, "user": person(user[1].decode() if user else "U0")}).encode()
        return b"ok" if method == "response" else _VIEW


def person(user: str) -> dict[str, object]:
    """A user as `users.info` tells."""
    return {
        "id": user,
        "name": user.lower(),
        "real_name": f"Person {user}",
        "tz": "Europe/Amsterdam",
        "locale": "en-US",
        "is_bot": False,
        "profile": {"first_name": "Kim", "display_name": "kim"},
    }


async def main(port: int) -> None:
    """Listen until told to stop."""
    server = await asyncio.get_running_loop().create_server(Slack, "127.0.0.1", port, backlog=1024)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1])))
