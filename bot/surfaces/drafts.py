"""Drafts in App Home: a few lines for each that waits, and one for each that is looked back on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot import ids
from bot.browsing import Filter
from bot.catalogue import Situation
from bot.ladder import Outcome
from bot.surfaces import history
from bot.surfaces.kit import (
    ActionsBlock,
    Block,
    ButtonElement,
    Option,
    OptionGroup,
    OverflowMenuElement,
    StaticSelectElement,
)
from bot.surfaces.people import name_of
from bot.surfaces.text import OPTION, escape, plain, section

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from bot.browsing import Acquaintance
    from bot.catalogue import Catalogue
    from bot.localization import Language
    from bot.records import Record

_MOST_NAMES = 50
"""People to choose from: who asked before them is found in the list of people."""


def waiting(records: Sequence[Record], catalogue: Catalogue, today: date, say: Language) -> Iterator[Block]:
    """The drafts that wait, each with what can be done with it."""
    for record in records:
        asked = record.details.get("request")
        what = f"  ·  {escape(asked)}" if isinstance(asked, str) and asked else ""
        title, on = escape(history.title(record, catalogue, say)), escape(say.day(record.on, today))
        yield section(f"*{escape(record.name or say('people.unnamed'))}*{what}\n{title}  ·  {on}")
        yield ActionsBlock(block_id=f"draft:{record.id}", elements=[*_buttons(record, catalogue, say)])


def _buttons(record: Record, catalogue: Catalogue, say: Language) -> Iterator[Any]:
    yield _open(record, say)
    known = record.script_id in catalogue
    if known:
        form = catalogue[record.script_id].facts.form
        done = plain(say(f"draft.do_{form}"), OPTION)
        yield ButtonElement(action_id=ids.SENT, text=done, value=record.id)
    choices = (ids.BESIDE, ids.NOT_SENT, ids.DELETE) if known else (ids.BESIDE, ids.DELETE)
    yield menu(record, choices, say)


def menu(record: Record, choices: Sequence[str], say: Language) -> OverflowMenuElement:
    """What else can be done with a draft."""
    options = [
        Option(value=f"{choice}:{record.id}", text=plain(say(f"draft.menu_{choice}"), OPTION))
        for choice in choices
    ]
    return OverflowMenuElement(action_id=ids.DRAFT_MENU, options=options)


def lines(
    records: Sequence[Record],
    catalogue: Catalogue,
    today: date,
    say: Language,
    *,
    of_one_person: bool = False,
) -> Iterator[Block]:
    """A line for each draft, with a button to see it."""
    for record in records:
        said = history.line(record, catalogue, today, say, of_one_person=of_one_person)
        yield section(said, f"line:{record.id}", _open(record, say))


def _open(record: Record, say: Language) -> ButtonElement:
    return ButtonElement(action_id=ids.OPEN_DRAFT, text=plain(say("home.open"), OPTION), value=record.id)


def filters(chosen: Filter, names: Sequence[Acquaintance], say: Language) -> StaticSelectElement:
    """A menu of what history can be filtered by."""
    everything = _option(Filter(), say("home.everything"))
    groups = [
        (say("home.by_all"), [everything]),
        (
            say("home.by_outcome"),
            [_option(Filter("outcome", one), say(f"outcome.{one}")) for one in Outcome],
        ),
        (
            say("home.by_situation"),
            [_option(Filter("situation", one), say(f"situation.{one}")) for one in Situation],
        ),
        (
            say("home.by_person"),
            [_option(Filter("person", one.mark), name_of(one.person, say)) for one in names[:_MOST_NAMES]],
        ),
    ]
    offered = [option for _, options in groups for option in options]
    return StaticSelectElement(
        action_id=ids.FILTER,
        placeholder=plain(say("home.filter"), 150),
        option_groups=[
            OptionGroup(label=plain(label, OPTION), options=options) for label, options in groups if options
        ],
        initial_option=next((one for one in offered if one["value"] == _value(chosen)), None),
    )


def chosen(value: str) -> Filter:
    """The filter that was chosen; whatever was not offered is everything."""
    by, _, rest = value.partition(":")
    found = Filter(by, rest)  # type: ignore[arg-type]
    return found if found.known else Filter()


def _option(wanted: Filter, label: str) -> Option:
    return Option(value=_value(wanted), text=plain(label[:1].upper() + label[1:], OPTION))


def _value(wanted: Filter) -> str:
    return f"{wanted.by}:{wanted.value}"
