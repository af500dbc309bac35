"""What is measured: what people do in Slack, as the requests that Slack sends for it."""

from __future__ import annotations

import json
import random
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from urllib.parse import urlencode

from bot import ids
from bot.playground.cast import Team
from bot.playground.conversations import with_ids
from bot.playground.inputs import first_values
from bot.playground.views import View
from tests.benchmarks.history import TEAM, author, requester
from tests.benchmarks.load import FORM, JSON, Request

MESSAGE = (
    "Hi Robin, hope all is well with you and the team! I saw that you know Noor Bakker from your time at the"
    " agency. Would you be open to introducing me to her? I am looking for somebody to talk to about our new"
    " plans, and a warm word from you would help a lot. No rush, whenever you have a moment in May."
)
"""A message of 300 characters that asks for something."""


@dataclass
class Requests:
    """Makes the requests, each a little different: another author, another trigger, another view."""

    slack: str
    authors: int
    view: dict[str, Any] = field(default_factory=dict)
    """The compose modal as Slack would send it back."""
    _count: count[int] = field(default_factory=count)
    _chance: random.Random = field(default_factory=lambda: random.Random(7))
    _run: str = field(default_factory=lambda: secrets.token_hex(4))

    def command(self) -> Request:
        """`/decline` with a person and what they want."""
        user, asks = self._who()
        form = {
            "token": "deprecated",
            "team_id": TEAM,
            "team_domain": "bench",
            "channel_id": "D0BENCH",
            "channel_name": "directmessage",
            "user_id": user,
            "user_name": "robin",
            "command": ids.COMMAND,
            "text": f"<@{asks}|ana> an introduction to Noor",
            "api_app_id": "A0BENCH",
            "is_enterprise_install": "false",
            "response_url": f"{self.slack}/response/1",
            "trigger_id": self._trigger(),
        }
        return FORM, urlencode(form).encode()

    def shortcut(self) -> Request:
        """*Draft a decline* on a message of 300 characters."""
        user, asks = self._who()
        at = f"1700000000.{next(self._count) % 1_000_000:06}"
        rich = [{"type": "rich_text_section", "elements": [{"type": "text", "text": MESSAGE}]}]
        message = {"type": "message", "user": asks, "ts": at, "text": MESSAGE, "team": TEAM}
        message["blocks"] = [{"type": "rich_text", "block_id": "abcde", "elements": rich}]
        return self._interaction(
            user,
            type="message_action",
            callback_id=ids.MESSAGE_SHORTCUT,
            message_ts=at,
            message=message,
            channel={"id": "D0BENCH", "name": "directmessage"},
            response_url=f"{self.slack}/response/1",
            action_ts="1700000000.000200",
        )

    def preview(self) -> Request:
        """Another tone, chosen in the modal."""
        user, _ = self._who()
        block, menu = self.menu(ids.TONE)[0]
        option = self._chance.choice(menu["options"])
        state = json.loads(json.dumps(self.view["state"]))
        state["values"][block["block_id"]][ids.TONE]["selected_option"] = option
        view = {**self.view, "state": state}
        chosen = {"type": "static_select", "action_id": ids.TONE, "block_id": block["block_id"]}
        return self._interaction(
            user,
            type="block_actions",
            container={"type": "view", "view_id": view["id"]},
            view=view,
            actions=[{**chosen, "selected_option": option, "action_ts": "1700000000.000200"}],
        )

    def submit(self) -> Request:
        """The modal, sent: a draft is saved and posted."""
        user, _ = self._who()
        view = {**self.view, "id": f"V{self._run}{next(self._count)}"}
        return self._interaction(user, type="view_submission", view=view, response_urls=[])

    def home(self) -> Request:
        """App Home, opened."""
        user, _ = self._who()
        here = {"enterprise_id": None, "team_id": TEAM, "user_id": "UDECLINE", "is_bot": True}
        event = {
            "token": "deprecated",
            "team_id": TEAM,
            "api_app_id": "A0BENCH",
            "type": "event_callback",
            "event_id": f"Ev{self._run}{next(self._count)}",
            "event_time": 1_700_000_000,
            "authorizations": [{**here, "is_enterprise_install": False}],
            "event": {
                "type": ids.HOME_OPENED,
                "user": user,
                "channel": "D0BENCH",
                "tab": "home",
                "event_ts": f"1700000000.{next(self._count):06}",
            },
        }
        return JSON, json.dumps(event).encode()

    def _who(self) -> tuple[str, str]:
        return author(self._chance.randrange(self.authors)).user, requester(self._chance.randrange(1000))

    def _trigger(self) -> str:
        return f"{next(self._count)}.1234567890.{self._run}"

    def menu(self, action_id: str) -> list[tuple[dict[str, Any], dict[str, Any]]]:
        """A menu of the modal with its block; nothing when it has none."""
        return [
            (block, one)
            for block in self.view["blocks"]
            for one in block.get("elements", ())
            if one.get("action_id") == action_id
        ]

    def _interaction(self, user: str, **own: Any) -> Request:
        payload = {
            "team": {"id": TEAM, "domain": "bench"},
            "user": {"id": user, "username": "robin", "name": "robin", "team_id": TEAM},
            "api_app_id": "A0BENCH",
            "token": "deprecated",
            "enterprise": None,
            "is_enterprise_install": False,
            "trigger_id": self._trigger(),
            **own,
        }
        return FORM, urlencode({"payload": json.dumps(payload)}).encode()


def sent_back(view: dict[str, Any]) -> dict[str, Any]:
    """A view that was opened, as Slack sends it with what somebody does in it."""
    content = {**view, "blocks": with_ids(view["blocks"])}
    team = Team(TEAM, "Bench", "bench", "UDECLINE", "BDECLINE")
    shown = View("V0BENCH", team, "U0AUTHOR0", content, root="V0BENCH", hash="1700000000.a")
    shown.typed = first_values(shown.blocks)
    return shown.payload()


@dataclass(frozen=True)
class Interaction:
    """One thing that people do, and the call to Slack that answers it."""

    name: str
    method: str
    ask: Callable[[Requests], Callable[[], Request]]
    saves: bool = False


INTERACTIONS = (
    Interaction("/decline", "views.open", lambda make: make.command),
    Interaction("message shortcut", "views.open", lambda make: make.shortcut),
    Interaction("preview update", "views.update", lambda make: make.preview),
    Interaction("submit, with save", "response", lambda make: make.submit, saves=True),
    Interaction("Home page", "views.publish", lambda make: make.home),
)
