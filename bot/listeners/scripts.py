"""The list of scripts that are not the app's: shown, and what is in it taken away."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from bot.desk import NotAdminError
from bot.surfaces import scripts as surface
from bot.workspace import Change

if TYPE_CHECKING:
    from slack_bolt.context.ack.async_ack import AsyncAck
    from slack_sdk.web.async_client import AsyncWebClient

    from bot.desk import Desk, Setting
    from bot.records import Author


async def opened(
    ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, author: Author, desk: Desk
) -> None:
    """Show the list to an admin, from App Home."""
    await desk.needs_admin(client, author)
    shown = await view(desk, client, author, admin=True)
    await client.views_open(trigger_id=body["trigger_id"], view=shown)
    await ack()


async def own(
    ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, author: Author, desk: Desk
) -> None:
    """Show an author their own, from App Home."""
    shown = await view(desk, client, author, admin=False)
    await client.views_open(trigger_id=body["trigger_id"], view=shown)
    await ack()


async def open_modal(desk: Desk, client: AsyncWebClient, author: Author, trigger_id: str) -> None:
    """Show the list: to everybody their own, to admins also the workspace's."""
    await client.views_open(trigger_id=trigger_id, view=await view(desk, client, author))


async def remove(
    ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, author: Author, desk: Desk
) -> None:
    """Take a script of the workspace's away; where it stood for one that ships, that one is back."""
    await desk.needs_admin(client, author)
    script_id = body["actions"][0]["value"]
    change = Change(author.user, f"script:{script_id}", time.time())
    await desk.workspaces.drop_script(author.tenant, script_id, change)
    language = surface.language(body["view"], desk.languages)
    shown = await view(desk, client, author, done="removed", language=language, admin=True)
    await client.views_update(view_id=body["view"]["id"], view=shown)
    await ack()


async def noted(ack: AsyncAck) -> None:
    """A language was chosen: it is read when something is opened."""
    await ack()


async def view(
    desk: Desk,
    client: AsyncWebClient,
    author: Author,
    *,
    done: str = "",
    language: str = "",
    admin: bool | None = None,
) -> dict[str, Any]:
    """The list as it is now; whether the author is an admin is asked, unless it just was."""
    setting = await desk.setting(client, author)
    setting.needs_history()
    ours = None
    if admin or (admin is None and await _is_admin(desk, client, author, setting)):
        added = await desk.scripts.of(await desk.workspaces.read(author.tenant))
        ours = surface.Ours(added, desk.scripts.builtin, language or setting.say.code)
    listed = surface.Scripts(
        setting.remembered.scripts, ours, setting.say(f"scripts.done_{done}") if done else ""
    )
    return surface.build(listed, setting.say, desk.languages)


async def _is_admin(desk: Desk, client: AsyncWebClient, author: Author, setting: Setting) -> bool:
    try:
        if setting.admin:
            await desk.needs_admin(client, author)
    except (NotAdminError, TimeoutError):  # their own are theirs all the same
        return False
    return setting.admin
