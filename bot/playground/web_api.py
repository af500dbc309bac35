"""The Web API methods an app with the scopes commands, chat:write and users:read can call, and no others."""

import hmac
import json
from collections.abc import Callable
from typing import Any

from aiohttp import web

from bot.playground.cast import APP, BOT, BOT_USER, TEAM
from bot.playground.conversations import Message
from bot.playground.payloads import posted
from bot.playground.profiles import profile
from bot.playground.rules import Refused, check_message
from bot.playground.schema import Json
from bot.playground.views import Views
from bot.playground.workspace import Workspace

SCOPES = "commands,chat:write,users:read"
# Methods that exist, for which this app has no permission.
OUT_OF_SCOPE = {
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
    """Answers method calls: the token first, then the method, then its arguments."""

    def __init__(self, workspace: Workspace, views: Views, bot_token: str) -> None:
        self._workspace = workspace
        self._views = views
        self._token = bot_token
        self._methods: dict[str, Callable[[Json], Json]] = {
            "auth.test": self._auth_test,
            "users.info": self._users_info,
            "views.open": self._views_open,
            "views.push": self._views_push,
            "views.update": self._views_update,
            "views.publish": self._views_publish,
            "chat.postMessage": self._post_message,
            "chat.postEphemeral": self._post_ephemeral,
            "chat.update": self._update_message,
            "chat.delete": self._delete_message,
            "chat.scheduleMessage": self._schedule,
            "chat.deleteScheduledMessage": self._unschedule,
            "chat.scheduledMessages.list": self._list_scheduled,
        }

    def answer(self, method: str, token: str, arguments: Json) -> Json:
        """The result of one call, or a Refused."""
        if not token:
            raise Refused("not_authed")
        if not hmac.compare_digest(token.encode(), self._token.encode()):
            raise Refused("invalid_auth")
        if method in OUT_OF_SCOPE:
            raise Refused("missing_scope", needed=OUT_OF_SCOPE[method], provided=SCOPES)
        if method not in self._methods:
            raise Refused("unknown_method", req_method=method)
        return {"ok": True, **self._methods[method](arguments)}

    def _auth_test(self, _: Json) -> Json:
        user = self._workspace.users[BOT_USER]
        return {
            "url": "https://playground.slack.com/",
            "team": "Playground",
            "user": user.name,
            "team_id": TEAM,
            "user_id": user.id,
            "bot_id": BOT,
            "is_enterprise_install": False,
        }

    def _users_info(self, arguments: Json) -> Json:
        user = self._workspace.users.get(_need(arguments, "user"))
        if user is None:
            raise Refused("user_not_found")
        with_locale = arguments.get("include_locale") in (True, "1", "true", "True")
        return {"user": profile(user, self._workspace.language, with_locale)}

    def _views_open(self, arguments: Json) -> Json:
        return {"view": self._views.open(_need(arguments, "trigger_id"), arguments.get("view", {})).payload()}

    def _views_push(self, arguments: Json) -> Json:
        return {"view": self._views.push(_need(arguments, "trigger_id"), arguments.get("view", {})).payload()}

    def _views_update(self, arguments: Json) -> Json:
        if not arguments.get("view_id") and not arguments.get("external_id"):
            _need(arguments, "view_id")
        view = self._views.update(
            arguments.get("view", {}),
            arguments.get("view_id", ""),
            arguments.get("external_id", ""),
            arguments.get("hash", ""),
        )
        return {"view": view.payload()}

    def _views_publish(self, arguments: Json) -> Json:
        user = _need(arguments, "user_id")
        self._workspace.app_dm(user)
        view = self._views.publish(user, arguments.get("view", {}), arguments.get("hash", ""))
        return {"view": view.payload()}

    def _post_message(self, arguments: Json) -> Json:
        where = self._workspace.bot_destination(_need(arguments, "channel"))
        text, blocks = _content(arguments)
        return _described(self._workspace.post(where.id, BOT_USER, text, blocks))

    def _post_ephemeral(self, arguments: Json) -> Json:
        where = self._workspace.bot_destination(_need(arguments, "channel"))
        user = _need(arguments, "user")
        if user not in where.members:
            raise Refused("user_not_in_channel")
        text, blocks = _content(arguments)
        message = self._workspace.post(where.id, BOT_USER, text, blocks, only_for=user)
        return {"message_ts": message.ts}

    def _update_message(self, arguments: Json) -> Json:
        message = self._own_message(arguments, "cant_update_message")
        text, blocks = _content(arguments)
        self._workspace.rewrite(message, text, blocks)
        message.edited = True
        return {**_described(message), "text": text}

    def _delete_message(self, arguments: Json) -> Json:
        message = self._own_message(arguments, "cant_delete_message")
        self._workspace.remove(message)
        return {"channel": message.channel, "ts": message.ts}

    def _own_message(self, arguments: Json, otherwise: str) -> Message:
        message = self._workspace.find(_need(arguments, "channel"), _need(arguments, "ts"))
        if not message.by_app:
            raise Refused(otherwise)
        return message

    def _schedule(self, arguments: Json) -> Json:
        where = self._workspace.bot_destination(_need(arguments, "channel"))
        text, blocks = _content(arguments)
        try:
            post_at = int(_need(arguments, "post_at"))
        except ValueError:
            raise Refused("invalid_time") from None
        kept = self._workspace.schedule(where.id, post_at, text, blocks)
        message = {"type": "delayed_message", "text": text, "bot_id": BOT, "user": BOT_USER, "team": TEAM}
        return {
            "channel": where.id,
            "scheduled_message_id": kept.id,
            "post_at": kept.post_at,
            "message": {**message, "app_id": APP, "blocks": blocks},
        }

    def _unschedule(self, arguments: Json) -> Json:
        where = self._workspace.bot_destination(_need(arguments, "channel"))
        wanted = _need(arguments, "scheduled_message_id")
        if wanted not in [each.id for each in self._workspace.pending(where.id)]:
            raise Refused("invalid_scheduled_message_id")
        del self._workspace.scheduled[wanted]
        return {}

    def _list_scheduled(self, arguments: Json) -> Json:
        channel = arguments.get("channel")
        channels = [self._workspace.bot_destination(channel).id] if channel else self._workspace.conversations
        waiting = [each for one in list(channels) for each in self._workspace.pending(one)]
        listed = [
            {"id": each.id, "channel_id": each.channel, "post_at": each.post_at, "text": each.text}
            for each in waiting
        ]
        return {"scheduled_messages": listed, "response_metadata": {"next_cursor": ""}}


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
    bearer = request.headers.get("Authorization", "").removeprefix("Bearer ")
    return arguments.pop("token", "") or bearer, arguments


async def read_json(request: web.Request) -> Json:
    """The JSON object in a body, or Slack's refusal of anything else."""
    try:
        body = await request.json()
    except ValueError:
        raise Refused("invalid_json") from None
    if not isinstance(body, dict):
        raise Refused("json_not_object")
    return body


def _decoded(name: str, text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        raise Refused("invalid_arguments", [f"[ERROR] `{name}` is not JSON"]) from None


def _need(arguments: Json, name: str) -> str:
    if arguments.get(name) in (None, ""):
        raise Refused("invalid_arguments", [f"[ERROR] missing required field: {name}"])
    return str(arguments[name])


def _content(arguments: Json) -> tuple[str, list[Json]]:
    check_message(arguments.get("text"), arguments.get("blocks"))
    return arguments.get("text") or "", arguments.get("blocks") or []


def _described(message: Message) -> Json:
    return {"channel": message.channel, "ts": message.ts, "message": posted(message)}
