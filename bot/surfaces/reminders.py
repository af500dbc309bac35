"""Reminders: offered once a draft was dealt with, the message that comes, and the list in App Home."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from bot import ids
from bot.surfaces import place
from bot.surfaces.details import typed
from bot.surfaces.kit import (
    ActionsBlock,
    Block,
    ButtonElement,
    DatePickerElement,
    HeaderBlock,
    InputBlock,
    Option,
    OverflowMenuElement,
    PlainTextObject,
    SectionBlock,
    View,
)
from bot.surfaces.place import REMINDERS, Place
from bot.surfaces.text import OPTION, escape, plain, section, small

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bot.catalogue import Catalogue, Script, ScriptWords
    from bot.localization import Language
    from bot.records import Record, Reminded

DUE, MOST = 5, 10
"""How many reminders that have come Home shows, and how many in all; a page of its own has the rest."""


@dataclass(frozen=True, slots=True)
class Picking:
    """Which draft a day is picked for, and what is drawn anew: a message, a modal, or Home (at `place`).

    `held` is what the draft's buttons carry.
    """

    held: str
    response_url: str = ""
    view: str = ""
    place: str = ""


# once a draft was dealt with


def state(record: Record, today: date, say: Language) -> Iterator[Block]:
    """When the reminder comes, or what the author said when it had come."""
    if record.reminder:
        yield small(escape(say("reminder.set", date=say.day(record.reminder.on, today))))
    elif record.held is not None:
        yield small(escape(held(record, say)))


def buttons(
    record: Record, held: str, offer: date | None, today: date, say: Language
) -> Iterator[ButtonElement]:
    """Set one on the day that is offered, or on another; or change the one that is set.

    `held` is what the draft's buttons carry.
    """
    if record.reminder:
        yield _button(ids.REMINDER_DAY, say("reminder.another_day"), held)
        yield _button(ids.NO_REMINDER, say("reminder.none"), held)
    elif offer and record.held is None:
        label = say("reminder.offer", date=say.day(offer, today))
        yield _button(ids.REMIND, label, f"{offer.isoformat()}:{held}")
        yield _button(ids.REMINDER_DAY, say("reminder.another_day"), held)


def read_offer(value: str) -> tuple[date, str]:
    """The day on the button and what holds the draft; ValueError for anything else."""
    day, _, held = value.partition(":")
    return date.fromisoformat(day), held


def held(record: Record, say: Language) -> str:
    """What the author said when they were reminded, in a few words."""
    return say("outcome.held") if record.held else say("outcome.asked_again")


# the modal for a day


def pick(record: Record, script: Script, initial: date, picking: Picking, say: Language) -> dict[str, Any]:
    """Draw the modal in which a day is picked."""
    element = DatePickerElement(
        action_id=ids.REMINDER_DAY,
        initial_date=initial.isoformat(),
        placeholder=plain(say("details.pick_date"), 150),
    )
    return View(
        type="modal",
        callback_id=ids.REMINDER_DAY,
        title=plain(say("reminder.title")),
        submit=plain(say("edit.save")),
        close=plain(say("compose.cancel")),
        private_metadata=json.dumps(asdict(picking), separators=(",", ":")),
        blocks=[
            section(_line(record, script, say)),
            InputBlock(
                block_id=ids.REMINDER_DAY,
                label=plain(say("reminder.day")),
                hint=plain(say("reminder.day_hint")),
                element=element,
            ),
        ],
    )


def read_day(view: Mapping[str, Any]) -> tuple[date | None, Picking]:
    """Read the day that was picked, None for none, and what it is for."""
    try:
        day = date.fromisoformat(str(typed(view)[ids.REMINDER_DAY]))
    except ValueError:
        day = None
    return day, Picking(**json.loads(view["private_metadata"]))


# the message that comes


def message(record: Record, script: Script, day: date, say: Language) -> dict[str, Any]:
    """Draw the reminder of a day, complete in itself: Slack keeps it until then."""
    title, told = _question(record, script, day, say)
    answers = ActionsBlock(block_id=f"reminder:{record.id}", elements=[*_answers(record, script, say)])
    blocks = [*_asked(record, script, day, say), answers, small(escape(say("draft.private")))]
    return {"text": escape(f"{title} {told}"), "blocks": [*blocks]}


def noted(record: Record, script: Script, say: Language) -> dict[str, Any]:
    """What stands in the place of a reminder that was answered."""
    name, done = record.name or say("draft.somebody"), script.facts.form == "checklist"
    held = say("reminder.noted_done") if done else say("reminder.noted_held", name=name)
    text = escape(held if record.held else say("reminder.noted_again", name=name))
    blocks: list[Block] = [section(text)]
    if not record.held:
        again = _button(ids.ASKED_AGAIN, say("reminder.next"), record.id)
        blocks.append(ActionsBlock(block_id=f"reminder:{record.id}", elements=[again]))
    return {"text": text, "blocks": [*blocks]}


def _question(record: Record, script: Script, day: date, say: Language) -> tuple[str, str]:
    """What the author is asked, and what it is about, as it reads on a day."""
    words, form = _words(record, script, say), script.facts.form
    title = (
        say("reminder.checklist")
        if form == "checklist"
        else say("reminder.question", name=record.name or say("draft.somebody"))
    )
    return title, say(f"reminder.told_{form}", date=say.day(record.on, day), script=words.title)


def _asked(record: Record, script: Script, day: date, say: Language) -> Iterator[Block]:
    title, told = _question(record, script, day, say)
    yield section(f"*{escape(title)}*\n{escape(told)}")
    if follow_up := _words(record, script, say).follow_up:
        yield section(escape(follow_up))


def _answers(record: Record, script: Script, say: Language) -> Iterator[ButtonElement]:
    """What the author can say to it; of a list, only that it is done."""
    if script.facts.form == "checklist":
        yield _button(ids.HELD, say("draft.do_checklist"), record.id)
    else:
        yield _button(ids.HELD, say("reminder.held"), record.id)
        yield _button(ids.ASKED_AGAIN, say("reminder.asked_again"), record.id)


# App Home


def part(reminded: Reminded, catalogue: Catalogue, today: date, say: Language) -> list[Block]:
    """Draw Home's part with what is due, with its buttons, and what is coming."""
    header = HeaderBlock(text=PlainTextObject(text=say("reminder.header")))
    blocks: list[Block] = [header, *rows(reminded, catalogue, today, say)]
    if reminded.total > len(reminded.due) + len(reminded.coming):
        label = say("home.all_reminders", n=reminded.total)
        more = place.go("reminders", label, Place(REMINDERS))
        blocks.append(ActionsBlock(block_id="more:reminders", elements=[more]))
    return blocks


