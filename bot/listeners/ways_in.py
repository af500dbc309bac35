"""The ways in: the message shortcut, the global shortcut, `/decline`, and the button in App Home."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from bot import ids
from bot.desk import NotAdminError
from bot.filling import LONGEST_PHRASE
from bot.listeners import compose, preferences, scripts, settings
from bot.proposal import Form
from bot.records import Profile
from bot.surfaces import help as help_surface
from bot.surfaces import history as history_surface
from bot.surfaces import notice
from bot.surfaces.compose import Composed, Origin, quoted
from bot.surfaces.text import readable

if TYPE_CHECKING:
    from slack_bolt.context.ack.async_ack import AsyncAck
    from slack_sdk.web.async_client import AsyncWebClient

    from bot.desk import Desk
    from bot.records import Author

_LATEST = 10
_PERSON = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>")
_APP = Profile(id="", name="", is_bot=True)


async def from_message(
    ack: AsyncAck, shortcut: dict[str, Any], client: AsyncWebClient, author: Author, desk: Desk
) -> None:
    """Draft an answer to a message: its sender asks, unless that is an app or the author."""
    message = shortcut["message"]
    by_app = bool(message.get("bot_id")) or not message.get("user")
    requester = "" if by_app or message["user"] == author.user else message["user"]
    ask = desk.history.ask_id(author, shortcut["channel"]["id"], message["ts"])
    text = readable(message.get("text") or "")
    await compose.open_modal(
        desk,
        client,
        author,
        shortcut["trigger_id"],
        Composed(
            Form(requester=requester, ask=ask),
            Origin(shortcut["response_url"], ask, _APP if by_app else None),
            quoted(text) if text.strip() else None,
            {},
        ),
        text,
    )
    await ack()


async def from_anywhere(
    ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, author: Author, desk: Desk
) -> None:
    """Draft an answer to something that is not in Slack, from the global shortcut or App Home."""
    blank = Composed(Form(), Origin(), None, {})
    await compose.open_modal(desk, client, author, body["trigger_id"], blank)
    await ack()


async def command(
    ack: AsyncAck, command: dict[str, Any], client: AsyncWebClient, author: Author, desk: Desk
) -> None:
    """`/decline`: `help`, `history`, `settings`, `scripts`, or a modal for a person and what they want.

    The settings are the author's own; `settings workspace` are those of everybody.
    """
    text = command.get("text", "").strip()
    if text.casefold() == "help":
        setting = await desk.setting(client, author)
        message = help_surface.build(setting.say, desk.settings.retention_days)
        await ack({**message, "response_type": "ephemeral"})
    elif text.casefold() == "scripts":
        await scripts.open_modal(desk, client, author, command["trigger_id"])
        await ack()
    elif text.casefold() == "history":
        await ack({**await _history(client, author, desk), "response_type": "ephemeral"})
    elif text.casefold() == "settings":
        await preferences.open_modal(desk, client, author, command["trigger_id"])
        await ack()
    elif text.casefold().split() == ["settings", "workspace"]:
        await _settings(ack, command["trigger_id"], client, author, desk)
    else:
        person = _PERSON.search(text)
        words = readable(_PERSON.sub("", text)).strip()[:LONGEST_PHRASE]
        form = Form(requester=person[1] if person else "", details={"request": words} if words else {})
        touched = (ids.DETAIL + "request",) if words else ()
        origin = Origin(
            command["response_url"],
            touched=touched,
            kept={ids.DETAIL + "request": words} if words else {},
        )
        await compose.open_modal(
            desk, client, author, command["trigger_id"], Composed(form, origin, None, {})
        )
        await ack()


async def _settings(
    ack: AsyncAck, trigger_id: str, client: AsyncWebClient, author: Author, desk: Desk
) -> None:
    """The workspace's settings for admins; everybody else is told where their own are."""
    try:
        await settings.open_modal(desk, client, author, trigger_id)
        await ack()
    except NotAdminError:
        setting = await desk.setting(client, author)
        await ack(
            {
                **notice.message(setting.say("settings.yours", command=ids.COMMAND)),
                "response_type": "ephemeral",
            }
        )


async def _history(client: AsyncWebClient, author: Author, desk: Desk) -> dict[str, Any]:
    setting = await desk.setting(client, author)
    setting.needs_history()
    records = await desk.history.latest(author, _LATEST)
    return history_surface.build(records, setting.catalogue, setting.today, setting.say)
