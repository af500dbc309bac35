"""Which scripts a workspace can do without: what the ladder would have to say if they were off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import product
from typing import TYPE_CHECKING

from bot.catalogue import Kind, Situation, Step
from bot.ladder import Answer, Case, Outcome, climb
from bot.proposal import asks_for_kind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from bot.catalogue import Catalogue, Script

_TOLD = (None, Step.CLARIFY, Step.DECLINE, Step.REPEAT, Step.CLOSE)
"""The last thing somebody may have been told, for each step that can follow."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A situation in which a step would have no script left, and the scripts of which one must stay on."""

    situation: Situation
    step: Step
    scripts: tuple[Script, ...]


def gap(catalogue: Catalogue, off: Collection[str]) -> Gap | None:
    """The first gap that these scripts leave when they are off, in a situation they are made for if any."""
    gaps = [one for one in _needs(catalogue) if {script.id for script in one.scripts} <= {*off}]
    own = (one for one in gaps if any(one.situation in it.facts.situations for it in one.scripts))
    return next(own, gaps[0] if gaps else None)


def _needs(catalogue: Catalogue) -> Iterator[Gap]:
    """For whatever can be the case, the scripts that are as good as the one the ladder recommends.

    An alternative is only one where the others are alternatives too: it asks for something that not every
    author has.
    """
    for scripts, situation, step in product(_by_language(catalogue), Situation, _TOLD):
        for kind in (None, *Kind) if asks_for_kind(situation) else (None,):
            told = (_answer(situation, kind, step),) if step else ()
            fits = climb(scripts, Case(situation, kind, None, told)).fits
            if fits:
                best = fits[0].script.facts
                good = tuple(
                    fit.script
                    for fit in fits
                    if (fit.script.facts.step, fit.script.facts.alternative) == (best.step, best.alternative)
                )
                yield Gap(situation, best.step, good)


def _by_language(catalogue: Catalogue) -> list[Sequence[Script]]:
    """The scripts of each language; languages that have the same ones count once."""
    languages = {language for script in catalogue.scripts.values() for language in script.words}
    found = {
        tuple(script.id for script in scripts): scripts
        for scripts in map(catalogue.in_language, sorted(languages))
    }
    return list(found.values())


def _answer(situation: Situation, kind: Kind | None, step: Step) -> Answer:
    return Answer(
        ask="before",
        on=date.min,
        situation=situation,
        kind=kind,
        script_id="",
        step=step,
        variant="plain",
        outcome=Outcome.SENT,
        language="",
        tone="",
        wording=0,
    )
