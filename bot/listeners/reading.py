"""What the message at hand seems to be, how it addresses its reader, and which click brought it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from bot.suggest import Doubt
from bot.suggest.preselection import Suggested
from bot.suggest.tokens import LONGEST
from bot.surfaces.text import shorten

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.desk import Desk, Setting

LONG = "long"
DOUBTS = (*map(str, Doubt), LONG)
"""Why nothing is preselected: what the suggester says, or that it could not read a message to its end."""

_CLICK = 8
"""Characters: the end of a trigger_id is random."""

_MOST_REASONS, _LONGEST_REASON = 3, 40
_EMOJI = re.compile(r"(?<![\w/]):(?:[a-z0-9_+'-]*[a-z][a-z0-9_+'-]*|[+-]1):(?!\w)")


def click(body: Mapping[str, Any]) -> str:
    """What a click has that no other has: the same again is the same click, delivered twice."""
    return str(body.get("trigger_id", ""))[-_CLICK:]


def suggested(desk: Desk, setting: Setting, message: str, ask: str) -> Suggested:
    """What the message seems to be, given what is remembered of whoever asks."""
    seen = _EMOJI.sub("🙂", message)  # Slack has ":tada:" where people see one
    person = setting.remembered.person
    familiar = None if person is None or person.muted else person
    found = desk.suggester.suggest(seen, familiar, ask=ask, today=setting.today)
    if found.doubt in {Doubt.EMPTY, Doubt.LANGUAGE}:
        return Suggested(doubt=found.doubt)
    language = found.language if found.language in desk.languages.by_code else ""
    if doubt := LONG if len(seen) > LONGEST else found.doubt:
        return Suggested(doubt=doubt, language=language)
    because = (shorten(" ".join(words.split()), _LONGEST_REASON) for words in found.evidence)
    return Suggested(found.best.situation, found.best.kind, (*because,)[:_MOST_REASONS], language=language)


def address(desk: Desk, message: str, language: str) -> str:
    """The form of address to mirror; where the language is not known, any that the message uses."""
    codes = (language,) if language else desk.languages.by_code
    return next(filter(None, (desk.lint.address_of(message, code) for code in codes)), "")
