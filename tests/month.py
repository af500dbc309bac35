"""A month in which two authors use the app, through the doors that Slack uses: what App Home is tested on."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from bot import ids
from tests.author import Author, actions, chosen, words

if TYPE_CHECKING:
    from bot.catalogue import Catalogue
    from bot.playground import Message
    from bot.playground.views import View
    from bot.playground.workspace import Workspace
    from tests.conftest import World

DAYS = 30
_AMSTERDAM = ZoneInfo("Europe/Amsterdam")
_REAL = time.time


@dataclass
class Calendar:
    """The time for Slack and for the app, which passes as it does, and by days when it is told to."""

    ahead: float

    def __call__(self) -> float:
        """Tells the time."""
        return _REAL() + self.ahead

    def passes(self, days: int) -> None:
        """So many days later, at the same time of the day."""
        later = datetime.fromtimestamp(self(), _AMSTERDAM) + timedelta(days=days)
        self.ahead = later.timestamp() - _REAL()


def _third_thursday() -> datetime:
    """Ten o'clock on the latest third Thursday of a month: what is looked at is in the middle of both."""
    day = datetime.now(_AMSTERDAM).replace(hour=10, minute=0, second=0, microsecond=0)
    while day.timestamp() > _REAL() or day.weekday() != 3 or not 15 <= day.day <= 21:
        day -= timedelta(days=1)
    return day


@contextmanager
def a_month_ago() -> Iterator[Calendar]:
    """For a while it is a month before the day on which everything is looked at."""
    calendar = Calendar((_third_thursday() - timedelta(days=DAYS)).timestamp() - _REAL())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(time, "time", calendar)
        patch.setattr("slack_sdk.signature.time", calendar)
        yield calendar


