"""What the Web API methods of this playground do, for an app with one token."""

from collections.abc import Callable, Sequence

from bot.playground.cast import APP, Enterprise, Team
from bot.playground.conversations import Conversation, Message
from bot.playground.installations import Token
from bot.playground.payloads import posted
from bot.playground.profiles import profile
from bot.playground.rules import Refused, check_message
from bot.playground.schema import Json
from bot.playground.views import View, Views
from bot.playground.workspace import Workspace

# Each method with the scope it needs, if any.
SCOPE_OF = {
    "auth.test": "",
    "users.info": "users:read",
    "views.open": "",
    "views.push": "",
    "views.update": "",
    "views.publish": "",
    "chat.postMessage": "chat:write",
    "chat.postEphemeral": "chat:write",
    "chat.update": "chat:write",
    "chat.delete": "chat:write",
    "chat.scheduleMessage": "chat:write",
    "chat.deleteScheduledMessage": "chat:write",
    "chat.scheduledMessages.list": "",
}


class Methods:
    """Calls with one token: they see its workspaces and nothing of any other."""

    def __init__(self, token: Token, workspaces: Sequence[Workspace], views: Views) -> None:
        self._token = token
        self._workspaces = workspaces
        self._views = views

    def call(self, method: str, arguments: Json) -> Json:
        """What a method answers."""
        methods: dict[str, Callable[[Json], Json]] = {
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
        return methods[method](arguments)

    def _auth_test(self, _: Json) -> Json:
        place, team = self._token.place, self._workspaces[0].team
        org = place if isinstance(place, Enterprise) else place.enterprise
        host = f"{place.domain}.enterprise" if self._token.org_wide else place.domain
        return {
            "url": f"https://{host}.slack.com/",
            "team": place.name,
            "user": self._workspaces[0].users[team.bot_user].name,
            "team_id": place.id,
            "user_id": team.bot_user,
            "bot_id": team.bot,
            **({"enterprise_id": org.id} if org else {}),
            "is_enterprise_install": self._token.org_wide,
        }

    def _users_info(self, arguments: Json) -> Json:
        here = self._where(_need(arguments, "user"))
        user = here.users.get(arguments["user"])
        if user is None:
            raise Refused("user_not_found")
        with_locale = arguments.get("include_locale") in (True, "1", "true", "True")
        return {"user": profile(user, here.team, here.language, with_locale)}

    def _views_open(self, arguments: Json) -> Json:
        trigger, content = _need(arguments, "trigger_id"), arguments.get("view", {})
        return self._shown(self._views.open(self._teams, trigger, content))

    def _views_push(self, arguments: Json) -> Json:
        trigger, content = _need(arguments, "trigger_id"), arguments.get("view", {})
        return self._shown(self._views.push(self._teams, trigger, content))

    def _views_update(self, arguments: Json) -> Json:
        if not arguments.get("view_id") and not arguments.get("external_id"):
            _need(arguments, "view_id")
        ids = arguments.get("view_id", ""), arguments.get("external_id", "")
        view = self._views.find(self._teams, *ids)
        return self._shown(self._views.update(view, arguments.get("view", {}), arguments.get("hash", "")))

    def _views_publish(self, arguments: Json) -> Json:
        user = _need(arguments, "user_id")
        self._where(user).app_dm(user)
        return self._shown(self._views.publish(user, arguments.get("view", {}), arguments.get("hash", "")))

    def _shown(self, view: View) -> Json:
        return {"view": view.payload(self._token.org_wide)}

    def _post_message(self, arguments: Json) -> Json:
        here, where = self._destination(arguments)
        text, blocks = _content(arguments)
        return _described(here.post(where.id, here.team.bot_user, text, blocks))

    def _post_ephemeral(self, arguments: Json) -> Json:
        here, where = self._destination(arguments)
        user = _need(arguments, "user")
        if user not in where.members:
            raise Refused("user_not_in_channel")
        text, blocks = _content(arguments)
        message = here.post(where.id, here.team.bot_user, text, blocks, only_for=user)
        return {"message_ts": message.ts}

    def _update_message(self, arguments: Json) -> Json:
        message = self._own_message(arguments, "cant_update_message")
        text, blocks = _content(arguments)
        self._where(message.channel).rewrite(message, text, blocks)
        message.edited = True
        return {**_described(message), "text": text}

    def _delete_message(self, arguments: Json) -> Json:
        message = self._own_message(arguments, "cant_delete_message")
        self._where(message.channel).remove(message)
        return {"channel": message.channel, "ts": message.ts}

    def _own_message(self, arguments: Json, otherwise: str) -> Message:
        channel = _need(arguments, "channel")
        message = self._where(channel).find(channel, _need(arguments, "ts"))
        if not message.by_app:
            raise Refused(otherwise)
        return message

    def _schedule(self, arguments: Json) -> Json:
        here, where = self._destination(arguments)
        text, blocks = _content(arguments)
        try:
            post_at = int(_need(arguments, "post_at"))
        except ValueError:
            raise Refused("invalid_time") from None
        kept = here.schedule(where.id, post_at, text, blocks)
        team = here.team
        message = {"type": "delayed_message", "text": text, "blocks": blocks, "app_id": APP}
        return {
            "channel": where.id,
            "scheduled_message_id": kept.id,
            "post_at": kept.post_at,
            "message": {**message, "bot_id": team.bot, "user": team.bot_user, "team": team.id},
        }

    def _unschedule(self, arguments: Json) -> Json:
        here, where = self._destination(arguments)
        wanted = _need(arguments, "scheduled_message_id")
        if wanted not in [each.id for each in here.pending(where.id)]:
            raise Refused("invalid_scheduled_message_id")
        del here.scheduled[wanted]
        return {}

    def _list_scheduled(self, arguments: Json) -> Json:
        if arguments.get("channel"):
            here, where = self._destination(arguments)
            waiting = here.pending(where.id)
        else:
            every = [(here, channel) for here in self._workspaces for channel in list(here.conversations)]
            waiting = [each for here, channel in every for each in here.pending(channel)]
        listed = [
            {"id": each.id, "channel_id": each.channel, "post_at": each.post_at, "text": each.text}
            for each in waiting
        ]
        return {"scheduled_messages": listed, "response_metadata": {"next_cursor": ""}}

    @property
    def _teams(self) -> list[Team]:
        return [here.team for here in self._workspaces]

    def _where(self, some_id: str) -> Workspace:
        """The workspace that knows a person or a conversation; when none does, one that can say so."""
        known = (here for here in self._workspaces if some_id in here.users or some_id in here.conversations)
        return next(known, self._workspaces[0])

    def _destination(self, arguments: Json) -> tuple[Workspace, Conversation]:
        channel = _need(arguments, "channel")
        here = self._where(channel)
        return here, here.bot_destination(channel)


def _need(arguments: Json, name: str) -> str:
    if arguments.get(name) in (None, ""):
        raise Refused("invalid_arguments", [f"[ERROR] missing required field: {name}"])
    return str(arguments[name])


def _content(arguments: Json) -> tuple[str, list[Json]]:
    check_message(arguments.get("text"), arguments.get("blocks"))
    return arguments.get("text") or "", arguments.get("blocks") or []


def _described(message: Message) -> Json:
    return {"channel": message.channel, "ts": message.ts, "message": posted(message)}
