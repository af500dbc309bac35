"""A draft after it was written: shown, sent, worded anew, edited, set aside, deleted."""

from __future__ import annotations

import time
from contextlib import nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bot import ids, metrics
from bot.drafting import Request, compose, voice
from bot.filling import values
from bot.ladder import Outcome
from bot.listeners import beside, own_scripts, reading, showing
from bot.listeners.held import GoneError, Held, hold
from bot.listeners.posting import to_show
from bot.proposal import envelope, unsent_wording
from bot.records import answer, person
from bot.review import review
from bot.scheduling import taken_back
from bot.stores.away import AwayError
from bot.stores.sealed import ChangedError
from bot.surfaces import draft_message, draft_view, edit, place
from bot.surfaces.draft_message import Shown
from bot.surfaces.edit import Editing

if TYPE_CHECKING:
    from slack_bolt.context.ack.async_ack import AsyncAck
    from slack_sdk.web.async_client import AsyncWebClient

    from bot.desk import Desk, Setting
    from bot.records import Author, Record


async def opened(
    ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, author: Author, desk: Desk
) -> None:
    """*Open*: the draft in a modal, with its buttons."""
    value, behind = body["actions"][0]["value"], showing.behind(body["view"])
    setting, held = await hold(desk, client, author, value, scriptless=True)
    if held.record.script_id in setting.catalogue:
        blocks = draft_message.build(to_show(desk, author, setting, held.record, saved=True), setting.say)[
            "blocks"
        ]
    else:
        blocks = draft_view.without_script(held.record, setting.say)
    await showing.open_view(client, body, draft_view.build(blocks, behind, setting.say))
    await ack()


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


async def not_sent(
    ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, author: Author, desk: Desk
) -> None:
    """*I won't send it*, where the draft's text is in the button."""
    setting, held = await hold(desk, client, author, body["actions"][0]["value"])
    await _settle(desk, client, author, body, setting, held, Outcome.NOT_SENT)
    await ack()


async def menu(
    ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, author: Author, desk: Desk
) -> None:
    """What stands beside the draft, *Save as my own script*, *Don't send* and *Delete*."""
    choice, _, value = body["actions"][0]["selected_option"]["value"].partition(":")
    try:
        setting, held = await hold(desk, client, author, value, scriptless=choice in {ids.BESIDE, ids.DELETE})
    except GoneError:
        if choice != ids.DELETE:
            raise
        await _show_as_gone(desk, client, author, body)
        await ack()
        return
    if choice == ids.BESIDE:
        await beside.open_modal(desk, client, author, body, held.record)
    elif choice == ids.KEEP:
        await own_scripts.open_modal(client, body, setting, held.record)
    elif choice == ids.DELETE:
        async with taken_back(desk, client, held.record) as record:
            await desk.history.delete(author, record)
        await showing.replace(desk, client, author, body, draft_message.deleted(setting.say), setting.say)
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
    record, click = held.record, reading.click(body)
    if record.outcome is not Outcome.OPEN or record.click == click:
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
        _touched(record, setting), text=draft.text, wording=draft.wording, edited=False, click=click
    )
    shown = await _keep(desk, author, setting, replace(held, record=record))
    message = draft_message.build(replace(shown, last_wording=fresh is None), setting.say)
    await showing.replace(desk, client, author, body, message, setting.say)
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
    editing = Editing(value, body.get("response_url", ""))
    if not editing.response_url:
        editing = replace(editing, view=body["view"]["id"], place=place.of(body["view"]).write())
    await showing.open_view(client, body, edit.build(held.record.text, editing, setting.say))
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
    shown = await _keep(desk, author, setting, replace(held, record=record))
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
    message = draft_message.build(shown, setting.say)
    if editing.view:
        behind = place.read(editing.place)
        await showing.in_modal(desk, client, author, editing.view, message, behind, setting.say)
        await ack()
    else:
        url = editing.response_url
        posting = showing.show(desk, client, author, url, message, replace_original=True)
        await showing.close(ack, posting, text, setting.say)


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
    shown = to_show(desk, author, setting, held.record, saved=held.saved)
    await showing.replace(desk, client, author, body, draft_message.build(shown, setting.say), setting.say)
    await ack()


async def _show_as_gone(desk: Desk, client: AsyncWebClient, author: Author, body: dict[str, Any]) -> None:
    """Draw a draft that is to be deleted and is no longer there."""
    say = (await desk.setting(client, author)).say
    await showing.replace(desk, client, author, body, draft_message.deleted(say), say)


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
    over = outcome in {Outcome.OPEN, Outcome.NOT_SENT}  # there is nothing to come back to
    bare = taken_back(desk, client, replace(record, held=None)) if over else nullcontext(record)
    async with bare as record:
        shown = await _keep(desk, author, setting, replace(held, record=record), must=True)
    if held.record.outcome is not outcome:
        metrics.settled(outcome)
    await showing.replace(desk, client, author, body, draft_message.build(shown, setting.say), setting.say)


async def _keep(desk: Desk, author: Author, setting: Setting, held: Held, *, must: bool = False) -> Shown:
    """Save what changed. Unsaved drafts go on carrying themselves, except where an outcome must be kept."""
    record, script = held.record, setting.catalogue[held.record.script_id]
    meant = answer(record, script)
    saved = True
    try:
        setting.needs_history()
        if held.seen:
            kept = await desk.history.exchange(author, held.seen, record, meant)
        else:
            kept = await desk.history.save(author, record, person(record), meant)
        if not kept:
            raise ChangedError
    except AwayError:
        if must or held.saved:
            raise
        saved = False
    return to_show(desk, author, setting, record, saved=saved)
