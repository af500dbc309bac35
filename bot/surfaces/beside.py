"""What stands beside a draft and never in it: what was said before, give and take, and some courage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot import ids
from bot.records import Notes
from bot.surfaces.details import text_input, typed
from bot.surfaces.kit import Block, DividerBlock, InputBlock, View
from bot.surfaces.text import escape, plain, section, small

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from bot.catalogue import Catalogue
    from bot.ladder import Answer
    from bot.localization import Language
    from bot.records import Person

LONGEST_NOTE = 1000
"""Characters in a note."""

_LATEST = 10


@dataclass(frozen=True, slots=True)
class Beside:
    """A requester, under the mark that the modal carries."""

    mark: str
    person: Person
    catalogue: Catalogue
    today: date
    way_out: str


def build(beside: Beside, say: Language) -> dict[str, Any]:
    """Draw the modal."""
    person = beside.person
    lines = "\n".join(_line(answer, beside, say) for answer in reversed(person.answers[-_LATEST:]))
    blocks: list[Block] = [
        section(
            f"*{escape(say('beside.before', name=person.name))}*\n{lines or escape(say('beside.nothing'))}"
        ),
        DividerBlock(),
        section(f"*{escape(say('beside.give_and_take'))}*\n{escape(say('beside.private'))}"),
        *inputs(person, say),
        small(escape(say("beside.both_ways"))),
        DividerBlock(),
        section(f"*{escape(say('beside.courage'))}*\n{escape(say('beside.evidence'))}"),
        section(f"*{escape(say('pressure.label'))}*\n{escape(say('pressure.no_script'))}"),
        section(escape(beside.way_out or say("pressure.somebody"))),
    ]
    return View(
        type="modal",
        callback_id=ids.BESIDE,
        title=plain(say("beside.title")),
        submit=plain(say("edit.save")),
        close=plain(say("notice.close")),
        private_metadata=beside.mark,
        blocks=blocks,
    )


def read(view: Mapping[str, Any]) -> tuple[str, Notes]:
    """Read the requester's mark and the notes back."""
    return str(view["private_metadata"]), noted(view)


def inputs(person: Person, say: Language) -> list[Block]:
    """What was given and what came back, to be written."""
    return [
        _note(ids.GIVEN, say("beside.given"), person.notes.given),
        _note(ids.RECEIVED, say("beside.received"), person.notes.received),
    ]


def noted(view: Mapping[str, Any]) -> Notes:
    """The notes as they stand in a view."""
    now = typed(view)
    return Notes(*(str(now[one]).strip()[:LONGEST_NOTE] for one in (ids.GIVEN, ids.RECEIVED)))


def _note(action_id: str, label: str, value: str) -> InputBlock:
    element = text_input(action_id, value, longest=LONGEST_NOTE, multiline=True)
    return InputBlock(block_id=action_id, label=plain(label), element=element, optional=True)


def _line(answer: Answer, beside: Beside, say: Language) -> str:
    known = beside.catalogue.get(answer.script_id)
    title = known.about(say.code, answer.language).title if known else answer.script_id
    on = say.day(answer.on, beside.today)
    return f"{escape(on)}  ·  {escape(title)}  ·  {escape(say(f'outcome.{answer.outcome}'))}"
