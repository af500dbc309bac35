"""Every call to Slack: counted where it leaves, at the one HTTP session, and made again when that is safe."""

from __future__ import annotations

import asyncio
import re
import time
from typing import TYPE_CHECKING, Any

import aiohttp
from slack_sdk.http_retry.builtin_async_handlers import AsyncConnectionErrorRetryHandler
from slack_sdk.http_retry.builtin_interval_calculators import FixedValueRetryIntervalCalculator

from bot import metrics

if TYPE_CHECKING:
    from types import SimpleNamespace

_METHOD = re.compile(r".*/api/([a-z]+(?:\.[A-Za-z0-9]+)+)")
_ELSEWHERE = "response_url"

_TOO_MANY, _WRONG, _BROKEN = 429, 400, 500

_NEVER_TWICE = ("/chat.postMessage", "/chat.scheduleMessage")
"""What Slack does once more each time it is asked; the other methods change nothing the second time."""


class OnceMore(AsyncConnectionErrorRetryHandler):
    """Makes a call once more whose connection broke, unless what it asks for could then be done twice."""

    def __init__(self) -> None:
        super().__init__(interval_calculator=FixedValueRetryIntervalCalculator(0.02))

    async def _can_retry_async(self, *, error: Exception | None = None, **about: Any) -> bool:
        lost = not isinstance(error, aiohttp.ClientConnectorError)  # which nobody has heard
        if lost and about["request"].url.endswith(_NEVER_TWICE):
            return False
        return await super()._can_retry_async(error=error, **about)


def counted() -> aiohttp.TraceConfig:
    """For the session: counts its requests, by Slack's method and the status of the answer."""
    trace = aiohttp.TraceConfig()
    trace.on_request_start.append(_started)
    trace.on_request_end.append(_answered)
    trace.on_request_exception.append(_unanswered)
    return trace


async def _started(
    _: aiohttp.ClientSession, call: SimpleNamespace, __: aiohttp.TraceRequestStartParams
) -> None:
    call.since = time.perf_counter()


async def _answered(
    _: aiohttp.ClientSession, call: SimpleNamespace, params: aiohttp.TraceRequestEndParams
) -> None:
    metrics.called(
        _method(params.url.path), _outcome(params.response.status), time.perf_counter() - call.since
    )


async def _unanswered(
    _: aiohttp.ClientSession, call: SimpleNamespace, params: aiohttp.TraceRequestExceptionParams
) -> None:
    late = isinstance(params.exception, (TimeoutError, asyncio.CancelledError))
    outcome = "late" if late else "unreachable"
    metrics.called(_method(params.url.path), outcome, time.perf_counter() - call.since)


def _method(path: str) -> str:
    found = _METHOD.fullmatch(path)
    return found[1] if found else _ELSEWHERE


def _outcome(status: int) -> str:
    if status < _WRONG:
        return "ok"
    if status == _TOO_MANY:
        return "limited"
    return "refused" if status < _BROKEN else "failed"
