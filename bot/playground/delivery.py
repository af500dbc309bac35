"""Brings what somebody did to the app: signed, by HTTP, with three seconds to answer."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

from aiohttp import ClientError, ClientSession, ClientTimeout
from slack_sdk.signature import SignatureVerifier

from bot.playground.schema import Json

SECONDS = 3.0
FORM = "application/x-www-form-urlencoded"
NO_MORE: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class Delivery:
    """What the app answered; with status 0 nothing was sent or nothing came back, and the body says which."""

    status: int
    body: Any
    seconds: float

    @property
    def ok(self) -> bool:
        """Whether Slack takes this for an answer."""
        return self.status == HTTPStatus.OK


class Courier:
    """Posts to the app's one address for commands, interactions and events."""

    def __init__(self, events_url: str, signing_secret: str) -> None:
        self.events_url = events_url
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
        return await self._post(urlencode(payload), FORM)

    async def interaction(self, payload: Json) -> Delivery:
        """An interaction is a form with one field, which is JSON."""
        return await self._post(urlencode({"payload": json.dumps(payload)}), FORM)

    async def event(self, payload: Json, retry: int = 0, reason: str = "") -> Delivery:
        """An event is JSON; when it is sent again the headers say so, and why."""
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
