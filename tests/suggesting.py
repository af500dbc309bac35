"""Stand-ins for what reads a message, for tests that are about something else or about one reading."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from bot.catalogue import Kind, Situation
from bot.suggest import Doubt, Guess, Suggestion

if TYPE_CHECKING:
    from bot.records import Person


@dataclass(frozen=True)
class Reads:
    """Reads the same in every message; unless told what, it is in doubt, so that nothing is preselected."""

    situation: Situation = Situation.NONE
    kind: Kind | None = None
    because: tuple[str, ...] = ()
    doubt: Doubt | None = None
    language: str = "en"

    def suggest(
        self, text: str, person: Person | None = None, *, ask: str = "", today: date = date.min
    ) -> Suggestion:
        """Says what it was told to."""
        return Suggestion((Guess(self.situation, self.kind, 1.0),), self.language, self.because, self.doubt)


IN_DOUBT = Reads(doubt=Doubt.LANGUAGE)
