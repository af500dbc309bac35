"""Every text that the scripts as they ship can make."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import combinations
from typing import NamedTuple

from bot.catalogue import Catalogue, Script, Wording
from bot.drafting import CHAT, Request, Value, compose, voice
from bot.filled import values
from bot.lint import Lint
from bot.paths import TEMPLATES

TODAY = date(2027, 6, 1)
LANGUAGES = ("en", "nl", "nb")
CATALOGUE = Catalogue.load(TEMPLATES / "scripts")
"""Loaded here, because Hypothesis draws from it before fixtures exist."""

LINT = Lint.load(TEMPLATES / "lint")
MESSAGES = [script.id for script in CATALOGUE.scripts.values() if script.facts.form == "message"]


class Written(NamedTuple):
    """A text, with what it was asked for; `filled` are the details that were filled in."""

    script_id: str
    language: str
    channel: str
    address: str
    wording: Wording
    filled: Mapping[str, Value]
    text: str

    @property
    def script(self) -> Script:
        """The script it was made with."""
        return CATALOGUE[self.script_id]


def filled_in(script: Script, language: str) -> dict[str, Value]:
    """Every detail of a script, as its examples have it."""
    return values(script, script.examples(language))[0]


def wordings(script: Script, language: str) -> Iterator[Wording]:
    """All wordings of all tones."""
    for tone in script.facts.tones:
        yield from script.wordings(language, tone)


def spoken(script: Script, language: str) -> Iterator[tuple[str, Wording]]:
    """Every channel with the wordings that it has."""
    for channel in (CHAT, *script.facts.channels):
        own = voice("", channel)
        yield from (
            (channel, one) for one in (script.wordings(language, own) if own else wordings(script, language))
        )


def draft(
    script: Script,
    language: str,
    wording: Wording,
    details: Mapping[str, Value],
    name: str = "Ana",
    *,
    channel: str = CHAT,
    address: str = "",
) -> str:
    """The text of one wording."""
    tone = wording.tone if wording.tone in script.facts.tones else ""
    request = Request(script, language, name, TODAY, tone, wording.number, details, channel, address)
    return compose(request).text


def addresses(language: str) -> tuple[str, ...]:
    """The forms of address of a language; one that is empty where there is no choice."""
    return LINT.addresses(language) or ("",)


def full_texts(language: str) -> list[Written]:
    """Every text of a language with everything filled in."""
    return [one for one in every_text(language) if len(one.filled) == len(one.script.facts.details)]


@functools.cache
def every_text(language: str) -> Sequence[Written]:
    """Every wording in every channel and form of address, with every choice of optional details."""
    return [one for script_id in MESSAGES for one in _texts(CATALOGUE[script_id], language)]


def _texts(script: Script, language: str) -> Iterator[Written]:
    every = filled_in(script, language)
    required = {detail.id for detail in script.facts.details if detail.required}
    for chosen in _choices(script):
        details = {one: value for one, value in every.items() if one in required or one in chosen}
        for channel, wording in spoken(script, language):
            for address in addresses(language):
                text = draft(script, language, wording, details, channel=channel, address=address)
                yield Written(script.id, language, channel, address, wording, details, text)


def _choices(script: Script) -> list[tuple[str, ...]]:
    """Which optional details to fill in: every combination or, when that is too many, each alone and none."""
    optional = [detail.id for detail in script.facts.details if not detail.required]
    sizes = range(len(optional) + 1) if len(optional) <= 5 else (0, 1, len(optional))
    return [chosen for size in sizes for chosen in combinations(optional, size)]


def named(faulty: Iterable[Written]) -> list[str]:
    """What to show of texts that are not as they should be."""
    return [
        f"{one.script_id} {one.language} {one.channel} {one.wording.block} {one.address}"
        f" with {sorted(one.filled)}: {one.text}"
        for one in faulty
    ]
