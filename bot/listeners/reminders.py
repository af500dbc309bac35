"""Reminders: set, moved and taken back by the author, and what they say when one has come."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bot import ids
from bot.ladder import Outcome
from bot.listeners import compose, home, showing
from bot.listeners.held import GoneError, hold, in_buttons, with_text
from bot.proposal import Form
from bot.reminding import offered
from bot.scheduling import LostError, NotSetError, PastError, StillSetError, days_for, taken_back
from bot.scheduling import cancel as cancel_at_slack
from bot.scheduling import remind as remind_by_slack
from bot.surfaces import draft_message, place
from bot.surfaces import reminders as surface
from bot.surfaces.compose import Composed, Origin
from bot.surfaces.draft_message import Shown
from bot.surfaces.reminders import Picking

if TYPE_CHECKING:
    from datetime import date

    from slack_bolt.context.ack.async_ack import AsyncAck
    from slack_sdk.web.async_client import AsyncWebClient

    from bot.desk import Desk, Setting
    from bot.records import Author, Record

_DONE = {Outcome.SENT, Outcome.SILENCE}


async def remind(
    ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, author: Author, desk: Desk
) -> None:
    """*Remind me on …*: that day, in one click."""
    day, value = surface.read_offer(body["actions"][0]["value"])
    setting, held = await hold(desk, client, author, value)
    if held.record.outcome in _DONE and held.record.reminder is None:
        if days_for(desk, setting, held.record).wrong(day):
            raise PastError
        await remind_by_slack(desk, client, author, setting, held.record, day)
    await _redraw(desk, client, author, body, setting, held.record)
    await ack()


async def open_day(
    ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, author: Author, desk: Desk
) -> None:
    """*Another day*: a modal in which to pick it."""
    await _open(desk, client, author, body, body["actions"][0]["value"])
    await ack()


async def menu(
    ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, author: Author, desk: Desk
) -> None:
    """*Move* and *Cancel*, in App Home."""
    choice, _, value = body["actions"][0]["selected_option"]["value"].partition(":")
    if choice == ids.REMINDER_DAY:
        await _open(desk, client, author, body, value)
    elif choice == ids.NO_REMINDER:
        await _cancel(desk, client, author, body, value)
    else:
        raise ValueError("a choice that the menu does not have")
    await ack()


async def cancel(
    ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, author: Author, desk: Desk
) -> None:
    """*No reminder*: it is taken back."""
    await _cancel(desk, client, author, body, body["actions"][0]["value"])
    await ack()


async def save_day(
    ack: AsyncAck, view: dict[str, Any], client: AsyncWebClient, author: Author, desk: Desk
) -> None:
    """Set the reminder on the day that was picked, or say under the input why it cannot be."""
    day, picking = surface.read_day(view)
    setting, held = await hold(desk, client, author, picking.held)
    wrong = await _set(desk, client, author, setting, held.record, day)
    if wrong in {"", setting.say("trouble.reminder_lost")}:  # which was moved from, and not to
        await _show(desk, client, author, setting, picking, held.record)
    await (ack(response_action="errors", errors={ids.REMINDER_DAY: wrong}) if wrong else ack())


async def held(
    ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, author: Author, desk: Desk
) -> None:
    """*It held*: noted, and the reminder is done."""
    setting, one = await hold(desk, client, author, body["actions"][0]["value"])
    record = await _answered(desk, client, author, one.record, held=True)
    noted = surface.noted(record, setting.catalogue[record.script_id], setting.say)
    await showing.replace(desk, client, author, body, noted, setting.say)
    await ack()


async def asked_again(
    ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, author: Author, desk: Desk
) -> None:
    """*They asked again*: the modal on the next step for them, and the reminder is done."""
    setting, one = await hold(desk, client, author, body["actions"][0]["value"])
    setting.needs_history()
    user, name = one.record.user, one.record.name
    form, origin = (
        (Form(user), Origin())
        if user
        else (Form(name=name), Origin(touched=(ids.NAME,), kept={ids.NAME: name}))
    )
    await compose.open_modal(desk, client, author, body["trigger_id"], Composed(form, origin, None, {}))
    record = await _answered(desk, client, author, one.record, held=False)
    noted = surface.noted(record, setting.catalogue[record.script_id], setting.say)
    await showing.replace(desk, client, author, body, noted, setting.say)
    await ack()


async def _open(desk: Desk, client: AsyncWebClient, author: Author, body: dict[str, Any], value: str) -> None:
    setting, held = await hold(desk, client, author, value)
    record, script = held.record, setting.catalogue[held.record.script_id]
    days = days_for(desk, setting, record)
    reminder = record.reminder
    initial = reminder.on if reminder and not days.wrong(reminder.on) else offered(record, script, days)
    if initial is None:
        raise PastError
    picking = Picking(value, body.get("response_url", ""))
    if clicked := body.get("view"):
        in_modal = clicked["type"] == "modal"
        picking = replace(picking, view=clicked["id"] if in_modal else "", place=place.of(clicked).write())
    view = surface.pick(record, script, initial, picking, setting.say)
    await showing.open_view(client, body, view)


async def _set(
    desk: Desk, client: AsyncWebClient, author: Author, setting: Setting, record: Record, day: date | None
) -> str:
    """Set or move a reminder; the sentence that says why not, where it could not be."""
    say, days = setting.say, days_for(desk, setting, record)
    if record.outcome not in _DONE:
        raise GoneError
    wrong = days.wrong(day) if day else "past"
    if day is None or wrong == "past":
        return say("reminder.past")
    if wrong:
        last = say.day(days.last, setting.today)
        return say("reminder.outlives" if wrong == "outlives" else "reminder.too_far", date=last)
    try:
        await remind_by_slack(desk, client, author, setting, record, day)
    except NotSetError:
        return say("trouble.reminder_not_set")
    except LostError:
        return say("trouble.reminder_lost")
    except StillSetError:
        return say("trouble.reminder_still_set")
    return ""


async def _cancel(
    desk: Desk, client: AsyncWebClient, author: Author, body: dict[str, Any], value: str
) -> None:
    setting, held = await hold(desk, client, author, value)
    if held.record.reminder:
        await cancel_at_slack(desk, client, author, held.record)
    await _redraw(desk, client, author, body, setting, held.record)


async def _answered(
    desk: Desk, client: AsyncWebClient, author: Author, record: Record, *, held: bool
) -> Record:
    """Note what the author said of a draft; a reminder that was to come once more does not."""
    async with taken_back(desk, client, record) as bare:
        answered = replace(bare, held=held)
        if answered == record or await desk.reminders.exchange(author, record, answered):
            return answered
    return await _answered(desk, client, author, await _now(desk, author, record.id), held=held)


async def _redraw(
    desk: Desk, client: AsyncWebClient, author: Author, body: dict[str, Any], setting: Setting, known: Record
) -> None:
    """Draw what was clicked with the draft as it now is."""
    if body["container"]["type"] == "view" and body["view"]["type"] == "home":
        await home.redraw(desk, client, author, body)
        return
    message = await _message(desk, author, setting, known)
    await showing.replace(desk, client, author, body, message, setting.say)


async def _show(
    desk: Desk, client: AsyncWebClient, author: Author, setting: Setting, picking: Picking, known: Record
) -> None:
    """Draw what is behind the modal for a day with the draft as it now is."""
    behind = place.read(picking.place)
    if not (picking.response_url or picking.view):
        await home.publish(desk, client, author, behind)
        return
    message = await _message(desk, author, setting, known)
    if picking.view:
        await showing.in_modal(desk, client, author, picking.view, message, behind, setting.say)
    else:
        await showing.show(desk, client, author, picking.response_url, message, replace_original=True)


async def _message(desk: Desk, author: Author, setting: Setting, known: Record) -> dict[str, Any]:
    record = with_text(await _now(desk, author, known.id), known)
    held, complete = in_buttons(desk, author, record, saved=True)
    script = setting.catalogue[record.script_id]
    offer = offered(record, script, days_for(desk, setting, record))
    shown = Shown(record, script, held, setting.today, complete=complete, offer=offer)
    return draft_message.build(shown, setting.say)


async def _now(desk: Desk, author: Author, draft: str) -> Record:
    record = await desk.history.draft(author, draft)
    if record is None:
        raise GoneError
    return record
