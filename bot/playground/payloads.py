"""What Slack sends to an app, in the shapes it uses."""

import re

from bot.playground.cast import APP, User
from bot.playground.conversations import Conversation, Message
from bot.playground.inputs import state
from bot.playground.installations import Origin
from bot.playground.schema import Json
from bot.playground.views import View
from bot.playground.workspace import Workspace

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


def command(
    origin: Origin,
    user: User,
    where: Conversation,
    name: str,
    text: str,
    trigger: str,
    response_url: str,
) -> Json:
    """A slash command: the one payload that is a plain form."""
    org = origin.team.enterprise
    return {
        "token": "deprecated",
        "team_id": origin.team.id,
        "team_domain": origin.team.domain,
        **({"enterprise_id": org.id, "enterprise_name": org.name} if org else {}),
        "channel_id": where.id,
        "channel_name": where.payload_name,
        "user_id": user.id,
        "user_name": user.name,
        "command": name,
        "text": text,
        "api_app_id": APP,
        "is_enterprise_install": "true" if origin.org_wide else "false",
        "response_url": response_url,
        "trigger_id": trigger,
    }


def global_shortcut(origin: Origin, user: User, callback_id: str, trigger: str, now: float) -> Json:
    """A shortcut that belongs to no message and no place."""
    asked = {"type": "shortcut", "callback_id": callback_id, "trigger_id": trigger}
    return {**asked, **_acting(origin, user, now)}


def message_shortcut(
    origin: Origin,
    user: User,
    where: Conversation,
    message: Message,
    callback_id: str,
    trigger: str,
    url: str,
    now: float,
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
        **_acting(origin, user, now),
    }


def message_action(
    origin: Origin,
    user: User,
    where: Conversation,
    message: Message,
    action: Json,
    trigger: str,
    url: str,
    now: float,
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
        **_common(origin, user),
    }
    return payload if message.only_for else {**payload, "message": posted(message)}


def view_action(origin: Origin, user: User, view: View, action: Json, trigger: str, now: float) -> Json:
    """A button or menu in a modal or a home tab."""
    return {
        "type": "block_actions",
        "api_app_id": APP,
        "container": {"type": "view", "view_id": view.id},
        "trigger_id": trigger,
        "view": view.payload(origin.org_wide),
        "actions": [{**action, "action_ts": f"{now:.6f}"}],
        **_common(origin, user),
    }


def submission(origin: Origin, user: User, view: View, trigger: str) -> Json:
    """A modal that is sent."""
    return {
        "type": "view_submission",
        "api_app_id": APP,
        "trigger_id": trigger,
        "view": view.payload(origin.org_wide),
        "response_urls": [],
        **_common(origin, user),
    }


def closed(origin: Origin, user: User, view: View, is_cleared: bool) -> Json:
    """A modal that is put away, which Slack tells only to apps that asked."""
    return {
        "type": "view_closed",
        "api_app_id": APP,
        "view": view.payload(origin.org_wide),
        "is_cleared": is_cleared,
        **_common(origin, user),
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
        "team": message.team.id,
        "blocks": blocks,
    }
    if message.by_app:
        described |= {"bot_id": message.team.bot, "app_id": APP}
    if message.edited:
        described["edited"] = {"user": message.user, "ts": message.ts}
    return {**described, **message.extra}


def _acting(origin: Origin, user: User, now: float) -> Json:
    # Slack names no workspace in a shortcut when the app is there for the whole organisation.
    nameless = {"team": None} if origin.org_wide else {}
    return {**_common(origin, user), **nameless, "action_ts": f"{now:.6f}"}


def _common(origin: Origin, user: User) -> Json:
    org = origin.team.enterprise
    team = {"id": origin.team.id, "domain": origin.team.domain}
    return {
        "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": user.team},
        "team": team | ({"enterprise_id": org.id, "enterprise_name": org.name} if org else {}),
        "enterprise": {"id": org.id, "name": org.name} if org else None,
        "is_enterprise_install": origin.org_wide,
        "token": "deprecated",
    }
