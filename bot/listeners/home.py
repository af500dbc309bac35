"""App Home."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bot.delivery import OUT_OF_REACH, read_profile
from bot.stores.away import AwayError
from bot.surfaces import home as surface

if TYPE_CHECKING:
    from slack_bolt.context.ack.async_ack import AsyncAck
    from slack_sdk.web.async_client import AsyncWebClient

    from bot.desk import Desk, Setting
    from bot.records import Author

_WELCOME_SECONDS = 1.8
"""For the welcome: somebody in a browser waits for the page that says how the installation went."""


async def opened(event: dict[str, Any], client: AsyncWebClient, author: Author, desk: Desk) -> None:
    """Draw Home when its tab is opened."""
    if event["tab"] == "home":
        await publish(desk, client, author)


async def profile_changed(event: dict[str, Any], author: Author, desk: Desk) -> None:
    """Follow a change of name, time zone or language, for people who use the app."""
    await desk.history.renew_profile(author, read_profile(event["user"]))


async def choose_language(
    ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, author: Author, desk: Desk
) -> None:
    """The app's language: the author's choice goes before what Slack reports."""
    setting = await desk.setting(client, author)
    chosen = body["actions"][0]["selected_option"]["value"]
    if chosen in desk.languages.by_code:
        setting.needs_history()
        await desk.history.prefer(author, replace(setting.remembered.preferences, language=chosen))
    await publish(desk, client, author)
    await ack()


async def welcome(desk: Desk, client: AsyncWebClient, author: Author) -> None:
    """Draw Home for who has just installed the app; with Slack or Redis away, it is drawn when opened."""
    with suppress(AwayError, *OUT_OF_REACH):
        async with asyncio.timeout(_WELCOME_SECONDS):
            here = desk.at(await desk.workspaces.read(author.tenant))
            await publish(here, client, author)


async def publish(desk: Desk, client: AsyncWebClient, author: Author, setting: Setting | None = None) -> None:
    """Draw Home for this author; `setting`: where they stand, when it is known and must not be kept."""
    setting = setting or await desk.setting(client, author)
    try:
        setting.needs_history()
        records, away = await desk.history.latest(author, surface.LATEST), False
    except AwayError:
        records, away = [], True
    shown = surface.Home(
        records, setting.catalogue, setting.today, away, setting.admin, desk.settings.retention_days
    )
    await client.views_publish(user_id=author.user, view=surface.build(shown, setting.say, desk.languages))
