"""What an author's history with a requester says about a message at hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.catalogue import Situation
from bot.ladder import Case, Relationship, on_this_matter, so_far, was_told_no

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from bot.records import Person

_SUPPLIES = 8.0
_MENTORED = 6.0
_MEETS = 3.0
_TOLD_NO = 8.0


def with_history(
    chances: Mapping[Situation, float], person: Person | None, ask: str, today: date
) -> dict[Situation, float]:
    """The chances of each situation, given who asks and what they were told before.

    "Nothing to decline" keeps its chance: a thank-you stays one, whoever writes it. A supplier goes before a
    mentee, a mentee before somebody who keeps asking, and that before a regular coffee.
    """
    given = dict(chances)
    if person is None:
        return given
    for situation, factor in _factors(person, ask, today).items():
        given[situation] *= factor
    asks = sum(chance for situation, chance in given.items() if situation is not Situation.NONE)
    share = 1 - given[Situation.NONE]
    for situation in given:
        if situation is not Situation.NONE and asks:
            given[situation] *= share / asks
    return given


def _factors(person: Person, ask: str, today: date) -> dict[Situation, float]:
    told = so_far(person.answers)
    stood = {person.situation, *(answer.situation for answer in told)}
    if person.relationship is Relationship.SUPPLIER or Situation.SUPPLIER in stood:
        return {Situation.SUPPLIER: _SUPPLIES}
    if Situation.MENTEE in stood:
        return {Situation.MENTEE: _MENTORED}
    again = on_this_matter(told, Case(Situation.REPEAT_ASKER, ask=ask, today=today))
    if was_told_no(again):
        return {Situation.REPEAT_ASKER: _TOLD_NO}
    if Situation.COFFEE in stood:
        return {Situation.COFFEE: _MEETS}
    return {}
