"""What every answer of the site says to a browser, and the pages for what went wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog
from aiohttp import web

from bot.web.pages import PAGES

if TYPE_CHECKING:
    from aiohttp.typedefs import Handler, Middleware

FOR_MACHINES = frozenset({"/slack/events", "/healthz", "/readyz", "/metrics"})
"""Addresses whose answers nobody reads: they stay as they are, whatever their status."""

_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none';"
    " base-uri 'none'"
)
"""Nothing but our own styles and pictures; adding the app is a link, which no directive is about."""

_ALWAYS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Server": "Decline",
}
_HTTPS_ONLY = {"Strict-Transport-Security": "max-age=31536000"}

ALWAYS = web.RequestKey("always", dict[str, str])
"""Where a request has those headers, for an answer that is sent bit by bit and cannot get them afterwards."""

_NOT_FOUND, _NOT_ALLOWED, _BROKEN = 404, 405, 500

_log = structlog.get_logger()


def strict(https: bool) -> Middleware:
    """Make the middleware; `https`: whether the site is reached over https, and must stay so.

    The pages for what went wrong are those that the site keeps under `PAGES`.
    """
    always = _ALWAYS | (_HTTPS_ONLY if https else {})

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        request[ALWAYS] = always
        try:
            response = await handler(request)
        except web.HTTPException as raised:
            page = _instead(request, raised)
            _mark(request, page or raised, always)
            if page is None:
                raise
            return page
        except Exception as error:  # noqa: BLE001 (its message may hold what somebody wrote)
            _log.error("page failed", error=type(error).__name__)
            response = web.Response(status=_BROKEN, text="500: Internal Server Error")
        response = _instead(request, response) or response
        _mark(request, response, always)
        return response

    return middleware


def _instead(request: web.Request, response: web.StreamResponse) -> web.Response | None:
    """The page in the place of a bare answer that a person would read; None when that should stay."""
    pages = request.config_dict.get(PAGES)
    if (
        pages is None
        or response.status not in {_NOT_FOUND, _NOT_ALLOWED, _BROKEN}
        or response.content_type == "text/html"
        or request.path in FOR_MACHINES
        or "text/html" not in request.headers.get("Accept", "")
    ):
        return None
    language = pages.language_of(request)
    text = pages.broken(language) if response.status == _BROKEN else pages.missing(language)
    page = web.Response(status=response.status, text=text, content_type="text/html")
    if "Allow" in response.headers:
        page.headers["Allow"] = response.headers["Allow"]
    return page


def _mark(request: web.Request, response: web.StreamResponse, always: dict[str, str]) -> None:
    response.headers.update(always)
    response.headers.setdefault("Cache-Control", "no-store")
    if response.content_type == "text/html" and (pages := request.config_dict.get(PAGES)):
        response.headers.setdefault("Content-Language", pages.language_of(request))
        response.headers.add("Vary", "Accept-Language")
