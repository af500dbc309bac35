"""What is expected of a draft, and what in it falls short: lint with all that the form knows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Literal

from bot.catalogue import Script, Step
from bot.drafting import Value
from bot.lint import Expected, Finding, Lint
from bot.wordings import day

_LONGEST_SHORT = 25
"""Words in a text message."""

_SAYS_NO = {Step.DECLINE, Step.REPEAT, Step.CLOSE}


def review(
    lint: Lint,
    text: str,
    script: Script,
    *,
    language: str,
    channel: str,
    details: Mapping[str, Value],
    known: str,
    today: date,
) -> list[Finding]:
    """What weakens a draft of this script; `known` is what else was said of the requester: names, words."""
    longest = {"chat": script.facts.max_words, "short": _LONGEST_SHORT}.get(channel, 0)
    words = (_words(value, language, today) for value in details.values())
    expected = Expected(
        outcome=_outcome(script, channel),
        longest=longest,
        door=any(detail.door and details.get(detail.id) for detail in script.facts.details),
        known=" ".join((known, *words)),
    )
    return lint.findings(text, language, expected)


def _outcome(script: Script, channel: str) -> Literal["no", "question", ""]:
    """What must be clear: a no, or one question. A promise with a date is neither."""
    step, variant = script.facts.step, script.facts.variant
    if channel == "points" or variant == "defer":
        return ""
    if step is Step.CLARIFY or variant == "tradeoff":
        return "question"
    return "no" if step in _SAYS_NO else ""


def _words(value: Value, language: str, today: date) -> str:
    if isinstance(value, date):
        return f"{day(value, language=language, today=today)} {value.year}"
    return " ".join(value) if isinstance(value, tuple) else str(value)
