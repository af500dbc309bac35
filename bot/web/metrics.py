"""The page of numbers, for whoever runs the app."""

from __future__ import annotations

import hmac

from aiohttp import web
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4

from bot import metrics


def metrics_page(token: str) -> list[web.RouteDef]:
    """The route of `/metrics`, for whoever sends this bearer token; without a token there is no such page."""
    if not token:
        return []

    async def show(request: web.Request) -> web.Response:
        scheme, _, given = request.headers.get("Authorization", "").partition(" ")
        known = hmac.compare_digest(given.encode("utf-8", "surrogateescape"), token.encode())
        if scheme.casefold() != "bearer" or not known:
            raise web.HTTPUnauthorized(headers={"WWW-Authenticate": "Bearer"})
        return web.Response(body=metrics.text(), headers={"Content-Type": CONTENT_TYPE_PLAIN_0_0_4})

    return [web.get("/metrics", show)]
