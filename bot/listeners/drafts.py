"""A draft after it was written: shown, sent, worded anew, edited, set aside, deleted."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bot import ids, metrics
from bot.drafting import Request, compose, voice
from bot.filling import values
from bot.ladder import Outcome
from bot.listeners import beside, home
from bot.listeners.held import Held, hold, in_buttons
from bot.proposal import envelope, unsent_wording
from bot.records import answer, person
from bot.review import review
from bot.stores.away import AwayError
from bot.surfaces import draft_message, edit, notice
from bot.surfaces.draft_message import Shown
from bot.surfaces.edit import Editing

if TYPE_CHECKING:
    from slack_bolt.context.ack.async_ack import AsyncAck
    from slack_sdk.web.async_client import AsyncWebClient

    from bot.desk import Desk, Setting
    from bot.records import Author, Record


async def post(
    desk: Desk, client: AsyncWebClient, author: Author, setting: Setting, record: Record, response_url: str
) -> bool:
    """Save a new draft and show it where the author is, or in the app's own conversation with them.

    False when Slack takes it nowhere. Who sends the same modal again was not shown the draft the first time,
    and may have changed it since.
    """
    meant = answer(record, setting.catalogue[record.script_id])
    saved = True
    try:
        setting.needs_history()
        if not await desk.history.save(author, record, person(record), meant):
            await desk.history.update(author, record, meant)
    except AwayError:
        saved = False
    message = draft_message.build(_shown(desk, author, setting, record, saved=saved), setting.say)
    if setting.remembered.preferences.in_app and await desk.delivery.to_author(client, author.user, message):
        return True
    return await _show(desk, client, author, response_url, message)


async def sent(
    ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, author: Author, desk: Desk
) -> None:
    """*I sent it*: the ladder moves on."""
    setting, held = await hold(desk, client, author, body["actions"][0]["value"])
    silent = setting.catalogue[held.record.script_id].facts.form == "silence"
    await _settle(desk, client, author, body, setting, held, Outcome.SILENCE if silent else Outcome.SENT)
    await ack()


async def reopen(
    ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, author: Author, desk: Desk
) -> None:
    """*Undo*: the draft waits again."""
    setting, held = await hold(desk, client, author, body["actions"][0]["value"])
    await _settle(desk, client, author, body, setting, held, Outcome.OPEN)
    await ack()


async def menu(
    ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, author: Author, desk: Desk
) -> None:
    """What stands beside the draft, *Don't send* and *Delete*."""
    choice, _, value = body["actions"][0]["selected_option"]["value"].partition(":")
    setting, held = await hold(desk, client, author, value)
    if choice == ids.BESIDE:
        await beside.open_modal(desk, client, author, body["trigger_id"], held.record)
    elif choice == ids.DELETE:
        await desk.history.delete(author, held.record)
        await _replace(desk, client, author, body, draft_message.deleted(setting.say))
    elif choice == ids.NOT_SENT:
        await _settle(desk, client, author, body, setting, held, Outcome.NOT_SENT)
    else:
        raise ValueError("a choice that the menu does not have")
    await ack()


async def another(
    ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, author: Author, desk: Desk
) -> None:
    """*Another wording*: the next one this person was never sent, or, when they had them all, the next."""
    setting, held = await hold(desk, client, author, body["actions"][0]["value"])
    record = held.record
    if record.outcome is not Outcome.OPEN:
        await _show_as_it_is(ack, desk, client, author, body, setting, held)
        return
    script = setting.catalogue[record.script_id]
    remembered = setting.remembered
    if not remembered.away:
        remembered = (await desk.setting(client, author, record.person)).remembered
    known = remembered.person
    fresh = unsent_wording(
        script,
        record.language,
        voice(record.tone, record.channel),
        known.answers if known else (),
        after=record.wording,
    )
    if fresh == record.wording:  # the one on show is the only one left
        fresh = None
    read, _ = values(script, record.details)
    draft = compose(
        Request(
            script=script,
            language=record.language,
            name=record.name,
            today=setting.today,
            tone=record.tone,
            wording=fresh or record.wording + 1,
            details=read,
            channel=record.channel,
            address=record.address,
            envelope=envelope(desk.languages[record.language], setting.remembered.profile),
        )
    )
    record = replace(
        record, text=draft.text, wording=draft.wording, edited=False, changed=time.time(), on=setting.today
    )
    shown = await _keep(desk, author, setting, Held(record, held.saved))
    await _replace(
        desk,
        client,
        author,
        body,
        draft_message.build(replace(shown, last_wording=fresh is None), setting.say),
    )
    await ack()


