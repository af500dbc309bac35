"""The escalation ladder: from what a requester was told before to the scripts that fit now.

A pure function over history (the documents' four steps, with "the same no, shorter" between the second and
the third). How often somebody asked is only ever a hint; what they were told decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.catalogue import Kind, Script, Situation, Step

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MANY_ASKS = 5
"""The ask at which the document's author saw patience run out: an anecdote, so a hint and no more."""


class Relationship(StrEnum):
    """Who the requester is to the author."""

    COLLEAGUE = "colleague"
    MANAGER = "manager"
    REPORT = "report"
    CLIENT = "client"
    SUPPLIER = "supplier"
    OUTSIDE = "outside"


PROTECTED = frozenset({Relationship.MANAGER, Relationship.REPORT, Relationship.CLIENT})
"""People who are never closed off or met with silence."""


class Outcome(StrEnum):
    """What became of a draft."""

    OPEN = "open"
    SENT = "sent"
    SILENCE = "silence"
    NOT_SENT = "not_sent"


@dataclass(frozen=True, slots=True)
class Answer:
    """One draft as the ladder sees it.

    `ask` tells apart the messages it answered; `until` is the end of a pause, or the day of a promise. `on`
    is the author's date, and `at` the second since 1970, of what was done with it last.
    """

    ask: str
    on: date
    situation: Situation
    kind: Kind | None
    script_id: str
    step: Step
    variant: str
    outcome: Outcome
    language: str
    tone: str
    wording: int
    until: date | None = None
    at: float = 0.0

    @property
    def told(self) -> bool:
        """Whether the requester met with this answer: sent, or a silence that was chosen."""
        return self.outcome in {Outcome.SENT, Outcome.SILENCE}


@dataclass(frozen=True, slots=True)
class Case:
    """What the ladder decides on.

    `sensitive`: HR, safety, legal or health, or somebody in distress. `ask`: the message at hand, whose own
    drafts do not make it a second ask.
    """

    situation: Situation
    kind: Kind | None = None
    relationship: Relationship | None = None
    answers: Sequence[Answer] = ()
    sensitive: bool = False
    ask: str = ""
    today: date = date.min


@dataclass(frozen=True, slots=True)
class Fit:
    """A script that fits now, with the reason: a code to put into words, and the date it speaks of."""

    script: Script
    reason: str
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Ladder:
    """The scripts that fit, best first; whether a guard held back a firmer step; how often they asked."""

    fits: tuple[Fit, ...]
    guarded: bool
    asks: int


class _Rung(StrEnum):
    """Where a requester stands, by the furthest thing they were told."""

    FRESH = "fresh"
    CLARIFIED = "clarified"
    DECLINED = "declined"
    REDIRECTED = "redirected"
    EXITED = "exited"
    REPEATED = "repeated"
    CLOSED = "closed"
    SILENT = "silent"


_ORDER = list(_Rung)
_NEXT = {
    _Rung.FRESH: Step.DECLINE,
    _Rung.CLARIFIED: Step.DECLINE,
    _Rung.DECLINED: Step.REPEAT,
    _Rung.REDIRECTED: Step.CLOSE,
    _Rung.EXITED: Step.CLOSE,
    _Rung.REPEATED: Step.CLOSE,
    _Rung.CLOSED: Step.SILENCE,
    _Rung.SILENT: Step.SILENCE,
}
_RUNG_OF_NO = {
    "plain": _Rung.DECLINED,
    "redirect": _Rung.REDIRECTED,
    "pause": _Rung.EXITED,
    "group": _Rung.EXITED,
    "wind_down": _Rung.EXITED,
    "defer": None,
    "tradeoff": None,
}
"""Where each kind of no leaves a requester; a promise with a date and a choice put to a manager are none."""

_REFUSED = frozenset(_ORDER[_ORDER.index(_Rung.DECLINED) :])
"""Where they stand who were told no."""

_HARD = {Step.CLOSE, Step.SILENCE}
_OWN_EXIT = {Situation.SUPPLIER, Situation.MENTEE, Situation.COFFEE}


def climb(scripts: Iterable[Script], case: Case) -> Ladder:
    """Tell which scripts fit the case, in order, each with its reason."""
    told = so_far(case.answers)
    rung, on = _standing(on_this_matter(told, case))
    protected = case.sensitive or case.relationship in PROTECTED
    wanted = _wanted(rung, case)
    guarded = protected and wanted in _HARD
    if guarded:
        wanted = Step.REPEAT
    met_as = _met_as(case, rung)
    candidates = [
        script
        for script in scripts
        if _applies(script, case, rung, met_as) and _allowed(script, rung, told, protected=protected)
    ]
    candidates.sort(key=lambda script: _rank(script, wanted, case, rung, met_as))
    return Ladder(
        tuple(Fit(script, *_reason(script, case, rung, on, told)) for script in candidates),
        guarded,
        len({answer.ask for answer in case.answers}),
    )


def so_far(answers: Iterable[Answer]) -> list[Answer]:
    """What was told, oldest first."""
    return sorted((one for one in answers if one.told), key=lambda one: (one.on, one.at))


