"""A new draft: saved, and shown to its author alone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.listeners import showing
from bot.listeners.held import in_buttons
from bot.records import answer, person
from bot.reminding import offered
from bot.scheduling import days_for
from bot.stores.away import AwayError
from bot.stores.sealed import ChangedError
from bot.surfaces import draft_message
from bot.surfaces.draft_message import Shown

if TYPE_CHECKING:
    from slack_sdk.web.async_client import AsyncWebClient

    from bot.desk import Desk, Setting
    from bot.ladder import Answer
    from bot.records import Author, Record


async def post(
    desk: Desk, client: AsyncWebClient, author: Author, setting: Setting, record: Record, response_url: str
) -> bool:
    """Save a new draft and show it where the author is, or in the app's own conversation with them.

    False when Slack takes it nowhere, UnsureError when Slack does not say.
    """
    meant = answer(record, setting.catalogue[record.script_id])
    saved = True
    try:
        setting.needs_history()
        saved_now = await _saved(desk, author, record, meant)
        if saved_now is None:
            return True
        record, setting = saved_now, setting.knowing([saved_now])
    except AwayError:
        saved = False
    message = draft_message.build(to_show(desk, author, setting, record, saved=saved), setting.say)
    if setting.remembered.preferences.in_app and await desk.delivery.to_author(client, author.user, message):
        return True
    return await showing.show(desk, client, author, response_url, message)


async def _saved(desk: Desk, author: Author, record: Record, meant: Answer) -> Record | None:
    """Save a new draft; what is there by then, None when this very click came before.

    Who sends the same modal again was not shown the draft the first time, and may have changed it since; what
    was done with the draft meanwhile stays done.
    """
    if await desk.history.save(author, record, person(record), meant):
        return record
    seen = await desk.history.seen(author, record.id)
    if seen and seen.record.click == record.click:
        return None
    if seen and seen.record.changed > seen.record.created:
        return replace(seen.record, text=seen.record.text or record.text)
    if seen and await desk.history.exchange(author, seen, record, meant):
        return record
    raise ChangedError


def to_show(desk: Desk, author: Author, setting: Setting, record: Record, *, saved: bool) -> Shown:
    """A draft as its message has it: with what its buttons hold, and the reminder that it offers."""
    held, complete = in_buttons(desk, author, record, saved=saved)
    script = setting.catalogue[record.script_id]
    offer = offered(record, script, days_for(desk, setting, record))
    return Shown(record, script, held, setting.today, saved=saved, complete=complete, offer=offer)
