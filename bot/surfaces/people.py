"""The people who asked: how often, what they were last told, and what fits if they ask again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot import ids
from bot.surfaces.answers import last_told
from bot.surfaces.kit import ActionsBlock, Block, ButtonElement
from bot.surfaces.text import OPTION, escape, plain, section

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from bot.browsing import Acquaintance
    from bot.ladder import Fit
    from bot.localization import Language
    from bot.records import Person


def name_of(person: Person, say: Language) -> str:
    """What somebody is called; who has no name gets a word for it."""
    return person.name.strip() or say("people.unnamed")


def standing(person: Person, today: date, say: Language) -> str:
    """How often they asked since when, and what they were last told."""
    if not person.answers:
        return say("beside.nothing")
    since = say.day(min(answer.on for answer in person.answers), today)
    asked = say.count("people.asked", len({answer.ask for answer in person.answers}), since=since)
    return f"{asked} {last_told(person.answers, today, say) or say('people.untold')}"


def upcoming(person: Person, fit: Fit | None, say: Language) -> str:
    """What fits if they ask again; for who is muted, that nothing is suggested."""
    if person.muted:
        return say("people.muted")
    if fit is None:
        return ""
    words = fit.script.words
    again = any(answer.told for answer in person.answers)
    return say(
        "people.next" if again else "people.fits",
        script=(words.get(say.code) or next(iter(words.values()))).title,
    )


def rows(
    known: Sequence[Acquaintance], fits: Mapping[str, Fit], today: date, say: Language
) -> Iterator[Block]:
    """A few lines and two buttons for each."""
    for one in known:
        name = name_of(one.person, say)
        told = escape(standing(one.person, today, say))
        following = upcoming(one.person, fits.get(one.mark), say)
        yield section(f"*{escape(name)}*\n{told}" + (f"\n_{escape(following)}_" if following else ""))
        about = ButtonElement(
            action_id=ids.OPEN_PERSON, text=plain(say("people.about", name=name), OPTION), value=one.mark
        )
        draft = [] if one.person.muted else [next_answer(one.mark, say)]
        yield ActionsBlock(block_id=f"person:{one.mark}", elements=[*draft, about])


def next_answer(mark: str, say: Language) -> ButtonElement:
    """The button that opens the modal for somebody, on what fits next."""
    return ButtonElement(action_id=ids.NEXT, text=plain(say("people.draft"), OPTION), value=mark)
