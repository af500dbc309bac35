"""The app is uninstalled: everything of the workspace goes, unless it was installed again already."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import structlog

from bot.authorization import is_dead
from bot.stores.encryption import UnreadableError

if TYPE_CHECKING:
    from slack_bolt.context.async_context import AsyncBoltContext
    from slack_sdk.web.async_client import AsyncWebClient

    from bot.desk import Desk
    from bot.workspace import Workspace

_SECONDS = 1.2
"""For deleting; what is left is done when Slack, told that it was too late, sends the event again."""

_log = structlog.get_logger()


async def uninstalled(context: AsyncBoltContext, client: AsyncWebClient, desk: Desk) -> None:
    """Delete what the app was installed to, as far as its token does no longer work.

    Slack may send this after the app was installed again, and does not promise an order; whether a token
    still works is what tells. For an organisation's workspace the event names both: each is asked. What an
    earlier attempt had no time for is finished, also where the app was installed again.
    """
    loop = asyncio.get_running_loop()
    end = loop.time() + _SECONDS
    for tenant in dict.fromkeys(filter(None, (context.team_id, context.enterprise_id))):
        workspace = await desk.workspaces.read(tenant)
        delete = desk.departure.finish
        if await _is_gone(workspace, client, desk):
            if workspace.installed and not await desk.workspaces.uninstall(workspace.installed):
                continue  # installed again this very moment
            delete = desk.departure.remove
        removed = await delete(tenant, lambda: loop.time() < end)
        if removed.authors or (workspace.installed and delete is desk.departure.remove):
            _log.info(
                "uninstalled",
                tenant=tenant,
                authors=removed.authors,
                keys=removed.keys,
                whole=removed.whole,
            )
        if not removed.whole:
            raise TimeoutError


async def tokens_revoked(
    event: dict[str, Any], context: AsyncBoltContext, client: AsyncWebClient, desk: Desk
) -> None:
    """The same, when it is the bot's token that was revoked: the app has no tokens of people."""
    if event.get("tokens", {}).get("bot"):
        await uninstalled(context, client, desk)


async def _is_gone(workspace: Workspace, client: AsyncWebClient, desk: Desk) -> bool:
    if workspace.unreadable:  # whether it is alive cannot be asked: Slack sends the event again
        raise UnreadableError(workspace.tenant)
    token = workspace.installed.bot_token if workspace.installed else desk.own_token
    return not token or await is_dead(client, token)
