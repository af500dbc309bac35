"""The Web API: who calls, with which token and scopes, and what is then answered."""

import base64
import binascii
import json
from collections.abc import Callable
from typing import Any

from aiohttp import web

from bot.playground.installations import Installations
from bot.playground.methods import SCOPE_OF, Methods
from bot.playground.rules import Refused
from bot.playground.schema import Json
from bot.playground.views import Views
from bot.playground.workspace import Workspace

# Methods that exist, which this playground does not have; each with the scope it needs.
ELSEWHERE = {
    "conversations.history": "im:history",
    "conversations.replies": "im:history",
    "conversations.info": "im:read",
    "conversations.list": "im:read",
    "conversations.members": "im:read",
    "conversations.open": "im:write",
    "conversations.join": "channels:join",
    "reactions.add": "reactions:write",
    "files.getUploadURLExternal": "files:write",
    "users.lookupByEmail": "users:read.email",
    "search.messages": "search:read",
}
STRUCTURED = ("view", "blocks", "metadata")


class WebApi:
    """Answers method calls: the token first, then the method and its scope, then its arguments."""

    def __init__(self, installations: Installations, workspaces: dict[str, Workspace], views: Views) -> None:
        self._installations = installations
        self._workspaces = workspaces
        self._views = views
        self._tokenless: dict[str, Callable[[str, Json], Json]] = {}

    def add(self, method: str, answer: Callable[[str, Json], Json]) -> None:
        """Adds a method that takes something else than a bot token."""
        self._tokenless[method] = answer

    def answer(self, method: str, token: str, arguments: Json) -> Json:
        """The result of one call, or a Refused."""
        if method in self._tokenless:
            return {"ok": True, **self._tokenless[method](token, arguments)}
        if token.startswith("xapp-"):
            raise Refused("not_allowed_token_type")
        accepted = self._installations.accepted(token)
        accepted.need(ELSEWHERE.get(method, SCOPE_OF.get(method, "")))
        if method not in SCOPE_OF:
            raise Refused("unknown_method", req_method=method)
        teams = self._installations.within(accepted.place)
        here = [self._workspaces[team.id] for team in teams]
        return {"ok": True, **Methods(accepted, here, self._views).call(method, arguments)}

    def scopes(self, token: str) -> str | None:
        """What a token may do, as the header of every answer says; nothing of a token that is none."""
        try:
            return ",".join(self._installations.accepted(token).scopes)
        except Refused:
            return None


async def read_call(request: web.Request) -> tuple[str, Json]:
    """The token and arguments of a call, from a JSON body, a form or the query."""
    arguments: Json = dict(request.query)
    if request.content_type == "application/json":
        arguments |= await read_json(request)
    else:
        arguments |= dict(await request.post())
    for name in STRUCTURED:
        if isinstance(arguments.get(name), str):
            arguments[name] = _decoded(name, arguments[name])
    kind, _, credentials = request.headers.get("Authorization", "").partition(" ")
    if kind == "Basic":
        arguments |= _client(credentials)
    return arguments.pop("token", "") or (credentials if kind == "Bearer" else ""), arguments


async def read_json(request: web.Request) -> Json:
    """The JSON object in a body, or Slack's refusal of anything else."""
    try:
        body = await request.json()
    except ValueError:
        raise Refused("invalid_json") from None
    if not isinstance(body, dict):
        raise Refused("json_not_object")
    return body


def _client(credentials: str) -> Json:
    try:
        client_id, _, client_secret = base64.b64decode(credentials, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise Refused("invalid_client_id") from None
    return {"client_id": client_id, "client_secret": client_secret}


def _decoded(name: str, text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        raise Refused("invalid_arguments", [f"[ERROR] `{name}` is not JSON"]) from None
