"""What Slack sends, byte by byte, made without the playground: also what no Slack client would send."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from aiohttp import ClientSession, ClientTimeout

if TYPE_CHECKING:
    from tests.conftest import World

FORM, JSON = "application/x-www-form-urlencoded", "application/json"
SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
TEAM, USER = "T0PLAY", "UYOU"
NOBODYS_TRIGGER = "1234567890.0987654321.00000000000000000000000000000000"


@dataclass(frozen=True)
class Answered:
    """What came back."""

    status: int
    text: str
    seconds: float

    @property
    def json(self) -> Any:
        """The answer as JSON."""
        return json.loads(self.text)


def signature(body: bytes, timestamp: str, secret: str = SECRET) -> str:
    """Slack's signature, as its documentation describes it."""
    signed = b"v0:" + timestamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


async def post(
    world: World,
    body: bytes | str,
    content_type: str = FORM,
    *,
    secret: str = SECRET,
    timestamp: str = "",
    **headers: str,
) -> Answered:
    """Send a body to the app, signed as Slack does; headers given by name (`X_Slack_Signature`) go before."""
    raw = body.encode() if isinstance(body, str) else body
    timestamp = timestamp or str(int(time.time()))
    sent = {
        "Content-Type": content_type,
        "X-Slack-Request-Timestamp": timestamp,
        "X-Slack-Signature": signature(raw, timestamp, secret),
    } | {name.replace("_", "-"): value for name, value in headers.items()}
    started = time.perf_counter()
    async with (
        ClientSession(timeout=ClientTimeout(total=10)) as session,
        session.post(world.events_url, data=BytesIO(raw), headers=sent) as response,
    ):
        return Answered(response.status, await response.text(), time.perf_counter() - started)


async def interaction(world: World, payload: dict[str, Any]) -> Answered:
    """Send a shortcut, an action or a submission."""
    return await post(world, urlencode({"payload": json.dumps(payload)}))


async def command(world: World, text: str, **overrides: str) -> Answered:
    """Send `/decline` and a text."""
    form = {
        "token": "deprecated",
        "team_id": TEAM,
        "team_domain": "playground",
        "channel_id": "DANA",
        "channel_name": "directmessage",
        "user_id": USER,
        "user_name": "robin",
        "command": "/decline",
        "text": text,
        "api_app_id": "A0DECLINE",
        "is_enterprise_install": "false",
        "response_url": "https://hooks.slack.com/commands/T0PLAY/1/nowhere",
        "trigger_id": NOBODYS_TRIGGER,
    }
    return await post(world, urlencode(form | overrides))


def message_shortcut(message: dict[str, Any], **overrides: Any) -> dict[str, Any]:
    """A shortcut used on a message."""
    return _payload(
        {
            "type": "message_action",
            "callback_id": "decline_message",
            "message_ts": message.get("ts", ""),
            "message": {"type": "message", "ts": "1700000000.000100", **message},
            "channel": {"id": "DANA", "name": "directmessage"},
            "response_url": "https://hooks.slack.com/app/T0PLAY/1/nowhere",
            "action_ts": "1700000000.000200",
        },
        overrides,
    )


def global_shortcut(**overrides: Any) -> dict[str, Any]:
    """A shortcut that belongs to no message."""
    return _payload(
        {"type": "shortcut", "callback_id": "decline", "action_ts": "1700000000.000200"}, overrides
    )


def block_action(action_id: str, **overrides: Any) -> dict[str, Any]:
    """A button in an ephemeral message of the app; `value` goes into the action."""
    action = {
        "type": "button",
        "action_id": action_id,
        "block_id": "draft:1",
        "text": {"type": "plain_text", "text": "Press"},
        "value": overrides.pop("value", ""),
        "action_ts": "1700000000.000200",
    }
    return _payload(
        {
            "type": "block_actions",
            "container": {"type": "message", "message_ts": "1700000000.000300", "is_ephemeral": True},
            "channel": {"id": "DANA", "name": "directmessage"},
            "response_url": "https://hooks.slack.com/actions/T0PLAY/1/nowhere",
            "state": {"values": {}},
            "actions": [action],
        },
        overrides,
    )


def view_submission(view: dict[str, Any], **overrides: Any) -> dict[str, Any]:
    """A modal that is sent."""
    return _payload({"type": "view_submission", "view": view, "response_urls": []}, overrides)


def view_action(view: dict[str, Any], action: dict[str, Any], **overrides: Any) -> dict[str, Any]:
    """A choice in a modal."""
    return _payload(
        {
            "type": "block_actions",
            "container": {"type": "view", "view_id": view["id"]},
            "view": view,
            "actions": [{"action_ts": "1700000000.000200", **action}],
        },
        overrides,
    )


def home_opened(tab: str = "home", user: str = USER) -> str:
    """The event for App Home, as JSON."""
    return json.dumps(
        {
            "token": "deprecated",
            "team_id": TEAM,
            "api_app_id": "A0DECLINE",
            "type": "event_callback",
            "event_id": "Ev0001",
            "event_time": 1_700_000_000,
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": TEAM,
                    "user_id": "UDECLINE",
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
            "event": {
                "type": "app_home_opened",
                "user": user,
                "channel": f"DAPP{user}",
                "tab": tab,
                "event_ts": "1700000000.000200",
            },
        }
    )


def fill(view: dict[str, Any], **typed: Any) -> dict[str, Any]:
    """The view with other values in its state, by action id, whatever Slack's client would say of them."""
    inputs = [inside for block in view["state"]["values"].values() for inside in block.items()]
    for action_id, value in typed.items():
        field = next(field for known, field in inputs if known == action_id)
        kind = field["type"]
        if kind == "multi_static_select":
            field["selected_options"] = [
                {"value": one, "text": {"type": "plain_text", "text": "?"}} for one in value
            ]
        elif kind in {"static_select", "radio_buttons"}:
            field["selected_option"] = {"value": value, "text": {"type": "plain_text", "text": "?"}}
        else:
            field[{"users_select": "selected_user", "datepicker": "selected_date"}.get(kind, "value")] = value
    return view


def _payload(own: dict[str, Any], overrides: dict[str, Any]) -> dict[str, Any]:
    common = {
        "team": {"id": TEAM, "domain": "playground"},
        "user": {"id": USER, "username": "robin", "name": "robin", "team_id": TEAM},
        "api_app_id": "A0DECLINE",
        "token": "deprecated",
        "enterprise": None,
        "is_enterprise_install": False,
        "trigger_id": NOBODYS_TRIGGER,
    }
    return common | own | overrides
