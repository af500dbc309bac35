"""A draft's reminder, at Slack and in history: set, moved, taken back; what is kept is what Slack said."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from bot import reminding
from bot.records import Reminder
from bot.reminding import Calendar, calendar
from bot.stores.away import AwayError, RefusedError
from bot.stores.sealed import ChangedError
from bot.surfaces import reminders as surface

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from datetime import date

    from slack_sdk.web.async_client import AsyncWebClient

    from bot.desk import Desk, Setting
    from bot.records import Author, Record


class NotSetError(Exception):
    """Slack did not take a reminder: none is set."""


class LostError(Exception):
    """Slack gave up a reminder and did not take it for the other day: none is set."""


class PastError(Exception):
    """A day was offered that has passed, or the draft goes before any day that is left."""


class StillSetError(Exception):
    """Slack did not give up a reminder: it comes as it would have."""


class UnnotedError(AwayError):
    """Slack gave up a reminder, and what was to be kept of that could not be: it stays listed."""


def days_for(desk: Desk, setting: Setting, record: Record) -> Calendar:
    """The days on which this draft's reminder can come."""
    return calendar(record, setting.zone, desk.settings.retention_days)


async def remind(
    desk: Desk, client: AsyncWebClient, author: Author, setting: Setting, record: Record, day: date
) -> None:
    """Have Slack remind the author on a day; a reminder that was set before moves there.

    ChangedError when the draft was changed or deleted meanwhile, as by the first of two clicks.
    """
    coming = record.reminder is not None and record.reminder.at > reminding.now()
    if coming and record.reminder and record.reminder.on == day:
        return
    if setting.remembered.profile is None:  # then nobody knows where the author's mornings are
        raise NotSetError
    if coming:
        record = await cancel(desk, client, author, record)
    at = days_for(desk, setting, record).moment(day)
    script = setting.catalogue[record.script_id]
    message = surface.message(record, script, day, setting.say)
    taken = await desk.delivery.later(client, author.user, message, at)
    if taken is None:
        raise LostError if coming else NotSetError
    fresh = replace(record, reminder=Reminder(day, at, *taken))
    try:
        kept = await desk.reminders.exchange(author, record, fresh)
    except RefusedError:
        await desk.delivery.not_later(client, taken[1], taken[0])
        raise  # while nobody knows whether it was noted, it stays: better one too many than one too few
    if not kept:
        await desk.delivery.not_later(client, taken[1], taken[0])
        raise ChangedError


async def cancel(desk: Desk, client: AsyncWebClient, author: Author, record: Record) -> Record:
    """Take a reminder back, at Slack and in history: the draft without one; ChangedError if it changed."""
    async with taken_back(desk, client, record) as bare:
        if bare != record and not await desk.reminders.exchange(author, record, bare):
            raise ChangedError
    return bare


@asynccontextmanager
async def taken_back(desk: Desk, client: AsyncWebClient, record: Record) -> AsyncIterator[Record]:
    """Take a reminder back at Slack, and give the draft without it to whoever writes or deletes it herein.

    One that has come already is a message like any other, and stays. Raises StillSetError if Slack refuses;
    a draft that then cannot be written raises UnnotedError.
    """
    reminder = record.reminder
    coming = reminder is not None and reminder.at > reminding.now()
    if coming and reminder and not await desk.delivery.not_later(client, reminder.channel, reminder.message):
        raise StillSetError
    try:
        yield replace(record, reminder=None)
    except AwayError as error:
        if coming:
            raise UnnotedError from error
        raise
