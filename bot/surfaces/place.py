"""Where somebody is in App Home: carried by its buttons and by the view itself, and read back."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot import ids
from bot.browsing import EVERYTHING, Filter
from bot.surfaces.kit import ActionsBlock, Block, ButtonElement
from bot.surfaces.text import OPTION, escape, plain, small

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bot.localization import Language

OVERVIEW, WAITING, PEOPLE, HISTORY = "overview", "waiting", "people", "history"
REMINDERS = "reminders"

SIZE = 10
"""Drafts or people on a page."""

_FARTHEST = 10**9
"""Behind the last line there is the last page; numbers without an end have no place in Redis."""


@dataclass(frozen=True, slots=True)
class Place:
    """A page of Home: `start` is the place of the first line among all of them."""

    page: str = OVERVIEW
    start: int = 0
    filter: Filter = EVERYTHING

    def write(self) -> str:
        """The place as text."""
        return json.dumps([self.page, self.start, self.filter.by, self.filter.value])


HERE = Place()
"""Where one is who went nowhere: the overview."""


def read(text: str) -> Place:
    """The place of a text; whatever is none is the overview."""
    try:
        page, start, by, value = json.loads(text)
        wanted = Filter(by, str(value))
        known = page in {OVERVIEW, WAITING, PEOPLE, HISTORY, REMINDERS} and wanted.known
        if known and isinstance(start, int):
            return Place(page, min(max(start, 0), _FARTHEST), wanted)
    except (ValueError, TypeError):
        pass
    return HERE


def of(view: Mapping[str, Any]) -> Place:
    """The place that a Home shows, or from which a modal was opened."""
    return read(str(view.get("private_metadata") or ""))


def go(name: str, label: str, to: Place) -> ButtonElement:
    """A button that leads to a page: pressed twice, it leads there twice."""
    return ButtonElement(action_id=ids.GO + name, text=plain(label, OPTION), value=to.write())


def newer_older(
    start: int, size: int, total: int, press: str, values: tuple[str, str], say: Language
) -> Iterator[Block]:
    """The buttons of what is listed from the newest to the oldest."""
    yield from turn(start, size, total, press, values, (say("home.newer"), say("home.older")), say)


def turn(
    start: int,
    size: int,
    total: int,
    press: str,
    values: tuple[str, str],
    labels: tuple[str, str],
    say: Language,
) -> Iterator[Block]:
    """What part of it all this is, and buttons to the parts before and behind it; nothing if it is all."""
    if total <= size:
        return
    last = min(start + size, total)
    yield small(escape(say("home.range", first=start + 1, last=last, n=total)))
    newer = ButtonElement(action_id=f"{press}newer", text=plain(labels[0], OPTION), value=values[0])
    older = ButtonElement(action_id=f"{press}older", text=plain(labels[1], OPTION), value=values[1])
    yield ActionsBlock(
        block_id="pages", elements=[*([newer] if start else []), *([older] if last < total else [])]
    )
