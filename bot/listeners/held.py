"""The draft that a button holds: by its id, or sealed in the button because it could not be saved."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from slack_sdk.web.async_client import AsyncWebClient

    from bot.desk import Desk, Setting
    from bot.records import Author, Record

SEALED = "sealed:"


class GoneError(Exception):
    """A draft that was deleted, has expired, or is not this author's."""


@dataclass(frozen=True, slots=True)
class Held:
    """A draft, and whether it is saved."""

    record: Record
    saved: bool


async def hold(desk: Desk, client: AsyncWebClient, author: Author, value: str) -> tuple[Setting, Held]:
    """The draft a button holds. Another author's id leads nowhere: the clicker is part of its key."""
    if value.startswith(SEALED):
        setting = await desk.setting(client, author)  # after which marks are as they will be in the store
        record = desk.history.carried(author, value.removeprefix(SEALED))
    else:
        setting, record = await asyncio.gather(
            desk.setting(client, author), desk.history.draft(author, value)
        )
    if record is None or record.script_id not in setting.catalogue:
        raise GoneError
    return setting, Held(record, saved=not value.startswith(SEALED))
