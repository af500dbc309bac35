"""App Home: a welcome or the drafts that wait, the latest ones, the language, and what is stored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    DividerBlock,
    HeaderBlock,
    PlainTextObject,
)
from slack_sdk.models.views import View

from bot import ids
from bot.ladder import Outcome
from bot.surfaces import data, draft_message, history, preferences
from bot.surfaces.details import select
from bot.surfaces.text import OPTION, escape, plain, section, small
from bot.workspace import RETENTION_DAYS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from bot.catalogue import Catalogue
    from bot.localization import Language, Languages
    from bot.records import Record

LATEST = 10
"""How many drafts Home shows."""


@dataclass(frozen=True, slots=True)
class Home:
    """What Home shows of one author; `admin`: with the settings, `days`: how long drafts are kept."""

    records: Sequence[Record]
    catalogue: Catalogue
    today: date
    away: bool = False
    admin: bool = False
    days: int = RETENTION_DAYS


def build(home: Home, say: Language, languages: Languages) -> dict[str, Any]:
    """Draw Home; as long as there is no draft, it begins with a welcome."""
    new_here = not home.records and not home.away
    blocks: list[Block] = [
        _header(say("home.title")),
        *(_welcome(say) if new_here else [section(escape(say("home.first_step")))]),
        _start(say("welcome.start") if new_here else say("home.new_draft"), say, languages),
    ]
    if new_here:
        blocks.append(small(escape(say("welcome.private"))))
    if home.away:
        blocks.append(small(escape(say("home.away"))))
    blocks += [*_drafts(home, say), *(_admin(say) if home.admin else [])]
    blocks += [DividerBlock(), small(escape(say("home.stores", days=home.days))), data.way_in(say)]
    return View(type="home", callback_id=ids.HOME, blocks=blocks).to_dict()


def _welcome(say: Language) -> Iterator[Block]:
    """What the app does, and the ways in."""
    yield section(escape(say("welcome.what")))
    ways = {
        say("welcome.message"): say("welcome.message_how"),
        say("welcome.anywhere"): say("welcome.anywhere_how", command=f"`{ids.COMMAND}`"),
        say("welcome.here"): say("welcome.here_how"),
    }
    lines = "\n".join(f"•  *{escape(way)}*  {escape(how)}" for way, how in ways.items())
    yield section(lines)


def _start(label: str, say: Language, languages: Languages) -> Block:
    """The one button that stands out, and the language."""
    new = ButtonElement(action_id=ids.NEW_DRAFT, text=plain(label, OPTION), style="primary")
    menu = select(
        ids.APP_LANGUAGE,
        ((code, languages[code].own_name) for code in languages.by_code),
        say.code,
        say("compose.language"),
    )
    return ActionsBlock(block_id=ids.HOME, elements=[new, menu, preferences.button(say)])


def _drafts(home: Home, say: Language) -> Iterator[Block]:
    """The drafts that wait, with their buttons, and a line for each that was dealt with."""
    waiting = [
        record
        for record in home.records
        if record.outcome is Outcome.OPEN and record.script_id in home.catalogue
    ]
    done = [record for record in home.records if record.outcome is not Outcome.OPEN]
    if waiting:
        yield DividerBlock()
        yield _header(say("home.waiting"))
        for place, record in enumerate(waiting):
            if place:
                yield DividerBlock()
            script = home.catalogue[record.script_id]
            shown = draft_message.Shown(record, script, record.id, home.today, among_others=True)
            yield from draft_message.draw(shown, say)
    if done:
        yield DividerBlock()
        yield _header(say("home.latest"))
        yield section("\n".join(history.line(record, home.catalogue, home.today, say) for record in done))


def _admin(say: Language) -> Iterator[Block]:
    """What admins may do for everybody, and nobody else is shown."""
    yield DividerBlock()
    yield section(f"*{escape(say('admin.title'))}*\n{escape(say('admin.what'))}")
    settings = ButtonElement(action_id=ids.SETTINGS, text=plain(say("admin.settings"), OPTION))
    yield ActionsBlock(block_id=ids.ADMIN, elements=[settings])


def _header(text: str) -> HeaderBlock:
    return HeaderBlock(text=PlainTextObject(text=text))
