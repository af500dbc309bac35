"""The routes of the site."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import structlog
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.signature import SignatureVerifier

from bot.stores.away import AwayError
from bot.web import installing
from bot.web.data import data_pages
from bot.web.guard import LARGEST_BODY, MALFORMED, UNREADABLE, admitted
from bot.web.headers import strict
from bot.web.metrics import metrics_page
from bot.web.pages import PAGES

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from contextlib import AbstractAsyncContextManager

    from bot.app import Parts
    from bot.web.pages import Pages

_PARTS: web.AppKey[Any] = web.AppKey("parts")
_VERIFIER = web.AppKey("verifier", SignatureVerifier)

_log = structlog.get_logger()

_READ = "socket_mode"
"""What Bolt calls a request whose signature is checked and whose body is read before it comes to Bolt."""

EVENTS_PATH = "/slack/events"
"""Where Slack sends commands, interactivity and events alike."""


@dataclass(frozen=True, slots=True)
class Public:
    """What whoever runs the app says of it: its address, whom to write to, who may see its metrics."""

    url: str = ""
    support_email: str = ""
    metrics_token: str = field(default="", repr=False)


def build_site(
    parts: Callable[[], AbstractAsyncContextManager[Parts]],
    verifier: SignatureVerifier,
    pages: Pages,
    public: Public,
) -> web.Application:
    """Make the site; `parts` are entered when it starts, in the loop of its worker."""
    middlewares = [strict(https=public.url.startswith("https://"))]
    site = web.Application(client_max_size=LARGEST_BODY, middlewares=middlewares)
    site[PAGES] = pages
    site[_VERIFIER] = verifier

    async def live(site: web.Application) -> AsyncIterator[None]:
        async with parts() as made:
            site[_PARTS] = made
            yield

    site.cleanup_ctx.append(live)
    site.add_routes(
        [
            web.post(EVENTS_PATH, _from_slack),
            web.get(installing.INSTALL_PATH, _install),
            web.get(installing.REDIRECT_PATH, _installed),
            web.get("/healthz", _healthy),
            web.get("/readyz", _ready),
            *data_pages(_PARTS),
            *pages.routes(),
            *metrics_page(public.metrics_token),
        ]
    )
    return site


async def _from_slack(request: web.Request) -> web.Response:
    parts: Parts = request.app[_PARTS]
    payload = admitted(await request.read(), request.headers, request.app[_VERIFIER])
    try:
        asked = AsyncBoltRequest(body=payload, headers=dict(request.headers), mode=_READ)
    except UNREADABLE:  # Bolt looks for ids in it
        raise web.HTTPBadRequest(text=MALFORMED) from None
    try:
        return await to_aiohttp_response(await parts.bolt.async_dispatch(asked))
    except UNREADABLE as error:  # Bolt takes for granted what Slack signs
        _log.error("unreadable", reference=secrets.token_hex(4), error=type(error).__name__)
        return web.Response()
    except Exception as error:  # noqa: BLE001 (its message may hold what somebody wrote)
        _log.error("unanswered", reference=secrets.token_hex(4), error=type(error).__name__)
        return web.Response(status=500)


async def _install(request: web.Request) -> web.Response:
    parts: Parts = request.app[_PARTS]
    if parts.flow is None:
        return _refused(request, installing.NOT_INSTALLABLE)
    try:
        return await installing.begin(parts.flow, request)
    except AwayError:
        return _refused(request, installing.NOT_KEPT)


async def _installed(request: web.Request) -> web.Response:
    parts: Parts = request.app[_PARTS]
    pages = request.app[PAGES]
    if parts.flow is None:
        return _refused(request, installing.NOT_INSTALLABLE)
    outcome = await installing.end(parts.flow, request)
    if outcome.installed is None:
        return _refused(request, outcome)
    await installing.greet(parts, outcome.installed)
    text = pages.installed(
        pages.language_of(request),
        workspace=outcome.installed.name,
        open_url=installing.address_in_slack(parts.slack.api_url, outcome.installed),
    )
    return web.Response(text=text, content_type="text/html")


def _refused(request: web.Request, outcome: installing.Outcome) -> web.Response:
    pages = request.app[PAGES]
    text = pages.refused(pages.language_of(request), outcome.reason, scopes=outcome.missing)
    return web.Response(status=outcome.status, text=text, content_type="text/html")


async def _ready(request: web.Request) -> web.Response:
    parts: Parts = request.app[_PARTS]
    try:
        await parts.desk.history.ping()
    except AwayError:
        return web.json_response({"redis": "away"}, status=503)
    return web.json_response({"redis": "ok"})


async def _healthy(_: web.Request) -> web.Response:
    return web.json_response({"app": "ok"})