def rows(reminded: Reminded, catalogue: Catalogue, today: date, say: Language) -> list[Block]:
    """Draw what is due, with its buttons, and a line for what is coming."""
    blocks: list[Block] = []
    for record in reminded.due:
        if record.script_id in catalogue:
            script = catalogue[record.script_id]
            blocks += _asked(record, script, today, say)
            elements: list[Any] = [*_answers(record, script, say), _menu(record, say)]
            blocks.append(ActionsBlock(block_id=f"reminder:{record.id}", elements=elements))
    if reminded.coming:
        blocks.append(small(f"*{escape(say('reminder.comes'))}*"))
    for record in reminded.coming:
        if record.script_id in catalogue and record.reminder:
            on = say.day(record.reminder.on, today)
            told = _line(record, catalogue[record.script_id], say)
            line: SectionBlock = section(f"{escape(on)}  ·  {told}", block_id=f"reminder:{record.id}")
            line["accessory"] = _menu(record, say)
            blocks.append(line)
    return blocks or [small(escape(say("reminder.empty")))]


def _menu(record: Record, say: Language) -> OverflowMenuElement:
    choices = {
        ids.REMINDER_DAY: say("reminder.move"),
        ids.NO_REMINDER: say("reminder.cancel"),
    }
    options = [
        Option(value=f"{choice}:{record.id}", text=plain(label, OPTION)) for choice, label in choices.items()
    ]
    return OverflowMenuElement(action_id=ids.REMINDER_MENU, options=options)


def _line(record: Record, script: Script, say: Language) -> str:
    """Who was told what, in mrkdwn."""
    who, title = record.name or say("draft.somebody"), _words(record, script, say).title
    return f"*{escape(who)}*  ·  {escape(title)}"


def _words(record: Record, script: Script, say: Language) -> ScriptWords:
    return script.about(say.code, record.language)


def _button(action_id: str, label: str, value: str) -> ButtonElement:
    return ButtonElement(action_id=action_id, text=plain(label, OPTION), value=value)
