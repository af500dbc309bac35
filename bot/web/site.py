"""The routes of the site."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.stores.away import AwayError
from bot.web.guard import LARGEST_BODY, MALFORMED, UNREADABLE, check
from bot.web.headers import strict
from bot.web.metrics import metrics_page
from bot.web.pages import PAGES

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from contextlib import AbstractAsyncContextManager

    from bot.app import Parts
    from bot.web.pages import Pages

_log = structlog.get_logger()

EVENTS_PATH = "/slack/events"
"""Where Slack sends commands, interactivity and events alike."""


@dataclass(frozen=True, slots=True)
class Public:
    """What whoever runs the app says of it: its address, whom to write to, who may see its metrics."""

    url: str = ""
    support_email: str = ""
    metrics_token: str = ""


def build_site(
    parts: Callable[[], AbstractAsyncContextManager[Parts]], pages: Pages, public: Public
) -> web.Application:
    """Make the site; `parts` are entered when it starts, in the loop of its worker."""
    middlewares = [strict(https=public.url.startswith("https://"))]
    site = web.Application(client_max_size=LARGEST_BODY, middlewares=middlewares)
    site[PAGES] = pages
    key = web.AppKey("parts", object)

    async def live(site: web.Application) -> AsyncIterator[None]:
        async with parts() as made:
            site[key] = made
            yield

    async def from_slack(request: web.Request) -> web.Response:
        body = check(await request.read(), request.headers)
        made: Parts = site[key]  # type: ignore[assignment]
        try:
            asked = AsyncBoltRequest(body=body, query=request.query_string, headers=dict(request.headers))
        except UNREADABLE:  # Bolt looks for ids in the body before it checks the signature
            raise web.HTTPBadRequest(text=MALFORMED) from None
        try:
            return await to_aiohttp_response(await made.bolt.async_dispatch(asked))
        except Exception as error:  # noqa: BLE001 (its message may hold what somebody wrote)
            _log.error("unanswered", error=type(error).__name__)
            return web.Response(status=500)

    async def ready(_: web.Request) -> web.Response:
        made: Parts = site[key]  # type: ignore[assignment]
        try:
            await made.desk.history.ping()
        except AwayError:
            return web.json_response({"redis": "away"}, status=503)
        return web.json_response({"redis": "ok"})

    async def healthy(_: web.Request) -> web.Response:
        return web.json_response({"app": "ok"})

    async def install(request: web.Request) -> web.StreamResponse:
        made: Parts = site[key]  # type: ignore[assignment]
        if made.flow is None:
            return _page(404, pages.refused(pages.language_of(request), "not_installable"))
        try:
            return await to_aiohttp_response(await installing.begin(made.flow, request))
        except AwayError:
            return _page(503, pages.refused(pages.language_of(request), "storage_error"))

    async def installed(request: web.Request) -> web.StreamResponse:
        made: Parts = site[key]  # type: ignore[assignment]
        language = pages.language_of(request)
        if made.flow is None:
            return _page(404, pages.refused(language, "not_installable"))
        outcome = await installing.end(made.flow, request)
        if outcome.installed is None:
            page = _page(outcome.status, pages.refused(language, outcome.reason, scopes=outcome.missing))
        else:
            await installing.greet(made, outcome.installed)
            open_url = installing.address_in_slack(made.slack.api_url, outcome.installed)
            page = _page(200, pages.installed(language, workspace=outcome.installed.name, open_url=open_url))
        page.del_cookie(installing.COOKIE, path="/", secure=True, httponly=True)
        return page

    site.cleanup_ctx.append(live)
    site.add_routes(
        [
            web.post(EVENTS_PATH, from_slack),
            web.get(installing.INSTALL_PATH, install),
            web.get(installing.REDIRECT_PATH, installed),
            web.get("/healthz", healthy),
            web.get("/readyz", ready),
            *pages.routes(),
            *metrics_page(public.metrics_token),
        ]
    )
    return site


def _page(status: int, text: str) -> web.Response:
    return web.Response(status=status, text=text, content_type="text/html")
