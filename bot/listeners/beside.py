"""What stands beside a draft: opened from its menu, and the author's notes kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.records import person
from bot.surfaces import beside as surface

if TYPE_CHECKING:
    from slack_bolt.context.ack.async_ack import AsyncAck
    from slack_sdk.web.async_client import AsyncWebClient

    from bot.desk import Desk
    from bot.records import Author, Record


async def open_modal(
    desk: Desk, client: AsyncWebClient, author: Author, trigger_id: str, record: Record
) -> None:
    """Show what is known of the requester of a draft."""
    setting = await desk.setting(client, author, record.person)
    setting.needs_history()  # an empty panel, once saved, would go over the notes
    known = setting.remembered.person or person(record)
    shown = surface.Beside(
        record.person, known, setting.catalogue, setting.today, desk.settings.safety_contact
    )
    await client.views_open(trigger_id=trigger_id, view=surface.build(shown, setting.say))


async def save(
    ack: AsyncAck, view: dict[str, Any], client: AsyncWebClient, author: Author, desk: Desk
) -> None:
    """Keep the notes; they stand under the author's own key, whatever mark comes back."""
    await desk.setting(client, author)  # who was away for long is an author again before anything is kept
    mark, notes = surface.read(view)
    await desk.history.note(author, mark, notes)
    await ack()
