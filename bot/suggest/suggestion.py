"""From a message and what is known of its sender to situation and kind, ranked, with reasons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.catalogue import Kind, Situation
from bot.suggest.evidence import evidence
from bot.suggest.features import features
from bot.suggest.history import with_history
from bot.suggest.languages import traits
from bot.suggest.lexicon import LANGUAGES, Lexicon
from bot.suggest.model import KINDS, LANGUAGE_LANES, SITUATIONS, Model, Scores
from bot.suggest.tokens import Message, read

if TYPE_CHECKING:
    from pathlib import Path

    from bot.records import Person

_FOREIGN = 0.3
"""How far a reading is trusted of a message in a language that is not spoken here."""


class Doubt(StrEnum):
    """Why nothing should be preselected."""

    EMPTY = "empty"
    LANGUAGE = "language"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Guess:
    """One reading of a message; no kind where there is nothing to decline."""

    situation: Situation
    kind: Kind | None
    confidence: float


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Every situation with the kind that goes with it, likeliest first, the language, and what spoke for it.

    `evidence` are words of the message. `doubt` tells why the first guess should not be preselected.
    """

    guesses: tuple[Guess, ...]
    language: str
    evidence: tuple[str, ...]
    doubt: Doubt | None

    @property
    def best(self) -> Guess:
        """The likeliest reading."""
        return self.guesses[0]

    @property
    def sure(self) -> bool:
        """Whether the likeliest reading may be preselected."""
        return self.doubt is None


@dataclass(frozen=True, slots=True)
class Suggester:
    """The lexicon and the model; `suggest` runs in this process and sends nothing anywhere."""

    lexicon: Lexicon
    model: Model

    @classmethod
    def load(cls, folder: Path) -> Suggester:
        """Read both from `templates/suggest`."""
        return cls(Lexicon.load(folder), Model.load(folder / "model.bin"))

    def suggest(
        self, text: str, person: Person | None = None, *, ask: str = "", today: date = date.min
    ) -> Suggestion:
        """Read a message from somebody; `ask` is the message's id, so that its own drafts do not count."""
        message = read(text)
        language = self._language(message)
        spoken = language or LANGUAGES[0]
        hits = self.lexicon.hits(message.words, spoken)
        scores = self.model.scores(features(message, spoken, self.lexicon, hits))
        by_text = dict(zip(SITUATIONS, scores.situations, strict=True))
        given = with_history(by_text, person, ask, today)
        trust = 0.0 if not message.letters else 1.0 if language else _FOREIGN
        guesses = self._ranked(given, scores, trust)
        doubt = self._doubt(message, language, guesses)
        if doubt in {Doubt.EMPTY, Doubt.LANGUAGE}:
            return Suggestion(guesses, spoken, (), doubt)
        why = evidence(message, hits, self.lexicon, self.model, scores.known, _lanes(guesses[0]))
        return Suggestion(guesses, spoken, why, doubt)

    def _language(self, message: Message) -> str:
        """The message's language; nothing when it is another one, or cannot be told."""
        totals = self.model.language(traits(message))
        return LANGUAGE_LANES[totals.index(max(totals))]

    def _ranked(self, given: dict[Situation, float], scores: Scores, trust: float) -> tuple[Guess, ...]:
        blank = (1 - trust) / len(SITUATIONS)
        guesses = [
            Guess(situation, self._kind(number, scores), round(given[situation] * trust + blank, 4))
            for number, situation in enumerate(SITUATIONS)
        ]
        return tuple(sorted(guesses, key=lambda guess: -guess.confidence))

    def _kind(self, situation: int, scores: Scores) -> Kind | None:
        possible = self.model.facts.kinds[situation]
        return KINDS[max(possible, key=lambda kind: scores.kinds[kind])] if possible else None

    def _doubt(self, message: Message, language: str, guesses: tuple[Guess, ...]) -> Doubt | None:
        if not message.letters:
            return Doubt.EMPTY
        if not language:
            return Doubt.LANGUAGE
        best = guesses[0]
        harmless = next(guess.confidence for guess in guesses if guess.situation is Situation.NONE)
        at_risk = best.situation is not Situation.NONE and harmless > self.model.facts.harmless
        return Doubt.UNSURE if best.confidence < self.model.facts.sure or at_risk else None


def _lanes(guess: Guess) -> list[int]:
    kind = [len(SITUATIONS) + KINDS.index(guess.kind)] if guess.kind else []
    return [SITUATIONS.index(guess.situation), *kind]