def on_this_matter(answers: Iterable[Answer], case: Case) -> list[Answer]:
    """The answers on the matter at hand: to a repeat asker all, else those of the same situation and kind.

    A pause that is over was kept by who asks after it, and says nothing any more.
    """
    answers = [one for one in answers if one.ask != case.ask and not _over(one, case.today)]
    if case.situation is Situation.REPEAT_ASKER:
        return answers
    if case.situation in _OWN_EXIT:
        return [a for a in answers if a.situation is case.situation or a.step in {Step.REPEAT, *_HARD}]
    return [a for a in answers if a.kind == case.kind and a.situation not in _OWN_EXIT]


def _over(answer: Answer, today: date) -> bool:
    return answer.variant == "pause" and answer.until is not None and answer.until <= today


def was_told_no(answers: Iterable[Answer]) -> bool:
    """Whether any answer that was told was a no; a question, a promise and a choice put to them are none."""
    return any(_rung_of(answer) in _REFUSED for answer in answers if answer.told)


def _standing(told: Sequence[Answer]) -> tuple[_Rung, date | None]:
    rung, on = _Rung.FRESH, None
    for answer in told:
        reached = _rung_of(answer)
        if reached and _ORDER.index(reached) >= _ORDER.index(rung):
            rung, on = reached, answer.on
    return rung, on


def _rung_of(answer: Answer) -> _Rung | None:
    if answer.step is Step.DECLINE:
        return _RUNG_OF_NO[answer.variant]
    return {
        Step.CLARIFY: _Rung.CLARIFIED,
        Step.REPEAT: _Rung.REPEATED,
        Step.CLOSE: _Rung.CLOSED,
        Step.SILENCE: _Rung.SILENT,
    }.get(answer.step)


def _wanted(rung: _Rung, case: Case) -> Step:
    if case.situation is Situation.NONE:
        return Step.NONE
    unclear = case.situation is Situation.UNCLEAR_ASK or case.kind is Kind.UNCLEAR
    return Step.CLARIFY if unclear and rung is _Rung.FRESH else _NEXT[rung]


def _met_as(case: Case, rung: _Rung) -> set[Situation]:
    """The situations whose scripts fit: who keeps asking and never had a no gets the no to one request."""
    first_no = case.situation is Situation.REPEAT_ASKER and rung not in _REFUSED
    return {case.situation, Situation.ONE_OFF} if first_no else {case.situation}


def _applies(script: Script, case: Case, rung: _Rung, met_as: set[Situation]) -> bool:
    """Whether the script is for this situation and kind; who was told no may be met as a repeat asker."""
    situations, kinds = script.facts.situations, script.facts.kinds
    if script.facts.relationships and case.relationship not in script.facts.relationships:
        return False
    here = not met_as.isdisjoint(situations) and ("any" in kinds or case.kind in {None, *kinds})
    again = rung in _REFUSED and Situation.REPEAT_ASKER in situations and case.situation is not Situation.NONE
    again = again and ("any" in kinds or case.kind in kinds)
    unclear = (
        script.facts.step is Step.CLARIFY and case.kind is Kind.UNCLEAR and case.situation not in _OWN_EXIT
    )
    return here or again or unclear


def _allowed(script: Script, rung: _Rung, told: Sequence[Answer], *, protected: bool) -> bool:
    given = {answer.script_id for answer in told}
    if script.facts.after and given.isdisjoint(script.facts.after):
        return False
    step = script.facts.step
    if step in _HARD and protected:
        return False
    return {
        Step.CLARIFY: rung is _Rung.FRESH,
        Step.REPEAT: rung in _REFUSED,
        Step.CLOSE: rung in _REFUSED and rung not in {_Rung.CLOSED, _Rung.SILENT},
        Step.SILENCE: rung in {_Rung.CLOSED, _Rung.SILENT},
        Step.FOLLOW_THROUGH: script.id not in given,
    }.get(step, True)


def _rank(script: Script, wanted: Step, case: Case, rung: _Rung, met_as: set[Situation]) -> tuple[int, ...]:
    facts = script.facts
    own = not met_as.isdisjoint(facts.situations)
    own = own and not (rung in _REFUSED and facts.step is Step.DECLINE)
    return (
        facts.step is not Step.FOLLOW_THROUGH,
        facts.step is not wanted,
        case.kind is None and "any" not in facts.kinds,
        facts.alternative,
        not facts.relationships,
        not own,
        _distance(script, case.kind or "any"),
        facts.step in _HARD,
    )


def _distance(script: Script, kind: str) -> int:
    """How far a script is from being the one for this kind: its first kind is its own."""
    kinds = script.facts.kinds
    return kinds.index(kind) if kind in kinds else len(Kind)


def _reason(
    script: Script, case: Case, rung: _Rung, on: date | None, told: Sequence[Answer]
) -> tuple[str, date | None]:
    step, variant = script.facts.step, script.facts.variant
    if step in {Step.FOLLOW_THROUGH, Step.ADVICE}:
        return "after", next((a.on for a in reversed(told) if a.script_id in script.facts.after), None)
    if step in {Step.REPEAT, Step.CLOSE, Step.SILENCE}:
        return f"{step}_{rung}", on
    if step is Step.DECLINE and variant != "plain":
        return variant, None
    if step is Step.DECLINE and (rung is not _Rung.FRESH or case.situation is Situation.REPEAT_ASKER):
        return f"decline_{rung}" if rung not in _REFUSED else "decline_again", on
    return str(step), None
