"""In the compose modal: the draft as it stands, what is missing for it, its tone and language, and advice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement, DividerBlock

from bot import ids
from bot.surfaces.details import detail_input, select, versioned
from bot.surfaces.text import OPTION, bullets, escape, plain, section, small, to_read

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.catalogue import Script
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
    for finding in findings:
        yield small(escape(said(finding, say)))


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
    about = script.words.get(say.code) or script.words[proposal.language]
    yield DividerBlock()
    yield small(escape(about.advice))
    if about.checks:
        yield small(f"*{escape(say('compose.checks'))}*\n{bullets(about.checks)}")


def manner(proposal: Proposal, script: Script, say: Language, languages: Languages) -> Block:
    """Tone and language, and a button for those who do not press Enter."""
    menus: list[Any] = []
    if len(script.facts.tones) > 1:
        tones = ((tone, say(f"tone.{tone}")) for tone in script.facts.tones)
        menus.append(select(ids.TONE, tones, proposal.tone, say("compose.tone")))
    spoken = ((code, languages[code].own_name) for code in languages.by_code if code in script.words)
    menus.append(select(ids.DRAFT_LANGUAGE, spoken, proposal.language, say("compose.language")))
    menus.append(ButtonElement(action_id=ids.REFRESH, text=plain(say("compose.refresh"), OPTION)))
    return ActionsBlock(block_id=versioned("manner", (script.id, proposal.tone)), elements=menus)


def details(proposal: Proposal, script: Script, say: Language) -> Iterator[Block]:
    """The inputs for the script's details; the optional ones when they are asked for."""
    words = script.words[proposal.language].details
    optional = [detail for detail in script.facts.details if not detail.required]
    for detail in script.facts.details:
        if detail.required or proposal.form.more:
            unusable = detail.id in proposal.wrong  # Slack keeps what was typed, and takes no wrong default
            yield detail_input(
                detail,
                words[detail.id],
                None if unusable else proposal.details.get(detail.id),
                proposal.prefills.get(detail.id),
                say,
            )
    if optional and not proposal.form.more:
        yield ActionsBlock(
            block_id=ids.MORE,
            elements=[ButtonElement(action_id=ids.MORE, text=plain(say("compose.more"), OPTION))],
        )