async def open_edit(
    ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, author: Author, desk: Desk
) -> None:
    """*Edit*: the text in a modal."""
    value = body["actions"][0]["value"]
    setting, held = await hold(desk, client, author, value)
    if held.record.outcome is not Outcome.OPEN:
        await _show_as_it_is(ack, desk, client, author, body, setting, held)
        return
    view = edit.build(held.record.text, Editing(value, body.get("response_url", "")), setting.say)
    await client.views_open(trigger_id=body["trigger_id"], view=view)
    await ack()


async def save_edit(
    ack: AsyncAck, view: dict[str, Any], client: AsyncWebClient, author: Author, desk: Desk
) -> None:
    """Keep the author's own text, and show what weakens it as advice."""
    text, editing = edit.read(view)
    setting, held = await hold(desk, client, author, editing.held)
    if not text:
        await ack(response_action="errors", errors={ids.TEXT: setting.say("wrong.missing")})
        return
    record = replace(_touched(held.record, setting), text=text, edited=True)
    shown = await _keep(desk, author, setting, Held(record, held.saved))
    script = setting.catalogue[record.script_id]
    read, _ = values(script, record.details)
    findings = review(
        desk.lint,
        text,
        script,
        language=record.language,
        channel=record.channel,
        details=read,
        known=f"{record.name} {held.record.text}",
        today=setting.today,
    )
    shown = replace(shown, findings=findings)
    if editing.response_url:
        message = draft_message.build(shown, setting.say)
        if not await _show(desk, client, author, editing.response_url, message, replace_original=True):
            last_resort = notice.view(setting.say("compose.nowhere"), setting.say, text)
            await ack(response_action="update", view=last_resort)
            return
    else:
        await home.publish(desk, client, author)
    await ack()


async def _show_as_it_is(
    ack: AsyncAck,
    desk: Desk,
    client: AsyncWebClient,
    author: Author,
    body: dict[str, Any],
    setting: Setting,
    held: Held,
) -> None:
    """Draw a draft that was dealt with elsewhere: its words are what was sent, and stay so."""
    shown = _shown(desk, author, setting, held.record, saved=held.saved)
    await _replace(desk, client, author, body, draft_message.build(shown, setting.say))
    await ack()


def _touched(record: Record, setting: Setting) -> Record:
    """The draft as of now."""
    return replace(record, changed=time.time(), on=setting.today)


async def _settle(
    desk: Desk,
    client: AsyncWebClient,
    author: Author,
    body: dict[str, Any],
    setting: Setting,
    held: Held,
    outcome: Outcome,
) -> None:
    record = replace(_touched(held.record, setting), outcome=outcome)
    shown = await _keep(desk, author, setting, replace(held, record=record), must=True)
    metrics.settled(outcome)
    await _replace(desk, client, author, body, draft_message.build(shown, setting.say))


async def _keep(desk: Desk, author: Author, setting: Setting, held: Held, *, must: bool = False) -> Shown:
    """Save what changed. Unsaved drafts go on carrying themselves, except where an outcome must be kept."""
    record, script = held.record, setting.catalogue[held.record.script_id]
    meant = answer(record, script)
    saved = True
    try:
        setting.needs_history()
        if held.saved or not await desk.history.save(author, record, person(record), meant):
            await desk.history.update(author, record, meant)
    except AwayError:
        if must or held.saved:
            raise
        saved = False
    return _shown(desk, author, setting, record, saved=saved)


def _shown(desk: Desk, author: Author, setting: Setting, record: Record, *, saved: bool) -> Shown:
    held, complete = in_buttons(desk, author, record, saved=saved)
    script = setting.catalogue[record.script_id]
    return Shown(record, script, held, setting.today, saved=saved, complete=complete)


async def _show(
    desk: Desk,
    client: AsyncWebClient,
    author: Author,
    response_url: str,
    message: dict[str, Any],
    *,
    replace_original: bool = False,
) -> bool:
    in_place = response_url and await desk.delivery.in_place(response_url, message, replace=replace_original)
    return bool(in_place) or await desk.delivery.to_author(client, author.user, message)


async def _replace(
    desk: Desk, client: AsyncWebClient, author: Author, body: dict[str, Any], message: dict[str, Any]
) -> None:
    """Draw what was clicked anew: the message, or App Home."""
    if body["container"]["type"] == "view":
        await home.publish(desk, client, author)
    else:
        await _show(desk, client, author, body["response_url"], message, replace_original=True)
