"""Socket Mode: the app opens a websocket, and everything it is told comes over that instead of by HTTP."""

import asyncio
import hmac
import json
import secrets
import time
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Literal
from uuid import uuid4

from aiohttp import WSMsgType, web

from bot.playground.cast import APP
from bot.playground.outcome import SECONDS, Delivery
from bot.playground.record import Record
from bot.playground.rules import Refused
from bot.playground.schema import Json

CONNECTION_SECONDS = 3600
Kind = Literal["interactive", "slash_commands", "events_api"]


class Sockets:
    """The websockets the app has open, and what was sent over them that it has not acknowledged yet."""

    def __init__(
        self, app_token: str, base_url: Callable[[], str], accepted: Callable[[str], object], record: Record
    ) -> None:
        self._app_token = app_token
        self._base_url = base_url
        self._accepted = accepted
        self._record = record
        self._tickets: set[str] = set()
        self._open: list[web.WebSocketResponse] = []
        self._sent: dict[str, tuple[asyncio.Future[Any], bool]] = {}
        self._change = asyncio.Event()

    @property
    def connected(self) -> int:
        """How many websockets are open."""
        return len(self._open)

    def connections_open(self, token: str, _: Json) -> Json:
        """apps.connections.open: an address for one websocket."""
        if not token.startswith("xapp-"):
            self._accepted(token)
            raise Refused("not_allowed_token_type")
        if not self._app_token or not hmac.compare_digest(token.encode(), self._app_token.encode()):
            raise Refused("invalid_auth")
        ticket = secrets.token_urlsafe(16)
        self._tickets.add(ticket)
        address = self._base_url().rstrip("/").replace("http", "ws", 1)
        return {"url": f"{address}/socket/{ticket}"}

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Says hello on a new websocket, and listens to it for as long as it is open."""
        ticket = request.match_info["ticket"]
        if ticket not in self._tickets:
            raise web.HTTPForbidden(text="This address was used or never given out.")
        self._tickets.remove(ticket)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json(self._hello())
        self._open.append(socket)
        self._change.set()
        try:
            async for message in socket:
                if message.type == WSMsgType.TEXT:
                    self._acknowledged(message.data)
        finally:
            self._open.remove(socket)
            self._change.set()
        return socket

    async def send(
        self, kind: Kind, payload: Json, answerable: bool = False, retry: Json | None = None
    ) -> Delivery:
        """Sends an envelope over one of the websockets and waits for its acknowledgement."""
        envelope = {
            "type": kind,
            "envelope_id": str(uuid4()),
            "payload": payload,
            "accepts_response_payload": answerable,
            **(retry or {}),
        }
        # Slack spreads what it sends over all that are open.
        socket = self._open[0]
        self._open.append(self._open.pop(0))
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._sent[envelope["envelope_id"]] = answer, answerable
        started = time.perf_counter()
        try:
            await socket.send_json(envelope)
            body = await asyncio.wait_for(answer, SECONDS)
            return Delivery(HTTPStatus.OK, body, time.perf_counter() - started)
        except TimeoutError:
            return Delivery(0, "operation_timeout", time.perf_counter() - started)
        except ConnectionError:
            return Delivery(0, "dispatch_failed", time.perf_counter() - started)

    async def refresh(self) -> None:
        """Asks the app to replace every websocket, and waits until it has or its time is up."""
        old = [*self._open]
        for socket in old:
            await self._disconnect(socket, "refresh_requested")
        deadline = time.perf_counter() + SECONDS
        while old and time.perf_counter() < deadline:
            self._change.clear()
            if {*self._open} and not {*self._open} & {*old}:
                return
            try:
                await asyncio.wait_for(self._change.wait(), deadline - time.perf_counter())
            except TimeoutError:
                break
        for socket in old:
            await socket.close()

    async def close(self, _: web.Application) -> None:
        """Closes every websocket."""
        for socket in [*self._open]:
            await socket.close()

    async def _disconnect(self, socket: web.WebSocketResponse, reason: str) -> None:
        await socket.send_json(
            {"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-playground"}}
        )

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": self.connected + 1,
            "debug_info": {
                "host": "applink-playground",
                "build_number": 1,
                "approximate_connection_time": CONNECTION_SECONDS,
            },
            "connection_info": {"app_id": APP},
        }

    def _acknowledged(self, text: str) -> None:
        try:
            ack = json.loads(text)
            answer, answerable = self._sent.pop(ack["envelope_id"])
        except (ValueError, KeyError, TypeError):
            self._record.broke(
                f"socket: acknowledges nothing that was sent, or not for the first time: {text}"
            )
            return
        if ack.get("payload") and not answerable:
            self._record.broke("socket: an answer to an envelope that accepts none")
        if not answer.done():
            answer.set_result(ack.get("payload", ""))
