"""Whether a new draft says something else than what its reader was last told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.catalogue import Script, Step
from bot.ladder import Answer, so_far


@dataclass(frozen=True, slots=True)
class Contradiction:
    """What was said last, as a key to put into words: on which day, and until when if it had an end."""

    said: str
    on: date
    until: date | None = None


_SAME_NO = {Step.REPEAT, Step.CLOSE, Step.SILENCE}


def contradiction(script: Script, answers: Sequence[Answer], today: date) -> Contradiction | None:
    """What the draft would contradict: a running pause or promise, a redirect, or a no that was final."""
    told = so_far(answers)
    if not told or script.facts.step in {Step.FOLLOW_THROUGH, Step.ADVICE, Step.NONE}:
        return None
    last = told[-1]
    if last.until and last.until > today:
        same = (script.facts.step, script.facts.variant) == (last.step, last.variant)
        return None if same else Contradiction(last.variant, last.on, last.until)
    if last.step in {Step.CLOSE, Step.SILENCE}:
        return None if script.facts.step in _SAME_NO else Contradiction(str(last.step), last.on)
    if last.step is Step.DECLINE and last.variant == "redirect":
        same = script.facts.step in _SAME_NO or script.facts.variant == "redirect"
        return None if same else Contradiction("redirect", last.on)
    if last.step in {Step.DECLINE, Step.REPEAT} and last.variant == "plain":
        softer = script.facts.step is Step.CLARIFY or script.facts.variant in {
            "defer",
            "group",
            "pause",
            "tradeoff",
        }
        return Contradiction("no", last.on) if softer else None
    return None
