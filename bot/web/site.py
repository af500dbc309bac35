"""The routes of the site."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.stores.history import AwayError
from bot.web.guard import LARGEST_BODY, MALFORMED, UNREADABLE, check
from bot.web.metrics import metrics_page

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from contextlib import AbstractAsyncContextManager

    from slack_bolt.app.async_app import AsyncApp

    from bot.stores.history import History

_BOLT = web.AppKey("bolt", object)
_HISTORY = web.AppKey("history", object)

_log = structlog.get_logger()

EVENTS_PATH = "/slack/events"
"""Where Slack sends commands, interactivity and events alike."""


def build_site(
    parts: Callable[[], AbstractAsyncContextManager[tuple[AsyncApp, History]]], metrics_token: str = ""
) -> web.Application:
    """Make the site; `parts` are entered when it starts, in the loop of its worker."""
    site = web.Application(client_max_size=LARGEST_BODY)

    async def live(site: web.Application) -> AsyncIterator[None]:
        async with parts() as (bolt, history):
            site[_BOLT], site[_HISTORY] = bolt, history
            yield

    async def from_slack(request: web.Request) -> web.Response:
        body = check(await request.read(), request.headers)
        bolt: AsyncApp = site[_BOLT]  # type: ignore[assignment]
        try:
            asked = AsyncBoltRequest(body=body, query=request.query_string, headers=dict(request.headers))
        except UNREADABLE:  # Bolt looks for ids in the body before it checks the signature
            raise web.HTTPBadRequest(text=MALFORMED) from None
        try:
            return await to_aiohttp_response(await bolt.async_dispatch(asked))
        except Exception as error:  # noqa: BLE001 (its message may hold what somebody wrote)
            _log.error("unanswered", error=type(error).__name__)
            return web.Response(status=500)

    async def ready(_: web.Request) -> web.Response:
        history: History = site[_HISTORY]  # type: ignore[assignment]
        try:
            await history.ping()
        except AwayError:
            return web.json_response({"redis": "away"}, status=503)
        return web.json_response({"redis": "ok"})

    async def healthy(_: web.Request) -> web.Response:
        return web.json_response({"app": "ok"})

    site.cleanup_ctx.append(live)
    site.add_routes(
        [web.post(EVENTS_PATH, from_slack), web.get("/healthz", healthy), web.get("/readyz", ready)]
    )
    site.add_routes(metrics_page(metrics_token))
    return site
