"""An author's own settings: opened from App Home or with `/decline settings`, and saved."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from bot.delivery import OUT_OF_REACH
from bot.listeners import home
from bot.stores.away import AwayError
from bot.surfaces import preferences as surface

if TYPE_CHECKING:
    from slack_bolt.context.ack.async_ack import AsyncAck
    from slack_sdk.web.async_client import AsyncWebClient

    from bot.desk import Desk
    from bot.records import Author


async def opened(
    ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, author: Author, desk: Desk
) -> None:
    """The button in App Home."""
    await open_modal(desk, client, author, body["trigger_id"])
    await ack()


async def open_modal(desk: Desk, client: AsyncWebClient, author: Author, trigger_id: str) -> None:
    """Show what the author chose; with history away it is not known, and saving would go over it."""
    setting = await desk.setting(client, author)
    setting.needs_history()
    shown = surface.Shown(
        setting.remembered.preferences, _addresses(desk), desk.settings.language, setting.admin
    )
    await client.views_open(trigger_id=trigger_id, view=surface.build(shown, setting.say, desk.languages))


async def save(
    ack: AsyncAck, view: dict[str, Any], client: AsyncWebClient, author: Author, desk: Desk
) -> None:
    """Keep what the author chose, and speak their language from here on."""
    setting = await desk.setting(client, author)
    setting.needs_history()
    sent = surface.read(view, setting.remembered.preferences, _addresses(desk), desk.languages, setting.say)
    if sent.errors:
        await ack(response_action="errors", errors=sent.errors)
        return
    await desk.history.prefer(author, sent.preferences)
    with suppress(AwayError, *OUT_OF_REACH):  # it is drawn anew when it is opened, too
        await home.publish(desk, client, author)
    await ack()


def _addresses(desk: Desk) -> list[str]:
    """Every form of address that some language has."""
    return [form for code in desk.languages.by_code for form in desk.lint.addresses(code)]
