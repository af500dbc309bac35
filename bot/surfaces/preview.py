"""In the compose modal: the draft as it stands, what is missing for it, its tone and language, and advice."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from bot import ids
from bot.catalogue import FROM_SETTINGS
from bot.drafting import CHAT
from bot.surfaces.details import detail_input, labelled, menu, select, versioned, yes
from bot.surfaces.kit import ActionsBlock, Block, ButtonElement, DividerBlock, InputBlock, Option
from bot.surfaces.text import OPTION, bullets, escape, plain, section, small, to_read

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from bot.catalogue import Script
    from bot.contradiction import Contradiction
    from bot.lint import Finding
    from bot.localization import Language, Languages
    from bot.proposal import Proposal

_MOST_NAMED = 2
"""Missing fields that are named; more of them are counted."""


def preview(
    proposal: Proposal, script: Script, findings: Sequence[Finding], say: Language
) -> Iterator[Block]:
    """The draft, or what is missing for it, and what weakens it."""
    yield DividerBlock()
    if proposal.missing or proposal.wrong:
        yield section(f"*{escape(say('compose.preview'))}*")
        yield small(escape(_still_to_do(proposal, script, say)))
    elif script.facts.form == "message" and proposal.draft:
        yield section(f"*{escape(say('compose.preview'))}*")
        yield to_read(proposal.draft.text)
        if proposal.repeats:
            yield small(escape(say("draft.wordings_used")))
    if proposal.contradiction:
        yield small(f"*{escape(_against(proposal.contradiction, proposal.today, say))}*")
    for finding in findings:
        yield small(escape(said(finding, say)))


def _against(last: Contradiction, today: date, say: Language) -> str:
    until = say.day(last.until, today) if last.until else ""
    key = f"contradiction.{last.said}_until" if last.until else f"contradiction.{last.said}"
    return say(key, date=say.day(last.on, today), until=until)


def said(finding: Finding, say: Language) -> str:
    """A finding in a line."""
    return f"{say('quote', text=finding.words)}: {finding.why} {finding.fix}"


def _still_to_do(proposal: Proposal, script: Script, say: Language) -> str:
    if "script" in proposal.wrong:
        return say(f"wrong.{proposal.wrong['script']}")
    words = script.words[proposal.language].details
    labels = [
        words[one].label if one in words else say("compose.name")
        for one in (*proposal.missing, *proposal.wrong)
    ]
    if len(labels) > _MOST_NAMED:
        return say("compose.missing_many", n=len(labels))
    return say("compose.missing", fields=say.listed(say("quote", text=label) for label in labels))


def advice(proposal: Proposal, script: Script, say: Language) -> Iterator[Block]:
    """What to know about this way of answering, and what to check before sending."""
    about = script.about(say.code, proposal.language)
    yield DividerBlock()
    yield small(escape(about.advice))
    if about.checks:
        yield small(f"*{escape(say('compose.checks'))}*\n{bullets(about.checks)}")


def manner(
    proposal: Proposal, script: Script, addresses: Sequence[str], say: Language, languages: Languages
) -> Block:
    """Tone and language, where they matter channel and address, and a button for who does not press Enter."""
    menus: list[Any] = []
    if len(script.facts.tones) > 1:
        menus.append(menu(ids.TONE, _tones(say, script.facts.tones), proposal.tone, say("compose.tone")))
    spoken = ((code, languages[code].own_name) for code in languages.by_code)
    menus.append(select(ids.DRAFT_LANGUAGE, spoken, proposal.language, say("compose.language")))
    if script.facts.channels and (proposal.form.more or proposal.channel != CHAT):
        channels = _channels(say, script.facts.channels)
        menus.append(menu(ids.CHANNEL, channels, proposal.channel, say("compose.channel")))
    if len(addresses) > 1:
        forms = ((one, say("compose.address", form=one)) for one in addresses)
        now = say("compose.address", form=proposal.address)
        menus.append(select(ids.ADDRESS, forms, proposal.address, now))
    menus.append(ButtonElement(action_id=ids.REFRESH, text=plain(say("compose.refresh"), OPTION)))
    return ActionsBlock(
        block_id=versioned("manner", (script.id, proposal.tone, proposal.address)), elements=menus
    )


@cache
def _tones(say: Language, tones: tuple[str, ...]) -> Sequence[Option]:
    """A script's tones, as everybody who speaks a language reads them: drawn once, and never changed."""
    return labelled((tone, say(f"tone.{tone}")) for tone in tones)


@cache
def _channels(say: Language, channels: tuple[str, ...]) -> Sequence[Option]:
    return labelled((one, say(f"channel.{one}")) for one in (CHAT, *channels))


def details(proposal: Proposal, script: Script, say: Language) -> Iterator[Block]:
    """The inputs for the script's details; the optional ones, and where it goes, when they are asked for."""
    words = script.words[proposal.language].details
    optional = [detail for detail in script.facts.details if not detail.required]
    for detail in script.facts.details:
        shared = detail.prefill in FROM_SETTINGS and detail.id in proposal.prefills
        if detail.required or proposal.form.more or shared:  # nothing of others goes into a draft unseen
            unusable = detail.id in proposal.wrong  # Slack keeps what was typed, and takes no wrong default
            yield detail_input(
                detail,
                words[detail.id],
                None if unusable else proposal.details.get(detail.id),
                proposal.prefills.get(detail.id),
                say,
            )
    if (optional or script.facts.channels) and not proposal.form.more:
        yield ActionsBlock(
            block_id=ids.MORE,
            elements=[ButtonElement(action_id=ids.MORE, text=plain(say("compose.more"), OPTION))],
        )


def pressure(proposal: Proposal, way_out: str, say: Language) -> Iterator[Block]:
    """The way out for who is pressed or harassed: people, and no script."""
    if proposal.form.pressured:
        yield section(escape(say("pressure.no_script")))
        yield section(escape(way_out or say("pressure.somebody")))
    yield InputBlock(
        block_id=ids.PRESSURED,
        label=plain(say("pressure.label")),
        element=yes(ids.PRESSURED, say("pressure.yes"), checked=proposal.form.pressured),
        optional=True,
        dispatch_action=True,
    )
