"""What Slack sends to an app, in the shapes it uses."""

import re
import secrets

from bot.playground.cast import APP, BOT, BOT_USER, TEAM, User
from bot.playground.conversations import Conversation, Message, new_id
from bot.playground.inputs import state
from bot.playground.schema import Json
from bot.playground.views import View
from bot.playground.workspace import Workspace

DOMAIN = "playground"
_MENTION = re.compile(r"(?<![\w<])([@#])([\w.-]*\w)")


def typed_by_person(text: str, workspace: Workspace) -> str:
    """Text from the composer as Slack stores it: escaped, with known @people and #channels as references."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    people = {user.name: user.id for user in workspace.users.values()}
    channels = {each.name: each.id for each in workspace.conversations.values() if each.name}

    def reference(match: re.Match[str]) -> str:
        sign, name = match.groups()
        found = (people if sign == "@" else channels).get(name.lower())
        return f"<{sign}{found}|{name.lower()}>" if found else match[0]

    return _MENTION.sub(reference, escaped)


def command(user: User, where: Conversation, name: str, text: str, trigger: str, response_url: str) -> Json:
    """A slash command: the one payload that is a plain form."""
    return {
        "token": "deprecated",
        "team_id": TEAM,
        "team_domain": DOMAIN,
        "channel_id": where.id,
        "channel_name": where.payload_name,
        "user_id": user.id,
        "user_name": user.name,
        "command": name,
        "text": text,
        "api_app_id": APP,
        "is_enterprise_install": "false",
        "response_url": response_url,
        "trigger_id": trigger,
    }


def global_shortcut(user: User, callback_id: str, trigger: str, now: float) -> Json:
    """A shortcut that belongs to no message and no place."""
    return {"type": "shortcut", "callback_id": callback_id, "trigger_id": trigger, **_acting(user, now)}


def message_shortcut(
    user: User, where: Conversation, message: Message, callback_id: str, trigger: str, url: str, now: float
) -> Json:
    """A shortcut used on a message, with the message in full."""
    return {
        "type": "message_action",
        "callback_id": callback_id,
        "trigger_id": trigger,
        "response_url": url,
        "message_ts": message.ts,
        "message": posted(message),
        "channel": {"id": where.id, "name": where.payload_name},
        **_acting(user, now),
    }


def message_action(
    user: User, where: Conversation, message: Message, action: Json, trigger: str, url: str, now: float
) -> Json:
    """A button or menu in a message; Slack leaves the message out when it is ephemeral."""
    payload = {
        "type": "block_actions",
        "api_app_id": APP,
        "container": {
            "type": "message",
            "message_ts": message.ts,
            "channel_id": where.id,
            "is_ephemeral": message.only_for is not None,
        },
        "trigger_id": trigger,
        "response_url": url,
        "channel": {"id": where.id, "name": where.payload_name},
        "state": state(message.blocks, message.typed),
        "actions": [{**action, "action_ts": f"{now:.6f}"}],
        **_common(user),
    }
    return payload if message.only_for else {**payload, "message": posted(message)}


def view_action(user: User, view: View, action: Json, trigger: str, now: float) -> Json:
    """A button or menu in a modal or a home tab."""
    return {
        "type": "block_actions",
        "api_app_id": APP,
        "container": {"type": "view", "view_id": view.id},
        "trigger_id": trigger,
        "view": view.payload(),
        "actions": [{**action, "action_ts": f"{now:.6f}"}],
        **_common(user),
    }


def submission(user: User, view: View, trigger: str) -> Json:
    """A modal that is sent."""
    return {
        "type": "view_submission",
        "api_app_id": APP,
        "trigger_id": trigger,
        "view": view.payload(),
        "response_urls": [],
        **_common(user),
    }


def closed(user: User, view: View, is_cleared: bool) -> Json:
    """A modal that is put away, which Slack tells only to apps that asked."""
    return {
        "type": "view_closed",
        "api_app_id": APP,
        "view": view.payload(),
        "is_cleared": is_cleared,
        **_common(user),
    }


def home_opened(user: User, channel: str, tab: str, view: View | None, now: float) -> Json:
    """The event for somebody looking at the app's home or messages tab."""
    event: Json = {
        "type": "app_home_opened",
        "user": user.id,
        "channel": channel,
        "tab": tab,
        "event_ts": f"{now:.6f}",
    }
    if view:
        event["view"] = view.payload()
    return _told(event, now)


def profile_changed(user: Json, now: float) -> Json:
    """The event for somebody who changed their profile, or the language of their Slack."""
    return _told({"type": "user_change", "user": user, "event_ts": f"{now:.6f}"}, now)


def _told(event: Json, now: float) -> Json:
    return {
        "token": "deprecated",
        "team_id": TEAM,
        "api_app_id": APP,
        "event": event,
        "type": "event_callback",
        "event_id": new_id("Ev"),
        "event_time": int(now),
        "authorizations": [
            {"enterprise_id": None, "team_id": TEAM, "user_id": BOT_USER, "is_bot": True}
            | {"is_enterprise_install": False}
        ],
        "is_ext_shared_channel": False,
        "event_context": secrets.token_hex(12),
    }


def posted(message: Message) -> Json:
    """A message as Slack describes it."""
    rich = [{"type": "rich_text_section", "elements": [{"type": "text", "text": message.text or " "}]}]
    blocks = message.blocks or [{"type": "rich_text", "block_id": message.ts[-5:], "elements": rich}]
    described: Json = {
        "type": "message",
        "user": message.user,
        "ts": message.ts,
        "text": message.text,
        "team": TEAM,
        "blocks": blocks,
    }
    if message.by_app:
        described |= {"bot_id": BOT, "app_id": APP}
    if message.edited:
        described["edited"] = {"user": message.user, "ts": message.ts}
    return {**described, **message.extra}


def _acting(user: User, now: float) -> Json:
    return {**_common(user), "action_ts": f"{now:.6f}"}


def _common(user: User) -> Json:
    return {
        "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": user.team},
        "team": {"id": TEAM, "domain": DOMAIN},
        "enterprise": None,
        "is_enterprise_install": False,
        "token": "deprecated",
    }
