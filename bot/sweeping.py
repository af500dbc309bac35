"""A sweep: what is still kept of workspaces that took the app away while nobody here could be told.

Slack sends such an event three times more, the last time after five minutes. With Redis away for longer, or
the app, it is never heard of.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.authorization import is_dead
from bot.delivery import OUT_OF_REACH
from bot.stores.departure import tenants

if TYPE_CHECKING:
    from slack_sdk.web.async_client import AsyncWebClient

    from bot.stores.connection import Client
    from bot.stores.departure import Departure
    from bot.stores.workspaces import Workspaces


@dataclass(slots=True)
class Swept:
    """Which workspaces went, with how many authors and keys, and of which Slack did not say."""

    gone: list[str] = field(default_factory=list)
    unsure: list[str] = field(default_factory=list)
    authors: int = 0
    keys: int = 0


async def sweep(redis: Client, workspaces: Workspaces, departure: Departure, client: AsyncWebClient) -> Swept:
    """Delete every workspace in which the app is installed no longer, by the word of Slack."""
    swept = Swept()
    for tenant in sorted(await tenants(redis)):
        workspace = await workspaces.read(tenant)
        installed = workspace.installed
        try:
            gone = not installed or await is_dead(client, installed.bot_token)
        except OUT_OF_REACH:
            gone = None
        if workspace.unreadable or gone is None:
            swept.unsure.append(tenant)
        if workspace.unreadable or not gone:
            continue
        if installed and not await workspaces.uninstall(installed):
            continue  # installed again this very moment
        removed = await departure.remove(tenant, lambda: True)
        swept.gone.append(tenant)
        swept.authors += removed.authors
        swept.keys += removed.keys
    return swept
