"""The workspace's settings, for its admins: Slack is asked whether they are one at every step."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bot import ids
from bot.delivery import OUT_OF_REACH
from bot.listeners import home
from bot.offer import gap
from bot.surfaces import settings as surface
from bot.workspace import Change

if TYPE_CHECKING:
    from slack_bolt.context.ack.async_ack import AsyncAck
    from slack_sdk.web.async_client import AsyncWebClient

    from bot.desk import Desk, Setting
    from bot.offer import Gap
    from bot.records import Author
    from bot.surfaces.settings import Submitted
    from bot.workspace import Workspace


async def opened(
    ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, author: Author, desk: Desk
) -> None:
    """The button in App Home."""
    await open_modal(desk, client, author, body["trigger_id"])
    await ack()


async def open_modal(desk: Desk, client: AsyncWebClient, author: Author, trigger_id: str) -> None:
    """Show an admin the settings, and who changed what."""
    await desk.needs_admin(client, author)
    setting = await desk.setting(client, author)
    changes = await desk.workspaces.changes(desk.workspace.tenant)
    shown = surface.Shown(desk.settings, setting.catalogue, changes)
    await client.views_open(trigger_id=trigger_id, view=surface.build(shown, setting.say, desk.languages))


async def save(
    ack: AsyncAck, view: dict[str, Any], client: AsyncWebClient, author: Author, desk: Desk
) -> None:
    """Keep what this admin changed, on top of what another one may have saved since they opened it."""
    await desk.needs_admin(client, author)
    setting = await desk.setting(client, author)
    sent = surface.read(view, setting.catalogue, desk.languages, setting.say)
    if sent.errors:
        await ack(response_action="errors", errors=sent.errors)
        return
    workspace, missing = await _keep(desk, author, setting, sent)
    if missing:
        errors = {ids.SCRIPTS_OFF: surface.unanswered(missing, setting.say)}
        await ack(response_action="errors", errors=errors)
        return
    with suppress(*OUT_OF_REACH):  # it is drawn anew when it is opened, too
        await home.publish(desk.at(workspace), client, author)
    await ack()


async def _keep(
    desk: Desk, author: Author, setting: Setting, sent: Submitted
) -> tuple[Workspace, Gap | None]:
    """Write what was changed onto the settings as they are by now, unless that would leave a gap."""
    workspace = desk.workspace
    while True:
        settings = workspace.settings.changed(sent.before, sent.after)
        names = settings.differences(workspace.settings)
        if ids.SCRIPTS_OFF in names and (missing := gap(setting.catalogue, settings.scripts_off)):
            return workspace, missing
        now = time.time()
        changes = [Change(author.user, name, now) for name in names]
        if not changes or await desk.workspaces.exchange(
            workspace.tenant, workspace.settings, settings, *changes
        ):
            return replace(workspace, settings=settings), None
        workspace = await desk.workspaces.read(workspace.tenant)
