"""For authors of scripts: everything that can be checked of a catalogue without reading it aloud."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import combinations
from typing import NamedTuple

from jinja2 import TemplateError

from bot.catalogue import Catalogue, Script
from bot.drafting import CHAT, DraftingError, Request, Value, compose, voice
from bot.filling import values
from bot.lint import Finding, Lint
from bot.review import review

FEWEST_WORDINGS = 3
"""For each tone: so many times can somebody be told no without reading the same words."""

MOST_IN_COMMON = 0.6
"""The share of words that two wordings of a tone may have in common (Jaccard index of their words)."""

TODAY = date(2027, 1, 15)
"""The examples' dates lie in this year."""


class Fault(NamedTuple):
    """What the lint finds in one wording of a script, filled in with its examples."""

    channel: str
    tone: str
    number: int
    text: str
    finding: Finding


def inspect(catalogue: Catalogue, lint: Lint, languages: Iterable[str]) -> Iterator[str]:
    """All problems, a line each, with the script, the language and the wording they are in."""
    yield from catalogue.problems
    languages = list(languages)
    for script in catalogue.scripts.values():
        for language in languages:
            if language not in script.words:
                yield f"{script.id} {language}: missing"
            elif script.facts.form == "message":
                yield from _message(script, language, lint)
            elif script.facts.form == "checklist" and not script.words[language].checks:
                yield f"{script.id} {language}: a checklist without checks"


def _message(script: Script, language: str, lint: Lint) -> Iterator[str]:
    without = list(unusable_examples(script, language))
    yield from (f"{script.id} {language}: {one}" for one in without)
    if not without:
        try:
            yield from _wordings(script, language, lint)
        except (DraftingError, TemplateError, AttributeError, TypeError, ValueError) as error:
            yield f"{script.id} {language}: cannot be written ({error})"


def unusable_examples(script: Script, language: str) -> Iterator[str]:
    """Details without an example, or with one that is of no use."""
    given = script.examples(language)
    _, wrong = values(script, given)
    for detail in script.facts.details:
        if detail.id not in given:
            yield f"no example for {detail.id}"
    for one, why in wrong.items():
        yield f"the example for {one} is not usable ({why})"


def _wordings(script: Script, language: str, lint: Lint) -> Iterator[str]:
    for tone in script.facts.tones:
        numbers = _numbers(script, language, tone)
        if len(numbers) < FEWEST_WORDINGS:
            yield f"{script.id} {language} {tone}: {len(numbers)} wordings, at least {FEWEST_WORDINGS} needed"
        for one, other, shared in too_alike(script, language, tone):
            where = f"{script.id} {language} {tone}"
            yield f"{where}: wordings {one} and {other} share {shared:.0%} of their words"
    for fault in faults(script, language, lint):
        where = f"{script.id} {language} {fault.channel} {fault.tone} {fault.number}"
        yield f"{where}: {fault.finding.rule} “{fault.finding.words}” in: {fault.text}"


def faults(script: Script, language: str, lint: Lint) -> Iterator[Fault]:
    """What the lint finds in every wording, with every detail filled in and with as few as possible."""
    for channel in (CHAT, *script.facts.channels):
        has_its_own = voice("", channel) == channel
        for tone in script.facts.tones[: 1 if has_its_own else None]:
            for number in _numbers(script, language, voice(tone, channel)):
                yield from _faults(script, language, tone, number, channel, lint)


def _numbers(script: Script, language: str, tone: str) -> list[int]:
    return [wording.number for wording in script.wordings(language, tone)]


def _faults(
    script: Script, language: str, tone: str, number: int, channel: str, lint: Lint
) -> Iterator[Fault]:
    for address in lint.addresses(language) or ("",):
        for details in filled(script, language):
            text = _text(script, language, tone, number, details, channel=channel, address=address)
            found = review(
                lint,
                text,
                script,
                language=language,
                channel=channel,
                details=details,
                known=script.words[language].example_name,
                today=TODAY,
            )
            yield from (Fault(channel, tone, number, text, finding) for finding in found)


def too_alike(script: Script, language: str, tone: str) -> Iterator[tuple[int, int, float]]:
    """Pairs of wordings that share too many words, with the share."""
    _, least = filled(script, language)
    words = {
        number: set(re.findall(r"\w+", _text(script, language, tone, number, least).casefold()))
        for number in _numbers(script, language, tone)
    }
    for one, other in combinations(words, 2):
        shared = len(words[one] & words[other]) / max(len(words[one] | words[other]), 1)
        if shared >= MOST_IN_COMMON:
            yield one, other, shared


def filled(script: Script, language: str) -> tuple[dict[str, Value], dict[str, Value]]:
    """Every detail, and those that are there unless the author takes them out."""
    every, _ = values(script, script.examples(language))
    kept = {detail.id for detail in script.facts.details if detail.required or detail.default is not None}
    return every, {one: value for one, value in every.items() if one in kept}


def _text(
    script: Script,
    language: str,
    tone: str,
    number: int,
    details: dict[str, Value],
    *,
    channel: str = CHAT,
    address: str = "",
) -> str:
    name = script.words[language].example_name
    request = Request(script, language, name, TODAY, tone, number, details, channel, address)
    return compose(request).text
