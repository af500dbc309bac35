"""The compose modal: who asks, what is going on, how to answer, and the draft as it stands."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter

from bot import ids
from bot.as_json import as_json
from bot.catalogue import Kind, Situation
from bot.ladder import Relationship
from bot.proposal import Form, Proposal, asks_for_kind
from bot.records import Filled, Profile
from bot.suggest.preselection import Suggested
from bot.surfaces.answers import answers, said_before
from bot.surfaces.details import (
    block_ids,
    labelled,
    menu,
    proposed,
    text_input,
    typed,
    versioned,
)
from bot.surfaces.kit import ActionsBlock, Block, InputBlock, Option, UserSelectElement, View
from bot.surfaces.preview import advice, details, manner, pressure, preview
from bot.surfaces.text import as_written, plain, shorten, small, to_read

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bot.lint import Finding
    from bot.localization import Language, Languages

_QUOTE = "quote"
_LONGEST_QUOTE = 300
_LONGEST_NAME = 80
_LONGEST_METADATA = 3000
"""Characters of private metadata (Slack's limit)."""

_SUGGESTED: TypeAdapter[Suggested | None] = TypeAdapter(Suggested | None)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the modal came from; travels in its private metadata.

    `touched`: what the author set themselves, so that a new default does not undo it. `kept`: what they set
    and has no input at the moment, by action id. `address`: the form in which the message addresses the
    author. `suggested`: what the message seemed to be. The message itself stands in the modal, nowhere else.
    """

    response_url: str = ""
    ask: str = ""
    profile: Profile | None = None
    touched: tuple[str, ...] = ()
    more: bool = False
    address: str = ""
    kept: Mapping[str, Filled] = field(default_factory=dict)
    suggested: Suggested | None = None


@dataclass(frozen=True, slots=True)
class Composed:
    """The modal as it came back: the form, its origin, the quoted message and the block of each input."""

    form: Form
    origin: Origin
    quote: Mapping[str, Any] | None
    blocks: Mapping[str, str]


def quoted(message: str) -> dict[str, Any]:
    """The message that asks, shortened, as a block."""
    block = to_read(shorten(" ".join(message.split()), _LONGEST_QUOTE))
    block["block_id"] = _QUOTE
    return block


def whole_message(quote: Mapping[str, Any] | None) -> str | None:
    """The message in a quote, unless it was shortened."""
    text = str(quote["elements"][0]["elements"][0]["text"]) if quote else ""
    return text if text and not text.endswith("…") else None


def build(
    proposal: Proposal,
    origin: Origin,
    quote: Mapping[str, Any] | None,
    findings: Sequence[Finding],
    addresses: Sequence[str],
    way_out: str,
    say: Language,
    languages: Languages,
) -> dict[str, Any]:
    """Draw the modal.

    `addresses` are the forms of address in the draft's language, `way_out` is whom to turn to under pressure.
    """
    fit, ladder = proposal.fit, proposal.ladder
    form = "nothing" if proposal.form.pressured else fit.script.facts.form if fit else "message"
    blocks: list[Block] = [*_who(proposal, say), *_what(proposal, origin.suggested, say)]
    if fit and ladder:
        script = fit.script
        blocks += answers(proposal, ladder, fit, say)
        if form != "nothing":
            blocks += preview(proposal, script, findings, say)
            blocks.append(manner(proposal, script, addresses, say, languages))
        blocks += [*details(proposal, script, say), *advice(proposal, script, say)]
    blocks += pressure(proposal, way_out, say)
    view = View(
        type="modal",
        callback_id=ids.COMPOSE,
        title=plain(say("compose.title")),
        submit=plain(say(f"compose.submit_{form}")),
        close=plain(say("compose.cancel")),
        private_metadata=_metadata(origin, proposal.form, blocks),
        blocks=blocks,
    )
    if quote:
        view["blocks"].insert(0, dict(quote))
    return view


def _metadata(origin: Origin, form: Form, blocks: Sequence[Block]) -> str:
    """The origin as private metadata; where what is kept does not fit, the longest is let go."""
    drawn = proposed({"blocks": [*blocks]})
    chosen: dict[str, Filled] = {
        ids.NAME: form.name,
        ids.KIND: form.kind or "",
        ids.SENSITIVE: form.sensitive,
        ids.SCRIPT: form.script,
        ids.TONE: form.tone,
        ids.DRAFT_LANGUAGE: form.language,
        ids.CHANNEL: form.channel,
        ids.ADDRESS: form.address,
    }
    kept = {name: value for name, value in chosen.items() if value and name not in drawn}
    kept |= {ids.DETAIL + one: given for one, given in form.details.items() if ids.DETAIL + one not in drawn}
    while len(written := _json(replace(origin, kept=kept))) > _LONGEST_METADATA:
        del kept[max(kept, key=lambda one: len(str(kept[one])))]
    return written


def _json(origin: Origin) -> str:
    return as_json(origin).decode()


def read(view: Mapping[str, Any]) -> Composed:
    """Read the modal back."""
    metadata = json.loads(view["private_metadata"])
    profile = Profile(**metadata.pop("profile")) if metadata.get("profile") else None
    suggested = _SUGGESTED.validate_python(metadata.pop("suggested", None))
    now, drawn = typed(view), proposed(view)
    touched = {*metadata.pop("touched"), *(name for name in now if now[name] != drawn.get(name, ""))}
    if drawn.get(ids.REQUESTER) and now[ids.REQUESTER] != drawn[ids.REQUESTER]:
        touched -= {ids.NAME, ids.RELATIONSHIP}  # they were the other one's
    origin = Origin(
        **metadata | {"profile": profile, "suggested": suggested, "touched": tuple(sorted(touched))}
    )
    held = {**origin.kept, **now}
    mine = {name: value for name, value in held.items() if name in touched}
    form = Form(
        requester=str(now.get(ids.REQUESTER, "")),
        name=str(mine.get(ids.NAME, "")).strip(),
        relationship=_member(Relationship, mine.get(ids.RELATIONSHIP)),
        situation=_member(Situation, mine.get(ids.SITUATION)),
        kind=_member(Kind, mine.get(ids.KIND)),
        sensitive=bool(held.get(ids.SENSITIVE)),
        script=str(mine.get(ids.SCRIPT, "")),
        tone=str(mine.get(ids.TONE, "")),
        language=str(mine.get(ids.DRAFT_LANGUAGE, "")),
        channel=str(held.get(ids.CHANNEL, "")),
        address=str(mine.get(ids.ADDRESS, "")),
        details={
            name.removeprefix(ids.DETAIL): value
            for name, value in mine.items()
            if name.startswith(ids.DETAIL)
        },
        more=origin.more,
        pressured=bool(now.get(ids.PRESSURED)),
        ask=origin.ask,
        mirrored=origin.address,
    )
    quote = next((block for block in view["blocks"] if block.get("block_id") == _QUOTE), None)
    return Composed(form, origin, quote, block_ids(view))


def _member(shape: Any, value: object) -> Any:
    return shape(value) if value in set(shape) else None


def _who(proposal: Proposal, say: Language) -> Iterator[Block]:
    if proposal.away:
        yield small(say("compose.away"))
    yield InputBlock(
        block_id=ids.REQUESTER,
        label=plain(say("compose.requester")),
        element=UserSelectElement(
            action_id=ids.REQUESTER,
            initial_user=proposal.form.requester or None,
            placeholder=plain(say("compose.requester_pick")),
        ),
        optional=not proposal.form.requester,
        dispatch_action=True,
    )
    if proposal.profile and (proposal.profile.is_bot or proposal.profile.deleted):
        yield small(say("compose.is_bot" if proposal.profile.is_bot else "compose.deleted"))
    known = proposal.name == proposal.prefilled_name != ""
    by_name = proposal.form.name and not proposal.form.requester  # which is all there is to go by
    if not known or by_name or proposal.form.more:
        yield InputBlock(
            block_id=versioned(ids.NAME, proposal.prefilled_name),
            label=plain(say("compose.name")),
            hint=plain(say("compose.name_hint")),
            element=text_input(ids.NAME, proposal.name, longest=_LONGEST_NAME),
            optional=True,
            dispatch_action=True,
        )


def _what(proposal: Proposal, suggested: Suggested | None, say: Language) -> Iterator[Block]:
    yield InputBlock(
        block_id=versioned(ids.SITUATION, None if proposal.form.situation else proposal.situation),
        label=plain(say("compose.situation")),
        element=menu(ids.SITUATION, _situations(say), proposal.situation, say("details.choose")),
        optional=proposal.form.pressured or None,
        dispatch_action=True,
    )
    if suggested and (line := _suggestion(proposal, suggested, say)):
        yield as_written(line)
    menus = [
        menu(
            ids.RELATIONSHIP,
            _relationships(say),
            proposal.relationship,
            say("compose.relationship"),
        )
    ]
    if asks_for_kind(proposal.situation):
        menus.insert(0, menu(ids.KIND, _kinds(say), proposal.kind, say("compose.kind")))
    yield ActionsBlock(block_id=versioned("about", _remembered(proposal)), elements=menus)
    if line := said_before(proposal, say):
        yield small(line)


@cache
def _situations(say: Language) -> Sequence[Option]:
    """What everybody who speaks a language can choose from: drawn once, and never changed."""
    return labelled((one, say(f"situation.{one}")) for one in Situation)


@cache
def _relationships(say: Language) -> Sequence[Option]:
    return labelled((one, say(f"relationship.{one}")) for one in Relationship)


@cache
def _kinds(say: Language) -> Sequence[Option]:
    return labelled((one, say(f"kind.{one}")) for one in Kind)


def _suggestion(proposal: Proposal, suggested: Suggested, say: Language) -> str:
    """Why the situation is what it is, or why none is chosen; nothing once the author has chosen another."""
    if proposal.form.pressured:
        return ""
    if proposal.situation is None:
        return say(f"suggested.{suggested.doubt}") if suggested.doubt else ""
    if proposal.situation is not suggested.situation:
        return ""
    what = say(f"suggested.what_{suggested.situation}")
    if not suggested.because:
        return say("suggested.only", what=what)
    words = say.listed(say("quote", text=one) for one in suggested.because)
    return say("suggested.because", what=what, words=words)


def _remembered(proposal: Proposal) -> tuple[object, ...]:
    """What a known person brings along, unless the author chose otherwise."""
    form = proposal.form
    return (
        form.requester,
        None if form.kind else proposal.kind,
        None if form.relationship else proposal.relationship,
    )
