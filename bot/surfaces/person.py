"""Everything about one person, in a modal: what comes next, who they are, notes, and all that was said."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot import ids
from bot.ladder import Relationship
from bot.surfaces import beside, drafts, place
from bot.surfaces.details import select, typed, yes
from bot.surfaces.kit import ActionsBlock, Block, ButtonElement, DividerBlock, InputBlock, View
from bot.surfaces.people import name_of, next_answer, standing, upcoming
from bot.surfaces.place import HERE, Place
from bot.surfaces.text import OPTION, escape, plain, section, small

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from bot.browsing import Page
    from bot.catalogue import Catalogue
    from bot.ladder import Fit
    from bot.localization import Language
    from bot.records import Notes, Person

SIZE = 5
"""Drafts on a page of the timeline."""

_NOBODY = "unset"


@dataclass(frozen=True, slots=True)
class Shown:
    """A person as they are shown; `place` is where Home is behind the modal."""

    mark: str
    person: Person
    page: Page
    fit: Fit | None
    catalogue: Catalogue
    today: date
    place: Place = HERE


@dataclass(frozen=True, slots=True)
class Kept:
    """What the author made of a person."""

    mark: str
    relationship: Relationship | None
    muted: bool
    noted: Notes


def build(shown: Shown, say: Language) -> dict[str, Any]:
    """Draw the modal."""
    person, name = shown.person, name_of(shown.person, say)
    blocks: list[Block] = [
        *_top(shown, say),
        DividerBlock(),
        *_timeline(shown, name, say),
        DividerBlock(),
        InputBlock(
            block_id=ids.RELATIONSHIP,
            label=plain(say("compose.relationship")),
            element=select(
                ids.RELATIONSHIP,
                (
                    (_NOBODY, say("person.unset")),
                    *((one, say(f"relationship.{one}")) for one in Relationship),
                ),
                person.relationship or _NOBODY,
                say("compose.relationship"),
            ),
            optional=True,
        ),
        InputBlock(
            block_id=ids.MUTED,
            label=plain(say("person.suggestions")),
            element=yes(ids.MUTED, say("person.mute"), checked=person.muted),
            optional=True,
        ),
        section(f"*{escape(say('beside.give_and_take'))}*\n{escape(say('beside.private'))}"),
        *beside.inputs(person, say),
        DividerBlock(),
        _forget(shown, name, say),
    ]
    return View(
        type="modal",
        callback_id=ids.PERSON,
        title=plain(name, 24),
        submit=plain(say("edit.save")),
        close=plain(say("notice.close")),
        private_metadata=json.dumps([shown.mark, shown.page.start, shown.place.write()]),
        blocks=blocks,
    )


def read(view: Mapping[str, Any]) -> Kept:
    """Read the modal back."""
    mark, _ = _metadata(view)
    now = typed(view)
    chosen = now.get(ids.RELATIONSHIP)
    relationship = Relationship(str(chosen)) if chosen in set(Relationship) else None
    return Kept(mark, relationship, bool(now.get(ids.MUTED)), beside.noted(view))


def whose(view: Mapping[str, Any]) -> tuple[str, Place]:
    """Whom the modal is about, and where Home is behind it."""
    mark, behind = _metadata(view)
    return mark, place.read(behind)


def _metadata(view: Mapping[str, Any]) -> tuple[str, str]:
    mark, _, behind = json.loads(view["private_metadata"])
    return str(mark), str(behind)


def _forget(shown: Shown, name: str, say: Language) -> Block:
    forget = ButtonElement(
        action_id=ids.FORGET,
        text=plain(say("person.forget", name=name), OPTION),
        value=shown.mark,
        style="danger",
    )
    return ActionsBlock(block_id=ids.FORGET, elements=[forget])


def _top(shown: Shown, say: Language) -> Iterator[Block]:
    following = upcoming(shown.person, shown.fit, say)
    told = escape(standing(shown.person, shown.today, say))
    yield section(told + (f"\n_{escape(following)}_" if following else ""))
    yield ActionsBlock(block_id=ids.NEXT, elements=[next_answer(shown.mark, say)])


def _timeline(shown: Shown, name: str, say: Language) -> Iterator[Block]:
    page = shown.page
    yield section(f"*{escape(say('beside.before', name=name))}*")
    if not page.records:
        yield small(escape(say("beside.nothing")))
    yield from drafts.lines(page.records, shown.catalogue, shown.today, say, of_one_person=True)
    turned = str(max(page.start - SIZE, 0)), str(page.start + SIZE)
    yield from place.newer_older(page.start, SIZE, page.total, ids.TURN, turned, say)
