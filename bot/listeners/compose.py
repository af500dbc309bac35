"""The compose modal: opened, drawn anew on every choice, and submitted for a private draft."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bot import ids, metrics
from bot.catalogue import FROM_SETTINGS, NAME
from bot.delivery import look_up
from bot.filling import values
from bot.ladder import Outcome
from bot.listeners import posting, reading, showing
from bot.proposal import Form, Known, Proposal, propose
from bot.records import Record
from bot.review import review
from bot.suggest.preselection import Suggested
from bot.surfaces import compose as surface
from bot.surfaces.compose import Composed, Origin
from bot.surfaces.details import typed, versioned

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slack_bolt.context.ack.async_ack import AsyncAck
    from slack_sdk.web.async_client import AsyncWebClient

    from bot.desk import Desk, Setting
    from bot.lint import Finding
    from bot.records import Author, Profile


async def open_modal(
    desk: Desk,
    client: AsyncWebClient,
    author: Author,
    trigger_id: str,
    composed: Composed,
    message: str | None = None,
) -> None:
    """Open the modal on a trigger, already filled with the best guess: from the message, if there is one."""
    view = await drawn(desk, client, author, composed, message)
    await client.views_open(trigger_id=trigger_id, view=view)


async def drawn(
    desk: Desk, client: AsyncWebClient, author: Author, composed: Composed, message: str | None = None
) -> dict[str, Any]:
    """The modal as it opens."""
    _, _, view = await _draw(desk, client, author, composed, message)
    return view


async def redraw(
    ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, author: Author, desk: Desk
) -> None:
    """Draw the modal anew after a choice; a redraw that came too late gives way to the newer one."""
    composed = surface.read(body["view"])
    action_id = body["actions"][0]["action_id"]
    if action_id == ids.MORE:
        composed = replace(
            composed,
            form=replace(composed.form, more=True),
            origin=replace(composed.origin, more=True),
        )
    anew = surface.whole_message(composed.quote) if action_id == ids.REQUESTER else None
    _, _, view = await _draw(desk, client, author, composed, anew)
    await showing.update(client, body["view"]["id"], view, body["view"]["hash"])
    await ack()


async def submit(
    ack: AsyncAck,
    body: dict[str, Any],
    view: dict[str, Any],
    client: AsyncWebClient,
    author: Author,
    desk: Desk,
) -> None:
    """Save the draft and show it privately; whatever is missing is said under its input."""
    composed = surface.read(view)
    proposal, setting, redrawn = await _draw(desk, client, author, composed)
    if _unseen(proposal, composed):
        await ack(response_action="update", view=redrawn)
        return
    chosen = str(typed(view).get(ids.SCRIPT, ""))
    gone = chosen and chosen not in setting.catalogue
    wrong = _wrong(proposal, author, off=chosen in desk.settings.scripts_off, gone=bool(gone))
    if wrong:
        errors = {
            composed.blocks[one]: setting.say(f"wrong.{why}")
            for one, why in wrong.items()
            if one in composed.blocks
        }
        if errors:
            await ack(response_action="errors", errors=errors)
        else:  # what is missing has no input in this modal yet
            await ack(response_action="update", view=redrawn)
        return
    _count(proposal, composed.origin.suggested)
    if proposal.form.pressured or proposal.script is None or proposal.script.facts.form == "nothing":
        await ack()
        return
    overruled = proposal.overruled
    metrics.drafted(proposal.script.facts.step, instead_of=overruled.facts.step if overruled else None)
    record = _record(desk, author, proposal, view["id"])
    facts_only = setting.remembered.preferences.facts_only
    record = replace(record, facts_only=facts_only, click=reading.click(body))
    drafted = posting.post(desk, client, author, setting, record, composed.origin.response_url)
    await showing.close(ack, drafted, record.text, setting.say)


async def _draw(
    desk: Desk, client: AsyncWebClient, author: Author, composed: Composed, message: str | None = None
) -> tuple[Proposal, Setting, dict[str, Any]]:
    form, origin = composed.form, composed.origin
    who = form.requester or form.name
    setting = await desk.setting(client, author, desk.history.person_id(author, who) if who else "")
    profile = await _requester(client, form, origin, setting)
    origin = replace(origin, profile=profile)
    if message is not None:
        suggested = reading.suggested(desk, setting, message, form.ask)
        address = reading.address(desk, message, suggested.language)
        form = replace(form, mirrored=address)
        origin = replace(origin, suggested=suggested, address=address)
    addresses = {code: desk.lint.addresses(code) for code in desk.languages.by_code}
    known = Known(
        setting.catalogue,
        desk.languages,
        setting.remembered,
        profile,
        setting.say.code,
        setting.today,
        addresses,
        desk.settings,
        origin.suggested,
    )
    proposal = propose(form, known)
    view = surface.build(
        proposal,
        origin,
        composed.quote,
        _findings(desk, proposal, setting.remembered.profile),
        addresses.get(proposal.language, ()),
        desk.settings.safety_contact,
        setting.say,
        desk.languages,
    )
    return proposal, setting, view


def _count(proposal: Proposal, suggested: Suggested | None) -> None:
    """Count whether the author kept what was suggested; pressure says nothing about that."""
    if suggested is None or proposal.form.pressured:
        return
    if suggested.situation is None:
        outcome = "chosen"
    elif proposal.situation is not suggested.situation:
        outcome = "overruled"
    else:
        outcome = "kept" if proposal.kind in {None, suggested.kind} else "other_kind"
    metrics.suggested(suggested.situation or suggested.doubt, outcome)


def _findings(desk: Desk, proposal: Proposal, author: Profile | None) -> list[Finding]:
    if proposal.draft is None or not proposal.draft.text or proposal.script is None:
        return []
    read, _ = values(proposal.script, proposal.details)
    return review(
        desk.lint,
        proposal.draft.text,
        proposal.script,
        language=proposal.language,
        channel=proposal.channel,
        details=read,
        known=f"{proposal.name} {author.name if author else ''}",
        today=proposal.today,
    )


async def _requester(client: AsyncWebClient, form: Form, origin: Origin, setting: Setting) -> Profile | None:
    """Who asks, as Slack tells; asked only for somebody new."""
    if origin.profile and origin.profile.id == form.requester:
        return origin.profile
    if not form.requester or setting.remembered.person:
        return None
    return await look_up(client, form.requester)


def _unseen(proposal: Proposal, composed: Composed) -> bool:
    """Whether an admin changed, since the modal was drawn, what fills in a detail: nothing goes in unseen."""
    script = proposal.script if not proposal.form.pressured else None
    shared = (one.id for one in script.facts.details if one.prefill in FROM_SETTINGS) if script else ()
    drawn, now = composed.blocks, proposal.prefills
    return any(
        (one in now or ids.DETAIL + one in drawn)
        and drawn.get(ids.DETAIL + one) != versioned(ids.DETAIL + one, now.get(one))
        for one in shared
        if one not in proposal.form.details
    )


def _wrong(proposal: Proposal, author: Author, *, off: bool, gone: bool) -> Mapping[str, str]:
    """What stands in the way of a draft: by the input it belongs to, the reason's key.

    `off`: the script that is chosen was switched off since the modal was drawn; `gone`: it cannot be read.
    """
    form = proposal.form
    if form.pressured:
        return {}
    if off or gone:
        return {ids.SCRIPT: "switched_off" if off else "script_gone"}
    if form.requester == author.user:
        return {ids.REQUESTER: "self"}
    if form.requester and proposal.profile and proposal.profile.is_bot:
        return {ids.REQUESTER: "bot"}
    if proposal.situation is None:
        return {ids.SITUATION: "situation"}
    if proposal.script is None:
        return {ids.SITUATION: "no_script"}
    if proposal.script.facts.form == "nothing":
        return {}
    if not form.requester and not proposal.name:
        return {ids.REQUESTER: "who", ids.NAME: "who"}
    wrong = {
        one if one == NAME else ids.DETAIL + one: _why_missing(proposal, one) for one in proposal.missing
    }
    wrong |= {
        ids.SCRIPT if one == ids.SCRIPT else ids.DETAIL + one: why for one, why in proposal.wrong.items()
    }
    return wrong


def _why_missing(proposal: Proposal, one: str) -> str:
    if one == NAME or proposal.script is None:
        return "missing"
    return "must_be_yes" if proposal.script.detail(one).type == "yes_no" else "missing"


def _record(desk: Desk, author: Author, proposal: Proposal, view_id: str) -> Record:
    assert proposal.draft  # noqa: S101 (nothing was wrong)
    assert proposal.situation  # noqa: S101
    now = time.time()
    draft_id = desk.history.draft_id(author, view_id)
    return Record(
        id=draft_id,
        person=desk.history.person_id(author, proposal.form.requester or proposal.name),
        name=proposal.name,
        user=proposal.form.requester,
        ask=proposal.form.ask or draft_id,
        situation=proposal.situation,
        kind=proposal.kind,
        script_id=proposal.draft.script_id,
        language=proposal.language,
        tone=proposal.draft.tone,
        wording=proposal.draft.wording,
        text=proposal.draft.text,
        created=now,
        changed=now,
        on=proposal.today,
        details=dict(proposal.details),
        relationship=proposal.relationship,
        channel=proposal.channel,
        address=proposal.address,
        outcome=Outcome.OPEN,
    )
