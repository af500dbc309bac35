"""App Home: a new draft, the drafts that wait, the latest ones, the language, and what is stored."""

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
from bot.surfaces import draft_message, history
from bot.surfaces.details import select
from bot.surfaces.text import OPTION, escape, plain, section, small

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from bot.catalogue import Catalogue
    from bot.localization import Language, Languages
    from bot.records import Record

LATEST = 10
"""How many drafts Home shows."""


@dataclass(frozen=True, slots=True)
class Home:
    """What Home shows of one author."""

    records: Sequence[Record]
    catalogue: Catalogue
    today: date
    away: bool = False


def build(home: Home, say: Language, languages: Languages) -> dict[str, Any]:
    """Draw Home."""
    waiting = [
        record
        for record in home.records
        if record.outcome is Outcome.OPEN and record.script_id in home.catalogue
    ]
    done = [record for record in home.records if record.outcome is not Outcome.OPEN]
    new = ButtonElement(action_id=ids.NEW_DRAFT, text=plain(say("home.new_draft"), OPTION), style="primary")
    menu = select(
        ids.APP_LANGUAGE,
        ((code, languages[code].own_name) for code in languages.by_code),
        say.code,
        say("compose.language"),
    )
    blocks: list[Block] = [
        _header(say("home.title")),
        section(escape(say("home.first_step"))),
        ActionsBlock(block_id=ids.HOME, elements=[new, menu]),
    ]
    if home.away:
        blocks.append(small(escape(say("home.away"))))
    if waiting:
        blocks += [DividerBlock(), _header(say("home.waiting"))]
        for record in waiting:
            shown = draft_message.Shown(record, home.catalogue[record.script_id], record.id, home.today)
            blocks += draft_message.draw(shown, say)
    if done:
        lines = "\n".join(history.line(record, home.catalogue, home.today, say) for record in done)
        blocks += [DividerBlock(), _header(say("home.latest")), section(lines)]
    blocks += [DividerBlock(), small(escape(say("home.stores")))]
    return View(type="home", callback_id=ids.HOME, blocks=blocks).to_dict()


def _header(text: str) -> HeaderBlock:
    return HeaderBlock(text=PlainTextObject(text=text))
