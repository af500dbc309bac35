"""What the message at hand seems to be, and how it addresses its reader."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.proposal import Suggested
from bot.suggest import Doubt
from bot.surfaces.text import shorten

if TYPE_CHECKING:
    from bot.desk import Desk, Setting

_MOST_REASONS, _LONGEST_REASON = 3, 40


def suggested(desk: Desk, setting: Setting, message: str, ask: str) -> Suggested:
    """What the message seems to be, given what is remembered of whoever asks."""
    found = desk.suggester.suggest(message, setting.remembered.person, ask=ask, today=setting.today)
    known = found.doubt not in {Doubt.EMPTY, Doubt.LANGUAGE} and found.language in desk.languages.by_code
    language = found.language if known else ""
    if found.doubt:
        return Suggested(doubt=found.doubt, language=language)
    because = (shorten(" ".join(words.split()), _LONGEST_REASON) for words in found.evidence)
    return Suggested(found.best.situation, found.best.kind, (*because,)[:_MOST_REASONS], language=language)


def address(desk: Desk, message: str, language: str) -> str:
    """The form of address to mirror; where the message's language is not known, any language's that it uses."""
    codes = (language,) if language else desk.languages.by_code
    return next(filter(None, (desk.lint.address_of(message, code) for code in codes)), "")
