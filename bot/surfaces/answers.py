"""In the compose modal: what was said before, and how it can be answered now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot import ids
from bot.catalogue import Step
from bot.ladder import MANY_ASKS, Answer, Fit, Ladder, so_far
from bot.surfaces.details import versioned, yes
from bot.surfaces.kit import Block, InputBlock, Option, RadioButtonsElement
from bot.surfaces.text import OPTION, escape, plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from bot.localization import Language
    from bot.proposal import Proposal

_MOST_SCRIPTS = 10
"""Choices in one group of radio buttons (Slack's limit)."""

_MOST_OWN = 5
"""Of which so many of the author's own: the others must stay in reach."""

_HARD = {Step.CLOSE, Step.SILENCE}


def said_before(proposal: Proposal, say: Language) -> str:
    """What this requester was told, in a line."""
    if not proposal.answers or proposal.person is None or proposal.person.muted:
        return ""
    first = min(answer.on for answer in proposal.answers)
    parts = [say.count("history.asks", proposal.asks, since=say.day(first, proposal.today))]
    if told := last_told(proposal.answers, proposal.today, say):
        parts.append(told)
    if proposal.ladder and proposal.ladder.guarded:
        parts.append(say("history.guarded"))
    elif proposal.asks >= MANY_ASKS and any(
        fit.script.facts.step is Step.CLOSE for fit in (proposal.ladder.fits if proposal.ladder else ())
    ):
        parts.append(say("history.many"))
    return escape(" ".join(parts))


def last_told(given: Iterable[Answer], today: date, say: Language) -> str:
    """What a requester was told last; empty when they were told nothing."""
    told = so_far(given)
    if not told:
        return ""
    last = told[-1]
    key = last.variant if last.step is Step.DECLINE else str(last.step)
    return say(f"history.told_{key}", date=say.day(last.on, today))


def answers(proposal: Proposal, ladder: Ladder, chosen_fit: Fit, say: Language) -> Iterator[Block]:
    """The scripts that fit, the recommended one first, each with its reason."""
    fits = _shown(ladder.fits)
    if chosen_fit not in fits:
        fits = (*fits[:-1], chosen_fit)
    if len(fits) > 1:
        options = [
            Option(
                value=fit.script.id,
                text=plain(fit.script.about(say.code).title, OPTION),
                description=plain(_why(fit, proposal, say), OPTION),
            )
            for fit in fits
        ]
        chosen = next(option for option in options if option["value"] == chosen_fit.script.id)
        versions = [option["value"] for option in options], proposal.form.script or chosen["value"]
        yield InputBlock(
            block_id=versioned(ids.SCRIPT, versions),
            label=plain(say("compose.script")),
            element=RadioButtonsElement(action_id=ids.SCRIPT, options=options, initial_option=chosen),
            dispatch_action=True,
        )
    if proposal.form.sensitive or any(fit.script.facts.step in _HARD for fit in fits):
        yield InputBlock(
            block_id=ids.SENSITIVE,
            label=plain(say("compose.sensitive")),
            element=yes(ids.SENSITIVE, say("compose.sensitive_yes"), checked=proposal.form.sensitive),
            optional=True,
            dispatch_action=True,
        )


def _shown(fits: Sequence[Fit]) -> tuple[Fit, ...]:
    too_many = [fit for fit in fits if fit.script.mine][_MOST_OWN:]
    return tuple(fit for fit in fits if fit not in too_many)[:_MOST_SCRIPTS]


def _why(fit: Fit, proposal: Proposal, say: Language) -> str:
    """The reason; before that of a text of their own, that it is theirs."""
    return say("own.mark") if fit.script.mine else reason(fit, proposal, say)


def reason(fit: Fit, proposal: Proposal, say: Language) -> str:
    """Why a script fits: what the ladder says where history speaks, else when the script is used."""
    key = f"reason.{fit.reason}"
    if fit.on:
        return say(key, date=say.day(fit.on, proposal.today))
    if fit.reason == "decline_fresh":
        return say(key)
    return fit.script.about(say.code).use_when
