"""Brings what somebody did to the app, with three seconds to answer: over a websocket, or signed by HTTP."""

import json
import time
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

from aiohttp import ClientError, ClientSession, ClientTimeout
from slack_sdk.signature import SignatureVerifier

from bot.playground.outcome import SECONDS, Delivery
from bot.playground.schema import Json
from bot.playground.sockets import Sockets

__all__ = ["Courier", "Delivery"]

FORM = "application/x-www-form-urlencoded"
NO_MORE: Mapping[str, str] = MappingProxyType({})


class Courier:
    """Brings commands, interactions and events to the app's one address, or over a websocket it has open."""

    def __init__(self, events_url: str, signing_secret: str, sockets: Sockets) -> None:
        self.events_url = events_url
        self._sockets = sockets
        self._verifier = SignatureVerifier(signing_secret)
        self._session: ClientSession | None = None

    async def open(self) -> None:
        """Opens the one HTTP session, inside the running loop."""
        self._session = ClientSession(timeout=ClientTimeout(total=SECONDS))

    async def close(self) -> None:
        """Closes the session."""
        if self._session:
            await self._session.close()

    async def command(self, payload: Json) -> Delivery:
        """A slash command is a form."""
        if self._sockets.connected:
            return await self._sockets.send("slash_commands", payload, answerable=True)
        return await self._post(urlencode(payload), FORM)

    async def interaction(self, payload: Json) -> Delivery:
        """An interaction is a form with one field, which is JSON."""
        if self._sockets.connected:
            answerable = payload["type"] == "view_submission"
            return await self._sockets.send("interactive", payload, answerable)
        return await self._post(urlencode({"payload": json.dumps(payload)}), FORM)

    async def event(self, payload: Json, retry: int = 0, reason: str = "") -> Delivery:
        """An event is JSON; when it is sent again the headers say so, and why."""
        if self._sockets.connected:
            attempt = {"retry_attempt": retry, "retry_reason": reason if retry else ""}
            return await self._sockets.send("events_api", payload, retry=attempt)
        again = {"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": reason} if retry else {}
        return await self._post(json.dumps(payload), "application/json", again)

    async def _post(self, body: str, content_type: str, more: Mapping[str, str] = NO_MORE) -> Delivery:
        if self._session is None:
            raise RuntimeError("serve Slack.site() before acting in it")
        # The real time, not the playground's clock: the app compares it with its own.
        sent = str(int(time.time()))
        headers = {
            "Content-Type": content_type,
            "X-Slack-Request-Timestamp": sent,
            "X-Slack-Signature": self._verifier.generate_signature(timestamp=sent, body=body) or "",
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            **more,
        }
        started = time.perf_counter()
        try:
            async with self._session.post(self.events_url, data=body.encode(), headers=headers) as response:
                text = await response.text()
                return Delivery(response.status, _parsed(text), time.perf_counter() - started)
        except TimeoutError:
            return Delivery(0, "operation_timeout", time.perf_counter() - started)
        except ClientError:
            return Delivery(0, "dispatch_failed", time.perf_counter() - started)


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