class Moment:
    """What Slack and the app know at one moment, to which both can be brought back."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._redis = [(key, world.redis.pttl(key), world.redis.dump(key)) for key in world.redis.scan_iter()]
        self._slack = {team: deepcopy(_changing(one)) for team, one in world.slack.workspaces.items()}

    def comes_back(self) -> None:
        """It is as it was; what is shown has to be opened again."""
        self._world.redis.flushdb()
        for key, left, value in self._redis:
            self._world.redis.restore(key, max(left, 0), value)
        for team, known in self._slack.items():
            vars(self._world.slack.workspaces[team]).update(deepcopy(known))
        self._world.slack.views.stacks.clear()
        self._world.slack.views.homes.clear()


def _changing(workspace: Workspace) -> dict[str, Any]:
    """What happens in a workspace changes; its clock and who it is do not."""
    return {name: value for name, value in vars(workspace).items() if name not in {"clock", "team"}}


EDITED = {
    "en": "Hi Ana, my answer is the same as last time, so please don't count on me for this one.\nRobin",
    "nl": "Hoi Ana, mijn antwoord is hetzelfde als de vorige keer, dus reken hiervoor niet op mij.\nRobin",
    "nb": "Hei Ana, svaret mitt er det samme som sist, så ikke regn med meg denne gangen.\nRobin",
}
"""What the first author wrote in the place of a draft, and kept as a script of their own."""

NOTES = {
    "en": ("Her first three leads, in spring", "Nothing so far"),
    "nl": ("Haar eerste drie leads, in het voorjaar", "Nog niets"),
    "nb": ("De tre første kontaktene hennes, i vår", "Ingenting så langt"),
}
"""What the first author noted of Sonya: given, and received."""


@dataclass
class Month:
    """What two authors do, day by day, in one language."""

    world: World
    catalogue: Catalogue
    language: str
    calendar: Calendar
    _day: int = field(default=0, init=False)

    async def goes_by(self) -> None:
        """All of it: the first author in many conversations, the second in one."""
        self.world.authors.add("UCOL")
        await self.world.slack.change_language(self.language)
        ana, kim = Author(self.world), Author(self.world, "UCOL", "CGENERAL")
        mark, petra, sonya = (ana.beside(one) for one in ("UMARK", "UPETRA", "USONYA"))

        await self._sends(ana, "one_off", "introduction", "decline_introduction")
        self._comes(2)
        await self._sends(mark, "one_off", "pitch", "decline_pitch", remind=True, relationship="outside")
        await self._sends(kim, "one_off", "meeting", "decline_meeting")
        self._comes(6)
        await self._sends(
            petra, "supplier", "contract", "supplier_sunset", remind=True, relationship="supplier"
        )
        self._comes(7)
        await self._answers_in_their_own_words(ana)
        self._comes(9)
        await self._sends(sonya, "coffee", "coffee", "coffee_pause", remind=True, relationship="colleague")
        self._comes(13)
        handoff = await self._drafts(ana.beside("UTEDDY"), "mentee", None, "mentee_handoff")
        await ana.presses(handoff, ids.DRAFT_MENU, ids.NOT_SENT)
        self._comes(16)
        await ana.presses(ana.app_dm[-1], ids.HELD)
        await self._sends(ana, "one_off", "donation", "decline_fundraiser", name="Jonas Vik")
        self._comes(20)
        await self._sends(ana, "repeat_asker", "introduction", "firm_close", remind=True)
        self._comes(23)
        await self._sends(ana, "one_off", "event", "decline_event", name="Vera Lund")
        self._comes(24)
        await self._sends(ana, "repeat_asker", "introduction", "no_reply")
        self._comes(27)
        await self._sends(ana, "repeat_asker", "introduction", "no_reply")
        self._comes(28)
        await self._drafts(ana, "one_off", "favour", "decline_favour", name="Omar Haddad")
        await self._drafts(ana, "repeat_asker", "introduction", "no_reply")
        await self._drafts(petra, "supplier", "contract", "supplier_written_notice")
        self._comes(29)
        await self._drafts(sonya, "coffee", "coffee", "coffee_group")
        await self._drafts(ana, "one_off", "recommendation", "decline_recommendation", name="Nina Dahl")
        self._comes(DAYS)
        await self._drafts(mark, "repeat_asker", "pitch", "repeat_no")
        await self._drafts(kim, "one_off", "meeting", "decline_meeting")
        await self._notes(sonya)

    @property
    def today(self) -> date:
        """The date where the authors are."""
        return datetime.fromtimestamp(self.calendar(), _AMSTERDAM).date()

    def _comes(self, day: int) -> None:
        """It is so many days after the first one, and who asked once asks again."""
        self.calendar.passes(day - self._day)
        self._day = day

    async def _drafts(
        self, author: Author, situation: str, kind: str | None, script: str, *, name: str = "", **more: str
    ) -> Message:
        """A draft, to the latest message of a conversation or to somebody outside Slack, filled in."""
        before = len(author.from_the_app)
        if name:
            await author.types("")
            await author.picks(ids.NAME, name)
        else:
            if author.from_the_app:
                self.world.slack.ask_again(author.channel)
            await author.uses_the_shortcut()
        for action_id, value in {
            **more, ids.SITUATION: situation, ids.KIND: kind, ids.SCRIPT: script
        }.items():  # fmt: skip
            if value and action_id in actions(author.modal.blocks):
                await author.picks(action_id, value)
        await author.submits(**self._filled(author.modal, script))
        assert len(author.from_the_app) == before + 1, (script, words(author.modal), author.modal.errors)
        return author.from_the_app[-1]

    def _filled(self, modal: View, script: str) -> dict[str, Any]:
        """What a script must know and the modal does not have yet, as its examples have it."""
        examples, filled = self.catalogue[script].examples(self.language), {}
        for detail in self.catalogue[script].facts.details:
            if detail.required and not chosen(modal, ids.DETAIL + detail.id):
                example = examples[detail.id]
                lines = "\n".join(example) if isinstance(example, list) else example
                filled[detail.id] = ["yes"] if detail.type == "yes_no" else lines
        return filled

    async def _sends(self, author: Author, *draft: Any, remind: bool = False, **more: str) -> None:
        """A draft that is sent."""
        message = await self._drafts(author, *draft, **more)
        await author.presses(message, ids.SENT)
        if remind:
            await author.presses(message, ids.REMIND)

    async def _answers_in_their_own_words(self, author: Author) -> None:
        """A draft that is edited, kept as a script of their own, and sent."""
        message = await self._drafts(author, "repeat_asker", "introduction", "repeat_no")
        await author.presses(message, ids.EDIT_DRAFT)
        await author.submits(text=EDITED[self.language])
        await author.presses(message, ids.DRAFT_MENU, ids.KEEP)
        await author.submits()
        await self.world.slack.close(author.user)
        await author.presses(message, ids.SENT)
        await author.presses(message, ids.REMIND)

    async def _notes(self, author: Author) -> None:
        """What went to the person of a conversation, and what came back."""
        await author.presses(author.from_the_app[-1], ids.DRAFT_MENU, ids.BESIDE)
        given, received = NOTES[self.language]
        await author.submits(given=given, received=received)
