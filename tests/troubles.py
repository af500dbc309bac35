"""What can go wrong at Slack: for each method, what it answers instead of doing its work, and how often."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from itertools import count

from aiohttp import web

Work = Callable[[web.Request], Awaitable[web.StreamResponse]]
"""What Slack does when nothing is wrong."""

Answer = Callable[[web.Request, Work], Awaitable[web.StreamResponse]]

ALWAYS = 1_000_000


@dataclass
class Troubles:
    """What Slack answers instead of doing its work, by method (`response_url` for all of those).

    `times`: so often, and then it works again.
    """

    answers: dict[str, Answer] = field(default_factory=dict)
    over: asyncio.Event = field(default_factory=asyncio.Event)
    met: list[str] = field(default_factory=list)

    def fails(self, *methods: str, times: int = ALWAYS) -> None:
        """Slack's own server fails."""

        async def answer(_: web.Request, __: Work) -> web.StreamResponse:
            return web.Response(status=503, text="upstream connect error")

        self._meets(methods, times, answer)

    def refuses(self, method: str, error: str, times: int = ALWAYS) -> None:
        """Slack understands, and says no."""

        async def answer(_: web.Request, __: Work) -> web.StreamResponse:
            return web.json_response({"ok": False, "error": error})

        self._meets((method,), times, answer)

    def limits(self, *methods: str, seconds: int = 30, times: int = ALWAYS) -> None:
        """Slack takes no more calls for some seconds."""

        async def answer(_: web.Request, __: Work) -> web.StreamResponse:
            said = {"ok": False, "error": "ratelimited"}
            return web.json_response(said, status=429, headers={"Retry-After": str(seconds)})

        self._meets(methods, times, answer)

    def hangs(self, *methods: str, times: int = ALWAYS) -> None:
        """Slack says nothing until the test is over."""

        async def answer(_: web.Request, __: Work) -> web.StreamResponse:
            await self.over.wait()
            return web.Response(status=503)

        self._meets(methods, times, answer)

    def is_slow(self, seconds: float, *methods: str, times: int = ALWAYS) -> None:
        """Slack does its work at once, and tells so only after some seconds."""

        async def answer(request: web.Request, work: Work) -> web.StreamResponse:
            done = await work(request)
            await asyncio.sleep(seconds)
            return done

        self._meets(methods, times, answer)

    def cuts(self, *methods: str, times: int = ALWAYS) -> None:
        """The connection is reset before Slack has done anything."""

        async def answer(request: web.Request, _: Work) -> web.StreamResponse:
            return _reset(request)

        self._meets(methods, times, answer)

    def swallows(self, *methods: str, times: int = ALWAYS) -> None:
        """Slack does its work, and the connection is reset before it can tell."""

        async def answer(request: web.Request, work: Work) -> web.StreamResponse:
            await work(request)
            return _reset(request)

        self._meets(methods, times, answer)

    def end(self) -> None:
        """From here on Slack works again."""
        self.answers.clear()
        self.met.clear()

    @web.middleware
    async def middleware(self, request: web.Request, handler: Work) -> web.StreamResponse:
        """Stands before the two addresses that the app calls."""
        is_url = request.path.startswith("/response/")
        method = "response_url" if is_url else request.match_info.get("method", "")
        answer = self.answers.get(method)
        if answer is None:
            return await handler(request)
        self.met.append(method)
        return await answer(request, handler)

    def _meets(self, methods: tuple[str, ...], times: int, answer: Answer) -> None:
        left = count(times, -1)

        async def for_now(request: web.Request, work: Work) -> web.StreamResponse:
            return await (answer(request, work) if next(left) > 0 else work(request))

        self.answers |= dict.fromkeys(methods, for_now)


def _reset(request: web.Request) -> web.StreamResponse:
    assert request.transport
    request.transport.abort()
    return web.Response()
