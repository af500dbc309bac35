"""Slack's two addresses for apps: the Web API and the response_urls."""

from collections.abc import Awaitable, Callable

from aiohttp import web

from bot.playground.record import CIRCUMSTANCES, Record
from bot.playground.response_urls import ResponseUrls
from bot.playground.rules import Refused
from bot.playground.schema import Json
from bot.playground.web_api import WebApi, read_call, read_json

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def api_calls(api: WebApi, record: Record) -> Handler:
    """Answers /api/<method>; like Slack, a refusal is a 200 that says so."""

    async def handle(request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        arguments: Json = {}
        token = ""
        try:
            token, arguments = await read_call(request)
            response = api.answer(method, token, arguments)
        except Refused as refused:
            record.refused(method, refused)
            response = refused.response()
        record.called(method, arguments, response)
        scopes = api.scopes(token)
        return web.json_response(response, headers={} if scopes is None else {"x-oauth-scopes": scopes})

    return handle


def response_url_posts(urls: ResponseUrls, record: Record) -> Handler:
    """Answers /response/<secret>; here a refusal shows in the status too."""

    async def handle(request: web.Request) -> web.StreamResponse:
        body: Json = {}
        response: Json = {"ok": True}
        status = 200
        try:
            body = await read_json(request)
            urls.use(request.match_info["secret"], body)
        except Refused as refused:
            record.refused("response_url", refused)
            response = refused.response()
            status = 404 if refused.error in CIRCUMSTANCES else 400
        record.called("response_url", body, response)
        return web.json_response(response, status=status)

    return handle
