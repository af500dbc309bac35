"""The page behind a link to an author's data, and the download: once, and in one browser.

Opening the link binds it to the browser with a cookie that no other site can have sent along, so the form on
the page needs nothing else to be theirs. What is downloaded is read while it is sent, and kept nowhere.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import structlog
from aiohttp import web

from bot.export import CSV, JSON, Source, as_json, as_tables
from bot.stores.away import AwayError
from bot.stores.links import LINK_SECONDS, Found, State
from bot.web.headers import ALWAYS
from bot.web.pages import PAGES

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.app import Parts
    from bot.stores.belongings import Belongings
    from bot.stores.links import Wanted

DATA_PATH = "/data"
COOKIE = "__Secure-decline-data"

_KINDS = {JSON: ("application/json", "json"), CSV: ("application/zip", "zip")}
_STATUS = {State.OTHER: 403, State.GONE: 404}
_AWAY = 503

_log = structlog.get_logger()


def data_pages(parts: web.AppKey[Any]) -> list[web.RouteDef]:
    """The routes of a link; HEAD is not one of them, as it would bind what nobody has seen."""

    async def show(request: web.Request) -> web.StreamResponse:
        return await _show(request, request.app[parts])

    async def download(request: web.Request) -> web.StreamResponse:
        return await _download(request, request.app[parts])

    at = DATA_PATH + "/{token}"
    return [web.get(at, show, allow_head=False), web.post(at, download)]


async def _show(request: web.Request, parts: Parts) -> web.StreamResponse:
    token = request.match_info["token"]
    try:
        found = await parts.desk.links.open(token, request.cookies.get(COOKIE, ""))
    except AwayError:
        return _refused(request, "away", _AWAY)
    if found.wanted is None or found.state is State.OTHER:
        return _instead(request, found)
    language = found.wanted.language
    page = _page(request.app[PAGES].export(language, found.wanted.format), language)
    if found.cookie:
        page.set_cookie(
            COOKIE,
            found.cookie,
            max_age=LINK_SECONDS,
            path=f"{DATA_PATH}/{token}",
            secure=True,
            httponly=True,
            samesite="Strict",
        )
    return page


async def _download(request: web.Request, parts: Parts) -> web.StreamResponse:
    try:
        await parts.desk.history.ping()  # a link is not used up for nothing
        found = await parts.desk.links.take(request.match_info["token"], request.cookies.get(COOKIE, ""))
        if found.wanted is None or found.state is not State.KNOWN:
            return _instead(request, found)
        source = await source_of(parts.desk.belongings, found.wanted)
    except AwayError:
        return _refused(request, "away", _AWAY)
    return await _send(request, found.wanted, source)


async def source_of(belongings: Belongings, wanted: Wanted) -> Source:
    """Where the data of a link's author is read from."""
    author = wanted.author
    about = await belongings.about(author)
    return Source(about, lambda: belongings.drafts(author), lambda: belongings.people(author))


async def _send(request: web.Request, wanted: Wanted, source: Source) -> web.StreamResponse:
    """Send the document as it is read; when that cannot go on, the browser sees that it is not whole."""
    made = datetime.now(UTC)
    kind, ending = _KINDS[wanted.format]
    response = web.StreamResponse(headers=request[ALWAYS])
    response.content_type = kind
    response.headers["Content-Disposition"] = f'attachment; filename="decline-{made:%Y-%m-%d}.{ending}"'
    response.headers["Cache-Control"] = "no-store"
    await response.prepare(request)
    try:
        async for piece in _pieces(wanted.format, source, made):
            await response.write(piece)
    except AwayError:
        _log.error("export broken off")
        if request.transport:
            request.transport.abort()
        return response
    await response.write_eof()
    return response


async def _pieces(form: str, source: Source, made: datetime) -> AsyncIterator[bytes]:
    if form == CSV:
        async for packed in as_tables(source, made):
            yield packed
    else:
        async for text in as_json(source, made):
            yield text.encode()


def _instead(request: web.Request, found: Found) -> web.Response:
    language = found.wanted.language if found.wanted else ""
    reason = "other" if found.state is State.OTHER else "gone"
    return _refused(request, reason, _STATUS[State(reason)], language)


def _refused(request: web.Request, reason: str, status: int, language: str = "") -> web.Response:
    pages = request.app[PAGES]
    language = language or pages.language_of(request)
    page = _page(pages.no_export(language, reason), language)
    page.set_status(status)
    return page


def _page(text: str, language: str) -> web.Response:
    return web.Response(text=text, content_type="text/html", headers={"Content-Language": language})
