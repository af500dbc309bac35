"""The draft that a button holds: by its id, or with what is not saved sealed in the button.

A draft that could not be saved is carried as a whole. One of which only the facts are kept is carried for its
text: what became of it is in the store, and without the store there is nothing to go on with.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from slack_sdk.web.async_client import AsyncWebClient

    from bot.desk import Desk, Setting
    from bot.records import Author, Record

SEALED = "sealed:"
_TEXT = "text:"
_LONGEST_VALUE = 1980
"""Characters in a button's value (Slack's limit is 2000), with room for the day of a reminder."""


class GoneError(Exception):
    """A draft that was deleted, has expired, or is not this author's."""


@dataclass(frozen=True, slots=True)
class Held:
    """A draft, and whether it is saved."""

    record: Record
    saved: bool


async def hold(
    desk: Desk, client: AsyncWebClient, author: Author, value: str, *, scriptless: bool = False
) -> tuple[Setting, Held]:
    """The draft a button holds. Another author's id leads nowhere: the clicker is part of its key.

    `scriptless`: also one whose script is no longer there.
    """
    if value.startswith(SEALED):
        setting = await desk.setting(client, author)  # after which marks are as they will be in the store
        record = desk.history.carried(author, value.removeprefix(SEALED))
    else:
        draft_id, _, sealed = value.removeprefix(_TEXT).partition(":")
        setting, record = await asyncio.gather(
            desk.setting(client, author), desk.history.draft(author, draft_id)
        )
        carried = desk.history.carried(author, sealed) if sealed else None
        if record and carried and carried.id == record.id:
            record = with_text(record, carried)
    if record is None:
        raise GoneError
    setting = setting.knowing([record])
    if not (scriptless or record.script_id in setting.catalogue):
        raise GoneError
    return setting, Held(record, saved=not value.startswith(SEALED))


def with_text(record: Record, carried: Record) -> Record:
    """A draft as it is saved, with what only its buttons carry of one of which only the facts are kept."""
    return replace(record, text=carried.text, details=carried.details) if record.facts_only else record


def in_buttons(desk: Desk, author: Author, record: Record, *, saved: bool) -> tuple[str, bool]:
    """What the buttons of a draft hold, and whether its text is within their reach."""
    if saved and record == record.kept:
        return record.id, True
    prefix = f"{_TEXT}{record.id}:" if saved else SEALED
    held = prefix + desk.history.carry(author, record)
    if len(held) <= _LONGEST_VALUE:
        return held, True
    if saved:
        return record.id, False
    # the text stands in the message; what it means is carried
    return SEALED + desk.history.carry(author, replace(record, text="", details={})), False
