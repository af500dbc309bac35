"""The draft that a button holds: by its id, or with what is not saved sealed in the button.

A draft that could not be saved is carried as a whole. One of which only the facts are kept is carried for its
text: what became of it is in the store, and without the store there is nothing to go on with.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.stores.away import AwayError

if TYPE_CHECKING:
    from slack_sdk.web.async_client import AsyncWebClient

    from bot.desk import Desk, Setting
    from bot.records import Author, Record
    from bot.stores.sealed import Seen

SEALED = "sealed:"
_TEXT = "text:"
_LONGEST_VALUE = 1980
"""Characters in a button's value (Slack's limit is 2000), with room for the day of a reminder."""


class GoneError(Exception):
    """A draft that was deleted, has expired, or is not this author's."""


@dataclass(frozen=True, slots=True)
class Held:
    """A draft, whether it is saved, and as what the store has it, if it does."""

    record: Record
    saved: bool
    seen: Seen | None


async def hold(
    desk: Desk, client: AsyncWebClient, author: Author, value: str, *, scriptless: bool = False
) -> tuple[Setting, Held]:
    """The draft a button holds. Another author's id leads nowhere: the clicker is part of its key.

    `scriptless`: also one whose script is no longer there.
    """
    if value.startswith(SEALED):
        setting = await desk.setting(client, author)  # after which marks are as they will be in the store
        held = await _carried(desk, author, setting, value.removeprefix(SEALED))
    else:
        draft_id, _, sealed = value.removeprefix(_TEXT).partition(":")
        setting, seen = await asyncio.gather(
            desk.setting(client, author), desk.history.seen(author, draft_id)
        )
        held = Held(seen.record, saved=True, seen=seen) if seen else None
        carried = desk.history.carried(author, sealed) if sealed else None
        if held and carried and carried.id == held.record.id:
            held = replace(held, record=with_text(held.record, carried))
    if held is None:
        raise GoneError
    setting = setting.knowing([held.record])
    if not (scriptless or held.record.script_id in setting.catalogue):
        raise GoneError
    return setting, held


async def _carried(desk: Desk, author: Author, setting: Setting, sealed: str) -> Held | None:
    """A draft that its message carries, or what the store has of it, whichever changed later.

    It may have been saved after all, with nobody told in time.
    """
    record = desk.history.carried(author, sealed)
    if record is None:
        return None
    seen = None
    with suppress(AwayError):
        setting.needs_history()
        seen = await desk.history.seen(author, record.id)
    if seen and seen.record.changed >= record.changed:
        return Held(seen.record, saved=True, seen=seen)
    return Held(record, saved=False, seen=seen)


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
