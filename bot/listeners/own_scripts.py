"""Scripts of an author's own: a text kept from a draft, and taken away again."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from bot import ids
from bot.listeners import scripts, showing
from bot.listeners.held import hold
from bot.own import BLANK, MOST_OWN, Own, nameless, script_id
from bot.surfaces import own_script as surface
from bot.surfaces.scripts import language

if TYPE_CHECKING:
    from slack_bolt.context.ack.async_ack import AsyncAck
    from slack_sdk.web.async_client import AsyncWebClient

    from bot.desk import Desk, Setting
    from bot.records import Author, Record


async def open_modal(client: AsyncWebClient, body: dict[str, Any], setting: Setting, record: Record) -> None:
    """Ask what to call the text of a draft, and for what it is."""
    setting.needs_history()
    title = setting.catalogue[record.script_id].about(setting.say.code, record.language).title
    await showing.open_view(client, body, surface.build(record, title, setting.say))


async def save(
    ack: AsyncAck, view: dict[str, Any], client: AsyncWebClient, author: Author, desk: Desk
) -> None:
    """Keep the text as it stands in the draft; the same modal sent twice keeps it once."""
    named = surface.read(view)
    setting, held = await hold(desk, client, author, named.draft)
    setting.needs_history()
    own = _own(script_id(desk.history.draft_id(author, view["id"])), named, held.record, setting)
    errors = {} if own.title else {ids.TITLE: setting.say("wrong.missing")}
    if not own.situations:
        errors[ids.SITUATIONS] = setting.say("wrong.missing")
    if len({one.id for one in setting.remembered.scripts} | {own.id}) > MOST_OWN:
        errors[ids.TITLE] = setting.say("own.full", n=MOST_OWN)
    if errors:
        await ack(response_action="errors", errors=errors)
        return
    await desk.history.keep(author, own)
    await ack(response_action="update", view=await scripts.view(desk, client, author, done="kept"))


async def remove(
    ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, author: Author, desk: Desk
) -> None:
    """Take one away; drafts that were made with it stay as they are."""
    await desk.history.drop(author, body["actions"][0]["value"])
    chosen = language(body["view"], desk.languages)
    admin = None if chosen else False  # in a list of their own only, there is none to choose
    shown = await scripts.view(desk, client, author, done="dropped", language=chosen, admin=admin)
    await client.views_update(view_id=body["view"]["id"], view=shown)
    await ack()


def _own(own_id: str, named: surface.Named, record: Record, setting: Setting) -> Own:
    """The text of a draft, which stands where the script it was drafted with stands on the ladder."""
    facts = setting.catalogue[record.script_id].facts
    before = next((one for one in setting.remembered.scripts if one.id == record.script_id), None)
    return Own(
        id=own_id,
        title=named.title,
        text=nameless(record.text, record.name),
        name=BLANK,
        language=record.language,
        tone=record.tone,
        situations=named.situations,
        kinds=named.kinds,
        base=before.base if before else record.script_id,
        step=facts.step,
        variant=facts.variant,
        relationships=facts.relationships,
        after=facts.after,
        at=time.time(),
    )
